-- +goose Up
-- The seal that a document's QR code carries: base64url of a COSE_Sign1, made once
-- with the document. Documents from before have none; theirs is made when it is asked for.
ALTER TABLE document_issued ADD COLUMN seal text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE document_issued DROP COLUMN seal;
