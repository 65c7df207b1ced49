-- +goose Up
CREATE TABLE document_key (
    kid text PRIMARY KEY,
    org text NOT NULL,
    state text NOT NULL,
    created bigint NOT NULL,
    ended bigint NOT NULL DEFAULT 0,
    sealed text NOT NULL
);
CREATE UNIQUE INDEX document_key_active ON document_key (org) WHERE state = 'active';

CREATE TABLE document_issued (
    id text PRIMARY KEY,
    number text NOT NULL,
    org text NOT NULL,
    service text NOT NULL,
    version text NOT NULL,
    type text NOT NULL,
    case_id text NOT NULL,
    holder text NOT NULL,
    channel text NOT NULL,
    place text NOT NULL,
    issued bigint NOT NULL,
    valid_until bigint NOT NULL,
    state text NOT NULL,
    changed bigint NOT NULL DEFAULT 0,
    changed_by text NOT NULL DEFAULT '',
    reason jsonb,
    replaces text NOT NULL,
    replaced_by text NOT NULL DEFAULT '',
    token text NOT NULL
);
CREATE UNIQUE INDEX document_issued_number ON document_issued (number);
CREATE INDEX document_issued_holder ON document_issued (holder, issued);
CREATE INDEX document_issued_case ON document_issued (case_id);

CREATE TABLE document_share (
    code text PRIMARY KEY,
    document text NOT NULL,
    claims jsonb NOT NULL,
    created bigint NOT NULL,
    until bigint NOT NULL,
    stopped bigint NOT NULL DEFAULT 0,
    visits bigint NOT NULL DEFAULT 0,
    last_visit bigint NOT NULL DEFAULT 0
);
CREATE INDEX document_share_document ON document_share (document, created);

-- +goose Down
DROP TABLE document_share;
DROP TABLE document_issued;
DROP TABLE document_key;
