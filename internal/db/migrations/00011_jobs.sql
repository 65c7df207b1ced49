-- +goose Up
CREATE TABLE jobs_job (
    id text PRIMARY KEY,
    kind text NOT NULL,
    key text NOT NULL,
    run_at bigint NOT NULL,
    lease bigint NOT NULL DEFAULT 0,
    attempt bigint NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0,
    dead boolean NOT NULL DEFAULT false,
    trouble text NOT NULL DEFAULT '',
    payload jsonb NOT NULL
);
CREATE UNIQUE INDEX jobs_job_key ON jobs_job (kind, key);
CREATE INDEX jobs_job_due ON jobs_job (run_at, id) WHERE NOT dead;

-- +goose Down
DROP TABLE jobs_job;
