-- +goose Up
ALTER TABLE document_key ADD COLUMN role text NOT NULL DEFAULT 'issue';
ALTER TABLE document_key ADD COLUMN certificate text NOT NULL DEFAULT '';
ALTER TABLE document_key ADD COLUMN issuer text NOT NULL DEFAULT '';
ALTER TABLE document_key ADD COLUMN reason text NOT NULL DEFAULT '';
ALTER TABLE document_key ADD COLUMN since bigint NOT NULL DEFAULT 0;
DROP INDEX document_key_active;
CREATE UNIQUE INDEX document_key_active ON document_key (org, role) WHERE state = 'active';

-- +goose Down
DELETE FROM document_key WHERE role <> 'issue';
DROP INDEX document_key_active;
CREATE UNIQUE INDEX document_key_active ON document_key (org) WHERE state = 'active';
ALTER TABLE document_key DROP COLUMN since;
ALTER TABLE document_key DROP COLUMN reason;
ALTER TABLE document_key DROP COLUMN issuer;
ALTER TABLE document_key DROP COLUMN certificate;
ALTER TABLE document_key DROP COLUMN role;
