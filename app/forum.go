package app

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/pdf"
	"diwan.example/programme"
	"diwan.example/programme/forum"
)

// forum adds the planning forum of the sample to what happened.
func (h *history) forum(f *country.Forum) {
	first := h.day(f.Day, 8)
	var days []programme.Day
	for d := first; len(days) < f.Days; d = d.AddDate(0, 0, 1) {
		if h.Country.Calendar.Working(d) {
			days = append(days, programme.DayOf(d, h.Country.Calendar.Zone))
		}
	}
	x := forum.Forum{ID: strconv.Itoa(int(days[0]) / 10000), Name: f.Name, Place: f.Place, Days: days}
	for _, r := range f.Rooms {
		x.Rooms = append(x.Rooms, forum.Room{ID: r.ID, Name: r.Name})
	}
	h.at(first.AddDate(0, 0, -30), func(tx *db.Tx) error { return h.plan(tx, x, f) })
	for i, q := range f.Questions {
		h.at(first.AddDate(0, 0, 1+i), func(tx *db.Tx) error { return h.ask(tx, x.ID, q) })
	}
	for _, d := range f.Decisions {
		h.at(first.AddDate(0, 0, 6), func(tx *db.Tx) error {
			s, err := h.session(tx, x.ID, d.At)
			if err != nil {
				return err
			}
			_, err = forum.Decide(tx, h.Chamber, s.ID, d.Text, d.Services, d.Board)
			return err
		})
	}
}

// plan enters the forum with a slot for every entity.
func (h *history) plan(tx *db.Tx, x forum.Forum, f *country.Forum) error {
	if err := forum.Open(tx, x); err != nil {
		return err
	}
	for i, org := range f.Order {
		starts, err := forum.ParseClock(f.Slots[i%len(f.Slots)])
		if err != nil {
			return err
		}
		name := h.Country.Organisation(org).Name
		year := int(x.Days[0])/10000 + 1
		s := forum.Session{Forum: x.ID, Day: x.Days[i/len(f.Slots)], Starts: starts, Ends: starts + f.Minutes, Room: f.Rooms[0].ID, Org: org,
			Title: gov.T("خطة %s لعام %d", "%s: plan for %d").Sprintf(name, year)}
		if _, err := forum.Plan(tx, s); err != nil {
			return gov.Wrap(err, string(org))
		}
	}
	for _, s := range f.Sessions {
		starts, err := forum.ParseClock(s.Starts)
		if err != nil {
			return err
		}
		ends, err := forum.ParseClock(s.Ends)
		if err != nil {
			return err
		}
		if _, err := forum.Plan(tx, forum.Session{Forum: x.ID, Day: x.Days[s.Day-1], Starts: starts, Ends: ends, Room: s.Room, Title: s.Title}); err != nil {
			return gov.Wrap(err, s.Title[gov.English])
		}
	}
	return nil
}

// session is the session of an entity.
func (h *history) session(tx *db.Tx, id string, org gov.OrgID) (forum.Session, error) {
	list, err := forum.Agenda(tx, id)
	for _, s := range list {
		if s.Org == org {
			return s, nil
		}
	}
	return forum.Session{}, gov.Wrap(err, fmt.Sprintf("no session of %s", org))
}

func (h *history) ask(tx *db.Tx, id string, q country.ForumQuestion) error {
	s, err := h.session(tx, id, q.To)
	if err != nil {
		return err
	}
	if err := forum.Ask(tx.As(h.people[q.By]), s.ID, q.Words); err != nil || q.Waits {
		return err
	}
	list, err := forum.Questions(tx, s.ID)
	if err != nil {
		return err
	}
	last := list[len(list)-1]
	if err := forum.Moderate(tx, s.ID, last.ID, "show"); err != nil || q.Answer == "" {
		return err
	}
	return forum.Answer(tx.As(h.people[string(q.To)+"-head"]), s.ID, last.ID, q.Answer)
}

// presentations attaches a page to the sessions of some entities, so that the
// sample has something to open.
func (h *history) presentations(ctx context.Context, f *country.Forum) error {
	var sessions []forum.Session
	err := h.DB.Read(ctx, func(tx *db.Tx) error {
		x, err := forum.Latest(tx)
		if err != nil {
			return err
		}
		for _, org := range f.Papers {
			s, err := h.session(tx, x.ID, org)
			if err != nil {
				return err
			}
			sessions = append(sessions, s)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range sessions {
		var page bytes.Buffer
		if _, err := pdf.Render(&page, pdf.Document{Title: s.Title, Created: h.today, Layout: pdf.Layout{Accent: h.Country.Accent.Light, Digits: h.Country.Digits, Blocks: []pdf.Block{
			{Kind: pdf.Letterhead, Text: h.Country.Organisation(s.Org).Name}, {Kind: pdf.Heading, Level: 1, Text: s.Title}, {Kind: pdf.Paragraph, Text: h.Country.Notice}}}}); err != nil {
			return err
		}
		as := gov.WithActor(ctx, h.people[string(s.Org)+"-head"])
		if err := forum.Attach(as, h.Chamber, s.ID, "presentation.pdf", &page); err != nil {
			return gov.Wrap(err, string(s.Org))
		}
	}
	return nil
}
