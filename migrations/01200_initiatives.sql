-- +goose Up
CREATE TABLE initiative (
    id           TEXT PRIMARY KEY,
    slug         TEXT NOT NULL UNIQUE,
    state        TEXT NOT NULL,
    region       TEXT NOT NULL,
    departement  TEXT NOT NULL,
    content      TEXT NOT NULL,
    since        TIMESTAMP NOT NULL,
    search_text  TEXT NOT NULL,
    sort_key     TEXT NOT NULL,
    version      INTEGER NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX initiative_public ON initiative (state, sort_key);

-- +goose Down
DROP TABLE initiative;
