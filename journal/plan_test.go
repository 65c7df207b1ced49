package journal_test

import (
	"strings"
	"testing"

	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
)

// args fit every bounded query: person or actor or times, in the order of its
// placeholders. What they find does not matter.
var args = map[string][]any{
	"looks": {"p", "Z", int64(1), 10}, "looks of one organisation": {"p", "Z", int64(1), 10, "moe"}, "readers": {int64(1), int64(2)}, "read by": {"a", int64(1), "Z", int64(2), "moe", 10},
	"for a case": {"p", "a", int64(1)}, "times": {"p", "a", int64(1), 10}, "order": {"p", int64(1), "moe", "a", "c"},
}

// With a million looks no page and no rule may go through the table: every such
// query is answered from an index, on both engines.
func TestQueriesOfLooksUseAnIndex(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, q := range journal.Bounded {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				explain := "EXPLAIN QUERY PLAN "
				if d.Engine() == db.Postgres {
					explain = "EXPLAIN "
					if err := tx.Exec(`SET LOCAL enable_seqscan = off`); err != nil { // so that an empty table is no excuse
						return err
					}
				}
				rows, err := tx.Query(explain+q, args[name]...)
				if err != nil {
					return err
				}
				defer rows.Close()
				plan := ""
				for rows.Next() {
					var a, b, c any
					var line string
					if d.Engine() == db.Postgres {
						err = rows.Scan(&line)
					} else {
						err = rows.Scan(&a, &b, &c, &line)
					}
					if err != nil {
						return err
					}
					plan += line + "\n"
				}
				if strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "SCAN journal") || !strings.Contains(strings.ToLower(plan), "index") {
					t.Errorf("%s goes through the table:\n%s", name, plan)
				}
				return rows.Err()
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
}
