-- +goose Up
ALTER TABLE document_share ADD COLUMN maker text NOT NULL DEFAULT '';
ALTER TABLE document_share ADD COLUMN recipient text NOT NULL DEFAULT '';
ALTER TABLE document_share ADD COLUMN tell bigint NOT NULL DEFAULT 0;

CREATE TABLE document_share_look (
    id text PRIMARY KEY,
    share text NOT NULL,
    at bigint NOT NULL,
    device text NOT NULL,
    org text NOT NULL,
    signed_in bigint NOT NULL
);
CREATE INDEX document_share_look_share ON document_share_look (share, id);

-- +goose Down
DROP TABLE document_share_look;
ALTER TABLE document_share DROP COLUMN tell;
ALTER TABLE document_share DROP COLUMN recipient;
ALTER TABLE document_share DROP COLUMN maker;
