package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"time"

	"diwan.example/app"
	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"diwan.example/payment"
)

//go:embed bench
var benchPacks embed.FS

const benchService gov.ServiceID = "bench/one-task"

// caseBench is one measurement of cases.
type caseBench struct {
	cases, http, people, stored int
	engine, database, folder    string
	profile                     string

	a         *app.App
	residents []gov.PersonID
}

// clockwork gathers how long each kind of step took.
type clockwork struct {
	mu    sync.Mutex
	steps map[string][]time.Duration
}

// time runs fn and notes how long it took.
func (c *clockwork) time(step string, fn func() error) error {
	begin := time.Now()
	err := fn()
	took := time.Since(begin)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.steps == nil {
		c.steps = map[string][]time.Duration{}
	}
	c.steps[step] = append(c.steps[step], took)
	return err
}

func (c *clockwork) spreads() map[string]spread {
	out := map[string]spread{}
	for k, ds := range c.steps {
		slices.Sort(ds)
		at := func(p float64) float64 { return float64(ds[int(p*float64(len(ds)-1))].Microseconds()) / 1000 }
		out[k] = spread{len(ds), at(0.50), at(0.95), at(0.99)}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func (b *caseBench) measure(ctx context.Context, io stdio) (*caseReport, error) {
	done, err := b.open(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	r := &caseReport{Engine: b.engine, Machine: machine(), Cases: b.cases, Durability: "every answer durable: WAL, synchronous=FULL"}
	if b.engine == "postgres" {
		r.Durability = "as the server is set"
	}
	fmt.Fprintln(io.err, "measuring the raw limit …")
	if r.RawRows, err = b.a.DB.RawLimit(ctx, b.people, 3*time.Second, nil); err != nil {
		return nil, err
	}
	if err := b.domain(ctx, io, r); err != nil {
		return nil, err
	}
	if b.http > 0 {
		if err := b.overHTTP(ctx, io, r); err != nil {
			return nil, err
		}
	}
	if b.stored > 0 {
		return r, b.reading(ctx, io, r)
	}
	return r, nil
}

// open opens a platform on fresh data, as diwan serve would run it.
func (b *caseBench) open(ctx context.Context) (func(), error) {
	dir, err := os.MkdirTemp(b.folder, "diwan-bench-")
	if err != nil {
		return nil, err
	}
	c := app.Default()
	c.PerMinute = 1 << 30 // nobody waits here for a limit of their own
	c.Database, c.Blobs, c.Origin = filepath.Join(dir, "diwan.db"), filepath.Join(dir, "files"), "http://127.0.0.1"
	if b.engine == "postgres" {
		if b.database == "" {
			return nil, errors.New("--engine postgres needs --database")
		}
		c.Database, c.Secret = b.database, strings.Repeat("YmVuY2g", 8)+"YmVuY2hi"
	}
	if b.a, err = app.New(ctx, c, slog.New(slog.DiscardHandler)); err != nil {
		return nil, err
	}
	done := func() { b.a.Close(); os.RemoveAll(dir) }
	if err := b.prepare(ctx); err != nil {
		done()
		return nil, err
	}
	return done, nil
}

// prepare publishes the measured service and invents the people who act.
func (b *caseBench) prepare(ctx context.Context) error {
	ctx = gov.WithActor(ctx, gov.System)
	if err := b.a.Seed(ctx); err != nil {
		return err
	}
	sub, err := fs.Sub(benchPacks, ".")
	if err != nil {
		return err
	}
	p, err := pack.Read(sub, string(benchService), b.a.Packs.Options)
	if err != nil {
		return err
	}
	if err := b.a.Publish(ctx, p.Files); err != nil {
		return err
	}
	if err := b.a.SeedPeople(ctx, 200); err != nil {
		return err
	}
	return b.a.DB.Read(ctx, func(tx *db.Tx) error {
		for _, x := range b.a.Country.People(200) {
			known, err := identity.ByCivilNumber(tx, x.CivilNumber)
			if err != nil {
				return err
			}
			b.residents = append(b.residents, known.ID)
		}
		return nil
	})
}

func (b *caseBench) officer() gov.Actor {
	return gov.Actor{Person: "bench-officer", Org: "iga", Roles: []gov.Role{gov.Officer}, Channel: gov.Portal, StepUp: time.Now()}
}

var benchAnswers = map[string]any{"purpose": "work", "addressed_to": "مصرف الخليج التجريبي", "copies": 2, "truth": true}

// domain runs cases through the domain functions: residents apply and pay,
// officers take what their queue shows, followers run beside them.
func (b *caseBench) domain(ctx context.Context, io stdio, r *caseReport) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var background sync.WaitGroup
	background.Go(func() { b.a.Background(ctx) })
	defer background.Wait()
	defer stop()

	if err := b.a.DB.Compact(ctx); err != nil {
		return err
	}
	watch := &clockwork{}
	size, before := diskBytes(b.a.Config.Database), b.a.DB.Stats()
	fmt.Fprintf(io.err, "running %d cases through the domain functions …\n", b.cases)
	stopProfile, err := b.profiled("")
	if err != nil {
		return err
	}
	defer stopProfile()
	begin := time.Now()
	failed := make(chan error, 2*b.people)
	var wg sync.WaitGroup
	turns := make(chan int, b.cases)
	for i := range b.cases {
		turns <- i
	}
	close(turns)
	for range b.people {
		wg.Go(func() {
			for i := range turns {
				if err := b.applyAndPay(ctx, watch, b.residents[i%len(b.residents)]); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Go(func() {
		if err := b.decideAll(ctx, watch, b.cases); err != nil {
			failed <- err
		}
	})
	wg.Wait()
	took := time.Since(begin)
	select {
	case err := <-failed:
		return err
	default:
	}
	stats := b.a.DB.Stats()
	r.CasesPerSecond = float64(b.cases) / took.Seconds()
	r.Ratio = r.CasesPerSecond / r.RawRows
	r.CommitsPerCase = float64(stats.Groups-before.Groups) / float64(b.cases)
	r.Steps = watch.spreads()
	if err := b.a.Drain(ctx); err != nil {
		return err
	}
	if b.engine == "sqlite" {
		if err := b.a.DB.Checkpoint(ctx); err != nil {
			return err
		}
		r.BytesPerCase = float64(diskBytes(b.a.Config.Database)-size) / float64(b.cases)
	}
	return nil
}

// profiled writes a CPU profile until the function returned is called; suffix ends
// the file's name.
func (b *caseBench) profiled(suffix string) (func(), error) {
	if b.profile == "" {
		return func() {}, nil
	}
	f, err := os.Create(b.profile + suffix)
	if err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); f.Close() }, pprof.StartCPUProfile(f)
}

func (b *caseBench) applyAndPay(ctx context.Context, watch *clockwork, who gov.PersonID) error {
	actor := gov.WithActor(ctx, gov.Actor{Person: who, Channel: gov.Portal})
	var c *casework.Case
	err := watch.time("apply", func() error {
		return b.a.DB.Write(actor, func(tx *db.Tx) (err error) {
			c, err = b.a.Cases.Apply(tx, casework.Application{Service: benchService, Answers: form.Answers(maps.Clone(benchAnswers))})
			return err
		})
	})
	if err != nil {
		return err
	}
	err = watch.time("pay", func() error {
		return b.a.DB.Write(actor, func(tx *db.Tx) error {
			_, err := b.a.Cashier.Settle(tx, c.Track.Tokens[0].Charge, payment.Means{By: payment.ByCounter, Reference: c.Ref})
			return err
		})
	})
	b.a.Pump.Wake()
	return err
}

// decideAll approves n tasks as they come into the queue, many at once.
func (b *caseBench) decideAll(ctx context.Context, watch *clockwork, n int) error {
	actor := gov.WithActor(ctx, b.officer())
	tasks := make(chan gov.TaskID, 512)
	errs := make(chan error, b.people)
	var wg sync.WaitGroup
	for range b.people {
		wg.Go(func() {
			for id := range tasks {
				err := watch.time("decide and issue", func() error {
					return b.a.DB.Write(actor, func(tx *db.Tx) error {
						_, err := b.a.Cases.Decide(tx, id, casework.Verdict{Outcome: "approve"})
						return err
					})
				})
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	err := b.feed(actor, n, tasks, errs)
	close(tasks)
	wg.Wait()
	return err
}

// feed reads the queue again and again and hands out every task once.
func (b *caseBench) feed(ctx context.Context, n int, tasks chan<- gov.TaskID, errs <-chan error) error {
	seen := map[gov.TaskID]bool{}
	f := casework.QueueFilter{Service: benchService, Limit: 200}
	for len(seen) < n {
		var some []casework.Task
		err := b.a.DB.Read(ctx, func(tx *db.Tx) (err error) { some, err = b.a.Cases.Queue(tx, f); return err })
		if err != nil {
			return err
		}
		fresh := 0
		for _, t := range some {
			if seen[t.ID] {
				continue
			}
			seen[t.ID] = true
			fresh++
			select {
			case tasks <- t.ID:
			case err := <-errs:
				return err
			}
		}
		if fresh == 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
	return nil
}
