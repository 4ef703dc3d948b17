-- When the silence of the agency refuses a dossier, where its call says so; and the orders by which officers read a full call.
-- +goose Up
ALTER TABLE dossier ADD COLUMN silence_at TIMESTAMP;
CREATE INDEX dossier_silence ON dossier (silence_at, state);

-- +goose Down
DROP INDEX dossier_silence;
ALTER TABLE dossier DROP COLUMN silence_at;
