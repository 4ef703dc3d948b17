-- +goose Up
CREATE TABLE protocol (
    id           TEXT PRIMARY KEY,
    state        TEXT NOT NULL,
    since        TIMESTAMP NOT NULL,
    region       TEXT NOT NULL,
    partner_id   TEXT NOT NULL,
    partner_name TEXT NOT NULL,
    signed_on    TEXT NOT NULL,
    ends_on      TEXT NOT NULL,
    content      TEXT NOT NULL,
    version      INTEGER NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL
);

CREATE TABLE protocol_review (
    id           TEXT PRIMARY KEY,
    protocol_id  TEXT NOT NULL REFERENCES protocol (id),
    opened_on    TEXT NOT NULL,
    agency_word  TEXT NOT NULL,
    partner_word TEXT NOT NULL,
    closed_on    TEXT NOT NULL,
    figures      TEXT NOT NULL
);
CREATE INDEX protocol_reviews ON protocol_review (protocol_id, opened_on);
CREATE UNIQUE INDEX protocol_open_review ON protocol_review (protocol_id) WHERE closed_on = '';

-- +goose Down
DROP TABLE protocol_review;
DROP TABLE protocol;
