package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"time"

	"diwan.example/document/statuslist"
	"diwan.example/gov"
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

// leaf is an entry of the log that stands for a document of somebody else's.
func leaf(i int) merkle.Entry {
	return sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
}

// prove fills the log and asks for proofs of leaves anywhere in it.
func (b *documentBench) prove(ctx context.Context, r *documentReport) error {
	system := gov.WithActor(ctx, gov.System)
	begin := time.Now()
	const together = 50_000
	for at := 0; at < b.leaves; at += together {
		err := b.a.DB.Write(system, func(tx *db.Tx) error {
			for i := at; i < min(at+together, b.leaves); i++ {
				if err := b.a.Public.Append(tx, leaf(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for i := 0; i < b.leaves; { // the platform's own sequencer takes them in beside us
		if err := b.a.Public.Drain(ctx); err != nil {
			return err
		}
		for ; i < b.leaves; i += together {
			if stands, err := b.proven(ctx, min(i+together, b.leaves)-1); err != nil || !stands {
				break
			}
		}
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
