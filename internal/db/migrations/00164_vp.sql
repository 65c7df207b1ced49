-- +goose Up
CREATE TABLE vp_request (
    code text PRIMARY KEY,
    person text NOT NULL,
    civil text NOT NULL,
    case_id text NOT NULL,
    question text NOT NULL,
    org text NOT NULL,
    type text NOT NULL,
    claims jsonb NOT NULL,
    plain bigint NOT NULL,
    nonce text NOT NULL,
    state_token text NOT NULL,
    sealed text NOT NULL,
    here bigint NOT NULL DEFAULT 0,
    state text NOT NULL,
    created bigint NOT NULL,
    until bigint NOT NULL,
    reason jsonb,
    given jsonb
);
CREATE INDEX vp_request_case ON vp_request (case_id, question);
CREATE INDEX vp_request_until ON vp_request (until);

-- +goose Down
DROP TABLE vp_request;
