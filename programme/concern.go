package programme

import (
	"cmp"
	"slices"
	"strings"

	"diwan.example/gov"
)

// Why says why a service needs a decision.
type Why string

// The reasons, the gravest first.
const (
	LateNow    Why = "late-now" // people wait past their deadline at this moment
	LateClosed Why = "late"     // more than one case in ten closed late
	Growing    Why = "growing"  // more cases come than are closed
)

// Concern is a service that needs a decision of the committee.
type Concern struct {
	Service      gov.ServiceID
	Organisation gov.OrgID
	Why          Why
	Cases        int64 // how many cases it is about
	Of           int64 // among how many
}

// worst is how many concerns an overview names.
const worst = 3

// concerns lists the n services that need a decision most: those whose people
// wait too long now, then those that were late, then those that fall behind.
// They are counted by owner.
func (c counts) concerns(n int) (out []Concern) {
	add := func(key string, x Concern) {
		org, service, _ := strings.Cut(key, " ")
		x.Organisation, x.Service = gov.OrgID(org), gov.ServiceID(service)
		out = append(out, x)
	}
	for key, o := range c.open {
		if o.Late > 0 {
			add(key, Concern{Why: LateNow, Cases: o.Late, Of: o.Cases})
		}
	}
	for key, s := range c.sums {
		if x := s.concern(); x.Why != "" && c.open[key].Late == 0 {
			add(key, x)
		}
	}
	order := []Why{LateNow, LateClosed, Growing}
	slices.SortFunc(out, func(a, b Concern) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Why), slices.Index(order, b.Why)), cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Service, b.Service))
	})
	return out[:min(n, len(out))]
}

// concern says what is wrong in the figures of one service, if anything.
func (s *sum) concern() Concern {
	switch share, ok := s.OnTime(); {
	case ok && share < 0.9:
		return Concern{Why: LateClosed, Cases: s.Late, Of: s.Timed}
	case s.Growth() >= 10 && s.Growth()*10 > s.Closed:
		return Concern{Why: Growing, Cases: s.Growth(), Of: s.Submitted}
	}
	return Concern{}
}
