-- +goose Up
-- How closed cases went, counted for comparing procedures; no person is in it.
-- One row for each closing of a case; worked is working milliseconds from handing
-- in (or the appeal) to closing.
CREATE TABLE procedure_case (
    seq bigint PRIMARY KEY,
    case_id text NOT NULL,
    day bigint NOT NULL,
    service text NOT NULL,
    organisation text NOT NULL,
    channel text NOT NULL,
    version text NOT NULL,
    outcome text NOT NULL,
    steps bigint NOT NULL,
    automatic bigint NOT NULL,
    handoffs bigint NOT NULL,
    documents bigint NOT NULL,
    visits bigint NOT NULL,
    corrections bigint NOT NULL,
    worked bigint NOT NULL
);
CREATE INDEX procedure_case_service ON procedure_case (service, day, seq);

-- The same by month (202611): sums over the closed cases.
CREATE TABLE procedure_month (
    month bigint NOT NULL,
    service text NOT NULL,
    organisation text NOT NULL,
    channel text NOT NULL,
    cases bigint NOT NULL,
    steps bigint NOT NULL,
    automatic bigint NOT NULL,
    handoffs bigint NOT NULL,
    documents bigint NOT NULL,
    visits bigint NOT NULL,
    corrections bigint NOT NULL,
    corrected bigint NOT NULL,
    worked bigint NOT NULL,
    PRIMARY KEY (month, service, organisation, channel)
);
CREATE INDEX procedure_month_service ON procedure_month (service, month);

-- Where cases stood for somebody, and for how many working milliseconds together.
CREATE TABLE procedure_stay (
    month bigint NOT NULL,
    service text NOT NULL,
    organisation text NOT NULL,
    channel text NOT NULL,
    step text NOT NULL,
    kind text NOT NULL,
    role text NOT NULL,
    worker text NOT NULL,
    stays bigint NOT NULL,
    worked bigint NOT NULL,
    PRIMARY KEY (month, service, organisation, channel, step, role, worker)
);
CREATE INDEX procedure_stay_service ON procedure_stay (service, month);

-- +goose Down
DROP TABLE procedure_stay;
DROP TABLE procedure_month;
DROP TABLE procedure_case;
