-- +goose Up
-- What-ifs attached to a dossier, as they were on the day: what the agency reads does not move when the scenario or the data do.
CREATE TABLE dossier_scenario (
    id          TEXT PRIMARY KEY,
    dossier_id  TEXT NOT NULL REFERENCES dossier (id),
    scenario_id TEXT NOT NULL,
    frozen      TEXT NOT NULL,
    added_by    TEXT NOT NULL,
    added_name  TEXT NOT NULL,
    added_at    TIMESTAMP NOT NULL,
    removed_at  TIMESTAMP
);
CREATE INDEX dossier_scenario_dossier ON dossier_scenario (dossier_id, added_at);

-- +goose Down
DROP TABLE dossier_scenario;
