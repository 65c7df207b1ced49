-- +goose Up
-- What each check found of each service, each time that changed. until 0: it
-- still holds.
CREATE TABLE policy_result (
    service text NOT NULL,
    check_id text NOT NULL,
    since bigint NOT NULL,
    until bigint NOT NULL,
    organisation text NOT NULL,
    state text NOT NULL,
    shows text NOT NULL,
    version text NOT NULL,
    PRIMARY KEY (service, check_id, since)
);
CREATE UNIQUE INDEX policy_result_now ON policy_result (service, check_id) WHERE until = 0;
CREATE INDEX policy_result_at ON policy_result (since, until);

-- Recorded legal decisions that free a service, or all services of an
-- organisation, from a check until a day. ended 0: it was not ended early.
CREATE TABLE policy_exception (
    id text PRIMARY KEY,
    service text NOT NULL,
    organisation text NOT NULL,
    check_id text NOT NULL,
    legal text NOT NULL,
    link text NOT NULL,
    reason text NOT NULL,
    decided_by text NOT NULL,
    author text NOT NULL,
    acting text NOT NULL,
    at bigint NOT NULL,
    since bigint NOT NULL,
    until bigint NOT NULL,
    ended bigint NOT NULL,
    ender text NOT NULL
);
CREATE INDEX policy_exception_check ON policy_exception (check_id, service, organisation);

-- +goose Down
DROP TABLE policy_exception;
DROP TABLE policy_result;
