package plan

import (
	"cmp"
	"slices"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
)

// Outcome is what became of a promised service, by the records.
type Outcome string

// The outcomes, from best to worst. Before, Proven and Late are proven by a case
// that was completed here online; Declared is its organisation's word.
const (
	Before   Outcome = "before"   // proven before the year began
	Proven   Outcome = "proven"   // proven by the end of its quarter
	Late     Outcome = "late"     // proven after its quarter
	Declared Outcome = "declared" // declared at the promised level; no case proves it
	Launched Outcome = "launched" // runs here; no case was completed yet
	Waiting  Outcome = "waiting"  // its quarter is not over
	Overdue  Outcome = "overdue"  // its quarter is over
	Dropped  Outcome = "dropped"  // given up in the closing report
)

// Outcomes lists them.
var Outcomes = []Outcome{Before, Proven, Late, Declared, Launched, Waiting, Overdue, Dropped}

// Done reports whether the promise was kept, however late and on whose word.
func (o Outcome) Done() bool { return o == Before || o == Proven || o == Late || o == Declared }

// Basis is where an outcome comes from: proven, declared, or "" where nothing
// was reached.
func (o Outcome) Basis() string {
	switch o {
	case Before, Proven, Late, Launched:
		return "proven"
	case Declared:
		return "declared"
	}
	return ""
}

// Result is what became of one promise.
type Result struct {
	Service gov.ServiceID `json:"service"`
	Quarter int           `json:"quarter"`
	Level   int           `json:"level"`
	Name    gov.Text      `json:"name"`
	Outcome Outcome       `json:"outcome"`
	At      time.Time     `json:"at,omitzero"`    // when it was proven, declared or launched
	Cases   [4]int64      `json:"cases"`          // closed here in each quarter
	Fate    string        `json:"fate,omitempty"` // of what is not done: next, dropped
	Why     string        `json:"why,omitempty"`
}

// Progress is what became of the promises of a plan so far; of a closed plan, as
// it was closed. Errors: as Find.
func (s *Plans) Progress(tx *db.Tx, year int, org gov.OrgID) ([]Result, error) {
	p, err := s.Find(tx, year, org)
	if err != nil {
		return nil, err
	}
	return s.progress(tx, p)
}

func (s *Plans) progress(tx *db.Tx, p Plan) ([]Result, error) {
	if p.State == Closed {
		return p.Results, nil
	}
	c, err := contentNow(tx, p.Year, p.Organisation)
	if err != nil {
		return nil, err
	}
	list, err := catalogue.Services(tx, catalogue.Filter{Organisation: p.Organisation})
	if err != nil {
		return nil, err
	}
	out := s.results(c.Promises(), p.Year, s.today(tx), byID(list))
	return out, s.cases(tx, p, out)
}

func byID(list []catalogue.Service) map[gov.ServiceID]*catalogue.Service {
	out := map[gov.ServiceID]*catalogue.Service{}
	for i := range list {
		out[list[i].ID] = &list[i]
	}
	return out
}

// results compares promises with the catalogue.
func (s *Plans) results(list []Promise, year int, today programme.Day, services map[gov.ServiceID]*catalogue.Service) (out []Result) {
	for _, p := range list {
		r := Result{Service: p.Service, Quarter: p.Quarter, Level: p.Level, Name: gov.T(string(p.Service), string(p.Service))}
		if x := services[p.Service]; x != nil {
			r.Name = x.Name
			r.Outcome, r.At = s.outcome(p, year, x)
		}
		if _, end := Quarter(year, p.Quarter); r.Outcome == "" && today > end {
			r.Outcome = Overdue
		}
		r.Outcome = cmp.Or(r.Outcome, Waiting)
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b Result) int { return cmp.Compare(a.Quarter, b.Quarter) })
	return out
}

// outcome is what the records say of one promise; "" when they say nothing.
func (s *Plans) outcome(p Promise, year int, x *catalogue.Service) (Outcome, time.Time) {
	first, _ := Quarter(year, 1)
	_, end := Quarter(year, p.Quarter)
	switch proven := programme.DayOf(x.ProvenAt, s.Zone); {
	case x.ProvenAt.IsZero():
	case proven < first:
		return Before, x.ProvenAt
	case proven <= end:
		return Proven, x.ProvenAt
	default:
		return Late, x.ProvenAt
	}
	if x.Online.Level >= p.Level && p.Level > 0 {
		said, _ := time.Parse(time.DateOnly, x.Online.Declared)
		return Declared, said
	}
	if x.Version != "" {
		return Launched, x.Published
	}
	return "", time.Time{}
}

// watcher reads figures of every organisation; whether the reader may see the
// plan was checked before.
var watcher = gov.Actor{Person: gov.System.Person, Org: "plan", Roles: []gov.Role{gov.Auditor}}

// cases counts the cases of the promised services, quarter by quarter.
func (s *Plans) cases(tx *db.Tx, p Plan, out []Result) error {
	today := s.today(tx)
	for q := 1; q <= 4; q++ {
		from, to := Quarter(p.Year, q)
		if from > today || len(out) == 0 {
			return nil
		}
		r, err := programme.Overview(tx.As(watcher), programme.Filter{From: from, To: to, Organisation: p.Organisation}, programme.ByService)
		if err != nil {
			return err
		}
		for _, g := range r.Groups {
			for i := range out {
				if string(out[i].Service) == g.Key {
					out[i].Cases[q-1] = g.Closed
				}
			}
		}
	}
	return nil
}

// Count counts results by outcome.
func Count(list []Result) map[Outcome]int {
	out := map[Outcome]int{}
	for _, r := range list {
		out[r.Outcome]++
	}
	return out
}

// UnderDevelopment are the services of an organisation that the records show on
// their way: published and without a completed case, or with a revision being
// written. Nothing of it is typed.
type UnderDevelopment struct {
	Service  gov.ServiceID
	Name     gov.Text
	Launched time.Time // when its pack was published; zero: not yet
	Drafted  time.Time // when a revision of its entry was last saved; zero: none
}

// Development lists the services of a plan's organisation that are on their way
// now. Errors: as Find.
func (s *Plans) Development(tx *db.Tx, year int, org gov.OrgID) (out []UnderDevelopment, err error) {
	if _, err := s.Find(tx, year, org); err != nil {
		return nil, err
	}
	list, err := catalogue.Services(tx, catalogue.Filter{Organisation: org})
	if err != nil {
		return nil, err
	}
	written, err := catalogue.InWork(tx.As(watcher), org)
	if err != nil {
		return nil, err
	}
	drafted := map[gov.ServiceID]catalogue.Revision{}
	for _, r := range written {
		drafted[r.ID] = r
	}
	for _, x := range list {
		r, found := drafted[x.ID]
		delete(drafted, x.ID)
		if launched := x.Version != "" && x.ProvenAt.IsZero(); launched || found {
			d := UnderDevelopment{Service: x.ID, Name: x.Name, Drafted: r.Saved}
			if launched {
				d.Launched = x.Published
			}
			out = append(out, d)
		}
	}
	for id, r := range drafted {
		out = append(out, UnderDevelopment{Service: id, Name: r.Name, Drafted: r.Saved})
	}
	slices.SortFunc(out, func(a, b UnderDevelopment) int { return cmp.Compare(a.Service, b.Service) })
	return out, nil
}
