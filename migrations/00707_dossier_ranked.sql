-- By title and by score, the two orders that were still sorted in memory.
-- +goose Up
CREATE INDEX dossier_call_title ON dossier (call_id, search_text, id);
CREATE INDEX dossier_call_score ON dossier (call_id, score DESC, id);

-- +goose Down
DROP INDEX dossier_call_score;
DROP INDEX dossier_call_title;
