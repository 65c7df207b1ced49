-- +goose Up
ALTER TABLE document_ceremony ADD COLUMN via text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE document_ceremony DROP COLUMN via;
