-- +goose Up
-- A session is planned, then held or cancelled with a reason. What was told before was held.
ALTER TABLE consultation_session ADD COLUMN state TEXT NOT NULL DEFAULT 'held' CHECK (state IN ('planned', 'held', 'cancelled'));
ALTER TABLE consultation_session ADD COLUMN waiting_days INTEGER CHECK (waiting_days BETWEEN 0 AND 730);
ALTER TABLE consultation_session ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- Each year since the opening keeps its review.
CREATE TABLE consultation_review (
    consultation_id TEXT NOT NULL REFERENCES consultation (id),
    year            INTEGER NOT NULL CHECK (year >= 1),
    text            TEXT NOT NULL,
    written_on      TEXT NOT NULL,
    PRIMARY KEY (consultation_id, year)
);
INSERT INTO consultation_review (consultation_id, year, text, written_on) SELECT id, 1, review, reviewed_on FROM consultation WHERE review <> '';

-- What each partner brought in a year.
CREATE TABLE consultation_part (
    consultation_id TEXT NOT NULL REFERENCES consultation (id),
    partner_id      TEXT NOT NULL REFERENCES consultation_partner (id),
    year            INTEGER NOT NULL CHECK (year >= 1),
    hours           INTEGER NOT NULL CHECK (hours BETWEEN 0 AND 20000),
    cents           BIGINT NOT NULL CHECK (cents >= 0),
    note            TEXT NOT NULL,
    PRIMARY KEY (partner_id, year)
);
CREATE INDEX consultation_part_year ON consultation_part (consultation_id, year);

-- +goose Down
DROP TABLE consultation_part;
DROP TABLE consultation_review;
ALTER TABLE consultation_session DROP COLUMN reason;
ALTER TABLE consultation_session DROP COLUMN waiting_days;
ALTER TABLE consultation_session DROP COLUMN state;
