-- +goose Up
-- live tells offers that still stand: an offer passed on stays open to those who had it, one handed to a colleague does not.
ALTER TABLE telex_offer ADD COLUMN live BOOLEAN NOT NULL DEFAULT TRUE;

-- A day of Paris on which an expert opened the worklist. Kept five weeks: dispatch asks who is likely to open it soon.
CREATE TABLE telex_presence (
    person_id TEXT NOT NULL,
    day       TEXT NOT NULL,
    PRIMARY KEY (person_id, day)
);

-- The days of Paris on which who is on duty was told what still waited.
CREATE TABLE telex_evening (
    pool_id TEXT NOT NULL REFERENCES telex_pool (id),
    day     TEXT NOT NULL,
    PRIMARY KEY (pool_id, day)
);

-- When the visit should have taken place at the latest, and whether its passing was told.
ALTER TABLE telex_case ADD COLUMN seen_due TIMESTAMP;
ALTER TABLE telex_case ADD COLUMN seen_alerted BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX telex_case_seen_due ON telex_case (seen_due);

-- Whether the expert who holds the case was warned that it will be freed.
ALTER TABLE telex_case ADD COLUMN free_warned BOOLEAN NOT NULL DEFAULT FALSE;

-- Whether the requester's commune holds a priority neighbourhood, as the territory said when the request was made.
ALTER TABLE telex_case ADD COLUMN qpv BOOLEAN NOT NULL DEFAULT FALSE;

-- Sentences that an expert keeps for their answers, sealed.
CREATE TABLE telex_phrase (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL,
    sealed     TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX telex_phrase_person ON telex_phrase (person_id, created_at);

-- Experts among whom a case was last offered are found by person too.
CREATE INDEX telex_offer_person ON telex_offer (person_id, live);

-- +goose Down
DROP INDEX telex_offer_person;
DROP TABLE telex_phrase;
ALTER TABLE telex_case DROP COLUMN qpv;
ALTER TABLE telex_case DROP COLUMN free_warned;
DROP INDEX telex_case_seen_due;
ALTER TABLE telex_case DROP COLUMN seen_alerted;
ALTER TABLE telex_case DROP COLUMN seen_due;
DROP TABLE telex_evening;
DROP TABLE telex_presence;
ALTER TABLE telex_offer DROP COLUMN live;
