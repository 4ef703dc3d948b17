-- +goose Up
-- What is in clear here: identifiers of our own, states, moments, codes that the figures count. What says who a patient is, what was
-- typed about them and what was photographed is in columns called sealed, under the key of the case.
CREATE TABLE telex_pool (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    phone      TEXT NOT NULL,
    settings   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE telex_pool_departement (
    pool_id     TEXT NOT NULL REFERENCES telex_pool (id),
    departement TEXT NOT NULL,
    PRIMARY KEY (pool_id, departement)
);

-- capacity counts the cases that an expert accepts to have open at once; 0 is no limit. Names and addresses are those of
-- professionals, kept as they were when the member was added or last changed.
CREATE TABLE telex_member (
    pool_id     TEXT NOT NULL REFERENCES telex_pool (id),
    person_id   TEXT NOT NULL,
    part        TEXT NOT NULL CHECK (part IN ('requester', 'expert', 'secretary', 'coordinator', 'lead')),
    name        TEXT NOT NULL,
    email       TEXT NOT NULL,
    rpps        TEXT NOT NULL,
    departement TEXT NOT NULL,
    practice    TEXT NOT NULL,
    commune     TEXT NOT NULL,
    capacity    INTEGER NOT NULL,
    active      BOOLEAN NOT NULL,
    PRIMARY KEY (pool_id, person_id, part)
);
CREATE INDEX telex_member_person ON telex_member (person_id);

-- day is a date of Paris: YYYY-MM-DD.
CREATE TABLE telex_calendar (
    pool_id   TEXT NOT NULL REFERENCES telex_pool (id),
    person_id TEXT NOT NULL,
    day       TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('duty', 'away')),
    PRIMARY KEY (pool_id, person_id, day)
);

-- case_id is '' while the slot is free.
CREATE TABLE telex_slot (
    id        TEXT PRIMARY KEY,
    pool_id   TEXT NOT NULL REFERENCES telex_pool (id),
    expert_id TEXT NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    minutes   INTEGER NOT NULL,
    place     TEXT NOT NULL,
    case_id   TEXT NOT NULL,
    version   INTEGER NOT NULL
);
CREATE INDEX telex_slot_expert ON telex_slot (expert_id, starts_at);
CREATE INDEX telex_slot_case ON telex_slot (case_id);

CREATE TABLE telex_case (
    id             TEXT PRIMARY KEY,
    pool_id        TEXT NOT NULL REFERENCES telex_pool (id),
    requester_id   TEXT NOT NULL,
    departement    TEXT NOT NULL,
    zone           TEXT NOT NULL,
    urgency        TEXT NOT NULL CHECK (urgency IN ('P1', 'P2', 'P3')),
    score          INTEGER NOT NULL,
    state          TEXT NOT NULL,
    state_since    TIMESTAMP NOT NULL,
    level          INTEGER NOT NULL,
    offered_to     TEXT NOT NULL,
    taker_id       TEXT NOT NULL,
    due_at         TIMESTAMP,
    answer_due     TIMESTAMP,
    answer_alerted BOOLEAN NOT NULL,
    reading        TEXT NOT NULL,
    reading_since  TIMESTAMP NOT NULL,
    reading_level  INTEGER NOT NULL,
    reading_due    TIMESTAMP,
    visit          TEXT NOT NULL,
    visit_since    TIMESTAMP NOT NULL,
    visit_level    INTEGER NOT NULL,
    visit_due      TIMESTAMP,
    disposition    TEXT NOT NULL,
    photos_usable  BOOLEAN,
    slot_id        TEXT NOT NULL,
    coordinator_id TEXT NOT NULL,
    outcome        TEXT NOT NULL,
    previous_id    TEXT NOT NULL,
    again_at       TIMESTAMP,
    second_reading BOOLEAN NOT NULL,
    submit_hash    TEXT NOT NULL,
    created_at     TIMESTAMP NOT NULL,
    submitted_at   TIMESTAMP,
    taken_at       TIMESTAMP,
    answered_at    TIMESTAMP,
    read_at        TIMESTAMP,
    informed_at    TIMESTAMP,
    proposed_at    TIMESTAMP,
    booked_at      TIMESTAMP,
    seen_at        TIMESTAMP,
    excised_at     TIMESTAMP,
    histology_at   TIMESTAMP,
    closed_at      TIMESTAMP,
    sealed         TEXT NOT NULL,
    version        INTEGER NOT NULL
);
CREATE INDEX telex_case_worklist ON telex_case (pool_id, state, urgency, submitted_at);
CREATE INDEX telex_case_requester ON telex_case (requester_id, created_at);
CREATE INDEX telex_case_taker ON telex_case (taker_id, state);
CREATE INDEX telex_case_visit ON telex_case (pool_id, visit);
CREATE INDEX telex_case_due ON telex_case (due_at);
CREATE INDEX telex_case_reading_due ON telex_case (reading_due);
CREATE INDEX telex_case_visit_due ON telex_case (visit_due);
CREATE INDEX telex_case_answer_due ON telex_case (answer_due);
CREATE INDEX telex_case_previous ON telex_case (previous_id);

-- An expert to whom a case was offered, so that the next offer goes to somebody else.
CREATE TABLE telex_offer (
    case_id   TEXT NOT NULL REFERENCES telex_case (id),
    person_id TEXT NOT NULL,
    at        TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, person_id)
);

-- sha256 is of the file as the phone holds it; received counts its bytes that are here. verdict is what the phone said of sharpness,
-- exposure, glare, resolution and scale, as JSON. mm_per_pixel is 0 when no card was seen.
CREATE TABLE telex_photo (
    id           TEXT PRIMARY KEY,
    case_id      TEXT NOT NULL REFERENCES telex_case (id),
    view         TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    size         BIGINT NOT NULL,
    received     BIGINT NOT NULL,
    received_at  TIMESTAMP,
    kind         TEXT NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    orientation  INTEGER NOT NULL,
    verdict      TEXT NOT NULL,
    kept_anyway  BOOLEAN NOT NULL,
    mm_per_pixel DOUBLE PRECISION NOT NULL,
    derived      BOOLEAN NOT NULL,
    created_at   TIMESTAMP NOT NULL
);
CREATE INDEX telex_photo_case ON telex_photo (case_id);

-- A part of a photograph that has not wholly come yet.
CREATE TABLE telex_chunk (
    photo_id TEXT NOT NULL REFERENCES telex_photo (id),
    start    BIGINT NOT NULL,
    size     BIGINT NOT NULL,
    blob     TEXT NOT NULL,
    PRIMARY KEY (photo_id, start)
);

-- kind is 'answer' (one for each case), 'addendum' or 'second' (the blind second reading). digest is the SHA-256 of what was signed:
-- the audit record holds it too.
CREATE TABLE telex_answer (
    id            TEXT PRIMARY KEY,
    case_id       TEXT NOT NULL REFERENCES telex_case (id),
    kind          TEXT NOT NULL CHECK (kind IN ('answer', 'addendum', 'second')),
    author_id     TEXT NOT NULL,
    signed_at     TIMESTAMP NOT NULL,
    disposition   TEXT NOT NULL,
    photos_usable BOOLEAN NOT NULL,
    digest        TEXT NOT NULL,
    sealed        TEXT NOT NULL
);
CREATE INDEX telex_answer_case ON telex_answer (case_id, signed_at);
CREATE UNIQUE INDEX telex_answer_one ON telex_answer (case_id) WHERE kind = 'answer';
CREATE UNIQUE INDEX telex_answer_second ON telex_answer (case_id) WHERE kind = 'second';

-- What was said about a case besides answers: information asked and given, incidents, how the patient was informed, histology.
CREATE TABLE telex_note (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL REFERENCES telex_case (id),
    kind      TEXT NOT NULL,
    code      TEXT NOT NULL,
    author_id TEXT NOT NULL,
    at        TIMESTAMP NOT NULL,
    sealed    TEXT NOT NULL
);
CREATE INDEX telex_note_case ON telex_note (case_id, at);

-- What an expert has typed and not signed yet; it survives the release of the case.
CREATE TABLE telex_reply_draft (
    case_id    TEXT NOT NULL REFERENCES telex_case (id),
    person_id  TEXT NOT NULL,
    sealed     TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, person_id)
);

-- The patient's slip: token_hash is the SHA-256 of the secret that only the paper holds.
CREATE TABLE telex_slip (
    case_id    TEXT PRIMARY KEY REFERENCES telex_case (id),
    token_hash TEXT NOT NULL UNIQUE,
    lang       TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- +goose Down
DROP TABLE telex_slip;
DROP TABLE telex_reply_draft;
DROP TABLE telex_note;
DROP TABLE telex_answer;
DROP TABLE telex_chunk;
DROP TABLE telex_photo;
DROP TABLE telex_offer;
DROP TABLE telex_case;
DROP TABLE telex_slot;
DROP TABLE telex_calendar;
DROP TABLE telex_member;
DROP TABLE telex_pool_departement;
DROP TABLE telex_pool;
