package journal

import (
	"time"

	"diwan.example/gov"
)

// late is how much earlier than the one sealed before it an entry may be dated:
// transactions overlap, and clocks of nodes differ a little.
const late = 10 * time.Minute

// early finds entries that are dated well before the one sealed before them.
type early struct {
	problem   func(gov.Text)
	one, many gov.Text
	after     int64 // up to this entry the dates are a sample's past

	before   time.Time // the date of the one sealed before
	from, to int64     // entries in a row that are dated too early
}

// order takes the next entry.
func (e *early) order(seq int64, at time.Time) {
	if seq <= e.after {
		if at.After(e.before) {
			e.before = at
		}
		return
	}
	if !at.Before(e.before.Add(-late)) {
		e.tell()
		e.before = at
		return
	}
	if e.from == 0 {
		e.from = seq
	}
	e.to = seq
}

func (e *early) tell() {
	switch {
	case e.from == 0:
	case e.from == e.to:
		e.problem(e.one.Sprintf(e.from))
	default:
		e.problem(e.many.Sprintf(e.from, e.to))
	}
	e.from = 0
}
