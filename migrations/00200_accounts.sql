-- +goose Up
CREATE TABLE organisation (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    departement TEXT NOT NULL,
    search_text TEXT NOT NULL,
    sort_key    TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL
);

-- email is folded (lower case, no surrounding space): it is what people sign in with.
CREATE TABLE person (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    email           TEXT NOT NULL UNIQUE,
    rpps            TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    lang            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
    search_text     TEXT NOT NULL,
    sort_key        TEXT NOT NULL,
    version         INTEGER NOT NULL,
    created_at      TIMESTAMP NOT NULL,
    updated_at      TIMESTAMP NOT NULL
);
CREATE INDEX person_sort ON person (sort_key);

CREATE TABLE person_grant (
    person_id   TEXT NOT NULL REFERENCES person (id),
    role        TEXT NOT NULL,
    region      TEXT NOT NULL,
    departement TEXT NOT NULL,
    structure   TEXT NOT NULL,
    PRIMARY KEY (person_id, role, region, departement, structure)
);
CREATE INDEX person_grant_structure ON person_grant (structure);

-- hash holds algorithm, parameters, salt and key: $argon2id$v=19$m=…,t=…,p=…$salt$key
CREATE TABLE credential (
    person_id  TEXT PRIMARY KEY REFERENCES person (id),
    hash       TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL
);

-- secret is sealed with a key that the database does not hold. last_step is the last accepted period: a code serves once.
CREATE TABLE totp (
    person_id  TEXT PRIMARY KEY REFERENCES person (id),
    secret     BYTEA NOT NULL,
    confirmed  BOOLEAN NOT NULL,
    last_step  BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE passkey (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES person (id),
    name       TEXT NOT NULL,
    credential TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP NOT NULL
);
CREATE INDEX passkey_person ON passkey (person_id);

CREATE TABLE recovery_code (
    person_id TEXT NOT NULL REFERENCES person (id),
    hash      TEXT NOT NULL,
    PRIMARY KEY (person_id, hash)
);

-- An identity at an OpenID Connect provider, keyed on issuer and subject, never on an address.
CREATE TABLE external_identity (
    issuer    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    linked_at TIMESTAMP NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX external_identity_person ON external_identity (person_id);

-- token_hash is the SHA-256 of what the browser holds. stage is 'open', or 'second-factor' while the code is awaited.
CREATE TABLE session (
    id            TEXT PRIMARY KEY,
    token_hash    TEXT NOT NULL UNIQUE,
    person_id     TEXT NOT NULL REFERENCES person (id),
    stage         TEXT NOT NULL CHECK (stage IN ('open', 'second-factor')),
    second_factor BOOLEAN NOT NULL,
    device        TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    seen_at       TIMESTAMP NOT NULL,
    expires_at    TIMESTAMP NOT NULL
);
CREATE INDEX session_person ON session (person_id);
CREATE INDEX session_expires ON session (expires_at);

-- One-time things that somebody carries: invitation, reset, passkey ceremony, OpenID Connect state. data is JSON.
CREATE TABLE ticket (
    token_hash TEXT PRIMARY KEY,
    purpose    TEXT NOT NULL,
    person_id  TEXT NOT NULL,
    data       TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX ticket_person ON ticket (person_id, purpose);
CREATE INDEX ticket_expires ON ticket (expires_at);

-- name is 'account:' or 'address:' and a SHA-256: the table tells nobody who tried.
CREATE TABLE throttle (
    name       TEXT PRIMARY KEY,
    attempts   INTEGER NOT NULL,
    last_at    TIMESTAMP NOT NULL,
    closed_until TIMESTAMP NOT NULL
);
CREATE INDEX throttle_last ON throttle (last_at);

-- +goose Down
DROP TABLE throttle;
DROP TABLE ticket;
DROP TABLE session;
DROP TABLE external_identity;
DROP TABLE recovery_code;
DROP TABLE passkey;
DROP TABLE totp;
DROP TABLE credential;
DROP TABLE person_grant;
DROP TABLE person;
DROP TABLE organisation;
