-- +goose Up
CREATE TABLE shared_post (
    id            TEXT PRIMARY KEY,
    kind          TEXT NOT NULL,
    state         TEXT NOT NULL,
    title         TEXT NOT NULL,
    region        TEXT NOT NULL,
    departement   TEXT NOT NULL,
    structure_id  TEXT NOT NULL,
    contact_email TEXT NOT NULL,
    quota_pct     INTEGER NOT NULL CHECK (quota_pct BETWEEN 1 AND 100),
    parties       INTEGER NOT NULL,
    time_sum      INTEGER NOT NULL,
    funding_sum   INTEGER NOT NULL,
    starts_on     TEXT NOT NULL,
    ends_on       TEXT NOT NULL,
    alert_months  INTEGER NOT NULL CHECK (alert_months BETWEEN 0 AND 24),
    holder_name   TEXT NOT NULL,
    holder_rpps   TEXT NOT NULL,
    holder_since  TEXT NOT NULL,
    departure_on  TEXT NOT NULL,
    alerted_at    TIMESTAMP,
    review        TEXT NOT NULL,
    since         TIMESTAMP NOT NULL,
    due_at        TIMESTAMP,
    search_text   TEXT NOT NULL,
    version       INTEGER NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP NOT NULL,
    CONSTRAINT shared_post_shares CHECK (state = 'campaign' OR (time_sum = 100 AND funding_sum = 100 AND parties >= 2)),
    CONSTRAINT shared_post_rpps CHECK (state NOT IN ('started', 'review', 'permanent') OR holder_rpps <> '')
);
CREATE INDEX shared_post_list ON shared_post (departement, state, kind);

CREATE TABLE shared_post_party (
    id           TEXT PRIMARY KEY,
    post_id      TEXT NOT NULL REFERENCES shared_post (id),
    rank         INTEGER NOT NULL,
    name         TEXT NOT NULL,
    siren        TEXT NOT NULL,
    structure_id TEXT NOT NULL,
    commune      TEXT NOT NULL,
    time_pct     INTEGER NOT NULL CHECK (time_pct BETWEEN 0 AND 100),
    funding_pct  INTEGER NOT NULL CHECK (funding_pct BETWEEN 0 AND 100),
    CONSTRAINT shared_post_party_distinct UNIQUE (post_id, siren)
);
CREATE INDEX shared_post_party_structure ON shared_post_party (structure_id);

CREATE TABLE shared_post_holder (
    id       TEXT PRIMARY KEY,
    post_id  TEXT NOT NULL REFERENCES shared_post (id),
    name     TEXT NOT NULL,
    rpps     TEXT NOT NULL CHECK (rpps <> ''),
    from_day TEXT NOT NULL,
    to_day   TEXT NOT NULL
);
CREATE UNIQUE INDEX shared_post_one_holder ON shared_post_holder (post_id) WHERE to_day = '';

CREATE TABLE gp_post (
    id           TEXT PRIMARY KEY,
    strand       INTEGER NOT NULL CHECK (strand IN (1, 2)),
    state        TEXT NOT NULL,
    title        TEXT NOT NULL,
    region       TEXT NOT NULL,
    departement  TEXT NOT NULL,
    commune      TEXT NOT NULL,
    commune_name TEXT NOT NULL,
    structure_id TEXT NOT NULL,
    practice     TEXT NOT NULL,
    hospital     TEXT NOT NULL,
    quota_pct    INTEGER NOT NULL CHECK (quota_pct BETWEEN 1 AND 100),
    hospital_pct INTEGER NOT NULL CHECK (hospital_pct BETWEEN 0 AND 100),
    qpv          TEXT NOT NULL,
    zone         TEXT NOT NULL,
    zone_on      TEXT NOT NULL,
    zone_note    TEXT NOT NULL,
    doctor_name  TEXT NOT NULL,
    rpps         TEXT NOT NULL,
    started_on   TEXT NOT NULL,
    since        TIMESTAMP NOT NULL,
    due_at       TIMESTAMP,
    search_text  TEXT NOT NULL,
    version      INTEGER NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL,
    CONSTRAINT gp_post_zone CHECK (state = 'open' OR zone IN ('ZIP', 'ZAC', 'QPV')),
    CONSTRAINT gp_post_doctor CHECK (state NOT IN ('selected', 'started', 'term', 'permanent') OR rpps <> '')
);
CREATE UNIQUE INDEX gp_post_doctor_once ON gp_post (rpps) WHERE rpps <> '';
CREATE INDEX gp_post_list ON gp_post (departement, state, strand);

CREATE TABLE gp_recruit (
    rpps         TEXT PRIMARY KEY CHECK (rpps <> ''),
    post_id      TEXT NOT NULL REFERENCES gp_post (id),
    name         TEXT NOT NULL,
    strand       INTEGER NOT NULL,
    zone         TEXT NOT NULL,
    recruited_on TEXT NOT NULL
);

-- +goose Down
DROP TABLE gp_recruit;
DROP TABLE gp_post;
DROP TABLE shared_post_holder;
DROP TABLE shared_post_party;
DROP TABLE shared_post;
