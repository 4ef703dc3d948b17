-- What a dossier says is long and read one dossier at a time; what lists sort and filter stays narrow.
-- +goose Up
CREATE TABLE dossier_content (
    dossier_id TEXT PRIMARY KEY REFERENCES dossier (id),
    answers    TEXT NOT NULL,
    form       TEXT
);
INSERT INTO dossier_content (dossier_id, answers, form) SELECT id, answers, form FROM dossier;
ALTER TABLE dossier DROP COLUMN answers;
ALTER TABLE dossier DROP COLUMN form;

-- +goose Down
ALTER TABLE dossier ADD COLUMN answers TEXT NOT NULL DEFAULT '{}';
ALTER TABLE dossier ADD COLUMN form TEXT;
UPDATE dossier SET answers = (SELECT answers FROM dossier_content WHERE dossier_id = dossier.id), form = (SELECT form FROM dossier_content WHERE dossier_id = dossier.id);
DROP TABLE dossier_content;
