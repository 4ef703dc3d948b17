-- +goose Up
-- The session in which a browser was linked: signing out of it ends what is pushed there.
ALTER TABLE push_subscription ADD COLUMN session_id TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE push_subscription DROP COLUMN session_id;
