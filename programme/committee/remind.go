package committee

import (
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/notify"
	"diwan.example/programme"
)

// RemindJob is the durable timer by which an action speaks up: a week before its
// day, on it, and every week after it while it is open; once each.
const RemindJob = "committee.remind"

// Jobs are the kinds of jobs that this package does.
func (c *Chamber) Jobs() map[string]jobs.Kind { return map[string]jobs.Kind{RemindJob: {Do: c.remind}} }

// week is how far its reminders stand apart, in days.
const week = 7

// stage counts the reminders that an action has had by a day: 0 none, 1 the week
// before, 2 its day, 3 and more each week after.
func (a *Action) stage(today programme.Day) int {
	days := int(today.Time().Sub(a.Due.Time()).Hours() / 24)
	switch {
	case days < -week:
		return 0
	case days < 0:
		return 1
	}
	return 2 + days/week
}

// dayOf is the day on which a stage begins.
func (a *Action) dayOf(stage int) programme.Day { return a.Due.Add(week * (stage - 2)) }

// schedule sets the timer for the next reminder of an open action.
func (c *Chamber) schedule(tx *db.Tx, a *Action) error {
	next := max(a.stage(c.Today(tx)), a.Reminded) + 1
	if a.Reminded == 0 && a.stage(c.Today(tx)) > 0 {
		next = a.stage(c.Today(tx)) // it was given with less than a week to go, or is due: say so at once
	}
	t := a.dayOf(next).Time()
	opens := time.Duration(0)
	if c.Calendar != nil {
		opens = c.Calendar.Opens
	}
	at := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, c.zone()).Add(opens)
	return jobs.Schedule(tx, jobs.Job{Kind: RemindJob, Key: a.ID, At: at})
}

// remind lets an action speak up. A machine that slept says only the latest.
func (c *Chamber) remind(tx *db.Tx, j jobs.Job) error {
	a, ok, err := actionByID(tx, j.Key)
	if err != nil || !ok || a.State != ActionOpen {
		return err
	}
	if now := a.stage(c.Today(tx)); now > a.Reminded {
		a.Reminded = now
		if _, err := updateAction(tx, a, ActionOpen); err != nil {
			return err
		}
		if err := c.speak(tx, &a); err != nil {
			return err
		}
		if err := c.note(tx, &a, "remind", "", FactReminded); err != nil {
			return err
		}
	}
	return c.schedule(tx, &a)
}

// speak tells the owner and the secretary.
func (c *Chamber) speak(tx *db.Tx, a *Action) error {
	b, ok, err := boardByID(tx, a.Board)
	if err != nil || !ok {
		return err
	}
	to, err := c.answerable(tx, a)
	if err != nil {
		return err
	}
	for _, s := range b.Seats {
		if s.Seat == Secretary && !slices.Contains(to, s.Person) {
			to = append(to, s.Person)
		}
	}
	today := c.Today(tx)
	subject := gov.T("عمل يحين موعده في %s", "An action is due on %s").Sprintf(a.Due.String())
	if late := a.Late(today); late > 0 {
		subject = gov.T("عمل متأخر %d يومًا عن موعده", "An action is %d days overdue").Sprintf(late)
	}
	for _, p := range to {
		if err := c.tell(tx, notify.Message{To: p, Kind: notify.General, Subject: subject, Body: gov.T("%s: %s", "%s: %s").Sprintf(b.Name, a.Text), Link: "/committees/actions/" + a.ID}); err != nil {
			return err
		}
	}
	return nil
}

// answerable are the people of the organisation who hold the role that owes it,
// or its heads when nobody does.
func (c *Chamber) answerable(tx *db.Tx, a *Action) (out []gov.PersonID, err error) {
	staff, err := identity.Staff(tx, a.Org)
	for _, role := range []gov.Role{a.Role, gov.Head} {
		for _, s := range staff {
			if slices.Contains(s.Roles, role) && !slices.Contains(out, s.Person) {
				out = append(out, s.Person)
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out, err
}
