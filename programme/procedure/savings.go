package procedure

import (
	"cmp"
	"slices"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
)

// Saving is what closed cases cost, and what they would have cost as things
// were. Cases are proven, burdens are estimated, visits and documents spared are
// as good as what was declared of how it was.
type Saving struct {
	Key           string // id of an organisation, service or channel
	Cases         int64  // closed cases whose service says how it was
	Left          int64  // closed cases of services that do not: not in any sum
	Before, After Burden
	Visits        float64 // spared
	Documents     float64 // no longer asked
	Hours         float64 // of people's time spared
}

// Saved is what was spared.
func (s Saving) Saved() Burden {
	return Burden{s.Before.Person - s.After.Person, s.Before.State - s.After.State}
}

func (s *Saving) add(o Saving) {
	s.Cases += o.Cases
	s.Left += o.Left
	s.Before.Person += o.Before.Person
	s.Before.State += o.Before.State
	s.After.Person += o.After.Person
	s.After.State += o.After.State
	s.Visits += o.Visits
	s.Documents += o.Documents
	s.Hours += o.Hours
}

// Each is a burden for one case.
func (s Saving) Each(b Burden) Burden {
	if s.Cases == 0 {
		return Burden{}
	}
	return Burden{b.Person / float64(s.Cases), b.State / float64(s.Cases)}
}

// Planned is what a service that runs nowhere here would spare in a year, by its
// two written procedures.
type Planned struct {
	Service      gov.ServiceID
	Name         gov.Text
	Organisation gov.OrgID
	Yearly       int64
	Before       Burden
	After        Burden
}

// Saved is what would be spared in a year.
func (p Planned) Saved() Burden {
	return Burden{p.Before.Person - p.After.Person, p.Before.State - p.After.State}
}

// Savings are what was spared in a period.
type Savings struct {
	Period   Period
	Rates    Rates
	By       programme.Dimension // of Groups
	Total    Saving
	Groups   []Saving // the most spared first
	Channels []Saving // the same cases by channel
	Planned  []Planned
	Promised Burden // of Planned together, a year
	Missing  int    // services in the scope that say nothing of how it was
}

// Save works out the savings of a period: for every service with closed cases,
// cases × (cost of a case as it was − cost of a case as measured on its channel).
// Services whose procedure as it was is not documented are left out, and counted
// as left out. Errors: Denied; NotFound for an organisation that is not the
// actor's; Invalid when the months are in the wrong order.
func Save(tx *db.Tx, p Period, r Rates, at time.Time) (s Savings, err error) {
	if p, err = p.scope(tx); err != nil {
		return s, err
	}
	s.Period, s.Rates, s.By = p, r, p.by()
	entries, err := entriesOf(tx, at)
	if err != nil {
		return s, err
	}
	sums, err := totals(tx, p)
	if err != nil {
		return s, err
	}
	list, err := stays(tx, p)
	if err != nil {
		return s, err
	}
	s.realised(sums, list, entries)
	s.plan(sums, entries)
	return s, nil
}

// by is what a period is broken down by: the nation by organisation, an
// organisation by service, a service by channel.
func (p Period) by() programme.Dimension {
	switch {
	case p.Service != "":
		return programme.ByChannel
	case p.Organisation != "":
		return programme.ByService
	}
	return programme.ByOrganisation
}

func entriesOf(tx *db.Tx, at time.Time) (map[gov.ServiceID]catalogue.Entry, error) {
	list, err := catalogue.EntriesAt(tx, at)
	out := make(map[gov.ServiceID]catalogue.Entry, len(list))
	for _, e := range list {
		out[e.ID] = e
	}
	return out, err
}

func (s *Savings) realised(sums []total, list []stood, entries map[gov.ServiceID]catalogue.Entry) {
	stays := map[gov.ServiceID][]stood{}
	for _, x := range list {
		stays[x.service] = append(stays[x.service], x)
	}
	groups, channels := map[string]*Saving{}, map[string]*Saving{}
	for _, t := range sums {
		e := entries[t.service]
		one := Saving{Left: t.cases}
		if e.AsIs != nil {
			one = s.saving(t, stays[t.service], e)
		}
		s.Total.add(one)
		into(groups, s.key(t), one)
		into(channels, string(t.channel), one)
	}
	s.Groups, s.Channels = sorted(groups), sorted(channels)
}

func (s *Savings) key(t total) string {
	switch s.By {
	case programme.ByChannel:
		return string(t.channel)
	case programme.ByService:
		return string(t.service)
	}
	return string(t.organisation)
}

// saving is that of the cases of one service and channel.
func (s *Savings) saving(t total, list []stood, e catalogue.Entry) Saving {
	before := Sum(e.AsIs, t.organisation, s.Rates)
	after, _ := channelCost(t, list, e.ToBe, s.Rates)
	n := float64(t.cases)
	return Saving{Cases: t.cases, Before: before.Yearly(n), After: Burden{after.Person * n, after.State * n},
		Visits: before.Visits*n - float64(t.visits), Documents: before.Documents*n - float64(t.documents), Hours: (before.Theirs - after.Theirs) * n / 60}
}

func into(m map[string]*Saving, key string, one Saving) {
	if m[key] == nil {
		m[key] = &Saving{Key: key}
	}
	m[key].add(one)
}

func sorted(m map[string]*Saving) (out []Saving) {
	for _, s := range m {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Saving) int {
		return cmp.Or(cmp.Compare(b.Saved().Total(), a.Saved().Total()), cmp.Compare(a.Key, b.Key))
	})
	return out
}

// plan lists what services without a case here would spare.
func (s *Savings) plan(sums []total, entries map[gov.ServiceID]catalogue.Entry) {
	lived := map[gov.ServiceID]bool{}
	for _, t := range sums {
		lived[t.service] = true
	}
	for id, e := range entries {
		if s.Period.Organisation != "" && e.Organisation != s.Period.Organisation || s.Period.Service != "" && id != s.Period.Service || !(&catalogue.Service{Entry: e}).Public() {
			continue
		}
		if e.AsIs == nil {
			s.Missing++
		}
		if e.AsIs == nil || e.ToBe == nil || e.Yearly == 0 || lived[id] {
			continue
		}
		n := float64(e.Yearly)
		p := Planned{Service: id, Name: e.Name, Organisation: e.Organisation, Yearly: e.Yearly,
			Before: Sum(e.AsIs, e.Organisation, s.Rates).Yearly(n), After: Sum(e.ToBe, e.Organisation, s.Rates).Yearly(n)}
		s.Planned = append(s.Planned, p)
		s.Promised.Person += p.Saved().Person
		s.Promised.State += p.Saved().State
	}
	slices.SortFunc(s.Planned, func(a, b Planned) int {
		return cmp.Or(cmp.Compare(b.Saved().Total(), a.Saved().Total()), cmp.Compare(a.Service, b.Service))
	})
}
