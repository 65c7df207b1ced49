package translog

import (
	"context"
	"errors"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
)

// atOnce is how many entries Fill takes in with one transaction.
const atOnce = 50_000

// Fill takes n entries straight into the tree, in large steps and without the queue:
// for measuring large logs. Each step is what the sequencer does, which may run
// beside it. Not for a log over a Source.
func (l *Log) Fill(ctx context.Context, n int, entry func(i int) merkle.Entry) error {
	ctx = gov.WithActor(ctx, gov.System)
	if err := l.Open(ctx); err != nil {
		return err
	}
	for at := 0; at < n; {
		entries := make([]merkle.Entry, 0, atOnce)
		for i := at; i < min(at+atOnce, n); i++ {
			entries = append(entries, entry(i))
		}
		err := l.fill(ctx, entries)
		if errors.Is(err, errMoved) {
			continue // the sequencer was faster: once more on top of what it took in
		}
		if err != nil {
			return err
		}
		at += len(entries)
	}
	return nil
}

var errHeld = errors.New("translog: another node sequences this log")

func (l *Log) fill(ctx context.Context, entries []merkle.Entry) error {
	w := work{entries: entries, queue: []queued{}}
	err := l.o.DB.Write(ctx, func(tx *db.Tx) error {
		mine, err := claim(tx, l.id, l.node, leaseFor)
		if err == nil && !mine {
			err = errHeld
		}
		return err
	})
	if err != nil {
		return err
	}
	err = l.o.DB.Read(ctx, func(tx *db.Tx) (err error) {
		w.tree = newReader(tx, l.id)
		if w.from, _, err = headOf(tx, l.id); err != nil {
			return err
		}
		return w.grow()
	})
	if err == nil {
		err = l.signed(&w)
	}
	if err != nil {
		return err
	}
	return l.o.DB.Write(ctx, func(tx *db.Tx) error { return l.take(tx, w) })
}
