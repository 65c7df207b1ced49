-- +goose Up
ALTER TABLE document_issued ADD COLUMN salt bytea;
CREATE INDEX document_issued_unsalted ON document_issued (issued, id) WHERE salt IS NULL;

-- +goose Down
DROP INDEX document_issued_unsalted;
ALTER TABLE document_issued DROP COLUMN salt;
