package translog

import (
	"context"
	"errors"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
)

const (
	batch    = 1000             // entries in one transaction of the sequencer
	leaseFor = 10 * time.Second // after which another node takes over
	keepFor  = time.Minute      // checkpoints are kept at least so far apart
)

// Wake asks the sequencer for a run soon.
func (l *Log) Wake() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Run sequences until ctx ends: when woken, and every half second in case another
// node queued something.
func (l *Log) Run(ctx context.Context) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		if err := l.Drain(ctx); err != nil && ctx.Err() == nil {
			l.o.Log.ErrorContext(ctx, "translog: sequencer held up", "log", string(l.o.Name), "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		case <-tick.C:
		}
	}
}

// Drain takes what waits into the tree, unless another node is at it. What stops
// it is noted for operators.
func (l *Log) Drain(ctx context.Context) error {
	ctx = gov.WithActor(ctx, gov.System)
	err := l.Open(ctx)
	if err == nil && l.o.Before != nil {
		err = l.o.Before(ctx)
	}
	for n := 1; err == nil && n > 0; {
		n, err = l.step(ctx)
	}
	if errors.Is(err, errMoved) {
		return nil // another node did it
	}
	if err != nil && ctx.Err() == nil {
		cause := err.Error()
		if e := l.o.DB.Write(ctx, func(tx *db.Tx) error { return noteTrouble(tx, l.id, cause) }); e != nil {
			l.o.Log.ErrorContext(ctx, "translog: trouble not noted", "log", string(l.o.Name), "err", e)
		}
	}
	return err
}

// errMoved says that another node has the lease, or moved the tree meanwhile.
var errMoved = errors.New("translog: the tree was moved by another node")

// work is one step of the sequencer: what to take in, and the tree it makes.
type work struct {
	from, to head
	queue    []queued
	entries  []merkle.Entry
	tree     *reader
}

// step takes one batch in and returns how many entries it held.
func (l *Log) step(ctx context.Context) (int, error) {
	w, idle, err := l.look(ctx)
	if err != nil || idle {
		return 0, err
	}
	if now := l.o.DB.Now(); w.from.holder != l.node || !now.Before(w.from.lease) || w.from.lease.After(now.Add(leaseFor)) {
		mine := false
		err := l.o.DB.Write(ctx, func(tx *db.Tx) (err error) { mine, err = claim(tx, l.id, l.node, leaseFor); return err })
		if err != nil || !mine {
			return 0, err
		}
		if w, idle, err = l.look(ctx); err != nil || idle {
			return 0, err
		}
	}
	if err := l.signed(&w); err != nil {
		return 0, err
	}
	return len(w.entries), l.o.DB.Write(ctx, func(tx *db.Tx) error { return l.take(tx, w) })
}

// look reads what there is to do, and grows the tree in memory. idle: nothing.
func (l *Log) look(ctx context.Context) (w work, idle bool, err error) {
	err = l.o.DB.Read(ctx, func(tx *db.Tx) (err error) {
		w = work{tree: newReader(tx, l.id)}
		var ok bool
		if w.from, ok, err = headOf(tx, l.id); err != nil || !ok {
			idle = true
			return err
		}
		if w.entries, w.queue, err = l.next(tx, w.from); err != nil {
			return err
		}
		age := tx.Now().Sub(w.from.signed)
		if idle = len(w.entries) == 0 && age < l.o.Fresh && age > -l.o.Fresh; idle {
			return nil
		}
		return w.grow()
	})
	return w, idle, err
}

// grow puts the entries into the tree in memory.
func (w *work) grow() (err error) {
	w.to = w.from
	for _, e := range w.entries {
		if err := w.tree.grow(w.to.size, e); err != nil {
			return err
		}
		w.to.size++
	}
	if len(w.entries) > 0 {
		w.to.root, err = w.tree.root(w.to.size)
	}
	return err
}

// next returns the entries that come after the tree.
func (l *Log) next(tx *db.Tx, h head) (out []merkle.Entry, queue []queued, err error) {
	if l.o.Source != nil {
		k, err := l.opened(h)
		if err != nil {
			return nil, nil, err
		}
		out, err = l.o.Source(tx, k.secret, h.size, batch)
		return out, nil, err
	}
	queue, err = firstQueued(tx, l.id, batch)
	for _, q := range queue {
		out = append(out, q.entry)
	}
	return out, queue, err
}

func (l *Log) signed(w *work) error {
	k, err := l.opened(w.from)
	if err != nil {
		return err
	}
	w.to.signed = l.o.DB.Now()
	w.to.note, err = k.signers.Sign(w.to.size, w.to.root, w.to.signed)
	return err
}

// take writes a step: all of it or, when another node was faster, nothing.
func (l *Log) take(tx *db.Tx, w work) error {
	moved, err := moveHead(tx, l.id, w.from, w.to, leaseFor)
	if err == nil && moved && w.queue != nil {
		if moved, err = removeQueued(tx, l.id, w.queue); err == nil && moved {
			err = insertLeaves(tx, l.id, w.from.size, w.entries)
		}
	}
	if err == nil && !moved {
		err = errMoved
	}
	if err != nil {
		return err
	}
	if err := w.tree.store(tx); err != nil {
		return err
	}
	if age := w.to.signed.Sub(w.from.kept); w.to.size > w.from.size && (age >= keepFor || age < 0) {
		return keep(tx, l.id, w.to)
	}
	return nil
}
