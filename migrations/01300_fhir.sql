-- +goose Up
-- Programs that exchange over FHIR. Only a hash of the secret is kept; the secret is random, so that the hash cannot be searched.
CREATE TABLE fhir_client (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    secret_hash  TEXT NOT NULL UNIQUE,
    created_at   TIMESTAMP NOT NULL,
    created_by   TEXT NOT NULL,
    last_used_at TIMESTAMP,
    revoked_at   TIMESTAMP
);

-- What a program has sent, to recognise a repeat: its own key for it, the hash of what it said, the case that was made.
CREATE TABLE fhir_exchange (
    client_id TEXT NOT NULL REFERENCES fhir_client (id),
    sent_key  TEXT NOT NULL,
    digest    TEXT NOT NULL,
    case_id   TEXT NOT NULL,
    at        TIMESTAMP NOT NULL,
    PRIMARY KEY (client_id, sent_key)
);

-- +goose Down
DROP TABLE fhir_exchange;
DROP TABLE fhir_client;
