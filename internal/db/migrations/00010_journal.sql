-- +goose Up
CREATE TABLE journal_fact (
    id text PRIMARY KEY,
    seq bigint,
    at bigint NOT NULL,
    name text NOT NULL,
    subject text NOT NULL,
    actor text NOT NULL,
    acting text NOT NULL,
    service text NOT NULL,
    organisation text NOT NULL,
    channel text NOT NULL,
    place text NOT NULL,
    version text NOT NULL,
    body jsonb NOT NULL
);
CREATE UNIQUE INDEX journal_fact_seq ON journal_fact (seq) WHERE seq IS NOT NULL;
CREATE INDEX journal_fact_waiting ON journal_fact (id) WHERE seq IS NULL;
CREATE INDEX journal_fact_subject ON journal_fact (subject, id);

CREATE TABLE journal_cursor (
    follower text PRIMARY KEY,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    trouble text NOT NULL DEFAULT ''
);

CREATE TABLE journal_look (
    id text PRIMARY KEY,
    at bigint NOT NULL,
    person text NOT NULL,
    actor text NOT NULL,
    organisation text NOT NULL,
    what text NOT NULL,
    subject text NOT NULL,
    purpose text NOT NULL
);
CREATE INDEX journal_look_person ON journal_look (person, id);

-- +goose Down
DROP TABLE journal_look;
DROP TABLE journal_cursor;
DROP TABLE journal_fact;
