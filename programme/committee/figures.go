package committee

import (
	"slices"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
)

// Window is over how many days, up to and including the day of a reading, cases
// are counted.
const Window = 28

// digital are the channels on which nobody stands between person and service.
var digital = []gov.Channel{gov.Portal, gov.Kiosk, gov.API}

// Reading is how something stood on a day. Cases are those of the Window that
// ended with it; they are proven, counted from the journal.
type Reading struct {
	Day      programme.Day
	From     programme.Day // first day of the window
	Received int64
	Online   int64 // of these, through channels on which nobody stands between
	By       []ByChannel
	Closed   int64
	Median   time.Duration // days with the entity, as the calendar counts them; of the closed
	Timed    int64         // of the closed, those with a deadline
	Late     int64         // of these, those that missed it
	Open     int64         // cases open at the end of the day
}

// ByChannel are the cases received through one channel.
type ByChannel struct {
	Channel  gov.Channel
	Received int64
}

// Through are the cases received through a channel.
func (r *Reading) Through(ch gov.Channel) int64 {
	for _, x := range r.By {
		if x.Channel == ch {
			return x.Received
		}
	}
	return 0
}

// Share is the share of cases received online; false when none were received.
func (r *Reading) Share() (float64, bool) {
	if r.Received == 0 {
		return 0, false
	}
	return float64(r.Online) / float64(r.Received), true
}

// OnTime is the share of closed cases that kept their deadline; false when none had one.
func (r *Reading) OnTime() (float64, bool) {
	if r.Timed == 0 {
		return 0, false
	}
	return float64(r.Timed-r.Late) / float64(r.Timed), true
}

// counting is the same transaction with the sight of those who follow
// everything: whoever may read a committee's pages may read the figures on them,
// which name no person.
func counting(tx *db.Tx) *db.Tx {
	return tx.As(gov.Actor{Person: gov.System.Person, Org: "committee", Roles: []gov.Role{gov.Committee}})
}

// read counts a filter as of the end of a day.
func read(tx *db.Tx, f programme.Filter, day programme.Day) (r Reading, err error) {
	r = Reading{Day: day, From: day.Add(1 - Window)}
	f.From, f.To = r.From, day
	rep, err := programme.Overview(tx, f, programme.ByChannel)
	if err != nil {
		return r, err
	}
	r.Received, r.Closed, r.Median, r.Timed, r.Late = rep.Submitted, rep.Closed, rep.Ours.Median, rep.Timed, rep.Late
	for _, g := range rep.Groups {
		if g.Submitted == 0 {
			continue
		}
		r.By = append(r.By, ByChannel{gov.Channel(g.Key), g.Submitted})
		if slices.Contains(digital, gov.Channel(g.Key)) {
			r.Online += g.Submitted
		}
	}
	f.From = 0
	ever, err := programme.Trend(tx, f, programme.Months)
	for _, p := range ever {
		r.Open += p.Growth()
	}
	return r, err
}

// Effect is what a decision changed for one service: how it stood when the
// decision was taken, when its last action was done, and now.
type Effect struct {
	Service  catalogue.Service
	Standing [2]catalogue.Standing // on the day of the decision, and now
	Then     Reading
	Done     *Reading // when every action is done or verified
	Now      Reading
	Stage    gov.Text // where it is in its life; empty: not known
}

// Effects measures a decision for every service it names, in their order.
// Errors: NotFound.
func (c *Chamber) Effects(tx *db.Tx, d *Decision) (out []Effect, err error) {
	if ok, err := seesDecision(tx, d); err != nil || !ok {
		return nil, orNone(err)
	}
	list, err := actions(tx, Ask{Decision: d.ID})
	if err != nil {
		return nil, err
	}
	done := c.completed(list)
	tx = counting(tx)
	for _, id := range d.Services {
		s, err := catalogue.Find(tx, id)
		if gov.KindOf(err) == gov.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		e, err := c.effect(tx, s, programme.DayOf(d.At, c.zone()), done)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// completed is the day on which the last action was done; 0 while one is open or
// when there is none.
func (c *Chamber) completed(list []Action) (last programme.Day) {
	for _, a := range list {
		switch {
		case a.State == ActionOpen:
			return 0
		case a.State != ActionDropped:
			last = max(last, programme.DayOf(a.Done, c.zone()))
		}
	}
	return last
}

func (c *Chamber) effect(tx *db.Tx, s catalogue.Service, then, done programme.Day) (e Effect, err error) {
	today := c.Today(tx)
	e.Service, e.Standing = s, [2]catalogue.Standing{c.stood(&s, then), s.Standing()}
	f := programme.Filter{Service: s.ID}
	if e.Then, err = read(tx, f, then); err != nil {
		return e, err
	}
	if done != 0 && done < today {
		r, err := read(tx, f, done)
		if err != nil {
			return e, err
		}
		e.Done = &r
	}
	if e.Now, err = read(tx, f, today); err != nil || c.Stage == nil {
		return e, err
	}
	e.Stage, _, err = c.Stage(tx, s.ID)
	return e, err
}

// stood is how far a service had come at the end of a day, by the dates on its
// record: of its first online case, of its pack, of its organisation's statement.
func (c *Chamber) stood(s *catalogue.Service, day programme.Day) catalogue.Standing {
	by := func(t time.Time) bool { return !t.IsZero() && programme.DayOf(t, c.zone()) <= day }
	old := *s
	if !by(s.ProvenAt) {
		old.ProvenAt = time.Time{}
	}
	if !by(s.Published) {
		old.Version = ""
	}
	if d, err := programme.ParseDay(s.Online.Declared); err != nil || d > day {
		old.Online.Level = 0
	}
	return old.Standing()
}

// Nation is how the whole stood on a day.
type Nation struct {
	Reading
	Services  int // in the catalogue now, for people outside the government
	Proven    int // with a case completed here online by that day
	Declared  int // by their organisation's word only, neither running nor proven
	Standings map[catalogue.Standing]int
}

// NationOn counts the whole country as of the end of a day, for those who read a
// committee. Errors: NotFound for others.
func (c *Chamber) NationOn(tx *db.Tx, day programme.Day) (n Nation, err error) {
	if err := c.member(tx); err != nil {
		return n, err
	}
	tx = counting(tx)
	list, err := catalogue.Services(tx, catalogue.Filter{Public: true})
	if err != nil {
		return n, err
	}
	n.Services, n.Standings = len(list), map[catalogue.Standing]int{}
	for i := range list {
		n.Standings[c.stood(&list[i], day)]++
	}
	n.Proven, n.Declared = n.Standings[catalogue.Proven], n.Standings[catalogue.Declared]
	n.Reading, err = read(tx, programme.Filter{}, day)
	return n, err
}

// member refuses those who read no committee.
func (c *Chamber) member(tx *db.Tx) error {
	list, err := Boards(tx)
	if err == nil && len(list) == 0 && tx.Actor().Person != gov.System.Person {
		err = errNone
	}
	return err
}

// Entity is how one organisation stands.
type Entity struct {
	Org    gov.OrgID
	Count  catalogue.Count
	Report programme.Group // of the days asked for
}

// Entities ranks the organisations by the share of their services that are
// proven online, then by their cases, with what happened from one day to another.
// Errors: NotFound.
func (c *Chamber) Entities(tx *db.Tx, from, to programme.Day) ([]Entity, programme.Report, error) {
	if err := c.member(tx); err != nil {
		return nil, programme.Report{}, err
	}
	tx = counting(tx)
	rep, err := programme.Overview(tx, programme.Filter{From: from, To: to}, programme.ByOrganisation)
	if err != nil {
		return nil, rep, err
	}
	list, err := catalogue.Counts(tx)
	if err != nil {
		return nil, rep, err
	}
	var out []Entity
	for _, n := range list {
		e := Entity{Org: n.Organisation, Count: n}
		for _, g := range rep.Groups {
			if g.Key == string(n.Organisation) {
				e.Report = g
			}
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b Entity) int {
		if d := b.Count.Proven*a.Count.Services - a.Count.Proven*b.Count.Services; d != 0 {
			return d
		}
		return int(b.Report.Closed - a.Report.Closed)
	})
	return out, rep, nil
}
