-- +goose Up
-- Committees and who sits in them; body holds names, terms of reference, quorum.
CREATE TABLE committee_board (
    id text PRIMARY KEY,
    place bigint NOT NULL,
    body jsonb NOT NULL
);
CREATE TABLE committee_member (
    board text NOT NULL,
    person text NOT NULL,
    org text NOT NULL,
    seat text NOT NULL,
    place bigint NOT NULL,
    PRIMARY KEY (board, person)
);
CREATE INDEX committee_member_person ON committee_member (person);

-- Numbers without gaps: meetings of a committee (year 0), its decisions by year.
CREATE TABLE committee_counter (
    board text NOT NULL,
    kind text NOT NULL,
    year bigint NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (board, kind, year)
);

-- body holds the agenda with its minutes, and who was there. saves counts how
-- often it was saved, so that two people do not overwrite each other.
CREATE TABLE committee_meeting (
    id text PRIMARY KEY,
    board text NOT NULL,
    number bigint NOT NULL,
    state text NOT NULL,
    at bigint NOT NULL,
    saves bigint NOT NULL,
    held bigint NOT NULL,
    approved bigint NOT NULL,
    body jsonb NOT NULL
);
CREATE UNIQUE INDEX committee_meeting_number ON committee_meeting (board, number);
CREATE INDEX committee_meeting_at ON committee_meeting (board, at);

CREATE TABLE committee_paper (
    id text PRIMARY KEY,
    meeting text NOT NULL,
    item bigint NOT NULL,
    blob text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    scan text NOT NULL,
    author text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX committee_paper_meeting ON committee_paper (meeting, item, id);

CREATE TABLE committee_comment (
    id text PRIMARY KEY,
    meeting text NOT NULL,
    item bigint NOT NULL,
    words text NOT NULL,
    author text NOT NULL,
    acting text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX committee_comment_meeting ON committee_comment (meeting, id);

CREATE TABLE committee_decision (
    id text PRIMARY KEY,
    board text NOT NULL,
    year bigint NOT NULL,
    number bigint NOT NULL,
    meeting text NOT NULL,
    state text NOT NULL,
    at bigint NOT NULL,
    public bigint NOT NULL,
    body jsonb NOT NULL
);
CREATE UNIQUE INDEX committee_decision_number ON committee_decision (board, year, number);
CREATE INDEX committee_decision_meeting ON committee_decision (meeting);

-- due is a day, 20261123; reminded is how often its owner was told that it is.
CREATE TABLE committee_action (
    id text PRIMARY KEY,
    decision text NOT NULL,
    board text NOT NULL,
    number bigint NOT NULL,
    org text NOT NULL,
    state text NOT NULL,
    due bigint NOT NULL,
    reminded bigint NOT NULL,
    done bigint NOT NULL,
    body jsonb NOT NULL
);
CREATE INDEX committee_action_decision ON committee_action (decision, number);
CREATE INDEX committee_action_org ON committee_action (org, state, due);
CREATE INDEX committee_action_due ON committee_action (state, due);

-- What happened to an action, one line each.
CREATE TABLE committee_step (
    id text PRIMARY KEY,
    action text NOT NULL,
    event text NOT NULL,
    words text NOT NULL,
    due bigint NOT NULL,
    author text NOT NULL,
    acting text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX committee_step_action ON committee_step (action, id);

-- +goose Down
DROP TABLE committee_step;
DROP TABLE committee_action;
DROP TABLE committee_decision;
DROP TABLE committee_comment;
DROP TABLE committee_paper;
DROP TABLE committee_meeting;
DROP TABLE committee_counter;
DROP TABLE committee_member;
DROP TABLE committee_board;
