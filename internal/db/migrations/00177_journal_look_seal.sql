-- +goose Up
-- seq: the place of a look in the log over all looks; given soon after it was
-- written, never by the reading itself. claimed: what unclaimed was before the
-- entry was handed to the person, for that is what was sealed; empty: nothing.
ALTER TABLE journal_look ADD COLUMN seq bigint;
ALTER TABLE journal_look ADD COLUMN claimed text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX journal_look_seq ON journal_look (seq) WHERE seq IS NOT NULL;
CREATE INDEX journal_look_unnumbered ON journal_look (id) WHERE seq IS NULL;

-- +goose Down
DROP INDEX journal_look_unnumbered;
DROP INDEX journal_look_seq;
ALTER TABLE journal_look DROP COLUMN claimed;
ALTER TABLE journal_look DROP COLUMN seq;
