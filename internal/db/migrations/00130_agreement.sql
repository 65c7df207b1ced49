-- +goose Up
-- Who may read what, why, until when. since and until repeat the body's, in
-- milliseconds; day is the day of the last read (20261123) and today how often it
-- was read on it. saves counts the versions of its terms.
CREATE TABLE agreement_agreement (
    id text PRIMARY KEY,
    consumer text NOT NULL,
    provider text NOT NULL,
    registry text NOT NULL,
    state text NOT NULL,
    saves bigint NOT NULL,
    body jsonb NOT NULL,
    people jsonb NOT NULL,
    at bigint NOT NULL,
    since bigint NOT NULL,
    until bigint NOT NULL,
    per_day bigint NOT NULL,
    per_person bigint NOT NULL,
    reads bigint NOT NULL,
    day bigint NOT NULL,
    today bigint NOT NULL,
    read_at bigint NOT NULL
);
CREATE INDEX agreement_agreement_consumer ON agreement_agreement (consumer, state);
CREATE INDEX agreement_agreement_provider ON agreement_agreement (provider, state);
CREATE INDEX agreement_agreement_state ON agreement_agreement (state, until);

-- Every move and comment, with the terms as they stood when they were written.
CREATE TABLE agreement_move (
    agreement text NOT NULL,
    number bigint NOT NULL,
    event text NOT NULL,
    state text NOT NULL,
    words text NOT NULL,
    terms jsonb NOT NULL,
    author text NOT NULL,
    acting text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (agreement, number)
);

-- How often a person was read under an agreement on a day.
CREATE TABLE agreement_use (
    agreement text NOT NULL,
    day bigint NOT NULL,
    person text NOT NULL,
    reads bigint NOT NULL,
    PRIMARY KEY (agreement, day, person)
);

-- +goose Down
DROP TABLE agreement_use;
DROP TABLE agreement_move;
DROP TABLE agreement_agreement;
