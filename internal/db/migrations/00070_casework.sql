-- +goose Up
CREATE TABLE case_case (
    id text PRIMARY KEY,
    ref text NOT NULL,
    service text NOT NULL,
    version text NOT NULL,
    organisation text NOT NULL,
    applicant text NOT NULL,
    agent text NOT NULL DEFAULT '',
    mandate text NOT NULL DEFAULT '',
    company text NOT NULL DEFAULT '',
    channel text NOT NULL,
    place text NOT NULL DEFAULT '',
    state text NOT NULL,
    stage text NOT NULL,
    outcome text NOT NULL DEFAULT '',
    answers jsonb NOT NULL,
    track jsonb NOT NULL,
    opened bigint NOT NULL,
    submitted bigint NOT NULL DEFAULT 0,
    due bigint NOT NULL DEFAULT 0,
    closed bigint NOT NULL DEFAULT 0,
    rev bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX case_case_ref ON case_case (ref);
CREATE INDEX case_case_applicant ON case_case (applicant, id);
CREATE INDEX case_case_agent ON case_case (agent, id) WHERE agent <> '';
CREATE INDEX case_case_owner ON case_case (organisation, state, id);
CREATE INDEX case_case_service ON case_case (service, id);

CREATE TABLE case_task (
    id text PRIMARY KEY,
    case_id text NOT NULL,
    ref text NOT NULL,
    service text NOT NULL,
    step text NOT NULL,
    kind text NOT NULL,
    organisation text NOT NULL DEFAULT '',
    role text NOT NULL DEFAULT '',
    person text NOT NULL DEFAULT '',
    assignee text NOT NULL DEFAULT '',
    state text NOT NULL,
    urgent boolean NOT NULL DEFAULT false,
    created bigint NOT NULL,
    due bigint NOT NULL,
    ended bigint NOT NULL DEFAULT 0
);
CREATE INDEX case_task_queue ON case_task (organisation, due, id) WHERE state = 'open';
CREATE INDEX case_task_assignee ON case_task (assignee, due, id) WHERE state = 'open' AND assignee <> '';
CREATE INDEX case_task_person ON case_task (person, id) WHERE person <> '';
CREATE INDEX case_task_case ON case_task (case_id, id);

CREATE TABLE case_note (
    id text PRIMARY KEY,
    case_id text NOT NULL,
    at bigint NOT NULL,
    author text NOT NULL,
    organisation text NOT NULL,
    words text NOT NULL
);
CREATE INDEX case_note_case ON case_note (case_id, id);

CREATE TABLE case_upload (
    id text PRIMARY KEY,
    blob text NOT NULL,
    case_id text NOT NULL DEFAULT '',
    person text NOT NULL,
    at bigint NOT NULL,
    body jsonb NOT NULL
);
CREATE INDEX case_upload_person ON case_upload (person, blob);
CREATE INDEX case_upload_case ON case_upload (case_id, blob);

CREATE TABLE case_result (
    id text PRIMARY KEY,
    name text NOT NULL,
    key text NOT NULL,
    case_id text NOT NULL,
    service text NOT NULL,
    at bigint NOT NULL,
    body jsonb NOT NULL
);
CREATE INDEX case_result_key ON case_result (name, key, id);

-- +goose Down
DROP TABLE case_result;
DROP TABLE case_upload;
DROP TABLE case_note;
DROP TABLE case_task;
DROP TABLE case_case;
