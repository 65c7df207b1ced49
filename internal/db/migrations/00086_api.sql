-- +goose Up
-- The answers of requests that carried an Idempotency-Key, written in the
-- transaction that did the work, so that a repeated request does it once.
CREATE TABLE api_idempotency (
    actor  text NOT NULL,
    key    text NOT NULL,
    digest text NOT NULL,
    done   bigint NOT NULL DEFAULT 0,
    body   text NOT NULL DEFAULT '',
    at     bigint NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX api_idempotency_at ON api_idempotency (at);

-- +goose Down
DROP TABLE api_idempotency;
