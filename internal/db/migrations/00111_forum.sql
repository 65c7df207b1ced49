-- +goose Up
-- The yearly planning forum; body holds its name, rooms and days.
CREATE TABLE forum_forum (
    id text PRIMARY KEY,
    body jsonb NOT NULL
);

-- One slot of the agenda. day is 20261123; starts and ends are minutes since
-- midnight. org presents it; empty: everybody's.
CREATE TABLE forum_session (
    id text PRIMARY KEY,
    forum text NOT NULL,
    day bigint NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    room text NOT NULL,
    org text NOT NULL,
    title jsonb NOT NULL
);
CREATE INDEX forum_session_day ON forum_session (forum, day, starts);

CREATE TABLE forum_file (
    id text PRIMARY KEY,
    session text NOT NULL,
    blob text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    scan text NOT NULL,
    author text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX forum_file_session ON forum_file (session, id);

CREATE TABLE forum_question (
    id text PRIMARY KEY,
    session text NOT NULL,
    state text NOT NULL,
    words text NOT NULL,
    author text NOT NULL,
    acting text NOT NULL,
    at bigint NOT NULL,
    answer text NOT NULL,
    answerer text NOT NULL,
    answered bigint NOT NULL
);
CREATE INDEX forum_question_session ON forum_question (session, id);

-- What the forum decided; ref is its number in the committee it was handed to.
CREATE TABLE forum_decision (
    forum text NOT NULL,
    number bigint NOT NULL,
    session text NOT NULL,
    body jsonb NOT NULL,
    board text NOT NULL,
    handed text NOT NULL,
    ref text NOT NULL,
    author text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (forum, number)
);
CREATE INDEX forum_decision_session ON forum_decision (session, number);

-- +goose Down
DROP TABLE forum_decision;
DROP TABLE forum_question;
DROP TABLE forum_file;
DROP TABLE forum_session;
DROP TABLE forum_forum;
