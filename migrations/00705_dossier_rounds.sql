-- What a dossier said before and after each round of corrections; and the zone frozen at filing, by which officers filter.
-- +goose Up
CREATE TABLE dossier_round (
    id          TEXT PRIMARY KEY,
    dossier_id  TEXT NOT NULL REFERENCES dossier (id),
    asked_at    TIMESTAMP NOT NULL,
    said_before TEXT NOT NULL,
    said_after  TEXT,
    done_at     TIMESTAMP
);
CREATE INDEX dossier_round_dossier ON dossier_round (dossier_id, asked_at);
ALTER TABLE dossier_correction ADD COLUMN round_id TEXT NOT NULL DEFAULT '';
ALTER TABLE dossier ADD COLUMN zone TEXT NOT NULL DEFAULT '';
ALTER TABLE dossier ADD COLUMN in_qpv BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE dossier SET in_qpv = TRUE WHERE frozen LIKE '%"qpv":[%';
UPDATE dossier SET zone = 'ZIP' WHERE frozen LIKE '%"zone":"ZIP"%';
UPDATE dossier SET zone = 'ZAC' WHERE frozen LIKE '%"zone":"ZAC"%';
UPDATE dossier SET zone = 'HZ' WHERE frozen LIKE '%"zone":"HZ"%';

-- +goose Down
ALTER TABLE dossier DROP COLUMN in_qpv;
ALTER TABLE dossier DROP COLUMN zone;
ALTER TABLE dossier_correction DROP COLUMN round_id;
DROP TABLE dossier_round;
