-- +goose Up
-- A workbook that an owner gave back and has not confirmed yet: one for each, for
-- a day.
CREATE TABLE workbook_upload (
    id text PRIMARY KEY,
    organisation text NOT NULL,
    author text NOT NULL,
    name text NOT NULL,
    body bytea NOT NULL,
    at bigint NOT NULL
);
CREATE UNIQUE INDEX workbook_upload_author ON workbook_upload (organisation, author);

-- +goose Down
DROP TABLE workbook_upload;
