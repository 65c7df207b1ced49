package procedure

import (
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"diwan.example/programme"
)

// Figure is a number and what it rests on.
type Figure struct {
	Value float64
	Basis Basis
}

// Line is one thing compared. A side that is nil says nothing about it.
type Line struct {
	ID       string // "steps", "visits", "person" …
	Unit     string // number, share, days, minutes, money
	AsIs     *Figure
	ToBe     *Figure
	Measured *Figure
}

// After is what holds after the change: what was measured, else what is designed.
func (l Line) After() *Figure {
	if l.Measured != nil {
		return l.Measured
	}
	return l.ToBe
}

// Change is by how much the line went down (negative) or up, and by which share
// of what it was; ok is false when one side is unknown.
func (l Line) Change() (by, share float64, ok bool) {
	a := l.After()
	if a == nil || l.AsIs == nil {
		return 0, 0, false
	}
	by = a.Value - l.AsIs.Value
	if l.AsIs.Value != 0 {
		share = by / l.AsIs.Value
	}
	return by, share, true
}

// Comparison is how a service went, shall go and goes.
type Comparison struct {
	Entry    catalogue.Entry
	AsIs     *country.Procedure // nil: not documented
	ToBe     *country.Procedure // as declared, or as its pack designs it; nil: neither
	FromPack string             // version of the pack that ToBe was read from; empty: declared
	Measured *Measured          // nil: no case closed in the period
	Period   Period
	Rates    Rates
	Volume   *Figure // cases in a year; nil: not known
	Lines    []Line
}

// Compared is what Compare needs to know.
type Compared struct {
	Service gov.ServiceID
	Period  Period    // whose cases are measured
	At      time.Time // as it was known then; zero: now
	Rates   Rates
	Pack    func(tx *db.Tx, id gov.ServiceID) (*pack.Pack, error) // what runs; NotFound when nothing does
}

var errNoService = gov.Fail(gov.NotFound, "هذه الخدمة ليست في دليل الخدمات", "This service is not in the catalogue")

// entry is the entry as it was published at a moment.
func entry(tx *db.Tx, id gov.ServiceID, at time.Time) (catalogue.Entry, error) {
	if at.IsZero() {
		s, err := catalogue.Find(tx, id)
		return s.Entry, err
	}
	list, err := catalogue.EntriesAt(tx, at)
	for _, e := range list {
		if e.ID == id {
			return e, err
		}
	}
	if err == nil {
		err = errNoService
	}
	return catalogue.Entry{}, err
}

// Compare compares the procedures of one service. Errors: Denied; NotFound, also
// for a service of an organisation whose figures the actor may not see.
func Compare(tx *db.Tx, a Compared) (c Comparison, err error) {
	if c.Entry, err = entry(tx, a.Service, a.At); err != nil {
		return c, err
	}
	if _, err := programme.Scope(tx.Actor(), programme.Filter{Organisation: c.Entry.Organisation}); err != nil {
		return c, err
	}
	c.AsIs, c.ToBe, c.Rates = c.Entry.AsIs, c.Entry.ToBe, a.Rates
	if c.ToBe == nil && a.Pack != nil {
		p, err := a.Pack(tx, a.Service)
		switch {
		case err == nil:
			c.ToBe, c.FromPack = OfPack(p, a.Rates), p.Version
		case gov.KindOf(err) != gov.NotFound:
			return c, err
		}
	}
	c.Period = a.Period
	c.Period.Service, c.Period.Organisation = a.Service, c.Entry.Organisation
	m, err := Measure(tx, c.Period, c.Entry.ToBe, a.Rates)
	if err != nil {
		return c, err
	}
	if m.Cases > 0 {
		c.Measured = &m
	}
	c.volume()
	c.lines()
	return c, nil
}

// volume is how often the service is asked for in a year: as its organisation
// estimates, else as many cases as closed in the period.
func (c *Comparison) volume() {
	switch {
	case c.Entry.Yearly > 0:
		c.Volume = &Figure{float64(c.Entry.Yearly), Estimated}
	case c.Measured != nil:
		c.Volume = &Figure{float64(c.Measured.Cases), Proven}
	}
}

// quantity is one line of the comparison: how to read it from sums, and whether
// cases prove it.
type quantity struct {
	id, unit string
	of       func(*Sums) float64
	proven   bool
	minutes  bool // worked out from minutes of steps
}

var quantities = []quantity{
	{"steps", "number", func(s *Sums) float64 { return s.Steps }, true, false},
	{"automatic", "number", func(s *Sums) float64 { return s.Automatic }, true, false},
	{"handoffs", "number", func(s *Sums) float64 { return s.Handoffs }, true, false},
	{"documents", "number", func(s *Sums) float64 { return s.Documents }, true, false},
	{"visits", "number", func(s *Sums) float64 { return s.Visits }, true, false},
	{"days", "days", func(s *Sums) float64 { return s.Days }, true, false},
	{"waiting", "days", func(s *Sums) float64 { return s.Waiting }, false, true},
	{"theirs", "minutes", func(s *Sums) float64 { return s.Theirs }, false, true},
	{"ours", "minutes", func(s *Sums) float64 { return s.Ours }, false, true},
	{"person", "money", func(s *Sums) float64 { return s.Person }, false, false},
	{"state", "money", func(s *Sums) float64 { return s.State }, false, false},
}

func (c *Comparison) lines() {
	var before, after, now *Sums
	if c.AsIs != nil {
		s := Sum(c.AsIs, c.Entry.Organisation, c.Rates)
		before = &s
	}
	if c.ToBe != nil {
		s := Sum(c.ToBe, c.Entry.Organisation, c.Rates)
		after = &s
	}
	if c.Measured != nil {
		now = &c.Measured.Sums
	}
	for _, q := range quantities {
		if q.unit == "money" && !c.Rates.Known() {
			continue
		}
		l := Line{ID: q.id, Unit: q.unit}
		l.AsIs, l.ToBe = q.written(before, true), q.written(after, c.FromPack == "")
		if now != nil {
			l.Measured = &Figure{q.of(now), c.provenBasis(q)}
		}
		c.Lines = append(c.Lines, l)
		if q.id == "days" {
			c.Lines = append(c.Lines, c.measuredOnly()...)
		}
	}
	c.yearly(before, after, now)
}

// written is a figure of a procedure that somebody has written: declared, or
// estimated when it needs tariffs, or minutes that nobody has said.
func (q quantity) written(s *Sums, said bool) *Figure {
	if s == nil {
		return nil
	}
	basis := Declared
	if q.unit == "money" || q.id == "waiting" || q.minutes && !said {
		basis = Estimated
	}
	return &Figure{q.of(s), basis}
}

func (c *Comparison) provenBasis(q quantity) Basis {
	switch {
	case q.proven:
		return Proven
	case q.minutes && q.unit == "minutes":
		return c.Measured.Minutes
	}
	return Estimated
}

// measuredOnly are the lines that only cases can tell.
func (c *Comparison) measuredOnly() []Line {
	if c.Measured == nil {
		return nil
	}
	m := c.Measured
	return []Line{
		{ID: "median", Unit: "days", Measured: &Figure{m.Median, Proven}},
		{ID: "p90", Unit: "days", Measured: &Figure{m.P90, Proven}},
		{ID: "corrections", Unit: "share", Measured: &Figure{m.Corrections, Proven}},
	}
}

// yearly adds what a year costs people and the state: population × frequency.
func (c *Comparison) yearly(before, after, now *Sums) {
	if c.Volume == nil || !c.Rates.Known() {
		return
	}
	year := func(s *Sums, of func(Burden) float64) *Figure {
		if s == nil {
			return nil
		}
		return &Figure{of(s.Yearly(c.Volume.Value)), Estimated}
	}
	for _, x := range []struct {
		id string
		of func(Burden) float64
	}{{"person-year", func(b Burden) float64 { return b.Person }}, {"state-year", func(b Burden) float64 { return b.State }}} {
		c.Lines = append(c.Lines, Line{ID: x.id, Unit: "money", AsIs: year(before, x.of), ToBe: year(after, x.of), Measured: year(now, x.of)})
	}
}

// OfPack writes the way of a pack that every granted case takes as a procedure of
// the catalogue: days are the deadlines of its steps, minutes the typical ones of
// their kind, documents the files that it always asks.
func OfPack(p *pack.Pack, r Rates) *country.Procedure {
	first := &p.Steps[0]
	out := &country.Procedure{}
	for _, s := range append([]*pack.Step{first}, p.Ahead(first.ID)...) {
		m := r.Typical(string(s.Kind))
		x := country.Step{ID: s.ID, Kind: string(s.Kind), Title: s.Title, Role: s.Role, Theirs: m.Theirs, Ours: m.Ours, Days: r.within(s.Within)}
		if s.Organisation != "" && s.Organisation[0] != '{' {
			x.Organisation = gov.OrgID(s.Organisation)
		}
		if n := len(out.Steps); n > 0 {
			out.Steps[n-1].Next = []string{s.ID}
		}
		out.Steps = append(out.Steps, x)
	}
	out.Steps[0].Channel = string(gov.Portal)
	for _, q := range p.Form.Questions() {
		if q.Kind == form.File && !q.Optional {
			out.Steps[0].Documents = append(out.Steps[0].Documents, q.Name)
		}
	}
	return out
}

func (r Rates) within(t *pack.Term) float64 {
	switch {
	case t == nil:
		return 0
	case t.WorkingDays > 0:
		return float64(t.WorkingDays)
	case t.WorkingHours > 0:
		return float64(t.WorkingHours) * 60 / r.workday()
	}
	return float64(t.Days) * 5 / 7
}
