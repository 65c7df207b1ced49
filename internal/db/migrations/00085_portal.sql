-- +goose Up
-- What somebody typed when their session had ended, sealed with a key that only
-- their browser has. It lives for half an hour.
CREATE TABLE portal_stash (
    id    text PRIMARY KEY,
    ends  bigint NOT NULL,
    body  text NOT NULL
);
CREATE INDEX portal_stash_ends ON portal_stash (ends);

-- +goose Down
DROP TABLE portal_stash;
