-- +goose Up
-- Who takes part in the exchange. Identifiers are X-Road's, with their parts
-- percent-encoded. state follows directory.Lives.

-- The one row that orders changes of the directory: each takes it first.
CREATE TABLE directory_centre (
    id text PRIMARY KEY,
    version bigint NOT NULL,
    at bigint NOT NULL
);

-- Every directory issued: content is its digest without version and times,
-- token the signed form.
CREATE TABLE directory_issue (
    version bigint PRIMARY KEY,
    issued bigint NOT NULL,
    expires bigint NOT NULL,
    content text NOT NULL,
    token text NOT NULL
);

-- Keys of the centre: use is directory, gateways or systems. sealed is the
-- private half, certificate the authority's own (base64 of DER).
CREATE TABLE directory_key (
    id text PRIMARY KEY,
    use text NOT NULL,
    name text NOT NULL,
    certificate text NOT NULL,
    sealed text NOT NULL,
    created bigint NOT NULL
);
CREATE UNIQUE INDEX directory_key_use ON directory_key (use);

CREATE TABLE directory_member (
    id text PRIMARY KEY,
    organisation text NOT NULL,
    name jsonb NOT NULL,
    state text NOT NULL
);

-- plain: its information systems may come without TLS from the gateway's machine.
CREATE TABLE directory_subsystem (
    id text PRIMARY KEY,
    member text NOT NULL,
    name jsonb NOT NULL,
    plain bigint NOT NULL,
    state text NOT NULL
);
CREATE INDEX directory_subsystem_member ON directory_subsystem (member);

-- maintenance: null, or from, until and notice. seen: when it last asked for the
-- directory; report: what it said of itself then.
CREATE TABLE directory_server (
    id text PRIMARY KEY,
    member text NOT NULL,
    address text NOT NULL,
    state text NOT NULL,
    maintenance jsonb,
    seen bigint NOT NULL,
    report jsonb NOT NULL
);
CREATE TABLE directory_serving (
    server text NOT NULL,
    client text NOT NULL,
    PRIMARY KEY (server, client)
);
CREATE INDEX directory_serving_client ON directory_serving (client);

-- Certificates, ours and foreign ones that were registered. owner is a server
-- (use tls, signing) or a subsystem (use system). certificate is base64 of DER.
-- warned: the days that were left when the last warning was given; -1: none yet.
CREATE TABLE directory_certificate (
    owner text NOT NULL,
    fingerprint text NOT NULL,
    serial text NOT NULL,
    use text NOT NULL,
    foreign_issuer bigint NOT NULL,
    certificate text NOT NULL,
    public_key text NOT NULL,
    issued bigint NOT NULL,
    expires bigint NOT NULL,
    state text NOT NULL,
    warned bigint NOT NULL,
    PRIMARY KEY (owner, fingerprint)
);
CREATE INDEX directory_certificate_serial ON directory_certificate (serial);
CREATE INDEX directory_certificate_expires ON directory_certificate (expires);

-- body: address, description, methods, timeout, trust, the notice while disabled.
CREATE TABLE directory_service (
    id text PRIMARY KEY,
    subsystem text NOT NULL,
    body jsonb NOT NULL,
    state text NOT NULL
);
CREATE INDEX directory_service_subsystem ON directory_service (subsystem);

-- Rights that an operator set; those of agreements are asked when a directory is issued.
CREATE TABLE directory_grant (
    client text NOT NULL,
    service text NOT NULL,
    body jsonb NOT NULL,
    state text NOT NULL,
    PRIMARY KEY (client, service)
);

-- One-time words with which a gateway enrols: their digest only. keys is what
-- they were used for, so that the same request may be repeated.
CREATE TABLE directory_token (
    digest text PRIMARY KEY,
    server text NOT NULL,
    expires bigint NOT NULL,
    used bigint NOT NULL,
    keys text NOT NULL
);

-- +goose Down
DROP TABLE directory_token;
DROP TABLE directory_grant;
DROP TABLE directory_service;
DROP TABLE directory_certificate;
DROP TABLE directory_serving;
DROP TABLE directory_server;
DROP TABLE directory_subsystem;
DROP TABLE directory_member;
DROP TABLE directory_key;
DROP TABLE directory_issue;
DROP TABLE directory_centre;
