-- +goose Up
-- Agreements older than the ledger get their movements, so that the balance of their envelopes is read whole. A day that nobody wrote
-- is the nearest one known.
UPDATE convention SET call_id = COALESCE((SELECT d.call_id FROM dossier d WHERE d.id = convention.dossier_id), '') WHERE call_id = '';
UPDATE convention SET committed_on = signed_on WHERE committed_on = '' AND signed_on <> '' AND state IN ('committed', 'paying', 'settled', 'repayment');
UPDATE funding_entry SET call_id = COALESCE((SELECT c.call_id FROM convention c WHERE c.id = funding_entry.convention_id), '') WHERE call_id = '';
INSERT INTO funding_entry (id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at)
    SELECT 'drawn-' || c.id, c.id, c.call_id, 'drawn', c.granted_cents, substr(CAST(c.created_at AS TEXT), 1, 10), c.number, c.instructor_id, c.created_at FROM convention c
    WHERE NOT EXISTS (SELECT 1 FROM funding_entry e WHERE e.convention_id = c.id AND e.kind = 'drawn');
INSERT INTO funding_entry (id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at)
    SELECT 'planned-' || c.id, c.id, c.call_id, 'planned', c.tranched_cents, substr(CAST(c.created_at AS TEXT), 1, 10), c.number, c.instructor_id, c.created_at FROM convention c
    WHERE c.tranched_cents > 0 AND NOT EXISTS (SELECT 1 FROM funding_entry e WHERE e.convention_id = c.id AND e.kind = 'planned');
INSERT INTO funding_entry (id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at)
    SELECT 'committed-' || c.id, c.id, c.call_id, 'committed', c.granted_cents, c.committed_on, c.number, c.instructor_id, c.updated_at FROM convention c
    WHERE c.committed_on <> '' AND NOT EXISTS (SELECT 1 FROM funding_entry e WHERE e.convention_id = c.id AND e.kind = 'committed');
INSERT INTO funding_entry (id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at)
    SELECT 'ordered-' || o.id, o.convention_id, c.call_id, 'ordered', o.cents, substr(CAST(o.ordered_at AS TEXT), 1, 10), o.reference, o.ordered_by, o.ordered_at FROM payment_order o JOIN convention c ON c.id = o.convention_id
    WHERE NOT EXISTS (SELECT 1 FROM funding_entry e WHERE e.convention_id = c.id AND e.kind = 'ordered' AND e.reference = o.reference);
INSERT INTO funding_entry (id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at)
    SELECT 'paid-' || o.id, o.convention_id, c.call_id, 'paid', o.cents, o.paid_on, o.reference, o.ordered_by, o.ordered_at FROM payment_order o JOIN convention c ON c.id = o.convention_id
    WHERE o.paid_on <> '' AND NOT EXISTS (SELECT 1 FROM funding_entry e WHERE e.convention_id = c.id AND e.kind = 'paid' AND e.reference = o.reference);
INSERT INTO funding_entry (id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at)
    SELECT 'claimed-' || r.id, r.convention_id, c.call_id, 'claimed', r.cents, substr(CAST(r.asked_at AS TEXT), 1, 10), r.number, c.instructor_id, r.asked_at FROM repayment r JOIN convention c ON c.id = r.convention_id
    WHERE NOT EXISTS (SELECT 1 FROM funding_entry e WHERE e.convention_id = c.id AND e.kind = 'claimed' AND e.reference = r.number);
INSERT INTO funding_entry (id, convention_id, call_id, kind, cents, on_day, reference, made_by, made_at)
    SELECT 'repaid-' || r.id, r.convention_id, c.call_id, 'repaid', r.repaid_cents, substr(CAST(c.updated_at AS TEXT), 1, 10), r.number, c.instructor_id, c.updated_at FROM repayment r JOIN convention c ON c.id = r.convention_id
    WHERE r.repaid_cents > 0 AND NOT EXISTS (SELECT 1 FROM funding_entry e WHERE e.convention_id = c.id AND e.kind = 'repaid' AND e.reference = r.number);

-- +goose Down
-- Movements are history: they stay.
