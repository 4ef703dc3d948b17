-- +goose Up
CREATE TABLE dossier_access (
    id         TEXT PRIMARY KEY,
    dossier_id TEXT NOT NULL REFERENCES dossier (id),
    name       TEXT NOT NULL,
    email      TEXT NOT NULL,
    rights     TEXT NOT NULL CHECK (rights IN ('read', 'edit', 'file')),
    person_id  TEXT NOT NULL,
    key_hash   TEXT NOT NULL UNIQUE,
    added_at   TIMESTAMP NOT NULL,
    joined_at  TIMESTAMP,
    revoked_at TIMESTAMP
);
CREATE INDEX dossier_access_dossier ON dossier_access (dossier_id);
CREATE INDEX dossier_access_person ON dossier_access (person_id);
INSERT INTO dossier_access (id, dossier_id, name, email, rights, person_id, key_hash, added_at, joined_at)
SELECT dossier_id || ':' || person_id, dossier_id, '', '', CASE WHEN may_edit THEN 'file' ELSE 'read' END, person_id, dossier_id || ':' || person_id, added_at, added_at FROM dossier_person;
DROP TABLE dossier_person;

CREATE TABLE dossier_appeal (
    id            TEXT PRIMARY KEY,
    dossier_id    TEXT NOT NULL REFERENCES dossier (id),
    decision_id   TEXT NOT NULL UNIQUE REFERENCES dossier_decision (id),
    kind          TEXT NOT NULL CHECK (kind IN ('gracious', 'hierarchical')),
    state         TEXT NOT NULL,
    text          TEXT NOT NULL,
    filed_at      TIMESTAMP NOT NULL,
    due_at        TIMESTAMP NOT NULL,
    answer        TEXT NOT NULL,
    answered_by   TEXT NOT NULL,
    answered_name TEXT NOT NULL,
    answered_at   TIMESTAMP,
    version       INTEGER NOT NULL
);
CREATE INDEX dossier_appeal_state ON dossier_appeal (state, due_at);
CREATE INDEX dossier_appeal_dossier ON dossier_appeal (dossier_id);

ALTER TABLE opinion ADD COLUMN reviewer_email TEXT NOT NULL DEFAULT '';
ALTER TABLE opinion ADD COLUMN key_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE opinion ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0;
CREATE INDEX opinion_key ON opinion (key_hash);
CREATE INDEX opinion_due ON opinion (state, due_at);

ALTER TABLE call ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';

CREATE INDEX dossier_filed ON dossier (filed_at, id);
CREATE INDEX dossier_call_filed ON dossier (call_id, filed_at, id);
CREATE INDEX dossier_key ON dossier (key_hash);
CREATE INDEX committee_vote_member ON committee_vote (dossier_id, member_id);

-- +goose Down
DROP INDEX committee_vote_member;
DROP INDEX dossier_key;
DROP INDEX dossier_call_filed;
DROP INDEX dossier_filed;
ALTER TABLE call DROP COLUMN settings;
DROP INDEX opinion_due;
DROP INDEX opinion_key;
ALTER TABLE opinion DROP COLUMN reminded;
ALTER TABLE opinion DROP COLUMN key_hash;
ALTER TABLE opinion DROP COLUMN reviewer_email;
DROP TABLE dossier_appeal;
CREATE TABLE dossier_person (
    dossier_id TEXT NOT NULL REFERENCES dossier (id),
    person_id  TEXT NOT NULL,
    may_edit   BOOLEAN NOT NULL,
    added_at   TIMESTAMP NOT NULL,
    PRIMARY KEY (dossier_id, person_id)
);
DROP TABLE dossier_access;
