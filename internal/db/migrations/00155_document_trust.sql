-- +goose Up
ALTER TABLE document_key ADD COLUMN crossed text NOT NULL DEFAULT '';
ALTER TABLE document_key ADD COLUMN place text NOT NULL DEFAULT '';

CREATE TABLE document_entitled (
    org text NOT NULL,
    service text NOT NULL,
    type text NOT NULL,
    version text NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY (org, service, type, version)
);
INSERT INTO document_entitled (org, service, type, version, since)
SELECT org, service, type, version, min(issued) FROM document_issued GROUP BY org, service, type, version;

CREATE TABLE document_trust (
    number bigint PRIMARY KEY,
    issued bigint NOT NULL,
    next bigint NOT NULL,
    content text NOT NULL,
    jws text NOT NULL
);

-- +goose Down
DROP TABLE document_trust;
DROP TABLE document_entitled;
ALTER TABLE document_key DROP COLUMN place;
ALTER TABLE document_key DROP COLUMN crossed;
