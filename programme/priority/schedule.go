package priority

import (
	"slices"

	"diwan.example/catalogue"
	"diwan.example/gov"
)

// Capacity is how many services can be brought online in a quarter.
type Capacity struct {
	Nation int               // by all together; 0: no limit
	Entity int               // by each organisation; 0: no limit
	Of     map[gov.OrgID]int // by one organisation, when it differs: 0 is none at all
}

// MostCapacity is the most that a capacity may be.
const MostCapacity = 10_000

// Check refuses a capacity that is none. Errors: gov.Problems at "capacity",
// "entity", or the organisation's id.
func (c Capacity) Check() error {
	var wrong gov.Problems
	look := func(field string, n int) {
		if n < 0 || n > MostCapacity {
			wrong = append(wrong, gov.Problem{Field: field, Text: gov.T("الطاقة عدد من 0 إلى %d خدمة في الربع", "A capacity is a number from 0 to %d services a quarter").Sprintf(MostCapacity)})
		}
	}
	look("capacity", c.Nation)
	look("entity", c.Entity)
	for id, n := range c.Of {
		look(string(id), n)
	}
	if len(wrong) == 0 && c.Nation == 0 && c.Entity == 0 {
		wrong = append(wrong, gov.Problem{Field: "capacity", Text: gov.T("اكتب كم خدمة تُحوَّل في الربع، في الدولة كلها أو في كل جهة", "Write how many services a quarter can carry, in the whole nation or in each entity")})
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

func (c Capacity) of(org gov.OrgID) (n int, limited bool) {
	if n, ok := c.Of[org]; ok {
		return n, true
	}
	return c.Entity, c.Entity > 0
}

// horizon is how many quarters are planned at most.
const horizon = 200

// Planned is a service in its quarter.
type Planned struct {
	*Row
	Quarter Quarter
	For     gov.ServiceID // it comes earlier than its rank because this one needs it; "": by its own rank
}

// Schedule is a list laid out over quarters.
type Schedule struct {
	Planned []Planned // by quarter, then in the order in which they were placed
	Never   []*Row    // no capacity, or beyond what is planned
	Circles []*Row    // services that need each other: their order among themselves is by rank
	Absent  []Need    // needs of services that the public catalogue does not hold
}

// Need is a service that names another as needed first.
type Need struct {
	*Row
	Requires gov.ServiceID
}

// Schedule lays the ranked list out from a quarter on. Each service takes one
// place of the nation's and one of its organisation's capacity, as early as rank
// and capacity let it; no service comes before those it needs, which are drawn
// forward with it. The capacity has been checked.
func (r *Ranking) Schedule(t *Table, c Capacity, start Quarter) *Schedule {
	p := &planner{Schedule: &Schedule{}, table: t, rows: map[gov.ServiceID]*Row{}, state: map[gov.ServiceID]int{}, at: map[gov.ServiceID]int{}, nation: make([]int, horizon), entity: map[gov.OrgID][]int{}, capacity: c}
	for i := range r.Rows {
		p.rows[r.Rows[i].ID] = &r.Rows[i]
	}
	for i := range r.Rows {
		p.place(&r.Rows[i], "", start)
	}
	slices.SortStableFunc(p.Planned, func(a, b Planned) int { return int(a.Quarter - b.Quarter) })
	return p.Schedule
}

// planner is a schedule being made.
type planner struct {
	*Schedule
	table    *Table
	rows     map[gov.ServiceID]*Row
	state    map[gov.ServiceID]int // 1: being placed, 2: placed or never
	at       map[gov.ServiceID]int // quarters from the start; horizon: never
	nation   []int
	entity   map[gov.OrgID][]int
	capacity Capacity
}

// place puts a service after those it needs, and gives its quarter.
func (p *planner) place(r *Row, dependent gov.ServiceID, start Quarter) int {
	if p.state[r.ID] == 2 {
		return p.at[r.ID]
	}
	p.state[r.ID] = 1
	from := 0
	for _, id := range r.Requires {
		need, waits := p.rows[id]
		switch {
		case !waits && p.missing(id):
			p.Absent = append(p.Absent, Need{r, id})
		case waits && p.state[id] == 1:
			p.Circles = append(p.Circles, r)
		case waits:
			from = max(from, p.place(need, r.ID, start))
		}
	}
	q := p.free(r.Organisation, from)
	p.state[r.ID], p.at[r.ID] = 2, q
	if q == horizon {
		p.Never = append(p.Never, r)
		return q
	}
	p.nation[q]++
	p.entity[r.Organisation][q]++
	p.Planned = append(p.Planned, Planned{r, start + Quarter(q), dependent})
	return q
}

// missing reports whether a service that somebody needs is not in the public
// catalogue; when it is there and does not wait, it is online.
func (p *planner) missing(id gov.ServiceID) bool { return p.table.Services[id] == nil }

// free is the first quarter from one on with room in the nation and the organisation.
func (p *planner) free(org gov.OrgID, from int) int {
	if p.entity[org] == nil {
		p.entity[org] = make([]int, horizon)
	}
	n, limited := p.capacity.of(org)
	for q := from; q < horizon; q++ {
		if (p.capacity.Nation == 0 || p.nation[q] < p.capacity.Nation) && (!limited || p.entity[org][q] < n) {
			return q
		}
	}
	return horizon
}

// Quarters are the services of each quarter that has any, with how many are
// online by anybody's word at its end.
func (s *Schedule) Quarters(t *Table) (out []Load) {
	online := 0
	for _, x := range t.Services {
		if x.Standing() != catalogue.Offline {
			online++
		}
	}
	for i, x := range s.Planned {
		if i == 0 || x.Quarter != s.Planned[i-1].Quarter {
			out = append(out, Load{Quarter: x.Quarter, Online: online})
		}
		l := &out[len(out)-1]
		l.Services = append(l.Services, x)
		if x.Standing() == catalogue.Offline {
			online++
		}
		l.Online = online
	}
	return out
}

// Load is what one quarter carries.
type Load struct {
	Quarter  Quarter
	Services []Planned
	Online   int
}
