package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"time"

	"diwan.example/document/statuslist"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
)

// How a list of statuses is filled: one document in fifty has ended, one in two
// hundred is suspended.
const (
	statuses  = 10_000_000
	ended     = statuses / 50
	suspended = statuses / 200
)

// list builds and packs a list of ten million statuses.
func (r *documentReport) list() error {
	chance := rand.New(rand.NewPCG(1, 2))
	begin := time.Now()
	l := statuslist.New(statuses)
	for range ended {
		l.Set(chance.IntN(statuses), statuslist.Invalid)
	}
	for range suspended {
		l.Set(chance.IntN(statuses), statuslist.Suspended)
	}
	packed := l.Compressed()
	r.Statuses, r.StatusSeconds, r.StatusBytes = statuses, time.Since(begin).Seconds(), len(packed)
	_, err := statuslist.Open(packed, 2)
	return err
}

// leaf is an entry of the log that stands for a document of somebody else's. Its
// first bytes count up, so that the database fills its index in order; finding one
// of them costs the same.
func leaf(i int) merkle.Entry {
	e := merkle.Entry(sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i))))
	binary.BigEndian.PutUint64(e[:], uint64(i))
	return e
}

// prove fills the log and asks for proofs of leaves anywhere in it.
func (b *documentBench) prove(ctx context.Context, r *documentReport) error {
	begin := time.Now()
	if err := b.a.Public.Fill(ctx, b.leaves, leaf); err != nil {
		return err
	}
	r.Leaves, r.LeavesPerSecond = b.leaves, float64(b.leaves)/time.Since(begin).Seconds()
	watch, chance := &clockwork{}, rand.New(rand.NewPCG(3, 4))
	for range 500 {
		err := watch.time("proof", func() error {
			ok, err := b.proven(ctx, chance.IntN(b.leaves))
			if err == nil && !ok {
				err = errors.New("a leaf of the log is not proven")
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	r.Proof = watch.spreads()["proof"]
	return nil
}

// proven asks for the proof of one leaf; false: it does not stand in the tree yet.
func (b *documentBench) proven(ctx context.Context, i int) (ok bool, err error) {
	err = b.a.DB.Read(ctx, func(tx *db.Tx) error {
		_, _, ok, err = b.a.Public.Proof(tx, leaf(i))
		return err
	})
	return ok, err
}
