-- +goose Up
-- One browser of a person that agreed to be notified. The address is given by the maker of the browser; messages are encrypted for
-- p256dh and auth, which the browser made.
CREATE TABLE push_subscription (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL,
    endpoint   TEXT NOT NULL UNIQUE,
    p256dh     TEXT NOT NULL,
    auth       TEXT NOT NULL,
    device     TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    sent_at    TIMESTAMP,
    failed_at  TIMESTAMP,
    failure    TEXT NOT NULL
);
CREATE INDEX push_subscription_person ON push_subscription (person_id);

CREATE TABLE notification_rules (
    person_id  TEXT PRIMARY KEY,
    rules      TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

-- +goose Down
DROP TABLE notification_rules;
DROP TABLE push_subscription;
