-- +goose Up
-- What lists need of a version, so that they compile none: null where it was
-- published before, and is then read from the files.
ALTER TABLE pack_version ADD COLUMN head jsonb;

-- +goose Down
ALTER TABLE pack_version DROP COLUMN head;
