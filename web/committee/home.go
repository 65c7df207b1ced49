package committee

import (
	"net/http"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	council "diwan.example/programme/committee"
)

// home is what somebody has to do with committees.
type home struct {
	Overdue   []act // what speaks up
	Boards    []boardCard
	Owed      []act // what the reader's organisation owes
	Org       gov.Text
	Decisions []dec
	Member    bool
}

type boardCard struct {
	council.Board
	Next, Last council.Meeting
	Has        [2]bool // a next, a last
	Late       int
}

func (c *Committees) home(w http.ResponseWriter, r *http.Request) error {
	v := &home{}
	me := gov.ActorFrom(r.Context())
	var all []council.Action
	var ds []council.Decision
	err := c.read(r, func(tx *db.Tx) error {
		list, err := council.Boards(tx)
		if err != nil {
			return err
		}
		if all, err = council.Actions(tx, council.Ask{State: council.ActionOpen}); err != nil {
			return err
		}
		for _, b := range list {
			x := boardCard{Board: b}
			if x.Next, x.Has[0], err = council.Next(tx, b.ID); err != nil {
				return err
			}
			if x.Last, x.Has[1], err = council.Before(tx, b.ID, tx.Now().Add(time.Hour)); err != nil {
				return err
			}
			for _, a := range all {
				if a.Board == b.ID && a.Overdue(c.today()) {
					x.Late++
				}
			}
			v.Boards = append(v.Boards, x)
		}
		ds, err = council.Decisions(tx, council.Search{})
		return err
	})
	if err != nil {
		return err
	}
	v.Member = len(v.Boards) > 0
	for _, a := range all {
		x := c.act(a)
		if a.Overdue(c.today()) {
			v.Overdue = append(v.Overdue, x)
		}
		if a.Org == me.Org && me.Has(gov.Head, gov.Owner) {
			v.Owed = append(v.Owed, x)
		}
	}
	v.Org = c.org(me.Org)
	for _, d := range ds[:min(len(ds), 8)] {
		v.Decisions = append(v.Decisions, c.dec(r, d))
	}
	return pages.Render(w, r, "home", v)
}

// boardPage is one committee.
type boardPage struct {
	council.Board
	Can       council.Rights
	Members   []member
	Meetings  []council.Meeting
	Decisions []dec
	Overdue   []act
	Open      int
}

type member struct {
	Name, Org gov.Text
	Seat      council.Seat
	ID        gov.PersonID
	How       council.Presence
}

func (c *Committees) members(p people, seats []council.Place, were map[gov.PersonID]council.Presence) (out []member) {
	for _, s := range seats {
		out = append(out, member{p.of(s.Person), c.org(s.Org), s.Seat, s.Person, were[s.Person]})
	}
	return out
}

func persons(seats []council.Place) (out []gov.PersonID) {
	for _, s := range seats {
		out = append(out, s.Person)
	}
	return out
}

func (c *Committees) board(w http.ResponseWriter, r *http.Request) error {
	v := &boardPage{}
	id := r.PathValue("board")
	var p people
	var as []council.Action
	var ds []council.Decision
	err := c.read(r, func(tx *db.Tx) (err error) {
		if v.Board, v.Can, err = council.Open(tx, id); err != nil {
			return err
		}
		if v.Meetings, err = council.Meetings(tx, id); err != nil {
			return err
		}
		if ds, err = council.Decisions(tx, council.Search{Board: id}); err != nil {
			return err
		}
		if as, err = council.Actions(tx, council.Ask{Board: id, State: council.ActionOpen}); err != nil {
			return err
		}
		p, err = named(tx, persons(v.Seats)...)
		return err
	})
	if err != nil {
		return err
	}
	v.Members, v.Open = c.members(p, v.Seats, nil), len(as)
	for _, a := range as {
		if a.Overdue(c.today()) {
			v.Overdue = append(v.Overdue, c.act(a))
		}
	}
	for _, d := range ds {
		v.Decisions = append(v.Decisions, c.dec(r, d))
	}
	return pages.Render(w, r, "board", v)
}
