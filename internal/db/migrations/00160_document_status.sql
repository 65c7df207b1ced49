-- +goose Up
-- Where a document's status is found: its place in a status list. Documents from
-- before have none.
ALTER TABLE document_issued ADD COLUMN status_list text NOT NULL DEFAULT '';
ALTER TABLE document_issued ADD COLUMN status_index bigint NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX document_issued_place ON document_issued (status_list, status_index) WHERE status_list <> '';
CREATE INDEX document_issued_ended ON document_issued (status_list, state) WHERE state <> 'valid';

-- Status lists of an organisation. purpose: 'document' for the documents
-- themselves, 'copy' for copies in wallets. version counts changes.
CREATE TABLE document_list (
    id text PRIMARY KEY,
    org text NOT NULL,
    purpose text NOT NULL,
    number bigint NOT NULL,
    created bigint NOT NULL,
    version bigint NOT NULL DEFAULT 0,
    UNIQUE (org, purpose, number)
);

-- Copies of documents with a place of their own, each of which can be withdrawn.
CREATE TABLE document_copy (
    list text NOT NULL,
    place bigint NOT NULL,
    document text NOT NULL,
    made bigint NOT NULL,
    withdrawn bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (list, place)
);
CREATE INDEX document_copy_document ON document_copy (document);

-- +goose Down
DROP TABLE document_copy;
DROP TABLE document_list;
DROP INDEX document_issued_ended;
DROP INDEX document_issued_place;
ALTER TABLE document_issued DROP COLUMN status_index;
ALTER TABLE document_issued DROP COLUMN status_list;
