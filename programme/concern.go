package programme

import (
	"cmp"
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/db"
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

// Concerns lists the n services that need a decision most: those whose people
// wait too long now, then those that were late, then those that fall behind.
func Concerns(tx *db.Tx, f Filter, n int) ([]Concern, error) {
	f, err := scoped(tx, f)
	if err != nil {
		return nil, err
	}
	groups, err := grouped(tx, f, ByService)
	if err != nil {
		return nil, err
	}
	open, err := backlog(tx, f, ByService)
	if err != nil {
		return nil, err
	}
	var out []Concern
	for key, o := range open {
		if o.Late > 0 {
			out = append(out, Concern{Service: gov.ServiceID(key), Why: LateNow, Cases: o.Late, Of: o.Cases})
		}
	}
	for key, s := range groups {
		if c := s.concern(); c.Why != "" && open[key].Late == 0 {
			c.Service = gov.ServiceID(key)
			out = append(out, c)
		}
	}
	order := []Why{LateNow, LateClosed, Growing}
	slices.SortFunc(out, func(a, b Concern) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Why), slices.Index(order, b.Why)), cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Service, b.Service))
	})
	out = out[:min(n, len(out))]
	return out, owners(tx, f, out)
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

// owners puts the organisations to which the services belong.
func owners(tx *db.Tx, f Filter, list []Concern) error {
	for i := range list {
		g := f
		g.Service = list[i].Service
		open, err := backlog(tx, g, ByOrganisation)
		if err != nil {
			return err
		}
		for org := range open {
			list[i].Organisation = gov.OrgID(org)
		}
		if len(open) > 0 {
			continue
		}
		groups, err := grouped(tx, g, ByOrganisation)
		if err != nil {
			return err
		}
		for org := range groups {
			list[i].Organisation = gov.OrgID(org)
		}
	}
	return nil
}
