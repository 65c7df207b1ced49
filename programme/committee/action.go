package committee

import (
	"cmp"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
	"diwan.example/programme"
)

// ActionState is where an action is in its life. "Overdue" is no state: it is
// an open action whose day has passed.
type ActionState string

// The states of an action.
const (
	ActionOpen     ActionState = "open"
	ActionDone     ActionState = "done"     // its owner says so
	ActionVerified ActionState = "verified" // the secretary has seen it
	ActionDropped  ActionState = "dropped"
)

// Steps is the life of an action.
var Steps = gov.Moves[ActionState]{
	{From: "", Event: "assign", To: ActionOpen},
	{From: ActionOpen, Event: "report", To: ActionOpen},
	{From: ActionOpen, Event: "extend", To: ActionOpen},
	{From: ActionOpen, Event: "complete", To: ActionDone},
	{From: ActionDone, Event: "verify", To: ActionVerified},
	{From: ActionDone, Event: "return", To: ActionOpen},
	{From: ActionOpen, Event: "drop", To: ActionDropped},
	{From: ActionDone, Event: "drop", To: ActionDropped},
}

// Facts of actions. Their subject is the action, their organisation its owner.
const (
	FactAssigned  = "committee.assigned"
	FactReported  = "committee.reported"
	FactExtended  = "committee.extended"
	FactCompleted = "committee.completed"
	FactVerified  = "committee.verified"
	FactReturned  = "committee.returned"
	FactDropped   = "committee.dropped"
	FactReminded  = "committee.reminded" // it spoke up
)

var factOf = map[string]string{"report": FactReported, "extend": FactExtended, "complete": FactCompleted, "verify": FactVerified, "return": FactReturned, "drop": FactDropped}

// Action is something that an organisation must do because of a decision.
type Action struct {
	ID       string        `json:"-"`
	Decision string        `json:"-"`
	Board    string        `json:"-"`
	Number   int           `json:"-"` // of its decision, from 1
	Org      gov.OrgID     `json:"-"` // who owes it
	State    ActionState   `json:"-"`
	Due      programme.Day `json:"-"`
	Reminded int           `json:"-"` // how often it spoke up
	Done     time.Time     `json:"-"` // when its owner said so; zero: not yet

	Text  gov.Text      `json:"text"`
	Role  gov.Role      `json:"role"`  // who in the organisation: its head or service owner
	First programme.Day `json:"first"` // the day that was set first
}

// Overdue reports whether the action is open and its day has passed.
func (a *Action) Overdue(today programme.Day) bool { return a.State == ActionOpen && a.Due < today }

// Late is by how many days it is overdue; 0 when it is not.
func (a *Action) Late(today programme.Day) int {
	if !a.Overdue(today) {
		return 0
	}
	return int(today.Time().Sub(a.Due.Time()).Hours() / 24)
}

// Step is one line of an action's history.
type Step struct {
	Event  string // of Steps; "remind" when it spoke up
	Words  string
	Due    programme.Day // of extend: the new day
	Author gov.PersonID
	Acting gov.OrgID
	At     time.Time
}

// Task is what is written when an action is assigned.
type Task struct {
	Text gov.Text
	Org  gov.OrgID
	Role gov.Role // Head or Owner; empty: Head
	Due  programme.Day
}

// Today is the country's day.
func (c *Chamber) Today(tx *db.Tx) programme.Day { return programme.DayOf(tx.Now(), c.zone()) }

// Assign adds an action to an adopted decision. Errors: NotFound, Denied,
// Conflict, Invalid.
func (c *Chamber) Assign(tx *db.Tx, decision string, t Task) (Action, error) {
	d, err := DecisionOf(tx, decision)
	if err != nil {
		return Action{}, err
	}
	if _, err := written(tx, d.Board); err != nil {
		return Action{}, errWrite
	}
	if d.State != Adopted {
		return Action{}, gov.Fail(gov.Conflict, "تُسند الأعمال إلى قرار معتمد", "Actions are given for a decision that was adopted")
	}
	if err := c.checkTask(tx, &t); err != nil {
		return Action{}, err
	}
	before, err := actions(tx, Ask{Decision: d.ID})
	if err != nil {
		return Action{}, err
	}
	a := Action{ID: db.NewID(tx.Now()), Decision: d.ID, Board: d.Board, Number: len(before) + 1, Org: t.Org, State: ActionOpen, Due: t.Due, First: t.Due, Text: t.Text, Role: t.Role}
	if err := insertAction(tx, a); err != nil {
		return a, err
	}
	if err := c.note(tx, &a, "assign", "", FactAssigned); err != nil {
		return a, err
	}
	return a, c.schedule(tx, &a)
}

func (c *Chamber) checkTask(tx *db.Tx, t *Task) error {
	var bad gov.Problems
	wrong := func(field, ar, en string) { bad = append(bad, gov.Problem{Field: field, Text: gov.T(ar, en)}) }
	if t.Text = cleaned(t.Text); len(t.Text.Missing(gov.Arabic, gov.English)) > 0 {
		wrong("text", "اكتب العمل المطلوب باللغتين", "Write what is to be done, in both languages")
	}
	if t.Org == "" {
		wrong("org", "اختر الجهة المسؤولة", "Choose the entity that owes it")
	}
	if t.Role = cmp.Or(t.Role, gov.Head); t.Role != gov.Head && t.Role != gov.Owner {
		wrong("role", "المسؤول رئيس الجهة أو مسؤول خدماتها", "It is owed by the entity's head or its service owner")
	}
	if t.Due < c.Today(tx) {
		wrong("due", "اختر موعدًا لم يمضِ", "Choose a day that has not passed")
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}

// note writes a line of history and its fact.
func (c *Chamber) note(tx *db.Tx, a *Action, event, words, fact string) error {
	s := Step{Event: event, Words: words, Author: tx.Actor().Person, Acting: tx.Actor().Org, At: tx.Now()}
	if event == "extend" {
		s.Due = a.Due
	}
	if err := insertStep(tx, a.ID, s); err != nil {
		return err
	}
	return journal.Append(tx, journal.Fact{Name: fact, Subject: a.ID, Organisation: a.Org, Body: journal.Body(map[string]any{"committee": a.Board, "decision": a.Decision, "due": a.Due})})
}

// move carries an action on by an event of Steps. Its organisation reports and
// completes; the secretary does the rest, and those too. Errors: NotFound,
// Denied, Conflict, Invalid.
func (c *Chamber) move(tx *db.Tx, id, event, text string, change func(*Action) error) error {
	a, _, r, err := ActionOf(tx, id)
	if err != nil {
		return err
	}
	own := owes(tx.Actor(), a.Org) && (event == "report" || event == "complete")
	if !r.Write && !own {
		return errWrite
	}
	next, ok := Steps.Next(a.State, event)
	if !ok {
		return gov.Fail(gov.Conflict, "لا يسمح وضع العمل الآن بهذا", "The action is in a state that does not allow this")
	}
	if event != "verify" || trimmed(text) != "" {
		if text, err = words(text, "words"); err != nil {
			return err
		}
	}
	was := a.State
	a.State = next
	if change != nil {
		if err := change(&a); err != nil {
			return err
		}
	}
	ok, err = updateAction(tx, a, was)
	if err != nil {
		return err
	}
	if !ok {
		return gov.Fail(gov.Conflict, "تغيّر العمل في هذه اللحظة، أعد فتحه", "The action changed this very moment; open it again")
	}
	if err := c.note(tx, &a, event, text, factOf[event]); err != nil {
		return err
	}
	if a.State == ActionOpen {
		return c.schedule(tx, &a)
	}
	return jobs.Cancel(tx, RemindJob, a.ID)
}

// Report says how far an action is. Errors: as all steps: NotFound, Denied,
// Conflict, Invalid.
func (c *Chamber) Report(tx *db.Tx, id, words string) error {
	return c.move(tx, id, "report", words, nil)
}

// Complete says that it is done, and how one sees it.
func (c *Chamber) Complete(tx *db.Tx, id, words string) error {
	return c.move(tx, id, "complete", words, func(a *Action) error { a.Done = tx.Now(); return nil })
}

// Verify says that the secretary has seen it done.
func (c *Chamber) Verify(tx *db.Tx, id, words string) error {
	return c.move(tx, id, "verify", words, nil)
}

// Return gives a done action back, saying what is missing.
func (c *Chamber) Return(tx *db.Tx, id, words string) error {
	return c.move(tx, id, "return", words, func(a *Action) error { a.Done = time.Time{}; return nil })
}

// Drop gives an action up, saying why.
func (c *Chamber) Drop(tx *db.Tx, id, words string) error { return c.move(tx, id, "drop", words, nil) }

// Extend gives an action more time, saying why; the first day stays on record.
func (c *Chamber) Extend(tx *db.Tx, id string, due programme.Day, words string) error {
	return c.move(tx, id, "extend", words, func(a *Action) error {
		if due <= a.Due || due < c.Today(tx) {
			return gov.Fail(gov.Invalid, "الموعد الجديد يأتي بعد الموعد الحالي وبعد اليوم", "The new day comes after the present one and after today").At("due")
		}
		a.Due, a.Reminded = due, 0
		return nil
	})
}

// ActionOf returns an action with its history: of a committee the actor reads,
// or one that their organisation owes. Errors: NotFound.
func ActionOf(tx *db.Tx, id string) (Action, []Step, Rights, error) {
	a, ok, err := actionByID(tx, id)
	if err != nil || !ok {
		return Action{}, nil, Rights{}, orNone(err)
	}
	_, r, err := Open(tx, a.Board)
	if err != nil && (gov.KindOf(err) != gov.NotFound || !owes(tx.Actor(), a.Org)) {
		return Action{}, nil, Rights{}, err
	}
	s, err := steps(tx, id)
	return a, s, r, err
}

// MayReport reports whether the actor answers for an action.
func MayReport(a gov.Actor, x *Action, r Rights) bool { return r.Write || owes(a, x.Org) }

// Ask narrows a list of actions; what is empty does not narrow.
type Ask struct {
	Board    string
	Decision string
	Org      gov.OrgID
	State    ActionState
	Overdue  programme.Day // only open ones due before this day
}

// Actions lists the actions that the actor may see, by their day: those of the
// committees they read, and what their organisation owes. Errors: NotFound for
// strangers.
func Actions(tx *db.Tx, q Ask) ([]Action, error) {
	if !reader(tx.Actor()) {
		return nil, errNone
	}
	list, err := actions(tx, q)
	if err != nil {
		return nil, err
	}
	reads, err := readable(tx)
	return slices.DeleteFunc(list, func(a Action) bool { return !reads[a.Board] && !owes(tx.Actor(), a.Org) }), err
}
