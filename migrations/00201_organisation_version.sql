-- +goose Up
ALTER TABLE organisation ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- +goose Down
ALTER TABLE organisation DROP COLUMN version;
