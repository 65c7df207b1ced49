package translog

import (
	"context"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
)

// askEvery is how long a witness is left in peace between two questions.
const askEvery = 5 * time.Second

// RunWitnesses asks the witnesses to cosign until ctx ends. A witness that is away
// delays nothing.
func (l *Log) RunWitnesses(ctx context.Context) {
	if len(l.o.Witnesses) == 0 {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		if err := l.Cosign(ctx); err != nil && ctx.Err() == nil {
			l.o.Log.ErrorContext(ctx, "translog: witnesses", "log", string(l.o.Name), "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Cosign asks each witness that has not cosigned the latest checkpoint.
func (l *Log) Cosign(ctx context.Context) error {
	ctx = gov.WithActor(ctx, gov.System)
	for _, w := range l.o.Witnesses {
		name, err := merkle.WitnessName(w.Key)
		if err == nil {
			err = l.cosignedBy(ctx, w, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// cosignedBy asks one witness. What it answers, or that it is away, is noted.
func (l *Log) cosignedBy(ctx context.Context, w Witness, name string) error {
	var h head
	var before witnessed
	due := false
	err := l.o.DB.Read(ctx, func(tx *db.Tx) (err error) {
		var ok bool
		if h, ok, err = headOf(tx, l.id); err != nil || !ok {
			return err
		}
		before, _, err = witnessOf(tx, l.id, name)
		since := tx.Now().Sub(before.asked)
		renew := before.size == h.size && tx.Now().Sub(before.at) >= l.o.Fresh
		due = h.size > 0 && (before.size < h.size || renew) && (since >= askEvery || since < 0)
		return err
	})
	if err != nil || !due {
		return err
	}
	now := before
	now.asked, now.trouble = l.o.DB.Now(), ""
	line, err := l.ask(ctx, w, before.size, h)
	switch {
	case err != nil:
		now.trouble = gov.PublicOf(err)[gov.English] + ": " + err.Error()
		l.o.Log.WarnContext(ctx, "translog: witness", "log", string(l.o.Name), "witness", name, "err", err)
	default:
		now.size, now.line, now.at = h.size, line, l.o.DB.Now()
	}
	return l.o.DB.Write(ctx, func(tx *db.Tx) error {
		if err := putWitness(tx, l.id, name, now); err != nil || now.line == "" || now.size != h.size {
			return err
		}
		return l.keepCosigned(tx, h, now.line)
	})
}

// ask sends the checkpoint of h, and a second time when the witness knows another
// size than we thought.
func (l *Log) ask(ctx context.Context, w Witness, old int64, h head) (line string, err error) {
	for range 2 {
		var proof tlog.TreeProof
		if old > h.size {
			return "", gov.Fail(gov.Conflict, "يعرف الشاهد سجلًا أكبر من سجلنا", "The witness knows a larger log than ours")
		}
		if old > 0 && old < h.size {
			err = l.o.DB.Read(ctx, func(tx *db.Tx) (err error) { proof, err = tlog.ProveTree(h.size, old, newReader(tx, l.id)); return err })
			if err != nil {
				return "", err
			}
		}
		a, err := merkle.AskWitness(ctx, l.o.Client, w.URL, w.Key, old, proof, h.note)
		if err != nil || a.Line != "" {
			return a.Line, err
		}
		old = a.Size
	}
	return "", gov.Fail(gov.Conflict, "لا يثبت الشاهد على حجم واحد للسجل", "The witness does not keep to one size of the log")
}

// keepCosigned keeps the checkpoint with the cosignature.
func (l *Log) keepCosigned(tx *db.Tx, h head, line string) error {
	if err := keep(tx, l.id, h); err != nil {
		return err
	}
	k, ok, err := keptAt(tx, l.id, h.size)
	name, _, _ := strings.Cut(strings.TrimPrefix(line, "— "), " ")
	if err != nil || !ok || k.root != h.root || strings.Contains(k.note, "— "+name+" ") {
		return err
	}
	return keepCosigned(tx, l.id, h.size, merkle.WithLines(k.note, line))
}
