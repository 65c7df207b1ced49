package app

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"diwan.example/catalogue"
	"diwan.example/document"
	"diwan.example/document/inventory"
	"diwan.example/document/vp"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
	"diwan.example/programme"
	"diwan.example/programme/procedure"
)

// followers are all who follow the journal.
func (a *App) followers() []journal.Follower {
	return []journal.Follower{a.Cases.Follower(), catalogue.Follower(), a.Office.Follower(), programme.Follower(a.Country.Calendar.Zone), a.Policy.Follower(), a.Cycle.Follower(), a.ranked(), a.planned(), a.linked(), procedure.Follower(a.Cases, &a.Country.Calendar), procedure.SparedFollower(a.Country.Calendar.Zone), a.Broker.Follower(), a.Records.Follower(), a.warnings(), a.ceremonies(), inventory.Follower(a.Country.Calendar.Zone)}
}

// sweepJob forgets, once a day, what the API keeps for a day.
const sweepJob = "app.sweep"

func (a *App) sweep(tx *db.Tx, _ jobs.Job) error {
	if err := errors.Join(a.api.Sweep(tx), vp.Sweep(tx)); err != nil {
		return err
	}
	return scheduleSweep(tx)
}

func scheduleSweep(tx *db.Tx) error {
	return jobs.Schedule(tx, jobs.Job{Kind: sweepJob, Key: "daily", At: tx.Now().Add(24 * time.Hour)})
}

// workers are one for what happens in the database and one for what reaches
// outside, so that a slow far side delays no deadline.
func (a *App) workers() (inside, outside *jobs.Worker) {
	in, out := map[string]jobs.Kind{}, map[string]jobs.Kind{}
	all := []map[string]jobs.Kind{
		a.Cases.Timers(), a.Cashier.Kinds(), a.Office.Jobs(), a.Gate.Jobs(), a.Issuer.Jobs(), {sweepJob: {Do: a.sweep}, logWatchJob: {Do: a.watchLogs}}, journal.Jobs(a.revealed),
		a.Cycle.Jobs(), a.Policy.Jobs(), a.Chamber.Jobs(),
		a.Records.Jobs(), a.Watch.Jobs(), a.Agreements.Jobs(), a.Broker.Jobs(), a.Centre.Jobs(), a.Issuer.Keys().Jobs(),
	}
	if a.Bank != nil {
		all = append(all, a.Bank.Kinds())
	}
	for _, kinds := range all {
		for name, k := range kinds {
			if k.Call != nil {
				out[name] = k
			} else {
				in[name] = k
			}
		}
	}
	return &jobs.Worker{DB: a.DB, Log: a.Log, Kinds: in, Parallel: 16}, &jobs.Worker{DB: a.DB, Log: a.Log, Kinds: out, Parallel: 16}
}

// tidy schedules the jobs that keep things tidy and reconcile the day's payments.
func (a *App) tidy(ctx context.Context) error {
	if err := a.Cashier.Start(ctx); err != nil {
		return err
	}
	if err := a.Issuer.Keys().Prepare(gov.WithActor(ctx, gov.System)); err != nil {
		a.Log.ErrorContext(ctx, "app: keys without a certificate", "err", err) // what is issued with other keys goes on
	}
	return a.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		if err := a.Issuer.Keys().Start(tx); err != nil {
			return err
		}
		if err := a.Gate.KeepTidy(tx); err != nil {
			return err
		}
		if err := a.Office.KeepTidy(tx); err != nil {
			return err
		}
		if err := a.Cycle.Start(tx); err != nil {
			return err
		}
		if err := a.Policy.Start(tx); err != nil {
			return err
		}
		if err := a.Watch.Start(tx); err != nil {
			return err
		}
		if err := a.Records.KeepTidy(tx); err != nil {
			return err
		}
		if err := a.Centre.Start(tx); err != nil {
			return err
		}
		if err := document.StartFolding(tx); err != nil {
			return err
		}
		if err := startLogWatch(tx); err != nil {
			return err
		}
		return scheduleSweep(tx)
	})
}

func (a *App) secure() bool { return strings.HasPrefix(a.Config.Origin, "https://") }

// formTargets are the foreign sites a form may lead to: payment pages.
func (a *App) formTargets() []string {
	if a.Config.StripeKey != "" {
		return []string{"https://hooks.stripe.com", "https://pay.stripe.com"}
	}
	return nil
}

// metrics are what Prometheus reads: the process, the database's commits, and
// how far each follower is behind.
func (a *App) metrics() *prometheus.Registry {
	r := prometheus.NewRegistry()
	stat := func(name, help string, get func(db.Stats) int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(get(a.DB.Stats())) })
	}
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		stat("diwan_db_writes_total", "Write transactions since the start.", func(s db.Stats) int64 { return s.Writes }),
		stat("diwan_db_commits_total", "Durable commits since the start; writers share them.", func(s db.Stats) int64 { return s.Groups }),
		&lag{a}, &exchanged{a}, &logged{a})
	return r
}

// lag tells how many facts each follower is behind, asked when it is read.
type lag struct{ a *App }

var lagDesc = prometheus.NewDesc("diwan_follower_lag_facts", "Facts a follower has not read yet.", []string{"follower"}, nil)

// Describe implements prometheus.Collector.
func (l *lag) Describe(ch chan<- *prometheus.Desc) { ch <- lagDesc }

// Collect implements prometheus.Collector.
func (l *lag) Collect(ch chan<- prometheus.Metric) {
	err := l.a.DB.Read(background, func(tx *db.Tx) error {
		all, last, err := journal.Followed(tx)
		for _, f := range all {
			ch <- prometheus.MustNewConstMetric(lagDesc, prometheus.GaugeValue, float64(last-f.Seq), f.Follower)
		}
		return err
	})
	if err != nil {
		ch <- prometheus.NewInvalidMetric(lagDesc, err)
	}
}
