-- +goose Up
-- In which languages the country writes.
ALTER TABLE catalogue_book ADD COLUMN languages jsonb NOT NULL DEFAULT '["ar", "en"]';
-- 1 for services that people outside the government can ask for.
ALTER TABLE catalogue_service ADD COLUMN public bigint NOT NULL DEFAULT 1;

-- Every state of every entry: those that were published, and the one being
-- written. saves counts how often it was saved, so that two people do not
-- overwrite each other.
CREATE TABLE catalogue_revision (
    service text NOT NULL,
    number bigint NOT NULL,
    state text NOT NULL,
    organisation text NOT NULL,
    base bigint NOT NULL,
    saves bigint NOT NULL,
    body jsonb NOT NULL,
    author text NOT NULL,
    acting text NOT NULL,
    decider text NOT NULL,
    began bigint NOT NULL,
    saved bigint NOT NULL,
    submitted bigint NOT NULL,
    decided bigint NOT NULL,
    PRIMARY KEY (service, number)
);
CREATE UNIQUE INDEX catalogue_revision_written ON catalogue_revision (service) WHERE state IN ('draft', 'review');
CREATE UNIQUE INDEX catalogue_revision_published ON catalogue_revision (service) WHERE state = 'published';
CREATE INDEX catalogue_revision_work ON catalogue_revision (organisation, saved) WHERE state IN ('draft', 'review');

INSERT INTO catalogue_revision (service, number, state, organisation, base, saves, body, author, acting, decider, began, saved, submitted, decided)
    SELECT id, 1, 'published', organisation, 0, 0, body, 'system', '', 'system', updated, updated, 0, updated FROM catalogue_service;

CREATE TABLE catalogue_comment (
    id text PRIMARY KEY,
    service text NOT NULL,
    number bigint NOT NULL,
    place text NOT NULL,
    words text NOT NULL,
    author text NOT NULL,
    acting text NOT NULL,
    at bigint NOT NULL,
    settled bigint NOT NULL DEFAULT 0
);
CREATE INDEX catalogue_comment_service ON catalogue_comment (service, id);

-- What an organisation said about a service for a year, each time it said it.
CREATE TABLE catalogue_statement (
    service text NOT NULL,
    year text NOT NULL,
    at bigint NOT NULL,
    organisation text NOT NULL,
    body jsonb NOT NULL,
    author text NOT NULL,
    PRIMARY KEY (service, year, at)
);
CREATE INDEX catalogue_statement_year ON catalogue_statement (year, organisation, service, at);

-- +goose Down
DROP TABLE catalogue_statement;
DROP TABLE catalogue_comment;
DROP TABLE catalogue_revision;
ALTER TABLE catalogue_book DROP COLUMN languages;
ALTER TABLE catalogue_service DROP COLUMN public;
