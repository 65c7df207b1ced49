-- +goose Up
CREATE TABLE inventory_type (
    id text PRIMARY KEY,
    org text NOT NULL,
    name jsonb NOT NULL,
    number_form text NOT NULL,
    holders text NOT NULL,
    state text NOT NULL,
    since text NOT NULL,
    legal jsonb NOT NULL,
    outputs jsonb NOT NULL,
    created bigint NOT NULL,
    changed bigint NOT NULL,
    saves bigint NOT NULL
);
CREATE INDEX inventory_type_org ON inventory_type (org, id);

CREATE TABLE inventory_move (
    id text PRIMARY KEY,
    type text NOT NULL,
    at bigint NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    since text NOT NULL,
    words text NOT NULL,
    actor text NOT NULL
);
CREATE INDEX inventory_move_type ON inventory_move (type, id);

CREATE TABLE inventory_declared (
    type text NOT NULL,
    form text NOT NULL,
    year bigint NOT NULL,
    number bigint NOT NULL,
    link text NOT NULL,
    declared bigint NOT NULL,
    actor text NOT NULL,
    PRIMARY KEY (type, form, year)
);

CREATE TABLE inventory_issued (
    service text NOT NULL,
    kind text NOT NULL,
    month text NOT NULL,
    channel text NOT NULL,
    org text NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (service, kind, month, channel)
);

-- +goose Down
DROP TABLE inventory_issued;
DROP TABLE inventory_declared;
DROP TABLE inventory_move;
DROP TABLE inventory_type;
