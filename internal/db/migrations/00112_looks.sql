-- +goose Up
-- Why and how somebody looked: which registry, under which agreement, for which
-- case, which attributes (a list), machine or person. opens: the moment from which
-- the person sees the entry (a delay by law, see journal_delay); 0: at once.
ALTER TABLE journal_look ADD COLUMN registry text NOT NULL DEFAULT '';
ALTER TABLE journal_look ADD COLUMN agreement text NOT NULL DEFAULT '';
ALTER TABLE journal_look ADD COLUMN case_id text NOT NULL DEFAULT '';
ALTER TABLE journal_look ADD COLUMN service text NOT NULL DEFAULT '';
ALTER TABLE journal_look ADD COLUMN channel text NOT NULL DEFAULT '';
ALTER TABLE journal_look ADD COLUMN attributes jsonb NOT NULL DEFAULT '[]';
ALTER TABLE journal_look ADD COLUMN machine bigint NOT NULL DEFAULT 0;
ALTER TABLE journal_look ADD COLUMN opens bigint NOT NULL DEFAULT 0;
CREATE INDEX journal_look_at ON journal_look (at);
CREATE INDEX journal_look_actor ON journal_look (actor, at);

-- +goose Down
DROP INDEX journal_look_actor;
DROP INDEX journal_look_at;
ALTER TABLE journal_look DROP COLUMN opens;
ALTER TABLE journal_look DROP COLUMN machine;
ALTER TABLE journal_look DROP COLUMN attributes;
ALTER TABLE journal_look DROP COLUMN channel;
ALTER TABLE journal_look DROP COLUMN service;
ALTER TABLE journal_look DROP COLUMN case_id;
ALTER TABLE journal_look DROP COLUMN agreement;
ALTER TABLE journal_look DROP COLUMN registry;
