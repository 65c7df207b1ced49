// Package procedure compares how a service goes now, how it shall go, and how it
// has gone in the cases that ran here: steps, hand-offs, documents, visits, days,
// and the burden on people and on the state by the Standard Cost Model
// (tariff × time × population × frequency; International Standard Cost Model
// Manual, SCM Network).
//
// What an organisation has written is declared; what is counted from cases is
// proven; whatever needs an assumption is estimated. A figure made of several is
// worth what its weakest part is worth, and says so.
package procedure

import (
	"slices"

	"diwan.example/country"
	"diwan.example/gov"
)

// Basis is what a figure rests on.
type Basis string

// The bases, from strongest to weakest.
const (
	Proven    Basis = "proven"
	Declared  Basis = "declared"
	Estimated Basis = "estimated"
)

var bases = []Basis{Proven, Declared, Estimated}

// Weakest is the basis of a figure made of figures with these; Proven of none.
func Weakest(of ...Basis) Basis {
	at := 0
	for _, b := range of {
		at = max(at, slices.Index(bases, b))
	}
	return bases[at]
}

// Sums add up one procedure, for the average case. Amounts are minor units;
// they are floats because a step that one case in three takes counts a third.
type Sums struct {
	Steps     float64 // that somebody takes
	Automatic float64 // that need nobody
	Handoffs  float64 // from one who acts to another
	Documents float64 // asked
	Visits    float64
	Days      float64 // working days from the beginning to the end
	Theirs    float64 // minutes of the person
	Ours      float64 // minutes of officers
	Worked    float64 // of Days, those in which somebody works
	Waiting   float64 // of Days, those in which nobody does
	Person    float64 // what it costs the person, without the fee
	State     float64 // what it costs the state
}

// Rates are the tariffs as they hold on one day, and how long a working day is.
type Rates struct {
	*country.Tariffs
	Day   string  // "2026-11-29"
	Hours float64 // of a working day; 0 means 8
}

func (r Rates) price(id string) float64 {
	amount, _ := r.At(id, r.Day)
	return float64(amount)
}

func (r Rates) workday() float64 {
	if r.Hours <= 0 {
		return 8 * 60
	}
	return r.Hours * 60
}

// hour is the price of an hour of somebody who works on a step.
func (r Rates) hour(role gov.Role) float64 {
	switch role {
	case gov.Supervisor:
		return r.price(country.SupervisorHour)
	case gov.Head:
		return r.price(country.HeadHour)
	}
	return r.price(country.OfficerHour)
}

// Sum adds up a procedure of a service of owner. It is zero for nil.
func Sum(p *country.Procedure, owner gov.OrgID, r Rates) (s Sums) {
	if p == nil {
		return s
	}
	g := newGraph(p, owner)
	for i := range p.Steps {
		g.steps[i].add(&s, r)
	}
	s.Handoffs, s.Days = g.handoffs(), g.days()
	s.Person += r.price(country.PersonHour) * s.Theirs / 60
	s.Worked = min(s.Days, (s.Theirs+s.Ours)/r.workday())
	s.Waiting = s.Days - s.Worked
	return s
}

// add adds one step. What a person spends counts as written where it is
// written; else each visit and each document has its tariff.
func (x *node) add(s *Sums, r Rates) {
	if x.who == machine {
		s.Automatic += x.share
	} else {
		s.Steps += x.share
	}
	documents, visits := float64(len(x.Documents)), 0.0
	if x.Visit {
		visits = 1
	}
	s.Documents += x.share * documents
	s.Visits += x.share * visits
	s.Theirs += x.share * float64(x.Theirs)
	s.Ours += x.share * float64(x.Ours)
	s.State += x.share * float64(x.Ours) / 60 * r.hour(x.Role)
	if x.Kind == apply {
		s.State += x.share * r.price(country.ChannelPrice(x.Channel))
	}
	if x.Spent > 0 {
		s.Person += x.share * float64(x.Spent)
	} else {
		s.Person += x.share * (documents*r.price(country.DocumentPrice) + visits*r.price(country.VisitPrice))
	}
}

// Burden is what a number of cases costs in a year, in minor units.
type Burden struct {
	Person, State float64
}

// Total is both together.
func (b Burden) Total() float64 { return b.Person + b.State }

// Yearly is the burden of n cases in a year.
func (s Sums) Yearly(n float64) Burden { return Burden{s.Person * n, s.State * n} }
