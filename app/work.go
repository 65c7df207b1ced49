package app

import (
	"maps"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"diwan.example/catalogue"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
)

// followers are all who follow the journal.
func (a *App) followers() []journal.Follower {
	return []journal.Follower{a.Cases.Follower(), catalogue.Follower(), a.Office.Follower()}
}

// jobKinds are all kinds of job.
func (a *App) jobKinds() map[string]jobs.Kind {
	all := map[string]jobs.Kind{}
	maps.Copy(all, a.Cases.Timers())
	maps.Copy(all, a.Cashier.Kinds())
	maps.Copy(all, a.Office.Jobs())
	if a.Bank != nil {
		maps.Copy(all, a.Bank.Kinds())
	}
	return all
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
		&lag{a})
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
			if f.Follower != "sequencer" {
				ch <- prometheus.MustNewConstMetric(lagDesc, prometheus.GaugeValue, float64(last-f.Seq), f.Follower)
			}
		}
		return err
	})
	if err != nil {
		ch <- prometheus.NewInvalidMetric(lagDesc, err)
	}
}
