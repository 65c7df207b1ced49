package journal_test

import (
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
)

func write(t *testing.T, d *db.DB, names ...string) {
	t.Helper()
	for i, n := range names {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			return journal.Append(tx, journal.Fact{Name: n, Subject: "s" + strconv.Itoa(i), Organisation: "moe"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestEachFactReachesEachFollowerOnceInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var mu sync.Mutex
		seen := map[string][]string{}
		follower := func(name string, names ...string) journal.Follower {
			return journal.Follower{Name: name, Names: names, Handle: func(_ *db.Tx, f journal.Fact) error {
				mu.Lock()
				defer mu.Unlock()
				seen[name] = append(seen[name], f.Subject)
				return nil
			}}
		}
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				d.Write(t.Context(), func(tx *db.Tx) error {
					return journal.Append(tx, journal.Fact{Name: []string{"a.made", "b.made"}[i%2], Subject: strconv.Itoa(i)})
				})
			})
		}
		p := &journal.Pump{DB: d, Log: slog.Default(), Followers: []journal.Follower{follower("all"), follower("only-a", "a.made")}}
		if err := p.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		for range 2 { // the second time there is nothing left to do
			if err := p.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if len(seen["all"]) != 40 || len(seen["only-a"]) != 20 {
			t.Errorf("all saw %d, only-a saw %d", len(seen["all"]), len(seen["only-a"]))
		}
		once := map[string]bool{}
		for _, s := range seen["all"] {
			if once[s] {
				t.Errorf("fact %s came twice", s)
			}
			once[s] = true
		}
	})
}

func TestTwoNodesFeedAFollowerOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, make([]string, 0)...)
		for range 30 {
			write(t, d, "a.made")
		}
		f := journal.Follower{Name: "sum", Handle: func(tx *db.Tx, f journal.Fact) error {
			return tx.Exec(`INSERT INTO journal_look (id, at, person, actor, organisation, what, subject, purpose) VALUES ($1,0,'p','','','','','')`, f.ID)
		}}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				(&journal.Pump{DB: d, Log: slog.Default(), Followers: []journal.Follower{f}}).Drain(t.Context())
			})
		}
		wg.Wait()
		if err := (&journal.Pump{DB: d, Log: slog.Default(), Followers: []journal.Follower{f}}).Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.Read(t.Context(), func(tx *db.Tx) error {
			ls, err := journal.Looks(tx, "p", 100)
			if err != nil || len(ls) != 30 {
				t.Errorf("%d effects of 30 facts, %v", len(ls), err)
			}
			return nil
		})
	})
}

func TestAFactInTheWayHoldsUpOnlyItsFollower(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, "a.made", "a.broken", "a.made")
		broken := true
		var stuck, free []string
		p := &journal.Pump{DB: d, Log: slog.Default(), Followers: []journal.Follower{
			{Name: "stuck", Handle: func(_ *db.Tx, f journal.Fact) error {
				if f.Name == "a.broken" && broken {
					return errors.New("cannot")
				}
				stuck = append(stuck, f.Subject)
				return nil
			}},
			{Name: "free", Handle: func(_ *db.Tx, f journal.Fact) error { free = append(free, f.Subject); return nil }},
		}}
		if err := p.Drain(t.Context()); err == nil {
			t.Error("the trouble was not reported")
		}
		if len(free) != 3 {
			t.Errorf("the other follower saw %v", free)
		}
		if err := journal.NumberLooks(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		d.Read(t.Context(), func(tx *db.Tx) error {
			all, last, err := journal.Followed(tx)
			if len(all) != 2 {
				t.Errorf("%d follow, among them a lock: %+v", len(all), all)
			}
			for _, f := range all {
				if f.Follower == "stuck" && (f.Trouble == "" || f.Seq != 1) || f.Follower == "free" && f.Seq != 3 {
					t.Errorf("progress %+v, last %d, %v", f, last, err)
				}
			}
			return err
		})
		broken, stuck = false, nil
		if err := p.Drain(t.Context()); err != nil || len(stuck) != 2 {
			t.Errorf("after the repair it saw %v, %v", stuck, err)
		}
	})
}

func TestLooksAtOneselfAreNotRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		look := func(actor gov.PersonID) {
			ctx := gov.WithActor(t.Context(), gov.Actor{Person: actor, Org: "moe"})
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return journal.Looked(tx, journal.Look{Person: "sara", What: "case", Subject: "c1"})
			}); err != nil {
				t.Fatal(err)
			}
		}
		look("sara")
		look("officer")
		d.Read(t.Context(), func(tx *db.Tx) error {
			ls, err := journal.Looks(tx, "sara", 10)
			if err != nil || len(ls) != 1 || ls[0].Actor != "officer" || ls[0].Organisation != "moe" {
				t.Errorf("looks %+v %v", ls, err)
			}
			return nil
		})
	})
}
