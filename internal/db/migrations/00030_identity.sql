-- +goose Up
CREATE TABLE identity_person (
    id text PRIMARY KEY,
    civil_number text NOT NULL,
    name_ar text NOT NULL,
    name_en text NOT NULL,
    birth text NOT NULL,
    sex text NOT NULL,
    nationality text NOT NULL,
    phone text NOT NULL,
    phone_key text NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    block text NOT NULL,
    road text NOT NULL,
    building text NOT NULL,
    flat text NOT NULL,
    marks jsonb NOT NULL,
    lang text NOT NULL,
    registered_at bigint NOT NULL,
    closed_at bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX identity_person_civil ON identity_person (civil_number) WHERE civil_number <> '';
CREATE INDEX identity_person_phone ON identity_person (phone_key) WHERE phone_key <> '';
CREATE INDEX identity_person_email ON identity_person (email_key) WHERE email_key <> '';

-- The folded words of people's names, for officers who search.
CREATE TABLE identity_word (
    word text NOT NULL,
    person text NOT NULL,
    PRIMARY KEY (word, person)
);
CREATE INDEX identity_word_person ON identity_word (person);

CREATE TABLE identity_member (
    person text NOT NULL,
    org text NOT NULL,
    roles jsonb NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY (person, org)
);
CREATE INDEX identity_member_org ON identity_member (org, person);

CREATE TABLE identity_mandate (
    id text PRIMARY KEY,
    holder text NOT NULL,
    subject text NOT NULL,
    name jsonb NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    from_at bigint NOT NULL,
    until_at bigint NOT NULL,
    source text NOT NULL,
    revoked_at bigint NOT NULL DEFAULT 0
);
CREATE INDEX identity_mandate_holder ON identity_mandate (holder, subject);
CREATE INDEX identity_mandate_subject ON identity_mandate (subject);

-- One asking for a one-time code. A row is made for strangers too, so that
-- nobody can tell from outside who has an account.
CREATE TABLE identity_attempt (
    id text PRIMARY KEY,
    purpose text NOT NULL,
    person text NOT NULL,
    session text NOT NULL,
    code_hash text NOT NULL,
    tries bigint NOT NULL DEFAULT 0,
    until_at bigint NOT NULL,
    used_at bigint NOT NULL DEFAULT 0
);
CREATE INDEX identity_attempt_until ON identity_attempt (until_at);

CREATE TABLE identity_session (
    id text PRIMARY KEY,
    person text NOT NULL,
    token_hash text NOT NULL,
    old_hash text NOT NULL DEFAULT '',
    old_until bigint NOT NULL DEFAULT 0,
    org text NOT NULL DEFAULT '',
    channel text NOT NULL,
    device text NOT NULL,
    entered_by text NOT NULL,
    entered_at bigint NOT NULL,
    rotated_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    proved_at bigint NOT NULL
);
CREATE UNIQUE INDEX identity_session_token ON identity_session (token_hash);
CREATE INDEX identity_session_old ON identity_session (old_hash) WHERE old_hash <> '';
CREATE INDEX identity_session_person ON identity_session (person);
CREATE INDEX identity_session_seen ON identity_session (seen_at);

CREATE TABLE identity_passkey (
    id text PRIMARY KEY,
    person text NOT NULL,
    label text NOT NULL,
    credential jsonb NOT NULL,
    made_at bigint NOT NULL,
    used_at bigint NOT NULL DEFAULT 0,
    suspect boolean NOT NULL DEFAULT false
);
CREATE INDEX identity_passkey_person ON identity_passkey (person);

CREATE TABLE identity_ceremony (
    id text PRIMARY KEY,
    purpose text NOT NULL,
    person text NOT NULL,
    session text NOT NULL,
    data jsonb NOT NULL,
    until_at bigint NOT NULL
);
CREATE INDEX identity_ceremony_until ON identity_ceremony (until_at);

CREATE TABLE identity_token (
    id text PRIMARY KEY,
    hash text NOT NULL,
    person text NOT NULL,
    org text NOT NULL,
    name text NOT NULL,
    scopes jsonb NOT NULL,
    made_at bigint NOT NULL,
    until_at bigint NOT NULL,
    used_at bigint NOT NULL DEFAULT 0,
    revoked_at bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX identity_token_hash ON identity_token (hash);
CREATE INDEX identity_token_person ON identity_token (person);
CREATE INDEX identity_token_org ON identity_token (org) WHERE org <> '';

CREATE TABLE identity_limit (
    bucket text NOT NULL,
    span bigint NOT NULL,
    n bigint NOT NULL,
    until_at bigint NOT NULL,
    PRIMARY KEY (bucket, span)
);
CREATE INDEX identity_limit_until ON identity_limit (until_at);

-- +goose Down
DROP TABLE identity_limit;
DROP TABLE identity_token;
DROP TABLE identity_ceremony;
DROP TABLE identity_passkey;
DROP TABLE identity_session;
DROP TABLE identity_attempt;
DROP TABLE identity_mandate;
DROP TABLE identity_member;
DROP TABLE identity_word;
DROP TABLE identity_person;
