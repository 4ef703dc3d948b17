-- +goose Up
CREATE TABLE structure (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    sort_key    TEXT NOT NULL,
    search_text TEXT NOT NULL,
    state       TEXT NOT NULL,
    state_since TIMESTAMP NOT NULL,
    commune     TEXT NOT NULL,
    departement TEXT NOT NULL,
    region      TEXT NOT NULL,
    lat         DOUBLE PRECISION NOT NULL,
    lon         DOUBLE PRECISION NOT NULL,
    approximate BOOLEAN NOT NULL,
    category    TEXT NOT NULL,
    population  BIGINT NOT NULL,
    opened_on   TEXT NOT NULL,
    closed_on   TEXT NOT NULL,
    merged_into TEXT NOT NULL,
    source      TEXT NOT NULL,
    detail      TEXT NOT NULL,
    version     INTEGER NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL,
    CHECK (closed_on = '' OR opened_on = '' OR closed_on >= opened_on),
    CHECK (merged_into <> id)
);
CREATE INDEX structure_kind ON structure (kind, departement);
CREATE INDEX structure_commune ON structure (commune);
CREATE INDEX structure_sort ON structure (sort_key);

CREATE TABLE structure_identifier (
    id           TEXT PRIMARY KEY,
    structure_id TEXT NOT NULL REFERENCES structure (id),
    scheme       TEXT NOT NULL,
    value        TEXT NOT NULL,
    from_day     TEXT NOT NULL,
    to_day       TEXT NOT NULL
);
CREATE INDEX structure_identifier_of ON structure_identifier (structure_id);
CREATE INDEX structure_identifier_value ON structure_identifier (value);
CREATE UNIQUE INDEX structure_identifier_open ON structure_identifier (scheme, value) WHERE to_day = '' AND scheme = 'FINESS';

CREATE TABLE structure_site (
    id           TEXT PRIMARY KEY,
    structure_id TEXT NOT NULL REFERENCES structure (id),
    label        TEXT NOT NULL,
    address      TEXT NOT NULL,
    commune      TEXT NOT NULL,
    lat          DOUBLE PRECISION NOT NULL,
    lon          DOUBLE PRECISION NOT NULL,
    approximate  BOOLEAN NOT NULL,
    main         BOOLEAN NOT NULL,
    from_day     TEXT NOT NULL,
    to_day       TEXT NOT NULL
);
CREATE INDEX structure_site_of ON structure_site (structure_id);

CREATE TABLE structure_member (
    id           TEXT PRIMARY KEY,
    structure_id TEXT NOT NULL REFERENCES structure (id),
    name         TEXT NOT NULL,
    profession   TEXT NOT NULL,
    rpps         TEXT NOT NULL,
    from_day     TEXT NOT NULL,
    to_day       TEXT NOT NULL,
    CHECK (to_day = '' OR to_day >= from_day)
);
CREATE INDEX structure_member_of ON structure_member (structure_id);

CREATE TABLE structure_territory (
    structure_id TEXT NOT NULL REFERENCES structure (id),
    commune      TEXT NOT NULL,
    PRIMARY KEY (structure_id, commune)
);
CREATE INDEX structure_territory_commune ON structure_territory (commune);

CREATE TABLE structure_contact (
    id           TEXT PRIMARY KEY,
    structure_id TEXT NOT NULL REFERENCES structure (id),
    name         TEXT NOT NULL,
    role         TEXT NOT NULL,
    email        TEXT NOT NULL,
    phone        TEXT NOT NULL
);
CREATE INDEX structure_contact_of ON structure_contact (structure_id);

-- What happened to a structure, on which day. Rows are added and never changed.
CREATE TABLE structure_fact (
    id           TEXT PRIMARY KEY,
    structure_id TEXT NOT NULL REFERENCES structure (id),
    day          TEXT NOT NULL,
    kind         TEXT NOT NULL,
    key          TEXT NOT NULL,
    text         TEXT NOT NULL
);
CREATE INDEX structure_fact_of ON structure_fact (structure_id, day);

CREATE TABLE structure_mission (
    structure_id TEXT NOT NULL REFERENCES structure (id),
    mission      TEXT NOT NULL,
    started_on   TEXT NOT NULL,
    deployed_on  TEXT NOT NULL,
    PRIMARY KEY (structure_id, mission)
);

CREATE TABLE structure_import (
    id         TEXT PRIMARY KEY,
    at         TIMESTAMP NOT NULL,
    actor_name TEXT NOT NULL,
    file_name  TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    as_of      TEXT NOT NULL,
    categories TEXT NOT NULL,
    created    INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    closed     INTEGER NOT NULL,
    unchanged  INTEGER NOT NULL
);

-- +goose Down
DROP TABLE structure_import;
DROP TABLE structure_mission;
DROP TABLE structure_fact;
DROP TABLE structure_contact;
DROP TABLE structure_territory;
DROP TABLE structure_member;
DROP TABLE structure_site;
DROP TABLE structure_identifier;
DROP TABLE structure;
