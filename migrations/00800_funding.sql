-- +goose Up
CREATE TABLE convention (
    id                  TEXT PRIMARY KEY,
    number              TEXT NOT NULL UNIQUE,
    dossier_id          TEXT NOT NULL UNIQUE,
    dossier_number      TEXT NOT NULL,
    title               TEXT NOT NULL,
    programme           TEXT NOT NULL,
    structure_id        TEXT NOT NULL,
    departement         TEXT NOT NULL,
    region              TEXT NOT NULL,
    state               TEXT NOT NULL,
    granted_cents       BIGINT NOT NULL CHECK (granted_cents > 0),
    tranched_cents      BIGINT NOT NULL CHECK (tranched_cents >= 0),
    ordered_cents       BIGINT NOT NULL CHECK (ordered_cents >= 0),
    paid_cents          BIGINT NOT NULL CHECK (paid_cents >= 0),
    claimed_cents       BIGINT NOT NULL CHECK (claimed_cents >= 0),
    repaid_cents        BIGINT NOT NULL CHECK (repaid_cents >= 0),
    iban                TEXT NOT NULL,
    payee               TEXT NOT NULL,
    instructor_id       TEXT NOT NULL,
    decider_id          TEXT NOT NULL,
    agency_signatory    TEXT NOT NULL,
    structure_signatory TEXT NOT NULL,
    signed_on           TEXT NOT NULL,
    file_blob           TEXT NOT NULL,
    file_sha256         TEXT NOT NULL,
    starts_on           TEXT NOT NULL,
    ends_on             TEXT NOT NULL,
    version             INTEGER NOT NULL,
    created_at          TIMESTAMP NOT NULL,
    updated_at          TIMESTAMP NOT NULL,
    CONSTRAINT convention_tranches CHECK (tranched_cents <= granted_cents),
    CONSTRAINT convention_orders CHECK (ordered_cents <= tranched_cents),
    CONSTRAINT convention_payments CHECK (paid_cents <= ordered_cents),
    CONSTRAINT convention_claims CHECK (claimed_cents <= paid_cents),
    CONSTRAINT convention_signed CHECK (ordered_cents = 0 OR signed_on <> '')
);
CREATE INDEX convention_inbox ON convention (state, departement);

CREATE TABLE tranche (
    id            TEXT PRIMARY KEY,
    convention_id TEXT NOT NULL REFERENCES convention (id),
    rank          INTEGER NOT NULL,
    label         TEXT NOT NULL,
    cents         BIGINT NOT NULL CHECK (cents > 0),
    final         BOOLEAN NOT NULL,
    expected_on   TEXT NOT NULL,
    state         TEXT NOT NULL,
    ordered_by    TEXT NOT NULL,
    ordered_at    TIMESTAMP,
    reference     TEXT NOT NULL UNIQUE,
    paid_on       TEXT NOT NULL,
    UNIQUE (convention_id, rank)
);

CREATE TABLE report (
    id            TEXT PRIMARY KEY,
    convention_id TEXT NOT NULL REFERENCES convention (id),
    label         TEXT NOT NULL,
    due_on        TEXT NOT NULL,
    state         TEXT NOT NULL,
    text          TEXT NOT NULL,
    reason        TEXT NOT NULL,
    filed_at      TIMESTAMP,
    decided_by    TEXT NOT NULL,
    decided_at    TIMESTAMP
);
CREATE INDEX report_convention ON report (convention_id);
CREATE INDEX report_due ON report (state, due_on);

CREATE TABLE amendment (
    id            TEXT PRIMARY KEY,
    convention_id TEXT NOT NULL REFERENCES convention (id),
    text          TEXT NOT NULL,
    ends_on       TEXT NOT NULL,
    signed_on     TEXT NOT NULL,
    made_by       TEXT NOT NULL,
    made_at       TIMESTAMP NOT NULL
);
CREATE INDEX amendment_convention ON amendment (convention_id);

-- +goose Down
DROP TABLE amendment;
DROP TABLE report;
DROP TABLE tranche;
DROP TABLE convention;
