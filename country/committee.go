package country

import (
	"fmt"
	"slices"

	"diwan.example/gov"
)

// Committee is a committee of the sample country with its past. Days are counted
// from today; people are named by the keys of employees.
type Committee struct {
	ID       string        `yaml:"id"`
	Mark     string        `yaml:"mark"` // before the numbers of its decisions
	Name     gov.Text      `yaml:"name"`
	Terms    gov.Text      `yaml:"terms"`
	Quorum   int           `yaml:"quorum"`
	Seats    []Seat        `yaml:"seats"`
	Meetings []PastMeeting `yaml:"meetings"`
}

// Seat is an employee's seat in a committee.
type Seat struct {
	Who  string `yaml:"who"`  // "moe-head"
	Seat string `yaml:"seat"` // chair, member, secretary
}

// PastMeeting is a meeting of the sample, past or to come.
type PastMeeting struct {
	Day       int            `yaml:"day"`
	Hour      int            `yaml:"hour"`
	State     string         `yaml:"state"` // how far it came: planned, called, minuted, approved
	Place     gov.Text       `yaml:"place"`
	Excused   []string       `yaml:"excused"`
	Items     []PastItem     `yaml:"items"`
	Decisions []PastDecision `yaml:"decisions"`
}

// PastItem is an item of an agenda.
type PastItem struct {
	Title   gov.Text  `yaml:"title"`
	Kind    string    `yaml:"kind"` // decision, follow-up, notice
	Asked   gov.Text  `yaml:"asked"`
	Org     gov.OrgID `yaml:"org"`
	Minutes gov.Text  `yaml:"minutes"`
}

// PastDecision is what a meeting decided.
type PastDecision struct {
	Item     int             `yaml:"item"`
	Text     gov.Text        `yaml:"text"`
	Services []gov.ServiceID `yaml:"services"`
	Orgs     []gov.OrgID     `yaml:"organisations"`
	Deferred string          `yaml:"deferred"` // why; empty: adopted
	Actions  []PastAction    `yaml:"actions"`
}

// PastAction is what an organisation owes because of a decision.
type PastAction struct {
	Text  gov.Text   `yaml:"text"`
	Org   gov.OrgID  `yaml:"org"`
	Role  gov.Role   `yaml:"role"`
	Due   int        `yaml:"due"`
	Steps []PastStep `yaml:"steps"`
}

// PastStep is what happened to an action.
type PastStep struct {
	Day   int    `yaml:"day"`
	Event string `yaml:"event"` // report, extend, complete, verify, return, drop
	Words string `yaml:"words"`
	Due   int    `yaml:"due"` // of extend
}

const committeesFile = "programme/committees.yaml"

func (c *Country) checkCommittees(r *reader) {
	known := map[string]bool{}
	for _, e := range c.Staff() {
		known[e.Key] = true
	}
	seen := map[string]bool{}
	for i, x := range c.Committees {
		r.once(seen, committeesFile, x.ID, i, "id")
		r.text(c, committeesFile, x.Name, i, "name")
		r.text(c, committeesFile, x.Terms, i, "terms")
		voting := 0
		for j, s := range x.Seats {
			if !known[s.Who] {
				r.fail(committeesFile, "nobody is called "+s.Who, i, "seats", j)
			}
			if !slices.Contains([]string{"chair", "member", "secretary"}, s.Seat) {
				r.fail(committeesFile, "a seat is chair, member or secretary", i, "seats", j)
			}
			if s.Seat != "secretary" {
				voting++
			}
		}
		if x.Quorum < 1 || x.Quorum > voting {
			r.fail(committeesFile, fmt.Sprintf("a quorum of %d is out of reach of %d members", x.Quorum, voting), i, "quorum")
		}
		for j, m := range x.Meetings {
			c.checkMeeting(r, m, i, "meetings", j)
		}
	}
}

func (c *Country) checkMeeting(r *reader, m PastMeeting, at ...any) {
	in := func(more ...any) []any { return append(slices.Clone(at), more...) }
	r.text(c, committeesFile, m.Place, in("place")...)
	for i, x := range m.Items {
		r.text(c, committeesFile, x.Title, in("items", i, "title")...)
	}
	for i, d := range m.Decisions {
		r.text(c, committeesFile, d.Text, in("decisions", i, "text")...)
		if d.Item < 1 || d.Item > len(m.Items) {
			r.fail(committeesFile, "the agenda has no such item", in("decisions", i, "item")...)
		}
		for j, s := range d.Services {
			if c.Service(s) == nil {
				r.fail(committeesFile, "there is no service "+string(s), in("decisions", i, "services", j)...)
			}
		}
		for j, a := range d.Actions {
			r.text(c, committeesFile, a.Text, in("decisions", i, "actions", j, "text")...)
			if c.Organisation(a.Org) == nil {
				r.fail(committeesFile, "there is no organisation "+string(a.Org), in("decisions", i, "actions", j, "org")...)
			}
		}
	}
}
