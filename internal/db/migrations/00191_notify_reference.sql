-- +goose Up
ALTER TABLE notify_message ADD COLUMN ref text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE notify_message DROP COLUMN ref;
