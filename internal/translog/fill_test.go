package translog_test

import (
	"context"
	"sync"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/merkle"
	"diwan.example/internal/translog"
)

// A log is filled in large steps while the sequencer takes in what is queued; all of
// it is proven, and the audit finds nothing wrong.
func TestALogIsFilledBesideItsSequencer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := node(t, d, translog.Options{})
		queue(t, d, l, 0, 300)
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { l.Run(ctx) })
		const many = 52_000 // more than one step
		err := l.Fill(t.Context(), many, func(i int) merkle.Entry { return entry(1000 + i) })
		stop()
		running.Wait()
		if err != nil {
			t.Fatal(err)
		}
		drain(t, l)
		if s := status(t, d, l); s.Size != many+300 || s.Waiting != 0 {
			t.Fatalf("size %d, waiting %d", s.Size, s.Waiting)
		}
		for _, i := range []int{0, 299, 1000, 1000 + 49_999, 1000 + 50_000, 1000 + many - 1} {
			proven(t, d, l, entry(i))
		}
		a := &translog.Audit{Log: l, Problem: func(x gov.Text) { t.Error(x[gov.English]) }}
		if err := a.Run(t.Context()); err != nil || a.Size != many+300 {
			t.Error(a.Size, err)
		}
	})
}
