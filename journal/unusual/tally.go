package unusual

import (
	"cmp"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// The thresholds of the rules, and what each weighs in a score.
const (
	manyLooks  = 20 // below it, no volume stands out
	timesOwn   = 3  // times a usual day of theirs
	timesPeers = 4  // times a usual day of colleagues
	lateLooks  = 3  // outside working hours
	bareLooks  = 5  // without a case or a service
	manyPeople = 15 // none of whom the reader had a case of
	againToday = 6  // the same person in a day
	againDays  = 4  // the same person on days of a week

	pastDays  = 30 // how far usual days go back
	fewDays   = 5  // below it, nothing is usual yet
	mostPairs = 300
)

var weights = map[string]int{"volume": 3, "hours": 2, "bare": 2, "relative": 4, "colleague": 2, "marked": 4, "many": 3, "again": 2}

// tally is one employee's reading on one day.
type tally struct {
	journal.Reader
	day     int64
	from    time.Time
	looks   int
	count   int // people
	people  map[gov.PersonID]*seen
	reasons []Reason

	all, late, bare, marked []string
}

// seen is how one person was read.
type seen struct {
	n       int
	forCase bool
	looks   []string
}

func add(list []string, id string) []string {
	if len(list) < mostLooks {
		return append(list, id)
	}
	return list
}

// add counts one look.
func (t *tally) add(w *Watch, l journal.Look, marked map[gov.PersonID]bool) {
	if l.Person == t.Actor {
		return
	}
	t.looks++
	t.all = add(t.all, l.ID)
	whom := cmp.Or(l.Person, gov.PersonID(l.Unclaimed))
	p := t.people[whom]
	if p == nil {
		p = &seen{}
		t.people[whom] = p
	}
	p.n++
	p.looks = add(p.looks, l.ID)
	p.forCase = p.forCase || l.Case != ""
	if w.Calendar.Between(l.At, l.At.Add(time.Minute)) == 0 {
		t.late = add(t.late, l.ID)
	}
	if l.Case == "" && l.Service == "" && l.What != "search" {
		t.bare = add(t.bare, l.ID)
	}
	if marked[l.Person] && l.Case == "" {
		t.marked = add(t.marked, l.ID)
	}
}

// forget drops what was only needed while the day was read.
func (t *tally) forget() { t.count, t.people = len(t.people), nil }

func (t *tally) found(r Reason) {
	r.Weight = weights[r.Rule]
	t.reasons = append(t.reasons, r)
}

// around finds the reasons that need no comparison with other days of others.
func (w *Watch) around(tx *db.Tx, t *tally) error {
	if len(t.late) >= lateLooks {
		t.found(Reason{Rule: "hours", N: len(t.late), Looks: t.late})
	}
	if len(t.bare) >= bareLooks {
		t.found(Reason{Rule: "bare", N: len(t.bare), Looks: t.bare})
	}
	if len(t.marked) > 0 {
		t.found(Reason{Rule: "marked", N: len(t.marked), Looks: t.marked})
	}
	for _, rule := range []func(*db.Tx, *tally, []gov.PersonID) error{w.kin, w.colleagues, w.unconnected, w.again} {
		if err := rule(tx, t, t.sorted()); err != nil {
			return err
		}
	}
	return nil
}

// sorted are the people that were read, those most often first: bounded, so that
// no day takes for ever.
func (t *tally) sorted() []gov.PersonID {
	out := make([]gov.PersonID, 0, len(t.people))
	for p := range t.people {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b gov.PersonID) int {
		if d := t.people[b].n - t.people[a].n; d != 0 {
			return d
		}
		return compare(a, b)
	})
	return out[:min(len(out), mostPairs)]
}

func compare(a, b gov.PersonID) int {
	if a < b {
		return -1
	}
	return 1
}

// kin finds people to whom the reader is related, a case or not.
func (w *Watch) kin(tx *db.Tx, t *tally, people []gov.PersonID) error {
	if w.Kin == nil {
		return nil
	}
	r := Reason{Rule: "relative"}
	for _, p := range people {
		tie, err := w.Kin(tx, t.Actor, p)
		if err != nil {
			return err
		}
		if len(tie) > 0 {
			r.N, r.Tie, r.Looks = r.N+1, tie, append(r.Looks, t.people[p].looks...)
		}
	}
	if r.N > 0 {
		t.found(r)
	}
	return nil
}

// colleagues finds people of the reader's own organisation, read without a case.
func (w *Watch) colleagues(tx *db.Tx, t *tally, people []gov.PersonID) error {
	staff, err := identity.Staff(tx, t.Organisation)
	if err != nil {
		return err
	}
	r := Reason{Rule: "colleague"}
	for _, c := range staff {
		if p := t.people[c.Person]; p != nil && !p.forCase {
			r.N, r.Looks = r.N+1, append(r.Looks, p.looks...)
		}
	}
	if r.N > 0 {
		t.found(r)
	}
	return nil
}

// unconnected finds many people of whom the reader had no case, that day or in
// the month before.
func (w *Watch) unconnected(tx *db.Tx, t *tally, people []gov.PersonID) error {
	r := Reason{Rule: "many"}
	for _, p := range people {
		x := t.people[p]
		if x.forCase {
			continue
		}
		before, err := journal.ForCase(tx, t.Actor, p, t.from.AddDate(0, 0, -pastDays))
		if err != nil {
			return err
		}
		if !before {
			r.N++
			r.Looks = add(r.Looks, x.looks[0])
		}
	}
	if r.N >= manyPeople {
		t.found(r)
	}
	return nil
}

// again finds the same person read many times in a day, or day after day, and
// never for a case.
func (w *Watch) again(tx *db.Tx, t *tally, people []gov.PersonID) error {
	r := Reason{Rule: "again"}
	for _, p := range people {
		x := t.people[p]
		if x.forCase {
			continue
		}
		days := map[int64]bool{}
		if x.n < againToday {
			times, err := journal.Times(tx, t.Actor, p, t.from.AddDate(0, 0, -6), mostLooks)
			if err != nil {
				return err
			}
			for _, at := range times {
				if n := w.Number(at); n <= t.day {
					days[n] = true
				}
			}
		}
		if x.n >= againToday || len(days) >= againDays {
			r.N, r.Looks = max(r.N, x.n, len(days)), append(r.Looks, x.looks...)
		}
	}
	if r.N > 0 {
		t.found(r)
	}
	return nil
}

// usual compares how much was read with earlier days of the reader and of
// colleagues who hold one of the same roles.
func (w *Watch) usual(tx *db.Tx, t *tally) ([]Reason, error) {
	if t.looks < manyLooks {
		return nil, nil
	}
	days, err := daysOf(tx, t.Organisation, w.Number(t.from.AddDate(0, 0, -pastDays)), t.day)
	if err != nil {
		return nil, err
	}
	same, err := peers(tx, t)
	if err != nil {
		return nil, err
	}
	var own, others mean
	for _, d := range days {
		switch {
		case d.actor == t.Actor:
			own.add(d.looks)
		case same[d.actor]:
			others.add(d.looks)
		}
	}
	r := Reason{Rule: "volume", Weight: weights["volume"], N: t.looks, Own: own.value(), Peers: others.value(), Looks: t.all}
	if r.Own > 0 && t.looks >= timesOwn*r.Own || r.Peers > 0 && t.looks >= timesPeers*r.Peers {
		return []Reason{r}, nil
	}
	return nil, nil
}

// peers are the colleagues who hold one of the reader's roles.
func peers(tx *db.Tx, t *tally) (map[gov.PersonID]bool, error) {
	staff, err := identity.Staff(tx, t.Organisation)
	if err != nil {
		return nil, err
	}
	var mine []gov.Role
	for _, c := range staff {
		if c.Person == t.Actor {
			mine = c.Roles
		}
	}
	out := map[gov.PersonID]bool{}
	for _, c := range staff {
		out[c.Person] = c.Person != t.Actor && (gov.Actor{Roles: c.Roles}).Has(mine...)
	}
	return out, nil
}

// mean is a usual day, once there are enough of them; at least one look.
type mean struct{ sum, n int }

func (m *mean) add(x int) { m.sum, m.n = m.sum+x, m.n+1 }

func (m mean) value() int {
	if m.n < fewDays {
		return 0
	}
	return max((m.sum+m.n/2)/m.n, 1)
}
