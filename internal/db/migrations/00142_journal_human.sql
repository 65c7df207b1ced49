-- +goose Up
-- What people read, without what programs read: by day, and by whom.
CREATE INDEX journal_look_human ON journal_look (at, actor) WHERE machine = 0;
CREATE INDEX journal_look_pair ON journal_look (person, actor, at) WHERE machine = 0;

-- +goose Down
DROP INDEX journal_look_pair;
DROP INDEX journal_look_human;
