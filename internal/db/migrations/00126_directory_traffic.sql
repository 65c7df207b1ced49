-- +goose Up
-- Messages that a gateway reported of a day (UTC, such as 2026-11-29).
CREATE TABLE directory_traffic (
    server text NOT NULL,
    day text NOT NULL,
    messages bigint NOT NULL,
    PRIMARY KEY (server, day)
);
CREATE INDEX directory_traffic_day ON directory_traffic (day);

-- +goose Down
DROP TABLE directory_traffic;
