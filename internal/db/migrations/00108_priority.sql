-- +goose Up
-- The weights that a committee gave to the criteria of priority, each time it
-- did: the highest number holds.
CREATE TABLE priority_weighing (
    number bigint PRIMARY KEY,
    weights jsonb NOT NULL,
    reason text NOT NULL,
    author text NOT NULL,
    acting text NOT NULL,
    at bigint NOT NULL
);

-- +goose Down
DROP TABLE priority_weighing;
