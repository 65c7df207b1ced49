-- +goose Up
-- What stands in people's and organisations' inboxes.
CREATE TABLE notify_message (
    id text PRIMARY KEY,
    person text NOT NULL,
    org text NOT NULL,
    case_id text NOT NULL,
    kind text NOT NULL,
    subject jsonb NOT NULL,
    body jsonb NOT NULL,
    link text NOT NULL,
    at bigint NOT NULL,
    read_at bigint NOT NULL DEFAULT 0
);
CREATE INDEX notify_message_person ON notify_message (person, id) WHERE person <> '';
CREATE INDEX notify_message_org ON notify_message (org, id) WHERE org <> '';
CREATE INDEX notify_message_unread ON notify_message (person, org) WHERE read_at = 0;

CREATE TABLE notify_preference (
    person text PRIMARY KEY,
    email boolean NOT NULL,
    sms boolean NOT NULL
);

-- One message on its way to one address; the address and text are forgotten
-- once it has arrived or failed.
CREATE TABLE notify_delivery (
    id text PRIMARY KEY,
    message text NOT NULL,
    channel text NOT NULL,
    address text NOT NULL,
    lang text NOT NULL,
    subject jsonb NOT NULL,
    body jsonb NOT NULL,
    link text NOT NULL,
    state text NOT NULL,
    trouble text NOT NULL DEFAULT '',
    at bigint NOT NULL,
    done_at bigint NOT NULL DEFAULT 0
);
CREATE INDEX notify_delivery_message ON notify_delivery (message);
CREATE INDEX notify_delivery_at ON notify_delivery (at);

-- Where messages go while a sample country is being tried.
CREATE TABLE notify_outbox (
    id text NOT NULL,
    channel text NOT NULL,
    address text NOT NULL,
    lang text NOT NULL,
    subject jsonb NOT NULL,
    body jsonb NOT NULL,
    link text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (id, channel)
);
CREATE INDEX notify_outbox_at ON notify_outbox (at);

CREATE TABLE notify_subscription (
    id text PRIMARY KEY,
    org text NOT NULL,
    url text NOT NULL,
    events jsonb NOT NULL,
    secret text NOT NULL,
    made_at bigint NOT NULL,
    failures bigint NOT NULL DEFAULT 0,
    stopped_at bigint NOT NULL DEFAULT 0,
    why text NOT NULL DEFAULT ''
);
CREATE INDEX notify_subscription_org ON notify_subscription (org);

CREATE TABLE notify_hook (
    id text PRIMARY KEY,
    subscription text NOT NULL,
    event text NOT NULL,
    body text NOT NULL,
    state text NOT NULL,
    tries bigint NOT NULL DEFAULT 0,
    status bigint NOT NULL DEFAULT 0,
    at bigint NOT NULL,
    done_at bigint NOT NULL DEFAULT 0
);
CREATE INDEX notify_hook_subscription ON notify_hook (subscription, id);
CREATE INDEX notify_hook_at ON notify_hook (at);

-- +goose Down
DROP TABLE notify_hook;
DROP TABLE notify_subscription;
DROP TABLE notify_outbox;
DROP TABLE notify_delivery;
DROP TABLE notify_preference;
DROP TABLE notify_message;
