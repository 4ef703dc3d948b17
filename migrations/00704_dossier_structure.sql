-- Whether somebody may speak for the structure that a dossier names, or the instructor confirmed it. What was filed before was taken as said.
-- +goose Up
ALTER TABLE dossier ADD COLUMN structure_confirmed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE dossier SET structure_confirmed = TRUE WHERE state <> 'draft';

-- +goose Down
ALTER TABLE dossier DROP COLUMN structure_confirmed;
