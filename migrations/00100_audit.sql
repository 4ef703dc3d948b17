-- +goose Up
-- The record is append-only: rows are inserted by internal/audit and never changed. Verification finds whatever was.
CREATE TABLE audit_entry (
    n           BIGINT PRIMARY KEY,
    at          TIMESTAMP NOT NULL,
    actor_id    TEXT NOT NULL,
    action      TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id   TEXT NOT NULL,
    entry       TEXT NOT NULL
);
CREATE INDEX audit_entry_object ON audit_entry (object_kind, object_id, n);
CREATE INDEX audit_entry_actor ON audit_entry (actor_id, n);
CREATE INDEX audit_entry_action ON audit_entry (action, n);

CREATE TABLE audit_hash (
    i    BIGINT PRIMARY KEY,
    hash TEXT NOT NULL
);

CREATE TABLE audit_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL
);
INSERT INTO audit_head (id, size) VALUES (1, 0);

CREATE TABLE audit_checkpoint (
    size BIGINT PRIMARY KEY,
    at   TIMESTAMP NOT NULL,
    note TEXT NOT NULL
);

-- +goose Down
DROP TABLE audit_checkpoint;
DROP TABLE audit_head;
DROP TABLE audit_hash;
DROP TABLE audit_entry;
