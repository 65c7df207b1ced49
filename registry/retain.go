package registry

import (
	"context"
	"maps"
	"sync"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
)

// retentionJob removes, once a day, what was kept long enough.
const retentionJob = "registry.retention"

// mostRemoved bounds what one run removes, so that it holds nobody up; more
// follows at once.
const mostRemoved = 500

// Jobs are the work this package leaves for later.
func (b *Book) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{retentionJob: {Do: func(tx *db.Tx, _ jobs.Job) error { return b.retain(tx) }}}
}

// KeepTidy has the worker remove records past their retention from now on, every
// day. Call it when a node starts.
func (b *Book) KeepTidy(tx *db.Tx) error { return b.again(tx, 24*time.Hour) }

func (b *Book) again(tx *db.Tx, after time.Duration) error {
	return jobs.Schedule(tx, jobs.Job{Kind: retentionJob, Key: "daily", At: tx.Now().Add(after)})
}

func (b *Book) retain(tx *db.Tx) error {
	n, err := b.Retain(tx)
	if err != nil {
		return err
	}
	if n >= mostRemoved {
		return b.again(tx, time.Second)
	}
	return b.KeepTidy(tx)
}

// Retain removes records that ended longer ago than their registry keeps them,
// with all their versions, each with a fact; at most 500 a run. It returns how
// many it removed.
func (b *Book) Retain(tx *db.Tx) (n int, err error) {
	for _, d := range b.definitions {
		if d.Connector != nil {
			continue
		}
		old, err := d.endedBefore(tx, tx.Millis()-int64(d.Retention.Days)*24*time.Hour.Milliseconds(), mostRemoved-n)
		if err != nil {
			return n, err
		}
		for i := range old {
			if err := b.remove(tx, d, &old[i]); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

func (b *Book) remove(tx *db.Tx, d *Definition, r *Record) error {
	if err := deleteTerms(tx, r.ID, d.terms(r.Values)); err != nil {
		return err
	}
	if err := deleteRecord(tx, r.ID); err != nil {
		return err
	}
	return b.tell(tx, d, r, nil, Change{}, "registry.removed")
}

// counts remembers how many records there are; counting a million takes a while.
type counts struct {
	sync.Mutex
	at time.Time
	of map[gov.RegistryID]int
}

// fresh is how long a count may stand on a page.
const fresh = time.Minute

// Counts tells how many records each registry holds here, as of at most a
// minute ago.
func (b *Book) Counts(ctx context.Context) (map[gov.RegistryID]int, error) {
	b.counts.Lock()
	defer b.counts.Unlock()
	if now := b.DB.Now(); b.counts.of == nil || now.Sub(b.counts.at) > fresh || now.Before(b.counts.at) {
		err := b.DB.Read(ctx, func(tx *db.Tx) (err error) { b.counts.of, err = sizes(tx); return err })
		if err != nil {
			return nil, err
		}
		b.counts.at = now
	}
	return maps.Clone(b.counts.of), nil
}
