package casework

import (
	"encoding/json"
	"fmt"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/pack"
	"diwan.example/payment"
)

// Who holds a case, for counting the days each kept it waiting.
const (
	us        = "us"
	applicant = "applicant"
	others    = "others"
)

// The kinds of durable timers.
const (
	deadlineJob = "case.deadline"
	wakeJob     = "case.wake"
	draftJob    = "case.draft"
)

// timer is what a timer's job carries.
type timer struct {
	Case  gov.CaseID `json:"c"`
	Visit int        `json:"v"`
}

func (t timer) key() string { return string(t.Case) + "/" + itoa(t.Visit) }

func readTimer(j jobs.Job) (t timer, err error) { return t, json.Unmarshal(j.Payload, &t) }

func schedule(tx *db.Tx, kind string, t timer, at time.Time) error {
	b, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return jobs.Schedule(tx, jobs.Job{Kind: kind, Key: t.key(), At: at, Payload: b})
}

// wait makes the case stand at a step where somebody or some time is awaited.
// A pay step that asks nothing is passed at once.
func (w *walk) wait(s *pack.Step, joins []string) (next string, err error) {
	t := w.stand(s.ID, joins)
	visit := t.Visit
	switch s.Kind {
	case pack.Pay:
		paid, err := w.askFee(s, t)
		if err != nil {
			return "", err
		}
		if paid {
			w.leave(visit)
			return s.Next, nil
		}
	case pack.Review, pack.Opinion:
		err = w.giveTask(s, t)
	case pack.Cosign:
		err = w.askPerson(s, t)
	case pack.Wait:
		return w.await(s, t)
	case pack.Correct: // the applicant sees it on the case itself
	default:
		err = errNoStep(w.c.Service, s.ID)
	}
	if err == nil {
		err = w.startClock(s, w.c.token(visit))
	}
	if err == nil && s.Kind != pack.Review {
		err = w.tellWaiting(s)
	}
	return "", err
}

func (w *walk) askFee(s *pack.Step, t *Token) (paid bool, err error) {
	vars, err := w.names()
	if err != nil {
		return false, err
	}
	fees, waived, reason, err := w.p.Fees(w.tx.Context(), s, vars)
	if err != nil {
		return false, err
	}
	ch := w.charge(s, fees, waived, reason)
	if ch, err = w.Cashier.Ask(w.tx, ch); err != nil {
		return false, err
	}
	t.Charge = ch.ID
	w.c.Track.Fee += ch.Total
	if ch.State == payment.Settled {
		w.decided(s.ID, Decision{Outcome: "free", Reason: reason})
		return true, nil
	}
	return false, nil
}

func (w *walk) giveTask(s *pack.Step, t *Token) error {
	vars, err := w.names()
	if err != nil {
		return err
	}
	org, err := s.OrganisationOf(w.tx.Context(), vars)
	if err != nil {
		return err
	}
	if org == "" {
		org = w.c.Organisation
	}
	role := s.Role
	if role == "" {
		role = gov.Officer
	}
	t.Task, err = w.newTask(w.tx, w.c, s, Task{Organisation: org, Role: role})
	return err
}

func (w *walk) askPerson(s *pack.Step, t *Token) error {
	vars, err := w.names()
	if err != nil {
		return err
	}
	civil, err := s.WhoOf(w.tx.Context(), vars)
	if err != nil {
		return err
	}
	who, ok, err := w.findPerson(w.tx, civil)
	if err != nil {
		return err
	}
	if !ok {
		who = gov.PersonID(civilTag + civil)
	}
	t.Task, err = w.newTask(w.tx, w.c, s, Task{Person: who})
	return err
}

// await waits until a date, or for a message. A date that has passed waits for nothing.
func (w *walk) await(s *pack.Step, t *Token) (string, error) {
	visit := t.Visit
	if s.Until != "" {
		vars, err := w.names()
		if err != nil {
			return "", err
		}
		day, err := s.UntilOf(w.tx.Context(), vars)
		if err != nil {
			return "", err
		}
		at := w.localMidnight(day)
		if !at.After(w.tx.Now()) {
			w.leave(visit)
			return s.Next, nil
		}
		return "", schedule(w.tx, wakeJob, timer{w.c.ID, visit}, at)
	}
	return "", w.startClock(s, w.c.token(visit))
}

// localMidnight is when a calendar day begins here: rules give days as midnight UTC.
func (e *Engine) localMidnight(day time.Time) time.Time {
	zone := e.Calendar.Zone
	if zone == nil {
		zone = time.UTC
	}
	return time.Date(day.Year(), day.Month(), day.Day(), day.Hour(), day.Minute(), 0, 0, zone)
}

// stop ends the waiting of a token that is left in the ordinary way.
func (w *walk) stop(t Token) error {
	if t.Due == 0 && t.Task == "" && t.Charge == "" {
		if s := w.p.Step(t.Step); s != nil && s.Until != "" {
			return jobs.Cancel(w.tx, wakeJob, timer{w.c.ID, t.Visit}.key())
		}
		return nil
	}
	if t.Due == 0 {
		return nil
	}
	return jobs.Cancel(w.tx, deadlineJob, timer{w.c.ID, t.Visit}.key())
}

// cancel ends the waiting of a token that is taken back because the case ends.
func (w *walk) cancel(t Token) error {
	if err := w.stop(t); err != nil {
		return err
	}
	if t.Task != "" {
		if _, err := endTask(w.tx, t.Task, TaskCancelled, ""); err != nil {
			return err
		}
	}
	if t.Charge != "" {
		return w.voidCharge(t.Charge)
	}
	return nil
}

func errLoop(s gov.ServiceID, step string) error {
	return fmt.Errorf("%s: more than %d steps without waiting, at %s", s, walkLimit, step)
}

func errNoStep(s gov.ServiceID, step string) error {
	return fmt.Errorf("%s: no step %q to stand at", s, step)
}
