-- +goose Up
-- How much one employee read on one day (20261123) of the country's calendar.
CREATE TABLE unusual_day (
    actor text NOT NULL,
    organisation text NOT NULL,
    day bigint NOT NULL,
    looks bigint NOT NULL,
    people bigint NOT NULL,
    PRIMARY KEY (organisation, actor, day)
);

-- What stands out in one employee's reading on one day. reasons: rules with their
-- numbers and the ids of looks; state: open, explained, raised.
CREATE TABLE unusual_finding (
    id text PRIMARY KEY,
    day bigint NOT NULL,
    actor text NOT NULL,
    organisation text NOT NULL,
    looks bigint NOT NULL,
    score bigint NOT NULL,
    reasons jsonb NOT NULL,
    state text NOT NULL,
    decided bigint NOT NULL,
    decided_by text NOT NULL,
    words text NOT NULL,
    case_id text NOT NULL,
    UNIQUE (day, actor, organisation)
);
CREATE INDEX unusual_finding_state ON unusual_finding (state, day, score);

-- People whose data is read out of curiosity; kept by auditors. words: why.
CREATE TABLE unusual_marked (
    person text PRIMARY KEY,
    at bigint NOT NULL,
    marked_by text NOT NULL,
    words text NOT NULL
);

-- +goose Down
DROP TABLE unusual_marked;
DROP TABLE unusual_finding;
DROP TABLE unusual_day;
