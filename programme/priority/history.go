package priority

import (
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// History is how many services came online in each quarter by one basis. Bases
// are never added to each other.
type History struct {
	Basis    string // proven: a first case was completed here; declared: the organisation said so
	Total    int    // services in the public catalogue
	Online   int    // of these by this basis, now
	Undated  int    // of these, without a day on which they came
	First    Quarter
	Came     []int   // by quarter from First to the last whole one
	Now      Quarter // the quarter that is not over; it is not in Came
	Underway int     // came in it so far
}

// Left is how many are still to come.
func (h *History) Left() int { return h.Total - h.Online }

// Histories are those of services of one organisation, or of all, by each basis.
// It looks at every organisation: the caller shows only what the actor may see.
func Histories(tx *db.Tx, org gov.OrgID, zone *time.Location) ([]History, error) {
	all, err := catalogue.Services(tx, catalogue.Filter{Public: true, Organisation: org})
	if err != nil {
		return nil, err
	}
	since, err := catalogue.DeclaredSince(tx)
	if err != nil {
		return nil, err
	}
	now := QuarterOf(tx.Now(), zone)
	proven, declared := newTally("proven", now), newTally("declared", now)
	for i := range all {
		s := &all[i]
		proven.total++
		declared.total++
		if !s.ProvenAt.IsZero() {
			proven.add(QuarterOf(s.ProvenAt, zone), true)
		}
		if s.Online.Level >= catalogue.ApplyOnline {
			day, err := time.Parse(time.DateOnly, since[s.ID])
			declared.add(QuarterOf(day, nil), err == nil)
		}
	}
	return []History{proven.history(), declared.history()}, nil
}

// tally counts by quarter.
type tally struct {
	basis          string
	now            Quarter
	total, undated int
	came           map[Quarter]int
	first          Quarter
}

func newTally(basis string, now Quarter) *tally {
	return &tally{basis: basis, now: now, came: map[Quarter]int{}, first: now}
}

func (t *tally) add(q Quarter, dated bool) {
	if !dated || q > t.now {
		t.undated++
		return
	}
	t.came[q]++
	t.first = min(t.first, q)
}

func (t *tally) history() History {
	h := History{Basis: t.basis, Total: t.total, Online: t.undated, Undated: t.undated, First: t.first, Now: t.now, Underway: t.came[t.now], Came: []int{}}
	for q := t.first; q < t.now; q++ {
		h.Came = append(h.Came, t.came[q])
	}
	for _, n := range t.came {
		h.Online += n
	}
	return h
}

// Passed is a quarter of the past.
type Passed struct {
	Quarter
	Came   int
	Online int // at its end; services without a day are counted from the start
}

// Past are the whole quarters since the first service came.
func (h *History) Past() (out []Passed) {
	online := h.Undated
	for i, n := range h.Came {
		online += n
		out = append(out, Passed{h.First + Quarter(i), n, online})
	}
	return out
}
