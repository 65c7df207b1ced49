package db

import (
	"context"
	"sync"
	"time"
)

// RawLimit measures how many small rows a second this engine makes durable when
// many writers share commits as they do in the product: each row is its own
// transaction, answered only when it is durable. Each writer does before, unless
// it is nil, ahead of every row: work that no design could spare. It leaves
// nothing behind.
func (d *DB) RawLimit(ctx context.Context, writers int, length time.Duration, before func()) (rowsPerSecond float64, err error) {
	if err := d.Administer(ctx, `CREATE TABLE db_limit (id text PRIMARY KEY, body text NOT NULL)`); err != nil {
		return 0, err
	}
	defer d.Administer(context.WithoutCancel(ctx), `DROP TABLE db_limit`)
	const body = "two hundred characters, more or less, of a row that stands for the facts and rows a case writes on its way: " +
		"an id, a moment, a name, a subject, an actor, a service, an organisation, a channel, a place, a version"
	var wg sync.WaitGroup
	var mu sync.Mutex
	rows := 0
	begin := time.Now() // wall time: this measures the machine
	for range writers {
		wg.Go(func() {
			n := 0
			for time.Since(begin) < length {
				if before != nil {
					before()
				}
				e := d.Write(ctx, func(tx *Tx) error {
					return tx.Exec(`INSERT INTO db_limit (id, body) VALUES ($1, $2)`, NewID(begin), body)
				})
				if e != nil {
					mu.Lock()
					err = e
					mu.Unlock()
					return
				}
				n++
			}
			mu.Lock()
			rows += n
			mu.Unlock()
		})
	}
	wg.Wait()
	return float64(rows) / time.Since(begin).Seconds(), err
}

// Checkpoint moves SQLite's log into its file, so that sizes on disk are true.
func (d *DB) Checkpoint(ctx context.Context) error {
	if d.engine != SQLite {
		return nil
	}
	return d.Administer(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
}

// Compact gives unused pages of an SQLite file back and moves its log into it.
func (d *DB) Compact(ctx context.Context) error {
	if d.engine != SQLite {
		return nil
	}
	if err := d.Administer(ctx, `VACUUM`); err != nil {
		return err
	}
	return d.Checkpoint(ctx)
}
