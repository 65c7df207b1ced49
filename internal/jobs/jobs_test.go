package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
)

func schedule(t *testing.T, d *db.DB, kind, key string, at time.Time) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return jobs.Schedule(tx, jobs.Job{Kind: kind, Key: key, At: at}) }); err != nil {
		t.Fatal(err)
	}
}

func worker(d *db.DB, kinds map[string]jobs.Kind) *jobs.Worker {
	return &jobs.Worker{DB: d, Kinds: kinds, Log: slog.New(slog.DiscardHandler)}
}

func TestAJobHappensOnceWhenDueWhateverTheNumberOfWorkers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var n atomic.Int64
		kinds := map[string]jobs.Kind{"ring": {Do: func(tx *db.Tx, j jobs.Job) error {
			tx.After(func() { n.Add(1) })
			return nil
		}}}
		for i := range 20 {
			schedule(t, d, "ring", string(rune('a'+i)), dbtest.Start.Add(time.Hour))
		}
		if k, err := worker(d, kinds).RunDue(t.Context()); k != 0 || err != nil {
			t.Fatalf("%d ran before their time, %v", k, err)
		}
		d.SetClock(func() time.Time { return dbtest.Start.Add(2 * time.Hour) })
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() { worker(d, kinds).RunDue(t.Context()) })
		}
		wg.Wait()
		if n.Load() != 20 {
			t.Errorf("%d happened, want 20", n.Load())
		}
	})
}

func TestSchedulingAgainMovesAndCancelRemoves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ran := 0
		w := worker(d, map[string]jobs.Kind{"ring": {Do: func(*db.Tx, jobs.Job) error { ran++; return nil }}})
		schedule(t, d, "ring", "a", dbtest.Start)
		schedule(t, d, "ring", "a", dbtest.Start.Add(time.Hour))
		schedule(t, d, "ring", "b", dbtest.Start)
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return jobs.Cancel(tx, "ring", "b") }); err != nil {
			t.Fatal(err)
		}
		if _, err := w.RunDue(t.Context()); err != nil || ran != 0 {
			t.Errorf("%d ran, %v", ran, err)
		}
	})
}

func TestAClaimThatRanOutIsVoid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := dbtest.Start
		d.SetClock(func() time.Time { return now })
		effects := 0
		schedule(t, d, "slow", "a", now)
		second := worker(d, map[string]jobs.Kind{"slow": {Do: func(*db.Tx, jobs.Job) error { effects++; return nil }}})
		first := worker(d, map[string]jobs.Kind{"slow": {
			Call: func(ctx context.Context, j jobs.Job) error { // it hangs beyond its lease; the second takes over
				now = now.Add(time.Minute)
				_, err := second.RunDue(t.Context())
				return err
			},
			Done: func(*db.Tx, jobs.Job) error { effects++; return nil },
		}})
		if _, err := first.RunDue(t.Context()); err != nil || effects != 1 {
			t.Errorf("%d effects, %v", effects, err)
		}
	})
}

func TestAFailingJobIsPutOffThenAsideAndCanBeTakenUpAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := dbtest.Start
		d.SetClock(func() time.Time { return now })
		broken, tries, gaveUp := true, 0, 0
		w := worker(d, map[string]jobs.Kind{"x": {Attempts: 3,
			Do: func(*db.Tx, jobs.Job) error {
				tries++
				if broken {
					return errors.New("no")
				}
				return nil
			},
			GaveUp: func(*db.Tx, jobs.Job, error) error { gaveUp++; return nil },
		}})
		schedule(t, d, "x", "a", now)
		for range 10 {
			w.RunDue(t.Context())
			now = now.Add(2 * time.Hour)
		}
		if tries != 3 || gaveUp != 1 {
			t.Errorf("%d tries, given up %d times", tries, gaveUp)
		}
		var id string
		d.Read(t.Context(), func(tx *db.Tx) error {
			ws, err := jobs.List(tx, 10)
			if err != nil || len(ws) != 1 || !ws[0].Dead || ws[0].Trouble == "" {
				t.Fatalf("list %+v %v", ws, err)
			}
			id = ws[0].ID
			return nil
		})
		broken = false
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return jobs.Retry(tx, id) }); err != nil {
			t.Fatal(err)
		}
		if w.RunDue(t.Context()); tries != 4 {
			t.Errorf("%d tries after it was taken up again", tries)
		}
	})
}
