-- +goose Up
-- An order by law that entries of one person's access log open later: those that
-- organisation makes (and, when given, actor, or for case_id). until: what is read
-- before it is delayed; opens: when entries and order open, later than until once
-- the order was renewed. opened: when they did; 0: not yet.
CREATE TABLE journal_delay (
    id text PRIMARY KEY,
    at bigint NOT NULL,
    person text NOT NULL,
    organisation text NOT NULL,
    actor text NOT NULL,
    case_id text NOT NULL,
    legal text NOT NULL,
    ordered_by text NOT NULL,
    ordered_for text NOT NULL,
    until bigint NOT NULL,
    opens bigint NOT NULL,
    opened bigint NOT NULL,
    renews text NOT NULL
);
CREATE INDEX journal_delay_person ON journal_delay (person, until);

-- The order under which an entry is delayed; empty: none.
ALTER TABLE journal_look ADD COLUMN delay text NOT NULL DEFAULT '';
CREATE INDEX journal_look_delay ON journal_look (delay) WHERE delay <> '';

-- +goose Down
DROP INDEX journal_look_delay;
ALTER TABLE journal_look DROP COLUMN delay;
DROP TABLE journal_delay;
