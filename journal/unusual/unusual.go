// Package unusual finds what stands out in how employees read people's data, by
// rules in words: much more than before or than colleagues, outside working
// hours, without a case, relatives, colleagues, marked people, many people who
// have nothing to do with a case, the same person again and again.
//
// It accuses nobody. Each reason opens to its looks, and an auditor decides:
// explained, or a question to the organisation. Decisions are facts.
package unusual

import (
	"context"
	"encoding/json"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
)

// State is how a finding stands.
type State string

// The states of a finding.
const (
	Open      State = "open"
	Explained State = "explained" // an auditor says why it is in order
	Raised    State = "raised"    // the organisation is asked, by a case
)

// Moves is the life of a finding.
var Moves = gov.Moves[State]{
	{From: "", Event: "find", To: Open},
	{From: Open, Event: "explain", To: Explained},
	{From: Open, Event: "raise", To: Raised},
}

// Finding is what stands out in one employee's reading on one day.
type Finding struct {
	ID           string
	Day          int64 // 20261123
	Actor        gov.PersonID
	Organisation gov.OrgID
	Looks        int // of the whole day
	Score        int // sum of the reasons' weights
	Reasons      []Reason
	State        State
	Decided      time.Time
	By           gov.PersonID
	Words        string
	Case         gov.CaseID
}

// Reason is one rule that holds, with its numbers and the looks it rests on.
type Reason struct {
	Rule   string   `json:"rule"`
	Weight int      `json:"weight"`
	N      int      `json:"n"`               // how many looks, people or days
	Own    int      `json:"own,omitempty"`   // volume: a usual day of theirs
	Peers  int      `json:"peers,omitempty"` // volume: a usual day of colleagues in the same role
	Tie    gov.Text `json:"tie,omitempty"`   // relative: how they are related
	Looks  []string `json:"looks"`           // ids, at most mostLooks
}

// mostLooks bounds the looks that a reason lists.
const mostLooks = 200

// Watch finds unusual reading. Calendar must be set.
type Watch struct {
	DB       *db.DB
	Calendar *gov.Calendar
	// Kin says in words how two people are related: guardianship, household,
	// address; no text: not that anybody knows. nil: relatives are not looked for.
	Kin func(tx *db.Tx, actor, person gov.PersonID) (gov.Text, error)
}

// Number is a day of the country's calendar as findings name it: 20261123.
func (w *Watch) Number(t time.Time) int64 {
	d := w.Calendar.Day(t)
	return int64(d.Year()*10000 + int(d.Month())*100 + d.Day())
}

// Begins is local midnight of a day.
func (w *Watch) Begins(day int64) time.Time {
	zone := w.Calendar.Zone
	if zone == nil {
		zone = time.UTC
	}
	return time.Date(int(day/10000), time.Month(day/100%100), int(day%100), 0, 0, 0, 0, zone)
}

// Run goes through the reading of one day, again if need be: findings that an
// auditor has decided stay as they are. It returns how many employees stand out.
// Only auditors and the machine may. It opens a transaction for each employee.
// Errors: Denied.
func (w *Watch) Run(ctx context.Context, day int64) (found int, err error) {
	if a := gov.ActorFrom(ctx); a.Person != gov.System.Person && !a.Has(gov.Auditor) {
		return 0, errDenied
	}
	from := w.Begins(day)
	to := from.AddDate(0, 0, 1)
	var list []journal.Reader
	if err := w.DB.Read(ctx, func(tx *db.Tx) (err error) { list, err = journal.Readers(tx, from, to); return err }); err != nil {
		return 0, err
	}
	marked := map[gov.PersonID]bool{}
	days := make([]tally, 0, len(list))
	err = w.DB.Read(ctx, func(tx *db.Tx) (err error) { marked, err = markedPeople(tx); return err })
	for _, r := range list {
		if err != nil {
			return 0, err
		}
		t := tally{Reader: r, day: day, from: from, people: map[gov.PersonID]*seen{}}
		err = w.DB.Read(ctx, func(tx *db.Tx) error {
			if err := journal.ReadBy(tx, r, from, to, func(l journal.Look) error { t.add(w, l, marked); return nil }); err != nil {
				return err
			}
			return w.around(tx, &t)
		})
		t.forget()
		days = append(days, t)
	}
	if err == nil {
		err = w.DB.Write(ctx, func(tx *db.Tx) error {
			for _, t := range days {
				if err := putDay(tx, t); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for i := 0; err == nil && i < len(days); i++ {
		var more bool
		more, err = w.judge(ctx, &days[i])
		if more {
			found++
		}
	}
	return found, err
}

// judge compares one employee's day with others and keeps what stands out.
func (w *Watch) judge(ctx context.Context, t *tally) (bool, error) {
	var reasons []Reason
	err := w.DB.Read(ctx, func(tx *db.Tx) error {
		usual, err := w.usual(tx, t)
		if err == nil {
			reasons = append(usual, t.reasons...)
		}
		return err
	})
	if err != nil || len(reasons) == 0 {
		return false, err
	}
	f := Finding{Day: t.day, Actor: t.Actor, Organisation: t.Organisation, Looks: t.looks, Reasons: reasons, State: Open}
	for _, r := range reasons {
		f.Score += r.Weight
	}
	return true, w.DB.Write(ctx, func(tx *db.Tx) error {
		f.ID = db.NewID(tx.Now())
		return putFinding(tx, f)
	})
}

// dayJob goes through the day before, in the small hours.
const dayJob = "unusual.day"

// Jobs is the daily run.
func (w *Watch) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{dayJob: {
		Call: func(ctx context.Context, j jobs.Job) error {
			_, err := w.Run(gov.WithActor(ctx, gov.System), w.Number(j.At.Add(-12*time.Hour)))
			return err
		},
		Done: func(tx *db.Tx, j jobs.Job) error { return w.Start(tx) },
	}}
}

// Start schedules the next run, at two in the morning.
func (w *Watch) Start(tx *db.Tx) error {
	at := w.Calendar.Day(tx.Now()).AddDate(0, 0, 1).Add(2 * time.Hour)
	return jobs.Schedule(tx, jobs.Job{Kind: dayJob, Key: "daily", At: at, Payload: json.RawMessage("{}")})
}

// kinOf is how an actor is related to a person, as identity knows it: one is the
// other's guardian, or both live at the same address.
func kinOf(tx *db.Tx, actor, person gov.PersonID) (gov.Text, error) {
	for _, x := range [][2]gov.PersonID{{actor, person}, {person, actor}} {
		ok, err := identity.MayActFor(tx, x[0], string(x[1]), identity.Guardian, "")
		if err != nil {
			return nil, err
		}
		if ok {
			return gov.T("ولاية أو وصاية بينهما", "one is the other's guardian"), nil
		}
	}
	a, err := identity.Known(tx, actor)
	if err != nil {
		return nil, absent(err)
	}
	b, err := identity.Known(tx, person)
	if err != nil {
		return nil, absent(err)
	}
	if a.Block != "" && a.Road != "" && a.Building != "" && a.Block == b.Block && a.Road == b.Road && a.Building == b.Building && a.Flat == b.Flat {
		return gov.T("يسكنان العنوان نفسه", "they live at the same address"), nil
	}
	return nil, nil
}

// Related is Kin by what identity knows of people; the names of families say nothing.
func Related(tx *db.Tx, actor, person gov.PersonID) (gov.Text, error) {
	return kinOf(tx, actor, person)
}

// absent takes somebody who is not known for a stranger.
func absent(err error) error {
	if gov.KindOf(err) == gov.NotFound {
		return nil
	}
	return err
}
