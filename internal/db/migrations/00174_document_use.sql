-- +goose Up
-- What documents were put to use for, one row each until they are folded into the
-- tally; neither says whose document it was.
CREATE TABLE document_use (
    org text NOT NULL,
    service text NOT NULL,
    type text NOT NULL,
    use text NOT NULL,
    channel text NOT NULL,
    day text NOT NULL,
    number bigint NOT NULL
);

CREATE TABLE document_tally (
    org text NOT NULL,
    service text NOT NULL,
    type text NOT NULL,
    use text NOT NULL,
    channel text NOT NULL,
    day text NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (org, service, type, use, day, channel)
);

-- +goose Down
DROP TABLE document_tally;
DROP TABLE document_use;
