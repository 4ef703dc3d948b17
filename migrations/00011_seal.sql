-- +goose Up
-- One data key per sealed object, wrapped by a key that the database does not hold. A forgotten key keeps its row, as proof.
CREATE TABLE seal_key (
    object       TEXT PRIMARY KEY,
    kek          TEXT NOT NULL,
    wrapped      TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    forgotten_at TIMESTAMP
);
CREATE INDEX seal_key_kek ON seal_key (kek);

-- +goose Down
DROP TABLE seal_key;
