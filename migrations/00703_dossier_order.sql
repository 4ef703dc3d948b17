-- Each order that officers sort by is read from an index, a page at a time; what they count is in one, too.
-- +goose Up
CREATE INDEX dossier_call_due ON dossier (call_id, due_at, id);
CREATE INDEX dossier_call_number ON dossier (call_id, number, id);
CREATE INDEX dossier_call_counted ON dossier (call_id, state, region, departement);
DROP INDEX dossier_call;

-- +goose Down
CREATE INDEX dossier_call ON dossier (call_id, state);
DROP INDEX dossier_call_counted;
DROP INDEX dossier_call_number;
DROP INDEX dossier_call_due;
