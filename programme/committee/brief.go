package committee

import (
	"time"

	"diwan.example/internal/db"
	"diwan.example/programme"
)

// Brief is what a member reads in five minutes.
type Brief struct {
	Boards    []Board
	Day       programme.Day
	Since     programme.Day // of the last meeting of any of them before today; four weeks back when there was none
	First     bool          // there was none
	Now, Then Nation
	Concerns  []programme.Concern // what fell behind since
	Overdue   []Action
	Asked     []Asked // the decisions asked at the next meetings, the nearest first
}

// Asked is a decision that a meeting is asked for.
type Asked struct {
	Meeting Meeting
	Board   Board
	N       int // of the item, from 1
	Item    Item
}

// Brief counts the five-minute page of the committees the actor reads. Errors:
// NotFound for those who read none.
func (c *Chamber) Brief(tx *db.Tx) (b *Brief, err error) {
	b = &Brief{Day: c.Today(tx), First: true}
	if b.Boards, err = Boards(tx); err != nil {
		return nil, err
	}
	if len(b.Boards) == 0 {
		return nil, errNone
	}
	var last time.Time
	for _, x := range b.Boards {
		m, had, err := Before(tx, x.ID, c.midnight(tx.Now()))
		if err != nil {
			return nil, err
		}
		if had && m.At.After(last) {
			last, b.First = m.At, false
		}
		if err := b.ask(tx, x); err != nil {
			return nil, err
		}
	}
	if b.Since = programme.DayOf(last, c.zone()); b.First {
		b.Since = b.Day.Add(-Window)
	}
	return b, c.briefFigures(tx, b)
}

// ask adds the decisions that the next meeting of a committee is asked for.
func (b *Brief) ask(tx *db.Tx, x Board) error {
	m, ok, err := Next(tx, x.ID)
	if err != nil || !ok {
		return err
	}
	for i, item := range m.Items {
		if item.Kind != ForDecision {
			continue
		}
		at := len(b.Asked)
		for at > 0 && m.At.Before(b.Asked[at-1].Meeting.At) {
			at--
		}
		b.Asked = append(b.Asked[:at:at], append([]Asked{{m, x, i + 1, item}}, b.Asked[at:]...)...)
	}
	return nil
}

func (c *Chamber) briefFigures(tx *db.Tx, b *Brief) (err error) {
	if b.Now, err = c.NationOn(tx, b.Day); err != nil {
		return err
	}
	if b.Then, err = c.NationOn(tx, b.Since); err != nil {
		return err
	}
	_, rep, err := c.Entities(tx, min(b.Since.Add(1), b.Day), b.Day)
	if err != nil {
		return err
	}
	b.Concerns = rep.Concerns
	list, err := Actions(tx, Ask{Overdue: b.Day})
	for _, a := range list {
		if reads(b.Boards, a.Board) {
			b.Overdue = append(b.Overdue, a)
		}
	}
	return err
}

func reads(list []Board, id string) bool {
	for _, b := range list {
		if b.ID == id {
			return true
		}
	}
	return false
}
