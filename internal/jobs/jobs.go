// Package jobs keeps durable timers and work to be done outside a transaction.
// A job is scheduled in the business transaction that wants it; it survives
// restarts and its effect happens once: the effect and the end of the job are
// one transaction, fenced by the claim.
package jobs

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Job is one piece of work.
type Job struct {
	ID      string
	Kind    string    // says who does it
	Key     string    // unique within the kind; scheduling it again moves it
	At      time.Time // not before
	Attempt int64     // which try this is, from 1
	Payload json.RawMessage

	fence int64 // which claim this is; a later claim makes this one void
}

// Kind is how one kind of job is done. Exactly one of Do and Call is set.
type Kind struct {
	// Do has its whole effect in tx.
	Do func(tx *db.Tx, j Job) error
	// Call reaches outside; it may happen more than once, so the far side must
	// tolerate repetition. Done, if set, records its success in one transaction
	// with the end of the job.
	Call func(ctx context.Context, j Job) error
	Done func(tx *db.Tx, j Job) error
	// Attempts after which the job is put aside for an operator; 0: 12.
	Attempts int64
	// GaveUp, if set, runs in the transaction that puts it aside.
	GaveUp func(tx *db.Tx, j Job, cause error) error
}

// Schedule adds a job in tx, or moves the one with the same kind and key.
func Schedule(tx *db.Tx, j Job) error {
	if j.Payload == nil {
		j.Payload = json.RawMessage("{}")
	}
	return upsert(tx, db.NewID(tx.Now()), j)
}

// Cancel removes a job in tx; it is no error when there is none.
func Cancel(tx *db.Tx, kind, key string) error { return remove(tx, kind, key) }

// Worker does the jobs of its kinds that are due; those of other kinds it leaves
// to other workers. Kinds that reach outside belong on a worker of their own,
// so that a slow far side delays no deadline.
type Worker struct {
	DB       *db.DB
	Kinds    map[string]Kind
	Log      *slog.Logger
	Lease    time.Duration // how long a claim holds; 0: a minute
	Parallel int           // how many jobs are done at once; 0: one

	once sync.Once
	wake chan struct{}
}

func (w *Worker) ready() { w.once.Do(func() { w.wake = make(chan struct{}, 1) }) }

// Wake asks for a run soon.
func (w *Worker) Wake() {
	w.ready()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run does due jobs until ctx ends.
func (w *Worker) Run(ctx context.Context) {
	w.ready()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		if _, err := w.RunDue(ctx); err != nil && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "jobs: run", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
		case <-tick.C:
		}
	}
}

// RunDue does every job that is due now and returns how many it tried.
func (w *Worker) RunDue(ctx context.Context) (n int, err error) {
	ctx = gov.WithActor(ctx, gov.System)
	for {
		claimed, err := w.claim(ctx)
		if err != nil || len(claimed) == 0 {
			return n, err
		}
		w.all(ctx, claimed)
		n += len(claimed)
	}
}

func (w *Worker) all(ctx context.Context, claimed []Job) {
	slots := make(chan struct{}, max(w.Parallel, 1))
	var wg sync.WaitGroup
	for _, j := range claimed {
		slots <- struct{}{}
		wg.Go(func() { w.one(ctx, j); <-slots })
	}
	wg.Wait()
}

func (w *Worker) names() []string { return slices.Sorted(maps.Keys(w.Kinds)) }

func (w *Worker) claim(ctx context.Context) (out []Job, err error) {
	lease := w.Lease
	if lease == 0 {
		lease = time.Minute
	}
	none := true // look first: an idle worker must not write
	if err := w.DB.Read(ctx, func(tx *db.Tx) (err error) { none, err = nothingDue(tx, w.names()); return err }); err != nil || none {
		return nil, err
	}
	err = w.DB.Write(ctx, func(tx *db.Tx) (err error) {
		out, err = claimDue(tx, w.names(), lease, max(w.Parallel, 32))
		return err
	})
	return out, err
}

func (w *Worker) one(ctx context.Context, j Job) {
	k := w.Kinds[j.Kind]
	err := w.do(ctx, k, j)
	if err == nil {
		return
	}
	w.Log.WarnContext(ctx, "jobs: failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "err", err)
	if err := w.DB.Write(ctx, func(tx *db.Tx) error { return w.later(tx, k, j, err) }); err != nil {
		w.Log.ErrorContext(ctx, "jobs: not put off", "job", j.ID, "err", err)
	}
}

func (w *Worker) do(ctx context.Context, k Kind, j Job) error {
	if k.Call != nil {
		if err := k.Call(ctx, j); err != nil {
			return err
		}
	}
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		mine, err := finish(tx, j)
		if err != nil || !mine { // another worker took it over, or it was moved meanwhile
			return err
		}
		if k.Do != nil {
			return k.Do(tx, j)
		}
		if k.Done != nil {
			return k.Done(tx, j)
		}
		return nil
	})
}

// later puts a failed job off (2 s doubling to an hour), or aside.
func (w *Worker) later(tx *db.Tx, k Kind, j Job, cause error) error {
	limit := k.Attempts
	if limit == 0 {
		limit = 12
	}
	dead := j.Attempt >= limit
	wait := min(time.Duration(1<<min(j.Attempt, 12))*time.Second, time.Hour)
	mine, err := putOff(tx, j, tx.Now().Add(wait), dead, cause.Error())
	if err == nil && mine && dead && k.GaveUp != nil {
		return k.GaveUp(tx, j, cause)
	}
	return err
}

// Waiting is a job as operators see it.
type Waiting struct {
	Job
	Dead    bool
	Trouble string
}

// List returns up to n jobs, those put aside first, then by time.
func List(tx *db.Tx, n int) ([]Waiting, error) { return list(tx, n) }

// Retry takes a job that was put aside up again.
func Retry(tx *db.Tx, id string) error { return revive(tx, id) }
