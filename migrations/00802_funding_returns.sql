-- +goose Up
-- What a settled agreement gave back to the envelope of its call: never more than what was granted and not spent.
ALTER TABLE convention ADD COLUMN released_cents BIGINT NOT NULL DEFAULT 0
    CHECK (released_cents >= 0 AND released_cents + paid_cents - repaid_cents <= granted_cents);

-- Three kinds of movement more: "planned" is what the tranches add up to, an amendment adds or takes away on the day it was signed;
-- "released" was never paid, "returned" was paid and came back, both are free again in the envelope.
CREATE TABLE funding_movement (
    id            TEXT PRIMARY KEY,
    convention_id TEXT NOT NULL REFERENCES convention (id),
    call_id       TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('drawn', 'planned', 'committed', 'ordered', 'paid', 'claimed', 'repaid', 'released', 'returned')),
    cents         BIGINT NOT NULL CHECK (cents > 0 OR kind = 'planned' AND cents <> 0),
    on_day        TEXT NOT NULL,
    reference     TEXT NOT NULL,
    made_by       TEXT NOT NULL,
    made_at       TIMESTAMP NOT NULL
);
INSERT INTO funding_movement (id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at)
    SELECT id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at FROM funding_entry;
INSERT INTO funding_movement (id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at)
    SELECT 'planned-' || e.id, e.convention_id, e.call_id, 'planned', c.tranched_cents, e.on_day, e.reference, e.made_by, e.made_at
    FROM funding_entry e JOIN convention c ON c.id = e.convention_id WHERE e.kind = 'drawn' AND c.tranched_cents > 0;
DROP TABLE funding_entry;
ALTER TABLE funding_movement RENAME TO funding_entry;
CREATE INDEX funding_entry_call ON funding_entry (call_id, on_day);
CREATE INDEX funding_entry_convention ON funding_entry (convention_id);

-- Of two programmes that exclude one another, the one that a structure holds; pair names both, in order (invariant 10).
CREATE TABLE funding_exclusion (
    structure_id TEXT NOT NULL CHECK (structure_id <> ''),
    pair         TEXT NOT NULL,
    programme    TEXT NOT NULL,
    PRIMARY KEY (structure_id, pair)
);

-- +goose Down
DROP TABLE funding_exclusion;
DELETE FROM funding_entry WHERE kind IN ('planned', 'released', 'returned');
ALTER TABLE convention DROP COLUMN released_cents;
