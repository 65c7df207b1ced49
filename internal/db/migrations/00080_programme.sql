-- +goose Up
-- What happened, counted by the keys that committees ask for. unit 0 counts a
-- day (period 20261123), unit 1 a month (period 202611); units 2 and 3 are the
-- same for all channels and places together, 4 and 5 for all services together. ours, theirs and others
-- hold how many closed cases waited how long: "bucket:cases bucket:cases".
CREATE TABLE programme_count (
    unit bigint NOT NULL,
    period bigint NOT NULL,
    organisation text NOT NULL,
    service text NOT NULL,
    channel text NOT NULL,
    place text NOT NULL,
    submitted bigint NOT NULL,
    closed bigint NOT NULL,
    granted bigint NOT NULL,
    refused bigint NOT NULL,
    settled bigint NOT NULL,
    lapsed bigint NOT NULL,
    withdrawn bigint NOT NULL,
    timed bigint NOT NULL,
    late bigint NOT NULL,
    overdue bigint NOT NULL,
    decided bigint NOT NULL,
    silent bigint NOT NULL,
    corrected bigint NOT NULL,
    appealed bigint NOT NULL,
    paid bigint NOT NULL,
    collected bigint NOT NULL,
    waived bigint NOT NULL,
    refunds bigint NOT NULL,
    refunded bigint NOT NULL,
    documents bigint NOT NULL,
    revoked bigint NOT NULL,
    published bigint NOT NULL,
    proven bigint NOT NULL,
    ours text NOT NULL,
    theirs text NOT NULL,
    others text NOT NULL,
    PRIMARY KEY (unit, period, organisation, service, channel, place)
);

-- One row for each thing counted: what a figure opens to. No person is in it.
CREATE TABLE programme_row (
    seq bigint PRIMARY KEY,
    kind text NOT NULL,
    day bigint NOT NULL,
    at bigint NOT NULL,
    organisation text NOT NULL,
    service text NOT NULL,
    channel text NOT NULL,
    place text NOT NULL,
    subject text NOT NULL,
    outcome text NOT NULL,
    timed bigint NOT NULL,
    late bigint NOT NULL,
    amount bigint NOT NULL,
    ours bigint NOT NULL,
    theirs bigint NOT NULL,
    others bigint NOT NULL
);
CREATE INDEX programme_row_kind ON programme_row (kind, day, seq);
CREATE INDEX programme_row_organisation ON programme_row (organisation, kind, day, seq);
CREATE INDEX programme_row_outcome ON programme_row (outcome, day, seq) WHERE kind = 'closed';
CREATE INDEX programme_row_late ON programme_row (day, seq) WHERE late = 1;
CREATE INDEX programme_row_service ON programme_row (service, kind, day, seq);

-- The cases that are open now.
CREATE TABLE programme_open (
    subject text PRIMARY KEY,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    organisation text NOT NULL,
    service text NOT NULL,
    channel text NOT NULL,
    place text NOT NULL,
    late bigint NOT NULL
);
CREATE INDEX programme_open_place ON programme_open (organisation, service, channel, place, late, at);
CREATE INDEX programme_open_seq ON programme_open (late, seq);

-- +goose Down
DROP TABLE programme_open;
DROP TABLE programme_row;
DROP TABLE programme_count;
