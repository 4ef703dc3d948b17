-- +goose Up
CREATE TABLE call (
    id             TEXT PRIMARY KEY,
    programme      TEXT NOT NULL,
    state          TEXT NOT NULL,
    title          TEXT NOT NULL,
    summary        TEXT NOT NULL,
    region         TEXT NOT NULL,
    opens_at       TIMESTAMP NOT NULL,
    closes_at      TIMESTAMP NOT NULL,
    envelope_cents BIGINT NOT NULL CHECK (envelope_cents >= 0),
    granted_cents  BIGINT NOT NULL DEFAULT 0 CHECK (granted_cents >= 0),
    cap_cents      BIGINT NOT NULL DEFAULT 0 CHECK (cap_cents >= 0),
    form           TEXT NOT NULL,
    criteria       TEXT NOT NULL,
    rules          TEXT NOT NULL,
    version        INTEGER NOT NULL,
    created_at     TIMESTAMP NOT NULL,
    updated_at     TIMESTAMP NOT NULL,
    CONSTRAINT call_envelope CHECK (granted_cents <= envelope_cents)
);
CREATE INDEX call_state ON call (state, closes_at);

CREATE TABLE call_question (
    id          TEXT PRIMARY KEY,
    call_id     TEXT NOT NULL REFERENCES call (id),
    asked_at    TIMESTAMP NOT NULL,
    question    TEXT NOT NULL,
    answer      TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    answered_at TIMESTAMP
);
CREATE INDEX call_question_call ON call_question (call_id, asked_at);

CREATE TABLE dossier (
    id              TEXT PRIMARY KEY,
    number          TEXT NOT NULL UNIQUE,
    call_id         TEXT NOT NULL REFERENCES call (id),
    programme       TEXT NOT NULL,
    state           TEXT NOT NULL,
    title           TEXT NOT NULL,
    owner_id        TEXT NOT NULL,
    key_hash        TEXT NOT NULL,
    email           TEXT NOT NULL,
    structure_id    TEXT NOT NULL,
    commune         TEXT NOT NULL,
    departement     TEXT NOT NULL,
    region          TEXT NOT NULL,
    answers         TEXT NOT NULL,
    form            TEXT,
    frozen          TEXT,
    requested_cents BIGINT NOT NULL CHECK (requested_cents >= 0),
    eligible_cents  BIGINT NOT NULL CHECK (eligible_cents >= 0),
    deducted_cents  BIGINT NOT NULL CHECK (deducted_cents >= 0),
    proposed_cents  BIGINT NOT NULL CHECK (proposed_cents >= 0),
    granted_cents   BIGINT NOT NULL CHECK (granted_cents >= 0),
    instructor_id   TEXT NOT NULL,
    decider_id      TEXT NOT NULL,
    score           DOUBLE PRECISION NOT NULL,
    filed_at        TIMESTAMP,
    decided_at      TIMESTAMP,
    state_since     TIMESTAMP NOT NULL,
    due_at          TIMESTAMP,
    search_text     TEXT NOT NULL,
    version         INTEGER NOT NULL,
    created_at      TIMESTAMP NOT NULL,
    updated_at      TIMESTAMP NOT NULL,
    CONSTRAINT dossier_separation CHECK (decider_id = '' OR decider_id <> instructor_id)
);
CREATE INDEX dossier_call ON dossier (call_id, state);
CREATE INDEX dossier_inbox ON dossier (state, departement, due_at);
CREATE INDEX dossier_owner ON dossier (owner_id);
CREATE INDEX dossier_structure ON dossier (structure_id, programme);

CREATE TABLE dossier_counter (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
);

CREATE TABLE dossier_person (
    dossier_id TEXT NOT NULL REFERENCES dossier (id),
    person_id  TEXT NOT NULL,
    may_edit   BOOLEAN NOT NULL,
    added_at   TIMESTAMP NOT NULL,
    PRIMARY KEY (dossier_id, person_id)
);

CREATE TABLE dossier_document (
    id         TEXT PRIMARY KEY,
    dossier_id TEXT NOT NULL REFERENCES dossier (id),
    field      TEXT NOT NULL,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    sha256     TEXT NOT NULL,
    blob       TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    added_by   TEXT NOT NULL,
    added_at   TIMESTAMP NOT NULL,
    removed_at TIMESTAMP
);
CREATE INDEX dossier_document_dossier ON dossier_document (dossier_id, field);

CREATE TABLE dossier_correction (
    id          TEXT PRIMARY KEY,
    dossier_id  TEXT NOT NULL REFERENCES dossier (id),
    field       TEXT NOT NULL,
    message     TEXT NOT NULL,
    asked_by    TEXT NOT NULL,
    asked_at    TIMESTAMP NOT NULL,
    answer      TEXT NOT NULL,
    answered_at TIMESTAMP
);
CREATE INDEX dossier_correction_dossier ON dossier_correction (dossier_id);

CREATE TABLE dossier_message (
    id          TEXT PRIMARY KEY,
    dossier_id  TEXT NOT NULL REFERENCES dossier (id),
    internal    BOOLEAN NOT NULL,
    author_id   TEXT NOT NULL,
    author_name TEXT NOT NULL,
    text        TEXT NOT NULL,
    at          TIMESTAMP NOT NULL
);
CREATE INDEX dossier_message_dossier ON dossier_message (dossier_id, at);

CREATE TABLE opinion (
    id            TEXT PRIMARY KEY,
    dossier_id    TEXT NOT NULL REFERENCES dossier (id),
    reviewer_id   TEXT NOT NULL,
    reviewer_name TEXT NOT NULL,
    state         TEXT NOT NULL,
    asked_by      TEXT NOT NULL,
    asked_at      TIMESTAMP NOT NULL,
    due_at        TIMESTAMP NOT NULL,
    scores        TEXT NOT NULL,
    favourable    TEXT NOT NULL,
    text          TEXT NOT NULL,
    conflict      TEXT NOT NULL,
    given_at      TIMESTAMP,
    UNIQUE (dossier_id, reviewer_id)
);
CREATE INDEX opinion_reviewer ON opinion (reviewer_id, state, due_at);

CREATE TABLE committee (
    id         TEXT PRIMARY KEY,
    call_id    TEXT NOT NULL REFERENCES call (id),
    title      TEXT NOT NULL,
    held_on    TEXT NOT NULL,
    state      TEXT NOT NULL,
    minutes    TEXT NOT NULL,
    version    INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE committee_dossier (
    committee_id TEXT NOT NULL REFERENCES committee (id),
    dossier_id   TEXT NOT NULL REFERENCES dossier (id),
    PRIMARY KEY (committee_id, dossier_id)
);

CREATE TABLE committee_vote (
    committee_id TEXT NOT NULL REFERENCES committee (id),
    dossier_id   TEXT NOT NULL REFERENCES dossier (id),
    member_id    TEXT NOT NULL,
    member_name  TEXT NOT NULL,
    vote         TEXT NOT NULL,
    reason       TEXT NOT NULL,
    at           TIMESTAMP NOT NULL,
    PRIMARY KEY (committee_id, dossier_id, member_id)
);

CREATE TABLE dossier_decision (
    id            TEXT PRIMARY KEY,
    dossier_id    TEXT NOT NULL REFERENCES dossier (id),
    outcome       TEXT NOT NULL,
    amount_cents  BIGINT NOT NULL CHECK (amount_cents >= 0),
    reason        TEXT NOT NULL,
    decided_by    TEXT NOT NULL,
    decider_name  TEXT NOT NULL,
    decided_at    TIMESTAMP NOT NULL
);
CREATE INDEX dossier_decision_dossier ON dossier_decision (dossier_id, decided_at);

-- +goose Down
DROP TABLE dossier_decision;
DROP TABLE committee_vote;
DROP TABLE committee_dossier;
DROP TABLE committee;
DROP TABLE opinion;
DROP TABLE dossier_message;
DROP TABLE dossier_correction;
DROP TABLE dossier_document;
DROP TABLE dossier_person;
DROP TABLE dossier_counter;
DROP TABLE dossier;
DROP TABLE call_question;
DROP TABLE call;
