package plan

import (
	"encoding/json"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// Promise is a service that a plan promises to bring to a level in a quarter.
type Promise struct {
	Service gov.ServiceID
	Quarter int // 1 to 4
	Level   int // of country.Online
	Note    string
}

// Line is one line of a budget.
type Line struct {
	Title  gov.Text
	Sort   string // capital, recurrent
	Amount gov.Money
}

// Initiative is a piece of work with somebody who answers for it.
type Initiative struct {
	Title      gov.Text
	Owner      string
	Budget     gov.Money
	Milestones [4]string // by quarter; "" where there is none
	Services   []gov.ServiceID
}

// Challenge is what held the work up, and what was found against it.
type Challenge struct {
	Title    gov.Text
	Solution gov.Text
	Stands   string // open, partly, solved
}

// Linkage is a proposal to get data from another organisation.
type Linkage struct {
	With    gov.OrgID
	Data    gov.Text
	Purpose gov.Text
	Service gov.ServiceID
}

// row is one row of a section's list.
type row map[string]any

// rows are the rows of a section, whichever way they were read.
func rows(a form.Answers) (out []row) {
	switch list := a["rows"].(type) {
	case []any:
		for _, x := range list {
			if m, ok := x.(map[string]any); ok {
				out = append(out, m)
			}
		}
	case []map[string]any:
		for _, m := range list {
			out = append(out, m)
		}
	}
	return out
}

func (r row) text(name string) string { s, _ := r[name].(string); return s }

// both is what was written under a name in Arabic and in English.
func (r row) both(name string) gov.Text {
	t := gov.Text{}
	if s := r.text(name); s != "" {
		t[gov.Arabic] = s
	}
	if s := r.text(name + "_en"); s != "" {
		t[gov.English] = s
	}
	return t
}

func (r row) number(name string) int { n, _ := strconv.Atoi(r.text(name)); return n }

func (r row) money(name string) gov.Money {
	switch n := r[name].(type) {
	case int64:
		return gov.Money(n)
	case gov.Money:
		return n
	case float64:
		return gov.Money(n)
	case json.Number:
		i, _ := n.Int64()
		return gov.Money(i)
	}
	return 0
}

// Promises are the services that the plan promises. Unfinished rows of a draft
// are left out.
func (c Content) Promises() (out []Promise) {
	for _, r := range rows(c[Services]) {
		p := Promise{Service: gov.ServiceID(r.text("service")), Quarter: r.number("quarter"), Level: r.number("level"), Note: r.text("note")}
		if p.Service != "" && p.Quarter >= 1 && p.Quarter <= 4 {
			out = append(out, p)
		}
	}
	return out
}

// Lines are the lines of the budget.
func (c Content) Lines() (out []Line) {
	for _, r := range rows(c[Budget]) {
		out = append(out, Line{r.both("title"), r.text("sort"), r.money("amount")})
	}
	return out
}

// Total is the sum of the budget and its parts by kind of spending.
func (c Content) Total() (all gov.Money, sorts map[string]gov.Money) {
	sorts = map[string]gov.Money{}
	for _, l := range c.Lines() {
		all += l.Amount
		sorts[l.Sort] += l.Amount
	}
	return all, sorts
}

// Initiatives are the initiatives of the plan.
func (c Content) Initiatives() (out []Initiative) {
	for _, r := range rows(c[Initiatives]) {
		x := Initiative{Title: r.both("title"), Owner: r.text("owner"), Budget: r.money("budget")}
		for i := range x.Milestones {
			x.Milestones[i] = r.text("milestone_" + strconv.Itoa(i+1))
		}
		for _, name := range []string{"service", "service_2", "service_3"} {
			if id := r.text(name); id != "" {
				x.Services = append(x.Services, gov.ServiceID(id))
			}
		}
		out = append(out, x)
	}
	return out
}

// Challenges are the challenges of the plan.
func (c Content) Challenges() (out []Challenge) {
	for _, r := range rows(c[Challenges]) {
		out = append(out, Challenge{r.both("title"), r.both("solution"), r.text("stands")})
	}
	return out
}

// Linkages are the proposals to link with other organisations.
func (c Content) Linkages() (out []Linkage) {
	for _, r := range rows(c[Linkages]) {
		if with := r.text("with"); with != "" {
			out = append(out, Linkage{gov.OrgID(with), r.both("data"), r.both("purpose"), gov.ServiceID(r.text("service"))})
		}
	}
	return out
}
