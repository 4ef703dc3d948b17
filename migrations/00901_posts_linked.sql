-- +goose Up
ALTER TABLE shared_post ADD COLUMN dossier_id TEXT NOT NULL DEFAULT '';
ALTER TABLE shared_post ADD COLUMN cost_cents BIGINT NOT NULL DEFAULT 0 CHECK (cost_cents >= 0);
ALTER TABLE shared_post ADD COLUMN trainer INTEGER NOT NULL DEFAULT 0 CHECK (trainer IN (0, 1));
ALTER TABLE shared_post ADD COLUMN exception TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX shared_post_dossier ON shared_post (dossier_id) WHERE dossier_id <> '';
ALTER TABLE shared_post_party ADD COLUMN hospital INTEGER NOT NULL DEFAULT 0 CHECK (hospital IN (0, 1));

CREATE TABLE shared_post_document (
    id         TEXT PRIMARY KEY,
    post_id    TEXT NOT NULL REFERENCES shared_post (id),
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    sha256     TEXT NOT NULL,
    blob       TEXT NOT NULL,
    added_by   TEXT NOT NULL,
    adder_name TEXT NOT NULL,
    added_at   TIMESTAMP NOT NULL
);
CREATE INDEX shared_post_document_post ON shared_post_document (post_id);

-- +goose Down
DROP TABLE shared_post_document;
ALTER TABLE shared_post_party DROP COLUMN hospital;
DROP INDEX shared_post_dossier;
ALTER TABLE shared_post DROP COLUMN exception;
ALTER TABLE shared_post DROP COLUMN trainer;
ALTER TABLE shared_post DROP COLUMN cost_cents;
ALTER TABLE shared_post DROP COLUMN dossier_id;
