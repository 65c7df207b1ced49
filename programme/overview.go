package programme

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Open are cases that are open now.
type Open struct {
	Cases  int64
	Late   int64     // of these, past a deadline of an organisation
	Oldest time.Time // when the oldest came; zero: none
}

func (o *Open) add(x Open) {
	o.Cases += x.Cases
	o.Late += x.Late
	if o.Oldest.IsZero() || x.Oldest.Before(o.Oldest) {
		o.Oldest = x.Oldest
	}
}

// Group are the figures of one organisation, service, channel or place.
type Group struct {
	Key string // its id; "" when the facts name none
	Figures
	Open Open
}

// Report is the answer to "how far have we come".
type Report struct {
	Filter   Filter // as it was narrowed to what the actor may see
	Figures         // of everything the filter lets through
	Open     Open   // now, whatever days the filter names
	Groups   []Group
	Concerns []Concern       // the services that need a decision most
	Services catalogue.Count // how services stand; of the filter's organisation
}

// Overview counts everything the filter lets through, broken down by one
// dimension: the group with the most cases first. Errors: Denied, NotFound as
// Scope; Invalid.
func Overview(tx *db.Tx, f Filter, by Dimension) (r Report, err error) {
	if f, err = scoped(tx, f); err != nil {
		return r, err
	}
	if err = by.known(); err != nil {
		return r, err
	}
	r.Filter = f
	owned, err := read(tx, f, byOwner)
	if err != nil {
		return r, err
	}
	c := owned
	if by == ByChannel || by == ByPlace {
		if c, err = read(tx, f, by); err != nil {
			return r, err
		}
	} else {
		c = owned.by(by)
	}
	r.Concerns = owned.concerns(worst)
	r.Figures, r.Open, r.Groups = c.groups()
	r.Services, err = Services(tx, f.Organisation)
	return r, err
}

// counts are the figures and the open cases of every group.
type counts struct {
	sums map[string]*sum
	open map[string]Open
}

// byOwner groups by organisation and service at once: "iga identity-card/renewal".
const byOwner Dimension = "owner"

func read(tx *db.Tx, f Filter, by Dimension) (c counts, err error) {
	if c.sums, err = grouped(tx, f, by); err == nil {
		c.open, err = backlog(tx, f, by)
	}
	return c, err
}

// by folds what is counted by organisation and service into one of them.
func (c counts) by(d Dimension) counts {
	out := counts{map[string]*sum{}, map[string]Open{}}
	part := func(key string) string {
		org, service, _ := strings.Cut(key, " ")
		if d == ByOrganisation {
			return org
		}
		return service
	}
	for k, s := range c.sums {
		k = part(k)
		if out.sums[k] == nil {
			out.sums[k] = newSum()
		}
		out.sums[k].merge(s)
	}
	for k, o := range c.open {
		sum := out.open[part(k)]
		sum.add(o)
		out.open[part(k)] = sum
	}
	return out
}

// groups works out every group and their total, the most cases first.
func (c counts) groups() (total Figures, open Open, out []Group) {
	all := newSum()
	for k, s := range c.sums {
		all.merge(s)
		out = append(out, Group{Key: k, Figures: s.result(), Open: c.open[k]})
	}
	for k, o := range c.open {
		open.add(o)
		if c.sums[k] == nil {
			out = append(out, Group{Key: k, Open: o})
		}
	}
	slices.SortFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Submitted+b.Closed, a.Submitted+a.Closed), cmp.Compare(b.Open.Cases, a.Open.Cases), cmp.Compare(a.Key, b.Key))
	})
	return all.result(), open, out
}

// grouped adds up all spans of the filter.
func grouped(tx *db.Tx, f Filter, by Dimension) (map[string]*sum, error) {
	out := map[string]*sum{}
	into := func(key string) *sum {
		if out[key] == nil {
			out[key] = newSum()
		}
		return out[key]
	}
	spans, err := asked(tx, f, by)
	if err != nil {
		return nil, err
	}
	for _, s := range spans {
		if err := counters(tx, f, s, groupOf[by], into); err != nil {
			return nil, err
		}
		if err := waits(tx, f, s, groupOf[by], into); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Services counts how the services of an organisation stand, or of all that the
// actor may see.
func Services(tx *db.Tx, org gov.OrgID) (catalogue.Count, error) {
	f, err := Scope(tx.Actor(), Filter{Organisation: org})
	if err != nil {
		return catalogue.Count{}, err
	}
	all, err := catalogue.Counts(tx)
	if err != nil {
		return catalogue.Count{}, err
	}
	return catalogue.Sum(slices.DeleteFunc(all, func(c catalogue.Count) bool {
		return f.Organisation != "" && c.Organisation != f.Organisation
	})), nil
}

// Step is how fine a trend is.
type Step string

// The steps.
const (
	Days   Step = "day"
	Weeks  Step = "week" // they begin on Sunday
	Months Step = "month"
)

// Steps lists them.
var Steps = []Step{Days, Weeks, Months}

// StepFor is the step that gives a readable trend of the filter's days.
func StepFor(f Filter) Step {
	switch days := f.To.Time().Sub(f.From.Time()).Hours() / 24; {
	case days <= 31:
		return Days
	case days <= 183:
		return Weeks
	}
	return Months
}

func (s Step) begin(d Day) Day {
	switch s {
	case Weeks:
		return d.Add(-int(d.Time().Weekday()))
	case Months:
		return d.First()
	}
	return d
}

func (s Step) next(d Day) Day {
	switch s {
	case Weeks:
		return d.Add(7)
	case Months:
		return d.Last().Add(1)
	}
	return d.Add(1)
}

// Point is one step of a trend, without waiting times.
type Point struct {
	From, To Day // within the filter's days
	Figures
}

// Trend counts step by step, oldest first; steps in which nothing happened are
// there too. Errors: as Overview.
func Trend(tx *db.Tx, f Filter, step Step) ([]Point, error) {
	f, err := scoped(tx, f)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Steps, step) {
		return nil, gov.Fail(gov.Invalid, "الفترة المطلوبة غير معروفة", "Trends go by day, week or month")
	}
	if f, err = narrow(tx, f); err != nil || f.From == 0 {
		return nil, err
	}
	sums, err := stepped(tx, f, step)
	if err != nil {
		return nil, err
	}
	var out []Point
	for d := step.begin(f.From); d <= f.To; d = step.next(d) {
		p := Point{From: max(d, f.From), To: min(step.next(d).Add(-1), f.To)}
		if s := sums[d]; s != nil {
			p.Figures = s.Figures
		}
		out = append(out, p)
	}
	return out, nil
}

// stepped adds up all spans of the filter by the first day of each step.
func stepped(tx *db.Tx, f Filter, step Step) (map[Day]*sum, error) {
	spans := []span{{byDay, int(f.From), int(f.To)}}
	if step == Months {
		spans = f.spans()
	}
	spans = f.coarse("").of(spans)
	sums := map[Day]*sum{}
	for _, s := range spans {
		err := counters(tx, f, s, "cast(period AS text)", func(key string) *sum {
			n, _ := strconv.Atoi(key)
			if n < 1_000_000 { // a month
				n = n*100 + 1
			}
			d := step.begin(Day(n))
			if sums[d] == nil {
				sums[d] = newSum()
			}
			return sums[d]
		})
		if err != nil {
			return nil, err
		}
	}
	return sums, nil
}

// narrow leaves out the years before and after everything that was counted when
// the filter names no days.
func narrow(tx *db.Tx, f Filter) (Filter, error) {
	if f.From != 20000101 && f.To != 21001231 {
		return f, nil
	}
	first, last, err := counted(tx)
	f.From, f.To = max(f.From, first), min(f.To, last)
	if first == 0 {
		f.From, f.To = 0, 0
	}
	return f, err
}
