-- +goose Up
-- Offers to put a document into a wallet. Its codes are made from the id and the
-- installation's secret, and stand nowhere.
CREATE TABLE vci_offer (
    id text PRIMARY KEY,
    document text NOT NULL,
    holder text NOT NULL,
    made_by text NOT NULL,
    created bigint NOT NULL,
    until bigint NOT NULL,
    tries bigint NOT NULL DEFAULT 0,
    used bigint NOT NULL DEFAULT 0
);
CREATE INDEX vci_offer_document ON vci_offer (document, created);

-- What wallets asked for at the authorisation endpoint, until somebody answers.
CREATE TABLE vci_request (
    id text PRIMARY KEY,
    params jsonb NOT NULL,
    until bigint NOT NULL,
    answered bigint NOT NULL DEFAULT 0
);
CREATE INDEX vci_request_until ON vci_request (until);

-- Authorisation codes and access tokens, by digest.
CREATE TABLE vci_code (
    digest text PRIMARY KEY,
    params jsonb NOT NULL,
    person text NOT NULL,
    grants jsonb NOT NULL,
    until bigint NOT NULL,
    used bigint NOT NULL DEFAULT 0
);
CREATE TABLE vci_token (
    digest text PRIMARY KEY,
    person text NOT NULL,
    client text NOT NULL,
    thumb text NOT NULL,
    source text NOT NULL,
    grants jsonb NOT NULL,
    until bigint NOT NULL,
    copies bigint NOT NULL DEFAULT 0
);
CREATE INDEX vci_token_source ON vci_token (source);

-- Nonces and proofs that were used, until they would no longer be taken anyway.
CREATE TABLE vci_used (
    digest text PRIMARY KEY,
    until bigint NOT NULL
);
CREATE INDEX vci_used_until ON vci_used (until);

-- Credentials promised for later.
CREATE TABLE vci_deferred (
    digest text PRIMARY KEY,
    token text NOT NULL,
    request jsonb NOT NULL,
    until bigint NOT NULL,
    done bigint NOT NULL DEFAULT 0
);

-- What was handed to wallets: one row for each copy.
CREATE TABLE vci_copy (
    id text PRIMARY KEY,
    handing text NOT NULL,
    document text NOT NULL,
    person text NOT NULL,
    format text NOT NULL,
    client text NOT NULL,
    device text NOT NULL,
    thumb text NOT NULL,
    uri text NOT NULL,
    place bigint NOT NULL,
    at bigint NOT NULL,
    state text NOT NULL,
    changed bigint NOT NULL DEFAULT 0
);
CREATE INDEX vci_copy_document ON vci_copy (document, at);
CREATE INDEX vci_copy_handing ON vci_copy (handing);

-- +goose Down
DROP TABLE vci_copy;
DROP TABLE vci_deferred;
DROP TABLE vci_used;
DROP TABLE vci_token;
DROP TABLE vci_code;
DROP TABLE vci_request;
DROP TABLE vci_offer;
