-- +goose Up
-- The yearly cycle: what the authority asks of every organisation, and by when.
CREATE TABLE plan_cycle (
    year bigint PRIMARY KEY,
    state text NOT NULL,
    saves bigint NOT NULL,
    body jsonb NOT NULL,
    author text NOT NULL,
    saved bigint NOT NULL
);

-- One plan for each organisation and year. touched counts every change of the
-- plan or its parts, so that a move and a save do not overtake each other.
CREATE TABLE plan_plan (
    year bigint NOT NULL,
    organisation text NOT NULL,
    state text NOT NULL,
    touched bigint NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (year, organisation)
);

-- What stands in each section now. saves counts how often it was saved, so that
-- two people do not overwrite each other.
CREATE TABLE plan_section (
    year bigint NOT NULL,
    organisation text NOT NULL,
    section text NOT NULL,
    saves bigint NOT NULL,
    body jsonb NOT NULL,
    author text NOT NULL,
    saved bigint NOT NULL,
    PRIMARY KEY (year, organisation, section)
);

-- The whole plan as it was given, each time it was.
CREATE TABLE plan_revision (
    year bigint NOT NULL,
    organisation text NOT NULL,
    number bigint NOT NULL,
    event text NOT NULL,
    body jsonb NOT NULL,
    author text NOT NULL,
    acting text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (year, organisation, number)
);

CREATE TABLE plan_comment (
    id text PRIMARY KEY,
    year bigint NOT NULL,
    organisation text NOT NULL,
    section text NOT NULL,
    kind text NOT NULL,
    words text NOT NULL,
    author text NOT NULL,
    acting text NOT NULL,
    at bigint NOT NULL,
    settled bigint NOT NULL
);
CREATE INDEX plan_comment_plan ON plan_comment (year, organisation, id);

-- What an organisation says of a quarter, and at the end of the year.
CREATE TABLE plan_report (
    year bigint NOT NULL,
    organisation text NOT NULL,
    part text NOT NULL,
    saves bigint NOT NULL,
    body jsonb NOT NULL,
    author text NOT NULL,
    saved bigint NOT NULL,
    PRIMARY KEY (year, organisation, part)
);

-- +goose Down
DROP TABLE plan_report;
DROP TABLE plan_comment;
DROP TABLE plan_revision;
DROP TABLE plan_section;
DROP TABLE plan_plan;
DROP TABLE plan_cycle;
