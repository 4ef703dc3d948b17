-- +goose Up
-- What a structure sets out to do: planned → under_way → done, or dropped. dossiers is the JSON list of the applications that ask for it.
CREATE TABLE structure_project (
    id           TEXT PRIMARY KEY,
    structure_id TEXT NOT NULL REFERENCES structure (id),
    kind         TEXT NOT NULL,
    title        TEXT NOT NULL,
    about        TEXT NOT NULL,
    state        TEXT NOT NULL,
    since        TEXT NOT NULL,
    expected_on  TEXT NOT NULL,
    dossiers     TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL
);
CREATE INDEX structure_project_of ON structure_project (structure_id, created_at);
CREATE INDEX structure_site_commune ON structure_site (commune);

-- +goose Down
DROP INDEX structure_site_commune;
DROP TABLE structure_project;
