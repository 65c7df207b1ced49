-- +goose Up
-- The latest version of every record. key: unique within a registry. civil: the
-- civil number of whom it is about, so that people find their records once they
-- have an account. ended: when the record ended; 0: it has not. batch: the latest
-- import that named the record.
CREATE TABLE registry_record (
    id         text   PRIMARY KEY,
    registry   text   NOT NULL,
    key        text   NOT NULL,
    civil      text   NOT NULL DEFAULT '',
    version    bigint NOT NULL,
    valid_from bigint NOT NULL,
    ended      bigint NOT NULL DEFAULT 0,
    recorded   bigint NOT NULL,
    source     text   NOT NULL,
    reason     text   NOT NULL DEFAULT '',
    body       jsonb  NOT NULL,
    batch      text   NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX registry_record_key ON registry_record (registry, key);
CREATE INDEX registry_record_civil ON registry_record (civil, registry) WHERE civil <> '';
CREATE INDEX registry_record_ended ON registry_record (ended) WHERE ended > 0;

-- The versions that came before, as they stood.
CREATE TABLE registry_past (
    record     text   NOT NULL,
    version    bigint NOT NULL,
    valid_from bigint NOT NULL,
    ended      bigint NOT NULL DEFAULT 0,
    recorded   bigint NOT NULL,
    source     text   NOT NULL,
    reason     text   NOT NULL DEFAULT '',
    body       jsonb  NOT NULL,
    PRIMARY KEY (record, version)
);

-- What records are found by: a number made of a registry, one of its searches and
-- folded values. It says nothing by itself.
CREATE TABLE registry_term (
    term   bigint NOT NULL,
    record text   NOT NULL,
    PRIMARY KEY (term, record)
);

-- Imports: how far each has come, written with the rows. place: bytes of the file
-- that are done; reported: bytes of the file of rejected rows.
CREATE TABLE registry_batch (
    id       text   PRIMARY KEY,
    registry text   NOT NULL,
    file     text   NOT NULL,
    digest   text   NOT NULL,
    actor    text   NOT NULL,
    begun    bigint NOT NULL,
    ended    bigint NOT NULL DEFAULT 0,
    place    bigint NOT NULL DEFAULT 0,
    line     bigint NOT NULL DEFAULT 0,
    entered  bigint NOT NULL DEFAULT 0,
    changed  bigint NOT NULL DEFAULT 0,
    same     bigint NOT NULL DEFAULT 0,
    rejected bigint NOT NULL DEFAULT 0,
    reported bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX registry_batch_digest ON registry_batch (registry, digest);

-- +goose Down
DROP TABLE registry_batch;
DROP TABLE registry_term;
DROP TABLE registry_past;
DROP TABLE registry_record;
