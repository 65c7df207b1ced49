package plan

import (
	"cmp"
	"slices"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
)

// Board is how the plans of all organisations stand together.
type Board struct {
	Cycle     Cycle
	Entities  []Entity
	States    map[State]int // organisations by the state of their plan; "" counts those without one
	Late      int           // given late, or not given though the deadline passed
	Coverage  Coverage
	Budget    gov.Money
	Sorts     map[string]gov.Money // the budget by kind of spending
	Proposals []Proposal
}

// Entity is one organisation's line.
type Entity struct {
	Organisation catalogue.Organisation
	Plan         Plan // its State is "" where there is none to read
	Overdue      bool // not given though its deadline passed
	Promised     [4]int
	Promises     int
	Budget       gov.Money
	Linkages     int
	Outcomes     map[Outcome]int
}

// Coverage is how much of the catalogue is online, and would be if every plan
// were kept. Only services that are not online yet are counted as promised.
type Coverage struct {
	Services int
	Proven   int
	Running  int // a pack is published; not proven
	Declared int // by their organisation's word only
	Promised [4]int
}

// Online is how many services are online by any basis; they are never added up
// without the parts beside them.
func (c Coverage) Online() int { return c.Proven + c.Running + c.Declared }

// After is how many would be online after a quarter, 1 to 4.
func (c Coverage) After(quarter int) int {
	n := c.Online()
	for q := range quarter {
		n += c.Promised[q]
	}
	return n
}

// Proposal is a proposal to link two organisations.
type Proposal struct {
	Linkage
	From      gov.OrgID
	Supported bool // the other organisation supports it
}

// Board reads how all plans of a year stand. Plans that the actor may not read
// count as not given. Errors: NotFound.
func (s *Plans) Board(tx *db.Tx, year int) (b Board, err error) {
	if b.Cycle, err = s.Cycle(tx, year); err != nil {
		return b, err
	}
	orgs, err := catalogue.Organisations(tx)
	if err != nil {
		return b, err
	}
	all, err := catalogue.Services(tx, catalogue.Filter{Public: true})
	if err != nil {
		return b, err
	}
	content, err := yearContent(tx, year)
	if err != nil {
		return b, err
	}
	plans, err := s.Of(tx, year)
	if err != nil {
		return b, err
	}
	supports, err := supportsOf(tx, year)
	if err != nil {
		return b, err
	}
	b.States, b.Sorts = map[State]int{}, map[string]gov.Money{}
	services := byID(all)
	b.Coverage.count(all)
	for _, o := range orgs {
		e := Entity{Organisation: o}
		if i := slices.IndexFunc(plans, func(p Plan) bool { return p.Organisation == o.ID }); i >= 0 {
			e.Plan = plans[i]
			s.add(&b, &e, content[o.ID], services, s.today(tx), supports)
		}
		given := e.Plan.State != "" && e.Plan.State != Draft
		e.Overdue = b.Cycle.State == CycleOpen && !given && s.today(tx) > e.Plan.Deadline(b.Cycle)
		if e.Overdue || e.Plan.Late {
			b.Late++
		}
		b.States[e.Plan.State]++
		b.Entities = append(b.Entities, e)
	}
	return b, nil
}

func (c *Coverage) count(all []catalogue.Service) {
	c.Services = len(all)
	for i := range all {
		switch all[i].Standing() {
		case catalogue.Proven:
			c.Proven++
		case catalogue.Running:
			c.Running++
		case catalogue.Declared:
			c.Declared++
		}
	}
}

// add counts the plan of one organisation.
func (s *Plans) add(b *Board, e *Entity, c Content, services map[gov.ServiceID]*catalogue.Service, today programme.Day, supports map[support]bool) {
	promises := c.Promises()
	e.Promises = len(promises)
	for _, p := range promises {
		e.Promised[p.Quarter-1]++
		if x := services[p.Service]; x != nil && x.Standing() == catalogue.Offline && p.Level >= 3 {
			b.Coverage.Promised[p.Quarter-1]++
		}
	}
	results := e.Plan.Results
	if e.Plan.State != Closed {
		results = s.results(promises, e.Plan.Year, today, services)
	}
	e.Outcomes = Count(results)
	total, sorts := c.Total()
	e.Budget, b.Budget = total, b.Budget+total
	for k, n := range sorts {
		b.Sorts[k] += n
	}
	for _, l := range c.Linkages() {
		e.Linkages++
		b.Proposals = append(b.Proposals, Proposal{l, e.Organisation.ID, supports[support{e.Organisation.ID, l.With}]})
	}
}

// support is that one organisation supports the linkages of another's plan.
type support struct{ plan, by gov.OrgID }

// Tells is the number of outcomes of a kind, for a template.
func (e Entity) Tells(o Outcome) int { return e.Outcomes[o] }

// Done is how many promises were kept by proof.
func (e Entity) Done() int { return e.Outcomes[Before] + e.Outcomes[Proven] + e.Outcomes[Late] }

// Sorted puts the organisations with something to do about them first: overdue,
// then by the state of their plan, then those without one.
func (b Board) Sorted() []Entity {
	out := slices.Clone(b.Entities)
	slices.SortStableFunc(out, func(x, y Entity) int {
		place := func(e Entity) int {
			switch i := slices.Index(States, e.Plan.State); {
			case e.Overdue:
				return -1
			case i < 0:
				return len(States)
			default:
				return i
			}
		}
		return cmp.Compare(place(x), place(y))
	})
	return out
}
