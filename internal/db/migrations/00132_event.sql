-- +goose Up
-- Who is told of which changes, under which agreement. number counts what was
-- put down for it: the row is the lock that keeps deliveries in order. An empty
-- url: it fetches them itself. stopped 0: in force.
CREATE TABLE event_subscription (
    id text PRIMARY KEY,
    agreement text NOT NULL,
    consumer text NOT NULL,
    provider text NOT NULL,
    topic text NOT NULL,
    url text NOT NULL,
    secret text NOT NULL,
    number bigint NOT NULL,
    at bigint NOT NULL,
    stopped bigint NOT NULL
);
CREATE INDEX event_subscription_topic ON event_subscription (topic, stopped);
CREATE INDEX event_subscription_consumer ON event_subscription (consumer);
CREATE INDEX event_subscription_provider ON event_subscription (provider);

-- One change for one subscriber. source names the change, so that none is put
-- down twice; body is emptied when it is delivered or given up for good. looked:
-- when the person's access log was written.
CREATE TABLE event_delivery (
    id text PRIMARY KEY,
    subscription text NOT NULL,
    number bigint NOT NULL,
    source text NOT NULL,
    subject text NOT NULL,
    person text NOT NULL,
    record text NOT NULL,
    body jsonb NOT NULL,
    state text NOT NULL,
    tries bigint NOT NULL,
    status bigint NOT NULL,
    trouble text NOT NULL,
    looked bigint NOT NULL,
    at bigint NOT NULL,
    done bigint NOT NULL,
    UNIQUE (subscription, number),
    UNIQUE (subscription, source)
);
CREATE INDEX event_delivery_lane ON event_delivery (subscription, subject, state, number);
CREATE INDEX event_delivery_state ON event_delivery (state, done);

-- +goose Down
DROP TABLE event_delivery;
DROP TABLE event_subscription;
