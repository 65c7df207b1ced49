-- +goose Up
-- What people said about agreements that need their consent: every revision, as
-- it was signed. body is the exact text that hash and signature cover.
CREATE TABLE consent_revision (
    person text NOT NULL,
    number bigint NOT NULL,
    agreement text NOT NULL,
    body text NOT NULL,
    hash text NOT NULL,
    kid text NOT NULL,
    signature text NOT NULL,
    PRIMARY KEY (person, number)
);

-- How each consent stands now, and how often it was used.
CREATE TABLE consent_consent (
    person text NOT NULL,
    agreement text NOT NULL,
    state text NOT NULL,
    number bigint NOT NULL,
    until bigint NOT NULL,
    used bigint NOT NULL,
    used_at bigint NOT NULL,
    PRIMARY KEY (person, agreement)
);

-- The keys that sign revisions; private halves are encrypted.
CREATE TABLE consent_key (
    id text PRIMARY KEY,
    sealed text NOT NULL,
    at bigint NOT NULL
);

-- +goose Down
DROP TABLE consent_key;
DROP TABLE consent_consent;
DROP TABLE consent_revision;
