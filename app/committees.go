package app

import (
	"context"
	"slices"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/programme"
	"diwan.example/programme/committee"
	"diwan.example/programme/lifecycle"
)

// openChamber makes where committees work.
func (a *App) openChamber() {
	a.Chamber = &committee.Chamber{DB: a.DB, Calendar: &a.Country.Calendar, Blobs: a.Blobs, Scan: a.Cases.Scan, Tell: a.Office.Tell, Stage: stageOf}
}

// stageOf says where a service is in its life; false when nobody has looked yet.
func stageOf(tx *db.Tx, id gov.ServiceID) (gov.Text, bool, error) {
	list, err := lifecycle.History(tx, id)
	if err != nil || len(list) == 0 {
		return nil, false, err
	}
	return list[0].Stage.Name(), true, nil
}

// SeedCommittees enters the committees of a sample country, with what they have
// done so far, and the planning forum, when past is set. Where there is a committee it does nothing. It
// moves the clock into the past while it works: call it before serving.
func (a *App) SeedCommittees(ctx context.Context, past bool) error {
	ctx = gov.WithActor(ctx, gov.System)
	var some []committee.Board
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { some, err = committee.Boards(tx); return err })
	if err != nil || len(some) > 0 || len(a.Country.Committees) == 0 {
		return err
	}
	h := &history{App: a, today: time.Now(), now: time.Now(), people: map[string]gov.Actor{}}
	if err := h.found(ctx); err != nil || !past {
		return err
	}
	for _, c := range a.Country.Committees {
		for _, m := range c.Meetings {
			h.meeting(c, m)
		}
	}
	if a.Country.Forum != nil {
		h.forum(a.Country.Forum)
	}
	defer a.DB.SetClock(time.Now)
	a.DB.SetClock(func() time.Time { return h.now })
	if err := h.play(ctx); err != nil || a.Country.Forum == nil {
		return err
	}
	return h.presentations(ctx, a.Country.Forum)
}

// history is what happened, in the order of its time.
type history struct {
	*App
	today  time.Time
	now    time.Time
	people map[string]gov.Actor
	events []event
}

type event struct {
	at time.Time
	do func(tx *db.Tx) error
}

// at adds something that happened on a day counted from today, at an hour. What
// is still to come happens now.
func (h *history) at(t time.Time, do func(tx *db.Tx) error) {
	if t.After(h.today) {
		t = h.today
	}
	h.events = append(h.events, event{t, do})
}

func (h *history) play(ctx context.Context) error {
	slices.SortStableFunc(h.events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range h.events {
		h.now = e.at
		if err := h.DB.Write(gov.WithActor(ctx, h.people["secretary"]), e.do); err != nil {
			return err
		}
	}
	return nil
}

// day is a working day near one counted from today, at an hour.
func (h *history) day(n, hour int) time.Time {
	d := h.Country.Calendar.Day(h.today).AddDate(0, 0, n)
	for !h.Country.Calendar.Working(d) {
		d = d.AddDate(0, 0, 1)
	}
	return d.Add(time.Duration(hour) * time.Hour)
}

// plain is a day counted from today, working or not.
func (h *history) plain(n int) programme.Day {
	return programme.DayOf(h.today, h.Country.Calendar.Zone).Add(n)
}

// found enters the committees with their seats.
func (h *history) found(ctx context.Context) error {
	staff := h.Country.Staff()
	return h.DB.Write(ctx, func(tx *db.Tx) error {
		for _, e := range staff {
			p, err := identity.ByCivilNumber(tx, e.CivilNumber)
			if err != nil {
				return gov.Wrap(err, e.Key)
			}
			h.people[e.Key] = gov.Actor{Person: p.ID, Org: e.Org, Roles: []gov.Role{e.Role}, Channel: gov.Portal}
		}
		for i, c := range h.Country.Committees {
			b := committee.Board{ID: c.ID, Name: c.Name, Terms: c.Terms, Quorum: c.Quorum, Mark: c.Mark}
			for _, s := range c.Seats {
				b.Seats = append(b.Seats, committee.Place{Person: h.people[s.Who].Person, Org: h.people[s.Who].Org, Seat: committee.Seat(s.Seat)})
				if s.Seat == string(committee.Secretary) {
					h.people["secretary"] = h.people[s.Who]
				}
			}
			if err := committee.Found(tx, b, i); err != nil {
				return gov.Wrap(err, c.ID)
			}
		}
		return nil
	})
}

// meeting adds a meeting as far as it came.
func (h *history) meeting(c country.Committee, m country.PastMeeting) {
	at := h.day(m.Day, m.Hour)
	id := ""
	d := committee.Draft{At: at, Place: m.Place}
	for _, x := range m.Items {
		d.Items = append(d.Items, committee.Item{Title: x.Title, Kind: committee.Kind(x.Kind), Asked: x.Asked, Org: x.Org})
	}
	h.at(at.AddDate(0, 0, -14), func(tx *db.Tx) error {
		p, err := committee.Plan(tx, c.ID, d)
		id = p.ID
		return gov.Wrap(err, c.ID)
	})
	if m.State == "planned" {
		return
	}
	h.at(at.AddDate(0, 0, -7), func(tx *db.Tx) error { return h.Chamber.Call(tx, id) })
	if m.State == "called" {
		return
	}
	h.at(at.Add(2*time.Hour), func(tx *db.Tx) error { return h.Chamber.Hold(tx, id, h.were(c, m)) })
	h.at(at.Add(3*time.Hour), func(tx *db.Tx) error { return minute(tx, id, m.Items) })
	for _, x := range m.Decisions {
		h.decision(&id, at.Add(4*time.Hour), x)
	}
	if m.State == "approved" {
		h.at(at.AddDate(0, 0, 2), func(tx *db.Tx) error { return committee.Approve(tx, id) })
	}
}

func (h *history) were(c country.Committee, m country.PastMeeting) map[gov.PersonID]committee.Presence {
	out := map[gov.PersonID]committee.Presence{}
	for _, s := range c.Seats {
		how := committee.Present
		if slices.Contains(m.Excused, s.Who) {
			how = committee.Excused
		}
		out[h.people[s.Who].Person] = how
	}
	return out
}

func minute(tx *db.Tx, id string, items []country.PastItem) error {
	m, _, _, err := committee.ByID(tx, id)
	if err != nil {
		return err
	}
	texts := make([]gov.Text, len(items))
	for i, x := range items {
		texts[i] = x.Minutes
	}
	return committee.Minute(tx, id, texts, m.Saves)
}

func (h *history) decision(meeting *string, at time.Time, x country.PastDecision) {
	id := ""
	h.at(at, func(tx *db.Tx) error {
		d, err := h.Chamber.Decide(tx, *meeting, committee.Resolution{Item: x.Item, Text: x.Text, Services: x.Services, Organisations: x.Orgs, Deferred: x.Deferred != "", Why: x.Deferred})
		id = d.ID
		return err
	})
	for _, a := range x.Actions {
		h.action(&id, at.Add(time.Minute), a)
	}
}

func (h *history) action(decision *string, at time.Time, x country.PastAction) {
	id := ""
	h.at(at, func(tx *db.Tx) error {
		a, err := h.Chamber.Assign(tx, *decision, committee.Task{Text: x.Text, Org: x.Org, Role: x.Role, Due: h.plain(x.Due)})
		id = a.ID
		return err
	})
	owner := h.people[string(x.Org)+"-"+string(x.Role)]
	for _, s := range x.Steps {
		h.at(h.day(s.Day, 9), func(tx *db.Tx) error {
			switch s.Event {
			case "report":
				return h.Chamber.Report(tx.As(owner), id, s.Words)
			case "complete":
				return h.Chamber.Complete(tx.As(owner), id, s.Words)
			case "extend":
				return h.Chamber.Extend(tx, id, h.plain(s.Due), s.Words)
			}
			return h.Chamber.Verify(tx, id, s.Words)
		})
	}
}
