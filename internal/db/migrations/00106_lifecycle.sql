-- +goose Up
-- How every service stood, each time that changed: its stage, what the stage
-- rests on, its online levels, and which evidence came and went.
CREATE TABLE lifecycle_stage (
    service text NOT NULL,
    number bigint NOT NULL,
    at bigint NOT NULL,
    organisation text NOT NULL,
    stage text NOT NULL,
    basis text NOT NULL,
    proven bigint NOT NULL,
    declared bigint NOT NULL,
    came jsonb NOT NULL,
    went jsonb NOT NULL,
    held jsonb NOT NULL,
    PRIMARY KEY (service, number)
);
CREATE INDEX lifecycle_stage_at ON lifecycle_stage (service, at);

-- What people signed: for which evidence of which service, until when.
CREATE TABLE lifecycle_signed (
    id text PRIMARY KEY,
    service text NOT NULL,
    evidence text NOT NULL,
    words text NOT NULL,
    link text NOT NULL,
    signer text NOT NULL,
    acting text NOT NULL,
    at bigint NOT NULL,
    until bigint NOT NULL,
    withdrawn bigint NOT NULL,
    withdrawer text NOT NULL
);
CREATE INDEX lifecycle_signed_service ON lifecycle_signed (service, evidence, at);

-- What other parts of the programme know of a service: it is in the committee's
-- list, in a plan, it passed a check. until 0: until it is taken back.
CREATE TABLE lifecycle_evidence (
    service text NOT NULL,
    name text NOT NULL,
    source text NOT NULL,
    since bigint NOT NULL,
    until bigint NOT NULL,
    words jsonb NOT NULL,
    link text NOT NULL,
    PRIMARY KEY (service, name, source)
);

-- Decisions on the counter of a service, and what reopened it.
CREATE TABLE lifecycle_counter (
    service text NOT NULL,
    number bigint NOT NULL,
    at bigint NOT NULL,
    state text NOT NULL,
    words text NOT NULL,
    link text NOT NULL,
    actor text NOT NULL,
    acting text NOT NULL,
    measures jsonb NOT NULL,
    PRIMARY KEY (service, number)
);

-- +goose Down
DROP TABLE lifecycle_counter;
DROP TABLE lifecycle_evidence;
DROP TABLE lifecycle_signed;
DROP TABLE lifecycle_stage;
