-- +goose Up
-- An exceptional access: a health professional without a part in a case opened it, for a reason, for a few hours. The code of the reason
-- is in clear; what was typed, and the words of the review, are sealed under the key of the case.
CREATE TABLE telex_opening (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES telex_case (id),
    pool_id     TEXT NOT NULL REFERENCES telex_pool (id),
    person_id   TEXT NOT NULL,
    person_name TEXT NOT NULL,
    code        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    opened_at   TIMESTAMP NOT NULL,
    ends_at     TIMESTAMP NOT NULL,
    reminded    BOOLEAN NOT NULL,
    reviewed_at TIMESTAMP,
    reviewer_id TEXT NOT NULL,
    reviewer    TEXT NOT NULL,
    verdict     TEXT NOT NULL CHECK (verdict IN ('', 'justified', 'unjustified')),
    review      TEXT NOT NULL,
    CHECK (reviewer_id = '' OR reviewer_id <> person_id)
);
CREATE INDEX telex_opening_case ON telex_opening (case_id, person_id, ends_at);
CREATE INDEX telex_opening_person ON telex_opening (person_id, opened_at);
CREATE INDEX telex_opening_pool ON telex_opening (pool_id, reviewed_at);

-- +goose Down
DROP TABLE telex_opening;
