package oversight

import (
	"net/http"
	"net/url"
	"strconv"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/programme/priority"
	"diwan.example/web/ui"
)

// schedulePage lays the ranked list out over quarters for a capacity.
type schedulePage struct {
	ranked
	Capacity priority.Capacity
	Start    priority.Quarter
	Starts   []priority.Quarter
	Orgs     []catalogue.Organisation
	Example  bool // nobody named a capacity: one is shown
	Plan     *priority.Schedule
	Loads    []load
	More     int // quarters that are not shown
	Chart    ui.Chart
	Never    []rankedRow
}

type load struct {
	priority.Load
	First []plannedRow
	Rest  int
}

type plannedRow struct {
	priority.Planned
	Owner, Dependent gov.Text
}

// What a page of the schedule shows at most.
const (
	shownQuarters = 24
	shownServices = 8 // of each quarter
	exampleYears  = 2 // the example brings everything within about so many
)

// capacities reads the capacity of an address. What is no number is a problem,
// and counts as none.
func (v *schedulePage) capacities(q url.Values) {
	number := func(name string) (n int, given bool) {
		typed, _ := gov.CleanText(q.Get(name))
		v.Typed[name] = typed
		if typed == "" {
			return 0, false
		}
		n, err := strconv.Atoi(gov.Digits(typed))
		if err != nil {
			n = -1 // refused with its words by Check
		}
		return n, true
	}
	c, some := priority.Capacity{Of: map[gov.OrgID]int{}}, false
	var given bool
	c.Nation, given = number("capacity")
	some = some || given
	c.Entity, given = number("entity")
	some = some || given
	for _, o := range v.Orgs {
		if n, given := number("c-" + string(o.ID)); given {
			c.Of[o.ID], some = n, true
		}
	}
	wrong, bad := gov.ProblemsOf(c.Check(), "capacity")
	if v.Example = !some || bad; v.Example {
		c = priority.Capacity{Nation: max(1, (len(v.Rows)+4*exampleYears-1)/(4*exampleYears))}
	}
	for _, p := range wrong {
		if p.Field != "capacity" && p.Field != "entity" {
			p.Field = "c-" + p.Field
		}
		if some {
			v.Problems = append(v.Problems, p)
		}
	}
	v.Capacity = c
}

// Box is what the box of a capacity shows.
func (v *schedulePage) Box(name string) string {
	if v.Typed[name] == "" && v.Example && name == "capacity" && len(v.Problems) == 0 {
		return strconv.Itoa(v.Capacity.Nation)
	}
	return v.Typed[name]
}

// File is the address of the schedule as a file.
func (v *schedulePage) File() string {
	more := []string{"start", v.Start.String()}
	for name, s := range v.Typed {
		more = append(more, name, s)
	}
	return "/oversight/priorities/schedule.csv?" + v.query(more...)
}

func (o *Oversight) laidOut(r *http.Request) (*schedulePage, error) {
	x, err := o.rank(r)
	if err != nil {
		return nil, err
	}
	v := &schedulePage{ranked: x}
	if v.Orgs, err = o.Book.Organisations(r.Context()); err != nil {
		return nil, err
	}
	now := priority.QuarterOf(o.DB.Now(), o.Country.Calendar.Zone)
	for i := range 8 {
		v.Starts = append(v.Starts, now+priority.Quarter(i))
	}
	v.Start = now + 1
	for _, s := range v.Starts {
		if s.String() == r.URL.Query().Get("start") {
			v.Start = s
		}
	}
	v.capacities(r.URL.Query())
	v.Plan = v.Ranking.Schedule(v.Table, v.Capacity, v.Start)
	v.narrow()
	return v, nil
}

// narrow leaves of the plan what the reader may see: the plan is the nation's.
func (v *schedulePage) narrow() {
	if v.Org == "" {
		return
	}
	p := &priority.Schedule{}
	for _, x := range v.Plan.Planned {
		if x.Organisation == v.Org {
			p.Planned = append(p.Planned, x)
		}
	}
	for _, x := range v.Plan.Never {
		if x.Organisation == v.Org {
			p.Never = append(p.Never, x)
		}
	}
	for _, x := range v.Plan.Circles {
		if x.Organisation == v.Org {
			p.Circles = append(p.Circles, x)
		}
	}
	for _, x := range v.Plan.Absent {
		if x.Organisation == v.Org {
			p.Absent = append(p.Absent, x)
		}
	}
	v.Plan = p
}

func (o *Oversight) schedule(w http.ResponseWriter, r *http.Request) error {
	v, err := o.laidOut(r)
	if err != nil {
		return err
	}
	n := o.names(r.Context())
	all := v.Plan.Quarters(v.Table)
	v.Chart = ui.Chart{Title: pages.T("oversight.schedule.chart"), Series: []ui.Series{{Name: pages.T("oversight.schedule.services")}}}
	for i, q := range all {
		if i == shownQuarters {
			v.More = len(all) - i
			break
		}
		l := load{Load: q, Rest: max(0, len(q.Services)-shownServices)}
		for _, p := range q.Services[:len(q.Services)-l.Rest] {
			row := plannedRow{Planned: p, Owner: n.organisation(p.Organisation)}
			if p.For != "" {
				row.Dependent = n.service(p.For)
			}
			l.First = append(l.First, row)
		}
		v.Loads = append(v.Loads, l)
		v.Chart.Labels = append(v.Chart.Labels, q.Quarter.Words())
		v.Chart.Series[0].Values = append(v.Chart.Series[0].Values, float64(len(q.Services)))
	}
	if len(v.Problems) > 0 {
		return pages.RenderInvalid(w, r, "schedule", v)
	}
	return pages.Render(w, r, "schedule", v)
}

func (o *Oversight) scheduleCSV(w http.ResponseWriter, r *http.Request) error {
	v, err := o.laidOut(r)
	if err != nil {
		return err
	}
	if len(v.Problems) > 0 {
		return v.Problems
	}
	return v.Plan.WriteCSV(&download{w: w, name: "schedule.csv"})
}
