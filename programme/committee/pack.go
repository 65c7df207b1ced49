package committee

import (
	"slices"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
)

// Pack is everything that lies before the members at a meeting, counted at one
// moment.
type Pack struct {
	Board     Board
	Meeting   Meeting
	At        time.Time     // when it was counted
	Day       programme.Day // as of which the figures are: today, or the day of a past meeting
	Since     programme.Day // the day of the meeting before; four weeks back when there was none
	First     bool          // there was no meeting before
	Now, Then Nation
	Entities  []Entity
	Concerns  []programme.Concern // services that need a decision most
	Overdue   []Action
	Decisions []Followed
	Papers    []Paper

	orgs     map[gov.OrgID]gov.Text
	services map[gov.ServiceID]gov.Text
	refs     map[string]string // of decisions, by id
	steps    map[string][]Step // of overdue actions
}

// Followed is an earlier decision with what came of it.
type Followed struct {
	Decision
	Actions []Action
	Effects []Effect
}

// mostFollowed is how many earlier decisions a pack follows, the newest first.
const mostFollowed = 12

// Gather counts the pack of a meeting, for those who read its committee.
// Errors: NotFound.
func (c *Chamber) Gather(tx *db.Tx, meeting string) (p *Pack, err error) {
	p = &Pack{At: tx.Now(), refs: map[string]string{}, steps: map[string][]Step{}}
	if p.Meeting, p.Board, _, err = ByID(tx, meeting); err != nil {
		return nil, err
	}
	p.Day = min(c.Today(tx), programme.DayOf(p.Meeting.At, c.zone()))
	last, had, err := Before(tx, p.Board.ID, p.Meeting.At)
	if err != nil {
		return nil, err
	}
	if p.Since, p.First = programme.DayOf(last.At, c.zone()), !had; !had {
		p.Since = p.Day.Add(-Window)
	}
	for _, step := range []func(*db.Tx, *Pack) error{c.gatherFigures, c.gatherDecisions, c.gatherActions, gatherNames} {
		if err := step(tx, p); err != nil {
			return nil, err
		}
	}
	p.Papers, err = Papers(tx, meeting)
	return p, err
}

func (c *Chamber) gatherFigures(tx *db.Tx, p *Pack) (err error) {
	if p.Now, err = c.NationOn(tx, p.Day); err != nil {
		return err
	}
	if p.Then, err = c.NationOn(tx, p.Since); err != nil {
		return err
	}
	var rep programme.Report
	p.Entities, rep, err = c.Entities(tx, min(p.Since.Add(1), p.Day), p.Day)
	p.Concerns = rep.Concerns
	return err
}

func (c *Chamber) gatherDecisions(tx *db.Tx, p *Pack) error {
	list, err := Decisions(tx, Search{Board: p.Board.ID})
	if err != nil {
		return err
	}
	for _, d := range list {
		p.refs[d.ID] = d.Ref()
		if d.State != Adopted || d.Meeting == p.Meeting.ID || len(p.Decisions) == mostFollowed || programme.DayOf(d.At, c.zone()) > p.Day {
			continue
		}
		f := Followed{Decision: d}
		if f.Actions, err = Actions(tx, Ask{Decision: d.ID}); err != nil {
			return err
		}
		if f.Effects, err = c.Effects(tx, &d); err != nil {
			return err
		}
		p.Decisions = append(p.Decisions, f)
	}
	return nil
}

func (c *Chamber) gatherActions(tx *db.Tx, p *Pack) (err error) {
	if p.Overdue, err = Actions(tx, Ask{Board: p.Board.ID, Overdue: c.Today(tx)}); err != nil {
		return err
	}
	for _, a := range p.Overdue {
		if p.steps[a.ID], err = steps(tx, a.ID); err != nil {
			return err
		}
	}
	return nil
}

func gatherNames(tx *db.Tx, p *Pack) error {
	p.orgs, p.services = map[gov.OrgID]gov.Text{}, map[gov.ServiceID]gov.Text{}
	list, err := catalogue.Organisations(tx)
	if err != nil {
		return err
	}
	for _, o := range list {
		p.orgs[o.ID] = o.Name
	}
	for _, x := range p.Concerns {
		s, err := catalogue.Find(tx, x.Service)
		if err != nil && gov.KindOf(err) != gov.NotFound {
			return err
		}
		p.services[x.Service] = s.Name
	}
	return nil
}

// org names an organisation; an id that nothing knows any more names itself.
func (p *Pack) org(id gov.OrgID) gov.Text {
	if t, ok := p.orgs[id]; ok {
		return t
	}
	return gov.T(string(id), string(id))
}

func (p *Pack) service(id gov.ServiceID) gov.Text {
	if t := p.services[id]; len(t) > 0 {
		return t
	}
	return gov.T(string(id), string(id))
}

// lastReport is what was last said about an action.
func (p *Pack) lastReport(id string) string {
	for _, s := range slices.Backward(p.steps[id]) {
		if s.Words != "" {
			return s.Words
		}
	}
	return ""
}
