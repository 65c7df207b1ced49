-- +goose Up
CREATE TABLE catalogue_organisation (
    id text PRIMARY KEY,
    place bigint NOT NULL,
    body jsonb NOT NULL,
    updated bigint NOT NULL
);
CREATE TABLE catalogue_life_event (
    id text PRIMARY KEY,
    place bigint NOT NULL,
    body jsonb NOT NULL,
    updated bigint NOT NULL
);
CREATE TABLE catalogue_service (
    id text PRIMARY KEY,
    organisation text NOT NULL,
    body jsonb NOT NULL,
    level bigint NOT NULL DEFAULT 0,
    version text NOT NULL DEFAULT '',
    published bigint NOT NULL DEFAULT 0,
    completed bigint NOT NULL DEFAULT 0,
    proven bigint NOT NULL DEFAULT 0,
    updated bigint NOT NULL
);
CREATE INDEX catalogue_service_organisation ON catalogue_service (organisation, id);
CREATE TABLE catalogue_book (
    id text PRIMARY KEY,
    revision bigint NOT NULL,
    synonyms jsonb NOT NULL
);

-- +goose Down
DROP TABLE catalogue_book;
DROP TABLE catalogue_service;
DROP TABLE catalogue_life_event;
DROP TABLE catalogue_organisation;
