package lifecycle

import (
	_ "embed"
	"fmt"
	"math"
	"sync"
	"time"

	"go.yaml.in/yaml/v4"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// CounterState is whether a service still has a counter.
type CounterState string

// The states of a counter.
const (
	CounterOpen   CounterState = "open"
	CounterClosed CounterState = "closed"
)

// CounterMoves is the life of a counter.
var CounterMoves = gov.Moves[CounterState]{
	{From: "", Event: "begin", To: CounterOpen},
	{From: CounterOpen, Event: "close", To: CounterClosed},
	{From: CounterClosed, Event: "reopen by decision", To: CounterOpen},
	{From: CounterClosed, Event: "reopen by trigger", To: CounterOpen},
}

// Facts of counters. Their subject is the service.
const (
	FactCounterClosed   = "lifecycle.closed"   // a decision closed the counter
	FactCounterReopened = "lifecycle.reopened" // a decision, or a measure that fell, opened it again
)

// Threshold is one condition of closing a counter, and the value at which the
// counter opens again: the two differ, so that it does not open and close in turn.
type Threshold struct {
	ID       string   `yaml:"id"`
	Name     gov.Text `yaml:"name"`
	About    gov.Text `yaml:"about"`
	Unit     string   `yaml:"unit"` // share or cases
	Close    float64  `yaml:"close"`
	Reopen   float64  `yaml:"reopen"`
	AtMost   bool     `yaml:"at_most"`  // smaller is better
	Evidence string   `yaml:"evidence"` // instead of a number: this evidence must be given
	Trigger  bool     `yaml:"trigger"`  // whether its fall reopens
}

//go:embed counter.yaml
var counterFile []byte

// Thresholds are the conditions of closing a counter.
var Thresholds = sync.OnceValue(func() []Threshold {
	var list []Threshold
	if err := yaml.Load(counterFile, &list, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
		panic("lifecycle: counter.yaml: " + err.Error())
	}
	for _, t := range list {
		right := t.Close >= t.Reopen
		if t.AtMost {
			right = t.Close <= t.Reopen
		}
		if len(t.Name.Missing(gov.Arabic, gov.English)) > 0 || !right {
			panic(fmt.Sprintf("lifecycle: counter.yaml: %s: names in both languages, and reopening is the weaker bound", t.ID))
		}
	}
	return list
})

// Reading is what a threshold measures of a service now.
type Reading struct {
	Threshold
	Value  float64
	Closes bool // good enough for closing
	Falls  bool // bad enough for reopening
}

// Counters measures a service against the conditions of closing its counter.
func (r *Record) Counters() (out []Reading) {
	c := r.Cases
	values := map[string]float64{
		"cases": float64(c.All.Submitted), "digital": c.DigitalShare(), "coverage": c.Coverage(), "failure": c.Failure(),
	}
	for _, t := range Thresholds() {
		x := Reading{Threshold: t, Value: values[t.ID]}
		if t.Evidence != "" {
			if r.given(t.Evidence) {
				x.Value = 1
			}
			x.Close, x.Reopen = 1, 1
		}
		if t.AtMost {
			x.Closes, x.Falls = x.Value <= t.Close, x.Value > t.Reopen
		} else {
			x.Closes, x.Falls = x.Value >= x.Close, x.Value < x.Reopen
		}
		x.Falls = x.Falls && t.Trigger
		out = append(out, x)
	}
	return out
}

func (r *Record) given(evidence string) bool {
	for _, g := range r.Given {
		if g.Name == evidence {
			return true
		}
	}
	return false
}

// CounterEvent is one decision on a counter, or what reopened it.
type CounterEvent struct {
	Service  gov.ServiceID
	Number   int
	At       time.Time
	State    CounterState
	Words    string
	Link     string
	Actor    gov.PersonID // the machine's when a measure fell
	Acting   gov.OrgID
	Measures map[string]float64 // as they stood
}

// CounterOf lists the decisions on a service's counter, the latest first.
func CounterOf(tx *db.Tx, id gov.ServiceID) ([]CounterEvent, error) { return counterEvents(tx, id) }

// ClosedCounters lists the services whose counter is closed: nobody begins an
// application there any more.
func ClosedCounters(tx *db.Tx) ([]gov.ServiceID, error) { return closedCounters(tx) }

var (
	errCounterHead   = gov.Fail(gov.Denied, "يقرر إغلاق الشباك وفتحه رئيس الجهة التي تملك الخدمة", "The head of the organisation that owns the service decides on its counter")
	errCounterClosed = gov.Fail(gov.Conflict, "شباك هذه الخدمة مغلق", "The counter of this service is closed already")
	errCounterOpen   = gov.Fail(gov.Conflict, "شباك هذه الخدمة مفتوح", "The counter of this service is open")
	errNotLive       = gov.Fail(gov.Conflict, "لا يُغلق الشباك قبل أن تصبح الخدمة متاحة إلكترونيًا بسجلات هنا", "A counter closes only when the service is live by the records kept here")
)

// CloseCounter closes the counter of a service by a signed decision of the head
// of its organisation. Errors: NotFound, Denied, Invalid; Conflict when it is
// closed, the service is not proven live, or a measure does not allow it.
func (c *Cycle) CloseCounter(tx *db.Tx, id gov.ServiceID, words, link string) error {
	r, st, err := c.Now(tx, id)
	if err != nil {
		return err
	}
	if !mayDecide(tx.Actor(), r.Entry) {
		return errCounterHead
	}
	if words, link, err = said(words, link); err != nil {
		return err
	}
	if _, ok := CounterMoves.Next(r.Counter, "close"); !ok {
		return errCounterClosed
	}
	if st.Stage.Rank() < Live.Rank() || st.Stage == Retired || st.Basis != Proven {
		return errNotLive
	}
	for _, x := range r.Counters() {
		if !x.Closes {
			return gov.Fail(gov.Conflict, "لا يُغلق الشباك بعد: "+x.Name[gov.Arabic], "The counter cannot close yet: "+x.Name[gov.English]).At(x.ID)
		}
	}
	return decideCounter(tx, &r, CounterClosed, words, link, FactCounterClosed, map[string]any{"by": "decision"})
}

// ReopenCounter opens a closed counter again by decision. Errors: NotFound,
// Denied, Invalid, Conflict.
func (c *Cycle) ReopenCounter(tx *db.Tx, id gov.ServiceID, words, link string) error {
	r, _, err := c.Now(tx, id)
	if err != nil {
		return err
	}
	if !mayDecide(tx.Actor(), r.Entry) {
		return errCounterHead
	}
	if words, link, err = said(words, link); err != nil {
		return err
	}
	if _, ok := CounterMoves.Next(r.Counter, "reopen by decision"); !ok {
		return errCounterOpen
	}
	return decideCounter(tx, &r, CounterOpen, words, link, FactCounterReopened, map[string]any{"by": "decision"})
}

func mayDecide(a gov.Actor, e catalogue.Service) bool {
	return a.Org == e.Organisation && a.Has(gov.Head)
}

// reopenFallen opens a closed counter when one of its measures has fallen.
func reopenFallen(tx *db.Tx, r *Record) error {
	if _, ok := CounterMoves.Next(r.Counter, "reopen by trigger"); !ok {
		return nil
	}
	for _, x := range r.Counters() {
		if x.Falls {
			return decideCounter(tx, r, CounterOpen, "", "", FactCounterReopened, map[string]any{"by": "trigger", "measure": x.ID, "value": math.Round(x.Value*1000) / 1000})
		}
	}
	return nil
}

func decideCounter(tx *db.Tx, r *Record, to CounterState, words, link, fact string, body map[string]any) error {
	events, err := counterEvents(tx, r.Entry.ID)
	if err != nil {
		return err
	}
	e := CounterEvent{Service: r.Entry.ID, Number: len(events) + 1, At: tx.Now(), State: to, Words: words, Link: link, Actor: tx.Actor().Person, Acting: tx.Actor().Org, Measures: map[string]float64{}}
	for _, x := range r.Counters() {
		e.Measures[x.ID] = math.Round(x.Value*1000) / 1000
	}
	if err := insertCounter(tx, e); err != nil {
		return err
	}
	r.Counter = to
	return told(tx, fact, r.Entry, body)
}
