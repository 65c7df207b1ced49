package programme

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
)

// year fills a year: a million cases of 60 services in 28 organisations through
// three channels in four places, counted as the follower counts them.
func year(b *testing.B, d *db.DB) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	channels, places := []gov.Channel{"portal", "counter", "kiosk"}, []string{"capital", "muharraq", "northern", "southern"}
	const perLeaf = 1_000_000 / (365 * 60 * 3 * 4)
	for month := 1; month <= 12; month++ {
		c := newCounter(nil)
		err := d.Write(b.Context(), func(tx *db.Tx) error {
			for s := range 60 {
				for _, ch := range channels {
					for _, p := range places {
						f := journal.Fact{Service: gov.ServiceID(fmt.Sprintf("area/service-%d", s)), Organisation: gov.OrgID(fmt.Sprintf("org-%d", s%28)), Channel: ch, Place: p}
						whole := newSum()
						for day := range 30 {
							one := newSum()
							for range perLeaf + 1 {
								one.Submitted++
								one.Collected += 2000
								one.closed(body{Outcome: "granted", Timed: true, Late: r.IntN(9) == 0, Ours: r.Int64N(10 * 86400_000), Theirs: r.Int64N(3 * 86400_000)}, &Row{})
							}
							// closed sets the counter of one fact; the day has several
							one.Closed, one.Granted, one.Timed = perLeaf+1, perLeaf+1, perLeaf+1
							whole.merge(one)
							for _, unit := range []int{byDay, everyPlace, everyService} {
								c.add(unit, 20260000+month*100+day+1, f, one)
							}
						}
						for _, unit := range []int{byDay, everyPlace, everyService} {
							c.add(unit+byMonth, 202600+month, f, whole)
						}
					}
				}
			}
			return c.write(tx)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	err := d.Write(b.Context(), func(tx *db.Tx) error {
		for i, kind := range []string{"submitted", "closed", "paid"} {
			if err := tx.Exec(`INSERT INTO programme_row (`+rowColumns+`)
				WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
				SELECT i * 3 + $1, $2, 20260101 + (i / 83334) * 100 + i / 2778 % 30, 1767225600000 + cast(i AS bigint) * 31536, 'org-' || (i % 60 % 28), 'area/service-' || (i % 60),
					'portal', 'capital', '01KX' || i, 'granted', 1, CASE WHEN i % 9 = 0 THEN 1 ELSE 0 END, 2000, 86400000, 3600000, 0 FROM n`, i, kind); err != nil {
				return err
			}
		}
		return tx.Exec(`INSERT INTO programme_open (subject, seq, at, organisation, service, channel, place, late)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
			SELECT 'case' || i, i, 1767225600000 + cast(i AS bigint) * 1000, 'org-' || (i % 60 % 28), 'area/service-' || (i % 60), 'portal', 'capital', CASE WHEN i % 20 = 0 THEN 1 ELSE 0 END FROM n`)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPages measures what one page asks with a million cases counted.
func BenchmarkPages(b *testing.B) {
	d := dbtest.SQLite(b)
	year(b, d)
	ctx := gov.WithActor(b.Context(), gov.Actor{Person: "c", Org: "iga", Roles: []gov.Role{gov.Committee}})
	run := func(name string, fn func(tx *db.Tx) error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := d.Read(ctx, fn); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	month, all := Filter{From: 20261101, To: 20261123}, Filter{From: 20260101, To: 20261223}
	for _, x := range []struct {
		name string
		f    Filter
	}{{"month", month}, {"year", all}, {"year-of-one-entity", Filter{From: 20260101, To: 20261223, Organisation: "org-3"}}} {
		run(x.name+"/overview", func(tx *db.Tx) error { _, err := Overview(tx, x.f, ByOrganisation); return err })
		run(x.name+"/overview-by-channel", func(tx *db.Tx) error { _, err := Overview(tx, x.f, ByChannel); return err })
		run(x.name+"/trend", func(tx *db.Tx) error { _, err := Trend(tx, x.f, StepFor(x.f)); return err })
		run(x.name+"/rows", func(tx *db.Tx) error { _, _, err := Rows(tx, "late", x.f, "", 50); return err })
		run(x.name+"/rows-of-a-place", func(tx *db.Tx) error {
			f := x.f
			f.Place = "nowhere"
			_, _, err := Rows(tx, "lapsed", f, "", 50)
			return err
		})
	}
}

// BenchmarkFollower measures counting a hundred closed cases.
func BenchmarkFollower(b *testing.B) {
	d := dbtest.SQLite(b)
	f := journal.Fact{Name: "case.closed", Service: "a/b", Organisation: "o", Channel: "portal", At: dbtest.Start,
		Body: journal.Body(map[string]any{"outcome": "granted", "ours": 86400000, "theirs": 3600000})}
	err := d.Write(b.Context(), func(tx *db.Tx) error {
		for b.Loop() { // a batch of 100
			c := newCounter(time.UTC)
			for range 100 {
				f.Seq++
				f.Subject = db.NewID(f.At)
				if err := c.count(tx, f); err != nil {
					return err
				}
			}
			if err := c.write(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
