-- +goose Up
-- Each row is one version of one rule. What is in force is state = 'in_force' between from_day and to_day ('' while open).
CREATE TABLE rule_version (
    id            TEXT PRIMARY KEY,
    rule_id       TEXT NOT NULL,
    version       INTEGER NOT NULL,
    state         TEXT NOT NULL,
    state_since   TIMESTAMP NOT NULL,
    from_day      TEXT NOT NULL,
    to_day        TEXT NOT NULL,
    rule          TEXT NOT NULL,
    note          TEXT NOT NULL,
    embedded      BOOLEAN NOT NULL,
    author_id     TEXT NOT NULL,
    author_name   TEXT NOT NULL,
    reviewer_id   TEXT NOT NULL,
    reviewer_name TEXT NOT NULL,
    row_version   INTEGER NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP NOT NULL,
    UNIQUE (rule_id, version),
    CHECK (to_day = '' OR to_day >= from_day),
    CHECK (state <> 'in_force' OR embedded OR reviewer_id <> ''),
    CHECK (reviewer_id = '' OR reviewer_id <> author_id)
);

CREATE TABLE rulebook_revision (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    n  BIGINT NOT NULL
);
INSERT INTO rulebook_revision (id, n) VALUES (1, 0);

-- +goose Down
DROP TABLE rulebook_revision;
DROP TABLE rule_version;
