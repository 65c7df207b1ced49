-- +goose Up
-- What cases did not ask for: questions that registries answered, papers they made
-- needless, visits that a changed procedure needs no more. One row for each time a
-- case was spared something; no person is in it.
CREATE TABLE procedure_spared (
    seq bigint PRIMARY KEY,
    case_id text NOT NULL,
    reference text NOT NULL,
    day bigint NOT NULL,
    month bigint NOT NULL,
    service text NOT NULL,
    organisation text NOT NULL,
    channel text NOT NULL,
    questions bigint NOT NULL,
    papers bigint NOT NULL,
    visits bigint NOT NULL
);
CREATE INDEX procedure_spared_month ON procedure_spared (month, organisation, service);
CREATE INDEX procedure_spared_service ON procedure_spared (service, month, seq);

-- +goose Down
DROP TABLE procedure_spared;
