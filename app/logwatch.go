package app

import (
	"encoding/json"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/internal/translog"
	"diwan.example/journal"
)

// logWatchJob looks every minute whether the public logs go on, and tells operators
// once when one stands still and once when it goes on again.
const logWatchJob = "app.log-watch"

// stalledAfter is how long an entry may wait before operators are told.
const stalledAfter = time.Minute

// watched is what the job remembers from one look to the next.
type watched struct {
	Stalled map[translog.Name]bool `json:"stalled,omitempty"`
}

func startLogWatch(tx *db.Tx) error {
	return jobs.Schedule(tx, jobs.Job{Kind: logWatchJob, Key: "minute", At: tx.Now().Add(time.Minute)})
}

func (a *App) watchLogs(tx *db.Tx, j jobs.Job) error {
	var before watched
	if err := json.Unmarshal(j.Payload, &before); err != nil {
		return err
	}
	now := watched{Stalled: map[translog.Name]bool{}}
	for _, l := range a.logs() {
		s, ok, err := l.Status(tx)
		if err != nil {
			return err
		}
		stalled := ok && isStalled(s, tx.Now())
		if stalled {
			now.Stalled[l.Name()] = true
		}
		if stalled != before.Stalled[l.Name()] {
			if err := a.tellOfLog(tx, l.Name(), stalled); err != nil {
				return err
			}
		}
	}
	return jobs.Schedule(tx, jobs.Job{Kind: logWatchJob, Key: "minute", At: tx.Now().Add(time.Minute), Payload: json.RawMessage(db.JSON(now))})
}

// isStalled reports whether a log stands still: something has waited too long, or
// it has been in trouble for as long, or its checkpoint was not renewed.
func isStalled(s translog.Status, now time.Time) bool {
	waits := !s.Oldest.IsZero() && now.Sub(s.Oldest) > stalledAfter
	troubled := s.Trouble != "" && now.Sub(s.Since) > stalledAfter
	return waits || troubled || now.Sub(s.Signed) > 30*time.Minute
}

// logNames are the logs as people call them.
var logNames = map[translog.Name]gov.Text{
	translog.Documents: gov.T("سجل الوثائق والقرارات", "The log of documents and decisions"),
	translog.Journal:   gov.T("سجل اليوميات", "The log of the journal"),
	translog.Looks:     gov.T("سجل أختام الاطلاع", "The log of the access log"),
}

func (a *App) tellOfLog(tx *db.Tx, name translog.Name, stalled bool) error {
	title, text := gov.T("%s متوقف", "%s stands still"), gov.T("لم يُقيَّد جديد في السجل منذ أكثر من دقيقة. ما يصدر من وثائق سارٍ وينتظر دوره؛ انظر سجل الأخطاء أو شغّل diwan audit.",
		"Nothing has been entered for more than a minute. Documents that are issued are valid and wait; see the error log, or run diwan audit.")
	if !stalled {
		title, text = gov.T("%s عاد إلى العمل", "%s goes on again"), gov.T("قُيّد كل ما كان ينتظر.", "What waited is being entered.")
	}
	return a.tellOperators(tx, title.Sprintf(logNames[name]), text, "/log")
}

// logged tells how the public logs do, asked when it is read.
type logged struct{ a *App }

var (
	logSizeDesc    = prometheus.NewDesc("diwan_log_entries", "Entries in the tree of a public log.", []string{"log"}, nil)
	logWaitingDesc = prometheus.NewDesc("diwan_log_waiting", "Entries that wait to be taken into a public log.", []string{"log"}, nil)
	logLagDesc     = prometheus.NewDesc("diwan_log_lag_seconds", "How long the entry that waits longest has waited.", []string{"log"}, nil)
	logAgeDesc     = prometheus.NewDesc("diwan_log_checkpoint_age_seconds", "How long ago the latest checkpoint was signed.", []string{"log"}, nil)
	witnessDesc    = prometheus.NewDesc("diwan_log_witness_behind", "Entries that a witness has not cosigned yet.", []string{"log", "witness"}, nil)
)

// Describe implements prometheus.Collector.
func (l *logged) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{logSizeDesc, logWaitingDesc, logLagDesc, logAgeDesc, witnessDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (l *logged) Collect(ch chan<- prometheus.Metric) {
	err := l.a.DB.Read(background, func(tx *db.Tx) error {
		for _, x := range l.a.logs() {
			s, ok, err := x.Status(tx)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			name, lag := string(x.Name()), 0.0
			if !s.Oldest.IsZero() {
				lag = tx.Now().Sub(s.Oldest).Seconds()
			}
			if x == l.a.Sealed { // its entries are the facts themselves
				_, last, err := journal.Followed(tx)
				if err != nil {
					return err
				}
				s.Waiting = last - s.Size
			}
			if x == l.a.Looks {
				if s.Waiting, err = journal.LooksWaiting(tx, s.Size); err != nil {
					return err
				}
			}
			for d, v := range map[*prometheus.Desc]float64{logSizeDesc: float64(s.Size), logWaitingDesc: float64(s.Waiting), logLagDesc: lag, logAgeDesc: tx.Now().Sub(s.Signed).Seconds()} {
				ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, name)
			}
			for _, w := range s.Witnesses {
				ch <- prometheus.MustNewConstMetric(witnessDesc, prometheus.GaugeValue, float64(s.Size-w.Size), name, w.Name)
			}
		}
		return nil
	})
	if err != nil {
		ch <- prometheus.NewInvalidMetric(logSizeDesc, err)
	}
}
