-- +goose Up
CREATE TABLE document_dispute (
    case_id text PRIMARY KEY,
    document text NOT NULL,
    claim text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX document_dispute_document ON document_dispute (document, at);

-- +goose Down
DROP TABLE document_dispute;
