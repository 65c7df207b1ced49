-- +goose Up
CREATE TABLE translog_log (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    origin text NOT NULL,
    vkey text NOT NULL,
    clock text NOT NULL,
    sealed text NOT NULL,
    size bigint NOT NULL DEFAULT 0,
    root bytea NOT NULL,
    note text NOT NULL,
    signed bigint NOT NULL,
    kept bigint NOT NULL DEFAULT 0,
    holder text NOT NULL DEFAULT '',
    lease bigint NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0,
    trouble text NOT NULL DEFAULT '',
    troubled bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX translog_log_name ON translog_log (name);

CREATE TABLE translog_queue (
    log bigint NOT NULL,
    id text NOT NULL,
    entry bytea NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (log, id)
);

CREATE TABLE translog_leaf (
    log bigint NOT NULL,
    place bigint NOT NULL,
    entry bytea NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (log, place)
);
CREATE INDEX translog_leaf_entry ON translog_leaf (log, entry);

CREATE TABLE translog_tile (
    log bigint NOT NULL,
    level bigint NOT NULL,
    place bigint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (log, level, place)
);

CREATE TABLE translog_kept (
    log bigint NOT NULL,
    size bigint NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL,
    at bigint NOT NULL,
    witnesses bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (log, size)
);

CREATE TABLE translog_witness (
    log bigint NOT NULL,
    name text NOT NULL,
    size bigint NOT NULL DEFAULT 0,
    line text NOT NULL DEFAULT '',
    at bigint NOT NULL DEFAULT 0,
    asked bigint NOT NULL DEFAULT 0,
    trouble text NOT NULL DEFAULT '',
    PRIMARY KEY (log, name)
);

CREATE TABLE translog_record (
    id text PRIMARY KEY,
    log bigint NOT NULL,
    domain text NOT NULL,
    subject text NOT NULL,
    kind text NOT NULL,
    salt bytea NOT NULL,
    body text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX translog_record_subject ON translog_record (log, subject, id);

-- +goose Down
DROP TABLE translog_record;
DROP TABLE translog_witness;
DROP TABLE translog_kept;
DROP TABLE translog_tile;
DROP TABLE translog_leaf;
DROP TABLE translog_queue;
DROP TABLE translog_log;
