package document_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
)

// What is done with documents is counted once each, by day and by month, before and
// after the rows are folded together, and says nothing of anybody.
func TestUsesAreCountedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		holder := as(gov.Actor{Person: made.Holder, Channel: gov.Portal})
		draw := func(who gov.Actor) {
			t.Helper()
			if err := o.Render(as(who), io.Discard, made.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.Render(holder, io.Discard, made.ID); err != nil {
			t.Fatal(err)
		}
		draw(gov.ActorFrom(officer)) // looks at it: no use
		var page bytes.Buffer
		if err := o.Print(officer, &page, made.ID); err != nil || !bytes.HasPrefix(page.Bytes(), []byte("%PDF-")) {
			t.Fatal(err)
		}
		want(t, "the holder prints as an officer", o.Print(holder, io.Discard, made.ID), gov.Denied)
		o.verify(string(made.ID))
		o.verify("00000000000000") // none of ours
		for range 3 {
			if v := o.Worth(nobody, []byte(made.Token)); v.Number != made.Number {
				t.Fatalf("%+v", v)
			}
		}
		if err := o.Settle(nobody); err != nil {
			t.Fatal(err)
		}
		wanted := map[document.Use]int64{document.Downloaded: 1, document.Printed: 1, document.Verified: 4}
		counted := func(when string, read func(*db.Tx, gov.OrgID) ([]document.Tally, error), org gov.OrgID, days int) {
			t.Helper()
			got, seen := map[document.Use]int64{}, map[string]bool{}
			err := d.Read(nobody, func(tx *db.Tx) error {
				all, err := read(tx, org)
				clear(got)
				for _, x := range all {
					got[x.Use] += x.Number
					seen[x.Day] = true
					if x.Organisation != made.Organisation || x.Service != made.Service || x.Type != made.Type {
						t.Errorf("%+v", x)
					}
				}
				return err
			})
			if err != nil || len(seen) != days {
				t.Errorf("%s: %v %v", when, seen, err)
			}
			for u, n := range wanted {
				if got[u] != n {
					t.Errorf("%s: %s is %d, not %d", when, u, got[u], n)
				}
			}
		}
		fold := func() {
			t.Helper()
			job := o.Jobs()["document.fold"]
			if err := d.Write(as(gov.System), func(tx *db.Tx) error { return job.Do(tx, jobs.Job{}) }); err != nil {
				t.Fatal(err)
			}
		}
		counted("at once", document.TalliesByMonth, "moe", 1)
		fold()
		counted("folded", document.TalliesByMonth, "", 1)
		fold()
		counted("folded twice", document.TalliesByDay, "moe", 1)
		o.later(24 * time.Hour)
		o.verify(string(made.ID))
		wanted[document.Verified]++
		counted("half folded, by day", document.TalliesByDay, "moe", 2)
		fold()
		counted("by day", document.TalliesByDay, "moe", 2)
		wanted = map[document.Use]int64{}
		counted("another entity", document.TalliesByDay, "moh", 0)
	})
}
