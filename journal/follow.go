package journal

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Follower reacts to facts. Handle is called once per fact in order, inside the
// transaction that moves the follower's cursor; it changes only its package's
// own tables (or appends facts, schedules jobs). A fact whose Handle fails holds
// this follower up, is shown to operators, and is tried again.
type Follower struct {
	Name   string
	Names  []string // the facts it wants; empty: all
	Handle func(tx *db.Tx, f Fact) error

	// Batch, when set instead of Handle, begins a run of facts in one
	// transaction: handle takes each, and end writes what was gathered. It suits
	// counting, where many facts change few rows.
	Batch func() (handle func(tx *db.Tx, f Fact) error, end func(tx *db.Tx) error)
}

// begin returns what takes the facts of one transaction.
func (f Follower) begin() (handle func(tx *db.Tx, f Fact) error, end func(tx *db.Tx) error) {
	if f.Batch != nil {
		return f.Batch()
	}
	return f.Handle, func(*db.Tx) error { return nil }
}

func (f Follower) wants(name string) bool {
	for _, n := range f.Names {
		if n == name {
			return true
		}
	}
	return len(f.Names) == 0
}

// batch bounds how many facts one transaction of a follower takes.
const batch = 500

// Pump drives followers. Wake may be called from anywhere, as often as wanted.
type Pump struct {
	DB        *db.DB
	Followers []Follower
	Log       *slog.Logger

	once sync.Once
	wake chan struct{}
}

func (p *Pump) ready() { p.once.Do(func() { p.wake = make(chan struct{}, 1) }) }

// Wake asks for a run soon.
func (p *Pump) Wake() {
	p.ready()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run drives the followers until ctx ends: when woken, and every second in case
// another node wrote.
func (p *Pump) Run(ctx context.Context) {
	p.ready()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		if err := p.Drain(ctx); err != nil && ctx.Err() == nil {
			p.Log.ErrorContext(ctx, "journal: follower held up", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		case <-tick.C:
		}
	}
}

// Drain feeds every follower until none has a fact left. A follower in trouble
// does not hold up the others; its error is returned.
func (p *Pump) Drain(ctx context.Context) error {
	ctx = gov.WithActor(ctx, gov.System)
	stuck := map[string]error{}
	for busy := true; busy; {
		busy = false
		if err := p.sequence(ctx); err != nil {
			return err
		}
		for _, f := range p.Followers {
			if stuck[f.Name] != nil {
				continue
			}
			n, err := p.step(ctx, f)
			if err != nil {
				stuck[f.Name] = gov.Wrap(err, "follower "+f.Name)
				p.note(ctx, f.Name, err)
			}
			busy = busy || n > 0
		}
	}
	var all []error
	for _, err := range stuck {
		all = append(all, err)
	}
	return errors.Join(all...)
}

func (p *Pump) sequence(ctx context.Context) error {
	if p.DB.Engine() == db.SQLite {
		return nil
	}
	for {
		var n int64
		err := p.DB.Write(ctx, func(tx *db.Tx) (err error) { n, err = number(tx); return err })
		if err != nil || n < 2000 {
			return err
		}
	}
}

// errMoved says that another node has fed this follower meanwhile.
var errMoved = errors.New("cursor moved")

func (p *Pump) step(ctx context.Context, f Follower) (n int, err error) {
	var from int64
	var facts []Fact
	err = p.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if from, err = cursor(tx, f.Name); err != nil {
			return err
		}
		facts, err = page(tx, from, batch)
		return err
	})
	if err != nil || len(facts) == 0 {
		return 0, err
	}
	err = p.feed(ctx, f, from, facts)
	if err != nil && len(facts) > 1 { // find the one that is in the way; what comes before it is kept
		for i := range facts {
			if err = p.feed(ctx, f, from, facts[i:i+1]); err != nil {
				break
			}
			from = facts[i].Seq
		}
	}
	if errors.Is(err, errMoved) {
		return 1, nil
	}
	return len(facts), err
}

func (p *Pump) feed(ctx context.Context, f Follower, from int64, facts []Fact) error {
	return p.DB.Write(ctx, func(tx *db.Tx) error {
		ok, err := moveCursor(tx, f.Name, from, facts[len(facts)-1].Seq)
		if err != nil {
			return err
		}
		if !ok {
			return errMoved
		}
		handle, end := f.begin()
		for _, x := range facts {
			if f.wants(x.Name) {
				if err := handle(tx, x); err != nil {
					return gov.Wrap(err, x.Name+" "+x.ID)
				}
			}
		}
		return end(tx)
	})
}

func (p *Pump) note(ctx context.Context, follower string, cause error) {
	err := p.DB.Write(ctx, func(tx *db.Tx) error { return noteTrouble(tx, follower, cause.Error()) })
	if err != nil {
		p.Log.ErrorContext(ctx, "journal: trouble not noted", "follower", follower, "err", err)
	}
}

// Progress is how far a follower has come.
type Progress struct {
	Follower string
	Seq      int64
	At       time.Time
	Trouble  string // what holds it up; empty: nothing
}

// Followed returns every follower's progress and the last fact's number.
func Followed(tx *db.Tx) (all []Progress, last int64, err error) {
	if all, err = cursors(tx); err != nil {
		return nil, 0, err
	}
	last, err = lastSeq(tx)
	return all, last, err
}
