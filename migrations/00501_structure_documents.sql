-- +goose Up
-- What a structure gives once and reuses. readers: 'officers', 'structure' or 'public'. Rows are withdrawn, never deleted.
CREATE TABLE structure_document (
    id            TEXT PRIMARY KEY,
    structure_id  TEXT NOT NULL REFERENCES structure (id),
    case_id       TEXT NOT NULL,
    kind          TEXT NOT NULL,
    label         TEXT NOT NULL,
    file_name     TEXT NOT NULL,
    media         TEXT NOT NULL,
    size          BIGINT NOT NULL,
    sha256        TEXT NOT NULL,
    blob          TEXT NOT NULL,
    readers       TEXT NOT NULL CHECK (readers IN ('officers', 'structure', 'public')),
    issued_on     TEXT NOT NULL,
    expires_on    TEXT NOT NULL,
    added_by      TEXT NOT NULL,
    added_name    TEXT NOT NULL,
    added_at      TIMESTAMP NOT NULL,
    withdrawn_on  TEXT NOT NULL,
    CHECK (expires_on = '' OR issued_on = '' OR expires_on >= issued_on)
);
CREATE INDEX structure_document_of ON structure_document (structure_id, withdrawn_on);

-- What a practice declares of its doctors: year of birth (0: not said), announced departure ('': none).
ALTER TABLE structure_member ADD COLUMN birth_year INTEGER NOT NULL DEFAULT 0;
ALTER TABLE structure_member ADD COLUMN leaving_on TEXT NOT NULL DEFAULT '';

-- The path of a practice in difficulty: signalled → audit → plan → support only if needed → recovered or closed.
CREATE TABLE structure_difficulty (
    id            TEXT PRIMARY KEY,
    structure_id  TEXT NOT NULL REFERENCES structure (id),
    region        TEXT NOT NULL,
    departement   TEXT NOT NULL,
    state         TEXT NOT NULL,
    state_since   TIMESTAMP NOT NULL,
    signalled_on  TEXT NOT NULL,
    signalled_by  TEXT NOT NULL,
    signal        TEXT NOT NULL,
    score         INTEGER NOT NULL,
    auditor_id    TEXT NOT NULL,
    auditor_name  TEXT NOT NULL,
    audit_due     TEXT NOT NULL,
    audit         TEXT NOT NULL,
    audited_on    TEXT NOT NULL,
    plan          TEXT NOT NULL,
    planned_on    TEXT NOT NULL,
    support       TEXT NOT NULL,
    supported_on  TEXT NOT NULL,
    dossier_id    TEXT NOT NULL,
    ended_on      TEXT NOT NULL,
    outcome       TEXT NOT NULL,
    version       INTEGER NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP NOT NULL,
    CHECK (state NOT IN ('plan', 'support', 'recovered') OR audit <> ''),
    CHECK (state NOT IN ('support', 'recovered') OR plan <> ''),
    CHECK (state <> 'support' OR support <> '')
);
CREATE INDEX structure_difficulty_of ON structure_difficulty (structure_id);
CREATE UNIQUE INDEX structure_difficulty_open ON structure_difficulty (structure_id) WHERE ended_on = '';

-- +goose Down
DROP TABLE structure_difficulty;
ALTER TABLE structure_member DROP COLUMN leaving_on;
ALTER TABLE structure_member DROP COLUMN birth_year;
DROP TABLE structure_document;
