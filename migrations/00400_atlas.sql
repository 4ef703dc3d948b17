-- +goose Up
-- Saved what-ifs. Whoever has the link reads one; its owner alone changes it.
CREATE TABLE atlas_scenario (
    id         TEXT PRIMARY KEY,
    owner_id   TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    name       TEXT NOT NULL,
    note       TEXT NOT NULL,
    view_query TEXT NOT NULL,
    changes    TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    version    INTEGER NOT NULL
);
CREATE INDEX atlas_scenario_owner ON atlas_scenario (owner_id, updated_at);

-- +goose Down
DROP TABLE atlas_scenario;
