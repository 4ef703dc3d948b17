-- +goose Up
CREATE TABLE consultation (
    id           TEXT PRIMARY KEY,
    state        TEXT NOT NULL,
    title        TEXT NOT NULL,
    need         TEXT NOT NULL,
    speciality   TEXT NOT NULL,
    practitioner TEXT NOT NULL,
    employer     TEXT NOT NULL,
    premises     TEXT NOT NULL,
    region       TEXT NOT NULL,
    departement  TEXT NOT NULL,
    commune      TEXT NOT NULL,
    commune_name TEXT NOT NULL,
    signed_on    TEXT NOT NULL,
    opened_on    TEXT NOT NULL,
    review       TEXT NOT NULL,
    reviewed_on  TEXT NOT NULL,
    since        TIMESTAMP NOT NULL,
    due_at       TIMESTAMP,
    search_text  TEXT NOT NULL,
    version      INTEGER NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL,
    CONSTRAINT consultation_opened CHECK (state NOT IN ('open', 'review', 'renewed') OR opened_on <> '')
);

CREATE TABLE consultation_partner (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultation (id),
    structure_id    TEXT NOT NULL,
    name            TEXT NOT NULL,
    rank            INTEGER NOT NULL,
    UNIQUE (consultation_id, name)
);
CREATE INDEX consultation_partner_structure ON consultation_partner (structure_id);

CREATE TABLE consultation_share (
    consultation_id TEXT NOT NULL REFERENCES consultation (id),
    partner_id      TEXT NOT NULL REFERENCES consultation_partner (id),
    facet           TEXT NOT NULL CHECK (facet IN ('premises', 'operation', 'funding', 'professionals', 'communication')),
    note            TEXT NOT NULL,
    PRIMARY KEY (partner_id, facet)
);
CREATE INDEX consultation_share_board ON consultation_share (consultation_id);

CREATE TABLE consultation_session (
    id              TEXT PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultation (id),
    held_on         TEXT NOT NULL,
    slots           INTEGER NOT NULL CHECK (slots BETWEEN 1 AND 200),
    attended        INTEGER NOT NULL CHECK (attended >= 0 AND attended <= slots),
    reported_by     TEXT NOT NULL,
    reported_at     TIMESTAMP NOT NULL,
    UNIQUE (consultation_id, held_on)
);

-- +goose Down
DROP TABLE consultation_session;
DROP TABLE consultation_share;
DROP TABLE consultation_partner;
DROP TABLE consultation;
