-- +goose Up
-- Travel times that a routing server is asked for, commune by commune; then a file on its way like any other.
CREATE TABLE territory_collection (
    id        TEXT PRIMARY KEY,
    request   TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('collecting', 'stopped', 'collected')),
    origins   TEXT NOT NULL,
    done      INTEGER NOT NULL,
    bytes     BIGINT NOT NULL,
    failure   TEXT NOT NULL,
    upload_id TEXT NOT NULL,
    asked_by  TEXT NOT NULL,
    asked_at  TIMESTAMP NOT NULL
);
-- One at a time: routing servers are often lent.
CREATE UNIQUE INDEX territory_collection_one ON territory_collection (state) WHERE state = 'collecting';

CREATE TABLE territory_collection_part (
    collection_id TEXT NOT NULL REFERENCES territory_collection (id),
    part          INTEGER NOT NULL,
    content       BYTEA NOT NULL,
    PRIMARY KEY (collection_id, part)
);

-- +goose Down
DROP TABLE territory_collection_part;
DROP TABLE territory_collection;
