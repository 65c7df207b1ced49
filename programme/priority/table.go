package priority

import (
	"slices"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
)

// Ask says which services are looked at.
type Ask struct {
	Declared bool         // also those that are online by their organisation's word only
	Currency gov.Currency // of the country: records hold minor units
}

// Table holds every service that may come next with what is known of it. It does
// not depend on weights.
type Table struct {
	Criteria   []*Criterion
	Candidates []Candidate
	Services   map[gov.ServiceID]*catalogue.Service // all that the public can ask for
}

// Candidate is a service that is not online yet.
type Candidate struct {
	*catalogue.Service
	Values []Value // in the order of the criteria
}

// Read reads the services that are not online and what is known of each. It
// looks at every organisation: the caller shows only what the actor may see.
func Read(tx *db.Tx, ask Ask) (*Table, error) {
	criteria, err := Criteria()
	if err != nil {
		return nil, err
	}
	all, err := catalogue.Services(tx, catalogue.Filter{Public: true})
	if err != nil {
		return nil, err
	}
	r := &reading{currency: ask.Currency, needed: map[gov.ServiceID]int64{}, events: map[string]event{}}
	if err := r.read(tx, all); err != nil {
		return nil, err
	}
	t := &Table{Criteria: criteria, Services: make(map[gov.ServiceID]*catalogue.Service, len(all))}
	for i := range all {
		s := &all[i]
		t.Services[s.ID] = s
		if !ask.waits(s) {
			continue
		}
		c := Candidate{Service: s, Values: make([]Value, len(criteria))}
		record := r.record(s)
		for j, k := range criteria {
			if c.Values[j], err = k.of(tx.Context(), record); err != nil {
				return nil, gov.Wrap(err, string(s.ID))
			}
		}
		t.Candidates = append(t.Candidates, c)
	}
	t.assume()
	return t, nil
}

// waits reports whether a service is still to come.
func (a Ask) waits(s *catalogue.Service) bool {
	x := s.Standing()
	return x == catalogue.Offline || a.Declared && x == catalogue.Declared
}

// waits reports whether a service is among those still to come.
func (t *Table) waits(id gov.ServiceID) bool {
	return slices.ContainsFunc(t.Candidates, func(c Candidate) bool { return c.ID == id })
}

// read gathers what no single record says.
func (r *reading) read(tx *db.Tx, all []catalogue.Service) (err error) {
	today := programme.DayOf(tx.Now(), nil)
	if r.measured, err = programme.Received(tx, today.Add(-365), today); err != nil {
		return err
	}
	if r.volumes, err = stated(tx); err != nil {
		return err
	}
	for i := range all {
		s := &all[i]
		for _, id := range s.Requires {
			r.needed[id]++
		}
		for _, e := range s.LifeEvents {
			x := r.events[e]
			x.services++
			if s.Standing() != catalogue.Offline {
				x.online++
			}
			r.events[e] = x
		}
	}
	return nil
}

// statedYears is how many years back a statement still says something of today.
const statedYears = 3

// stated are the applications by channel of every service, from the last
// statement that names any.
func stated(tx *db.Tx) (map[gov.ServiceID]map[string]int64, error) {
	years, err := catalogue.Years(tx)
	if err != nil {
		return nil, err
	}
	out := map[gov.ServiceID]map[string]int64{}
	for _, y := range years[:min(len(years), statedYears)] {
		list, err := catalogue.Statements(tx, y.Year, tx.Now())
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			if out[s.Service] == nil && len(s.Volumes) > 0 {
				out[s.Service] = s.Volumes
			}
		}
	}
	return out, nil
}

// assume puts the middle of what is known in the place of what is not.
func (t *Table) assume() {
	for j := range t.Criteria {
		var known []float64
		for _, c := range t.Candidates {
			if v := c.Values[j]; v.Known {
				known = append(known, v.Norm)
			}
		}
		middle := 0.5
		if len(known) > 0 {
			slices.Sort(known)
			middle = known[len(known)/2]
		}
		for i := range t.Candidates {
			if v := &t.Candidates[i].Values[j]; !v.Known {
				v.Norm = middle
			}
		}
	}
}

// Known is how many candidates have a known value by a criterion.
func (t *Table) Known(criterion int) (n int) {
	for _, c := range t.Candidates {
		if c.Values[criterion].Known {
			n++
		}
	}
	return n
}
