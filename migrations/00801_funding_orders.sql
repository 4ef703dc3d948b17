-- +goose Up
ALTER TABLE convention ADD COLUMN call_id TEXT NOT NULL DEFAULT '';
-- What may be granted once the aids already received are deducted; 0 is no limit (invariants 3 and 4).
ALTER TABLE convention ADD COLUMN limit_cents BIGINT NOT NULL DEFAULT 0 CHECK (limit_cents = 0 OR granted_cents <= limit_cents);
ALTER TABLE convention ADD COLUMN committed_on TEXT NOT NULL DEFAULT '' CHECK (repaid_cents <= claimed_cents);

-- What a tranche waits for: a report or a proof with the tranche's rank; 0 is the balance.
ALTER TABLE report ADD COLUMN tranche_rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE report ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
ALTER TABLE report ADD COLUMN file_blob TEXT NOT NULL DEFAULT '';
ALTER TABLE report ADD COLUMN file_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE report ADD COLUMN reminded_at TIMESTAMP;

ALTER TABLE amendment ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE amendment ADD COLUMN changes TEXT NOT NULL DEFAULT '';
ALTER TABLE amendment ADD COLUMN file_blob TEXT NOT NULL DEFAULT '';
ALTER TABLE amendment ADD COLUMN file_sha256 TEXT NOT NULL DEFAULT '';

-- An order copies what it rests on, so that the database itself refuses to pay unsigned, the balance without its report, and by whoever
-- processed or decided.
CREATE TABLE payment_order (
    id            TEXT PRIMARY KEY,
    tranche_id    TEXT NOT NULL UNIQUE REFERENCES tranche (id),
    convention_id TEXT NOT NULL REFERENCES convention (id),
    reference     TEXT NOT NULL UNIQUE,
    cents         BIGINT NOT NULL CHECK (cents > 0),
    iban          TEXT NOT NULL,
    payee         TEXT NOT NULL,
    signed_on     TEXT NOT NULL,
    final         BOOLEAN NOT NULL,
    report_id     TEXT NOT NULL,
    instructor_id TEXT NOT NULL,
    decider_id    TEXT NOT NULL,
    ordered_by    TEXT NOT NULL,
    ordered_at    TIMESTAMP NOT NULL,
    batch         TEXT NOT NULL,
    paid_on       TEXT NOT NULL,
    CONSTRAINT payment_order_signed CHECK (signed_on <> ''),
    CONSTRAINT payment_order_report CHECK (NOT final OR report_id <> ''),
    CONSTRAINT payment_order_separation CHECK (ordered_by <> instructor_id AND ordered_by <> decider_id)
);
CREATE INDEX payment_order_batch ON payment_order (paid_on, batch);
INSERT INTO payment_order (id, tranche_id, convention_id, reference, cents, iban, payee, signed_on, final, report_id, instructor_id, decider_id, ordered_by, ordered_at, batch, paid_on)
    SELECT 'order-' || t.id, t.id, c.id, t.reference, t.cents, c.iban, c.payee, c.signed_on, t.final,
        COALESCE((SELECT MIN(r.id) FROM report r WHERE r.convention_id = c.id AND r.state = 'accepted'), ''), c.instructor_id, c.decider_id, t.ordered_by, t.ordered_at, '', t.paid_on
    FROM tranche t JOIN convention c ON c.id = t.convention_id WHERE t.state <> 'planned';

CREATE TABLE repayment (
    id            TEXT PRIMARY KEY,
    convention_id TEXT NOT NULL REFERENCES convention (id),
    rank          INTEGER NOT NULL,
    number        TEXT NOT NULL UNIQUE,
    cents         BIGINT NOT NULL CHECK (cents > 0),
    repaid_cents  BIGINT NOT NULL CHECK (repaid_cents >= 0),
    reason        TEXT NOT NULL,
    due_on        TEXT NOT NULL,
    asked_by      TEXT NOT NULL,
    asked_at      TIMESTAMP NOT NULL,
    closed_on     TEXT NOT NULL,
    UNIQUE (convention_id, rank),
    CONSTRAINT repayment_amount CHECK (repaid_cents <= cents),
    CONSTRAINT repayment_closed CHECK (closed_on = '' OR repaid_cents = cents)
);
INSERT INTO repayment (id, convention_id, rank, number, cents, repaid_cents, reason, due_on, asked_by, asked_at, closed_on)
    SELECT 'repayment-' || id, id, 1, number || '-R1', claimed_cents, repaid_cents, '', '', '', updated_at, '' FROM convention WHERE claimed_cents > 0;

-- Every movement of money, once: what makes the balance of an envelope readable on any day.
CREATE TABLE funding_entry (
    id            TEXT PRIMARY KEY,
    convention_id TEXT NOT NULL REFERENCES convention (id),
    call_id       TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('drawn', 'committed', 'ordered', 'paid', 'claimed', 'repaid')),
    cents         BIGINT NOT NULL CHECK (cents > 0),
    on_day        TEXT NOT NULL,
    reference     TEXT NOT NULL,
    made_by       TEXT NOT NULL,
    made_at       TIMESTAMP NOT NULL
);
CREATE INDEX funding_entry_call ON funding_entry (call_id, on_day);
CREATE INDEX funding_entry_convention ON funding_entry (convention_id);

CREATE TABLE funding_code (
    programme TEXT PRIMARY KEY,
    code      TEXT NOT NULL,
    set_by    TEXT NOT NULL,
    set_at    TIMESTAMP NOT NULL
);

-- +goose Down
DROP TABLE funding_code;
DROP TABLE funding_entry;
DROP TABLE repayment;
DROP TABLE payment_order;
ALTER TABLE amendment DROP COLUMN file_sha256;
ALTER TABLE amendment DROP COLUMN file_blob;
ALTER TABLE amendment DROP COLUMN changes;
ALTER TABLE amendment DROP COLUMN rank;
ALTER TABLE report DROP COLUMN reminded_at;
ALTER TABLE report DROP COLUMN file_sha256;
ALTER TABLE report DROP COLUMN file_blob;
ALTER TABLE report DROP COLUMN file_name;
ALTER TABLE report DROP COLUMN tranche_rank;
ALTER TABLE convention DROP COLUMN committed_on;
ALTER TABLE convention DROP COLUMN limit_cents;
ALTER TABLE convention DROP COLUMN call_id;
