-- +goose Up
CREATE TABLE document_attestation (
    number text PRIMARY KEY,
    document text NOT NULL,
    day text NOT NULL,
    made bigint NOT NULL,
    actor text NOT NULL
);
CREATE INDEX document_attestation_document ON document_attestation (document, made);

-- +goose Down
DROP TABLE document_attestation;
