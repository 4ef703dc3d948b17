-- +goose Up
CREATE TABLE job (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    job_key      TEXT NOT NULL,
    payload      TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'dead', 'cancelled')),
    run_at       TIMESTAMP NOT NULL,
    attempts     INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    lease        TEXT NOT NULL,
    lease_until  TIMESTAMP,
    percent      INTEGER NOT NULL,
    message      TEXT NOT NULL,
    error        TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    finished_at  TIMESTAMP
);
CREATE UNIQUE INDEX job_one_pending ON job (kind, job_key) WHERE state = 'queued' AND job_key <> '';
CREATE INDEX job_due ON job (state, run_at);

-- +goose Down
DROP TABLE job;
