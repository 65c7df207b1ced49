-- +goose Up
CREATE TABLE document_ceremony (
    id text PRIMARY KEY,
    kind text NOT NULL,
    org text NOT NULL,
    role text NOT NULL,
    kid text NOT NULL,
    place text NOT NULL,
    reason text NOT NULL,
    since bigint NOT NULL,
    note text NOT NULL,
    state text NOT NULL,
    proposed bigint NOT NULL,
    proposer text NOT NULL,
    until bigint NOT NULL,
    decided bigint NOT NULL DEFAULT 0,
    decider text NOT NULL DEFAULT '',
    answer text NOT NULL DEFAULT '',
    record jsonb
);
CREATE UNIQUE INDEX document_ceremony_open ON document_ceremony (kind, org, role, kid) WHERE state = 'proposed';
CREATE INDEX document_ceremony_proposed ON document_ceremony (proposed);

-- +goose Down
DROP TABLE document_ceremony;
