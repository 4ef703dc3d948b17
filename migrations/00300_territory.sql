-- +goose Up
-- Official files, each import a version. A row is never changed but for its state and how it ended.
CREATE TABLE territory_dataset (
    id               TEXT PRIMARY KEY,
    kind             TEXT NOT NULL,
    format           TEXT NOT NULL,
    label            TEXT NOT NULL,
    valid_from       TIMESTAMP NOT NULL,
    valid_to         TIMESTAMP,
    decree           TEXT NOT NULL,
    source           TEXT NOT NULL,
    licence          TEXT NOT NULL,
    vintage          TEXT NOT NULL,
    file_name        TEXT NOT NULL,
    file_bytes       BIGINT NOT NULL,
    sha256           TEXT NOT NULL,
    row_count        INTEGER NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('active', 'superseded', 'rolled_back')),
    demo             BOOLEAN NOT NULL,
    replaces         TEXT NOT NULL,
    imported_by      TEXT NOT NULL,
    imported_by_name TEXT NOT NULL,
    imported_at      TIMESTAMP NOT NULL,
    ended_by_name    TEXT NOT NULL DEFAULT '',
    ended_at         TIMESTAMP,
    ended_reason     TEXT NOT NULL DEFAULT '',
    report           TEXT NOT NULL
);
CREATE INDEX territory_dataset_kind ON territory_dataset (kind, valid_from);

-- What a version holds, compressed, cut into parts.
CREATE TABLE territory_payload (
    dataset_id TEXT NOT NULL REFERENCES territory_dataset (id),
    part       INTEGER NOT NULL,
    content    BYTEA NOT NULL,
    PRIMARY KEY (dataset_id, part)
);

-- A file on its way: uploaded, read, shown, then imported or dropped.
CREATE TABLE territory_upload (
    id          TEXT PRIMARY KEY,
    command     TEXT NOT NULL,
    file_bytes  BIGINT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'reading', 'read', 'importing', 'imported', 'failed')),
    done_bytes  BIGINT NOT NULL,
    report      TEXT NOT NULL,
    failure     TEXT NOT NULL,
    dataset_id  TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_at TIMESTAMP NOT NULL,
    version     INTEGER NOT NULL
);

CREATE TABLE territory_upload_part (
    upload_id TEXT NOT NULL REFERENCES territory_upload (id),
    part      INTEGER NOT NULL,
    content   BYTEA NOT NULL,
    PRIMARY KEY (upload_id, part)
);

-- Counts the changes of what is in force, so that every node knows when to look again.
CREATE TABLE territory_version (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    n  BIGINT NOT NULL
);
INSERT INTO territory_version (id, n) VALUES (1, 0);

-- +goose Down
DROP TABLE territory_version;
DROP TABLE territory_upload_part;
DROP TABLE territory_upload;
DROP TABLE territory_payload;
DROP TABLE territory_dataset;
