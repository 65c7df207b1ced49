-- +goose Up
-- A look at data of somebody who has no account yet: person is empty, unclaimed a
-- keyed digest that only the registries can make. It is emptied when the person
-- registers and the entry becomes theirs.
ALTER TABLE journal_look ADD COLUMN unclaimed text NOT NULL DEFAULT '';
CREATE INDEX journal_look_unclaimed ON journal_look (unclaimed) WHERE unclaimed <> '';

-- +goose Down
DROP INDEX journal_look_unclaimed;
ALTER TABLE journal_look DROP COLUMN unclaimed;
