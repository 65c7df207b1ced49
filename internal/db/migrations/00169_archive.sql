-- +goose Up
CREATE TABLE archive_batch (
    id text PRIMARY KEY,
    org text NOT NULL,
    type text NOT NULL,
    file text NOT NULL,
    digest text NOT NULL,
    actor text NOT NULL,
    begun bigint NOT NULL,
    ended bigint NOT NULL DEFAULT 0,
    state text NOT NULL,
    line bigint NOT NULL,
    total bigint NOT NULL,
    entered bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX archive_batch_file ON archive_batch (type, digest) WHERE state <> 'withdrawn';
CREATE INDEX archive_batch_org ON archive_batch (org, begun);

CREATE TABLE archive_paper (
    number_key text NOT NULL,
    batch text NOT NULL,
    type text NOT NULL,
    year bigint NOT NULL,
    holder_key text NOT NULL,
    scan text NOT NULL,
    PRIMARY KEY (number_key, batch)
);

CREATE TABLE archive_check (
    id text PRIMARY KEY,
    at bigint NOT NULL,
    org text NOT NULL,
    type text NOT NULL,
    number_key text NOT NULL,
    found bigint NOT NULL,
    scan text NOT NULL,
    holder text NOT NULL
);
CREATE INDEX archive_check_org ON archive_check (org, at);

-- +goose Down
DROP TABLE archive_check;
DROP TABLE archive_paper;
DROP TABLE archive_batch;
