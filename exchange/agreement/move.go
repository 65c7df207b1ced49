package agreement

import (
	"encoding/json"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
)

// move makes a move: it stores the agreement in its new state, unless it moved
// meanwhile, with what was said.
func (o *Office) move(tx *db.Tx, x Agreement, event, words string) (Agreement, error) {
	from, saves := x.State, x.Saves
	to, ok := Moves.Next(from, event)
	if !ok {
		return x, errMove
	}
	x.State = to
	if event == "revise" {
		x.Saves++
	}
	ok, err := update(tx, x, from, saves)
	if err == nil && !ok {
		err = errMeantime
	}
	if err != nil {
		return x, err
	}
	if err := o.note(tx, x, event, words); err != nil {
		return x, err
	}
	return x, o.changed(tx, x, event)
}

func (o *Office) note(tx *db.Tx, x Agreement, event, words string) error {
	a := tx.Actor()
	if err := insertMove(tx, x, Move{Event: event, State: x.State, Words: words, Terms: x.Terms, Author: a.Person, Acting: a.Org, At: tx.Now()}); err != nil {
		return err
	}
	return told(tx, x, event)
}

// may finds an agreement for somebody who makes a move with words.
func may(tx *db.Tx, id gov.AgreementID, words string, allowed func(gov.Actor, Agreement) error) (Agreement, string, error) {
	x, err := Find(tx, id)
	if err != nil {
		return x, words, err
	}
	if !sees(tx.Actor(), x) {
		return x, words, errNone
	}
	if err := allowed(tx.Actor(), x); err != nil {
		return x, words, err
	}
	words, err = reason(words)
	return x, words, err
}

// said makes the move of somebody who may and says why.
func (o *Office) said(tx *db.Tx, id gov.AgreementID, event, words string, allowed func(gov.Actor, Agreement) error) (Agreement, error) {
	x, words, err := may(tx, id, words, allowed)
	if err != nil {
		return x, err
	}
	return o.move(tx, x, event, words)
}

// Comment says something about a proposal: either side, or the authority. Errors:
// Denied, NotFound, Conflict, Invalid.
func (o *Office) Comment(tx *db.Tx, id gov.AgreementID, words string) (Agreement, error) {
	return o.said(tx, id, "comment", words, func(a gov.Actor, x Agreement) error {
		if MayReview(a) || (a.Org == x.Consumer || a.Org == x.Provider) && a.Has(gov.Owner, gov.Head) {
			return nil
		}
		return errConsumer
	})
}

// Return gives a proposal back with a question: the authority, or the holder once
// it was reviewed. Errors: Denied, NotFound, Conflict, Invalid.
func (o *Office) Return(tx *db.Tx, id gov.AgreementID, words string) (Agreement, error) {
	x, words, err := may(tx, id, words, func(a gov.Actor, x Agreement) error {
		if MayReview(a) || MayAgree(a, x) && x.State == Reviewed {
			return nil
		}
		return errAuthority
	})
	if err != nil {
		return x, err
	}
	x.People = People{Proposer: x.People.Proposer}
	return o.move(tx, x, "return", words)
}

// Review says that the authority has nothing more to ask; the holder decides next.
// Errors: Denied, NotFound, Conflict.
func (o *Office) Review(tx *db.Tx, id gov.AgreementID) (Agreement, error) {
	x, err := Find(tx, id)
	switch a := tx.Actor(); {
	case err != nil:
		return x, err
	case !MayReview(a):
		return x, errAuthority
	case a.Person == x.People.Proposer:
		return x, errBoth
	}
	x.People.Reviewer = tx.Actor().Person
	return o.move(tx, x, "review", "")
}

// Agree gives the consent of the organisation that holds the data. Errors: Denied,
// SignIn (no fresh proof), NotFound, Conflict.
func (o *Office) Agree(tx *db.Tx, id gov.AgreementID) (Agreement, error) {
	x, err := Find(tx, id)
	switch a := tx.Actor(); {
	case err != nil:
		return x, err
	case !MayAgree(a, x):
		return x, errHolder
	case a.Person == x.People.Proposer || a.Person == x.People.Reviewer:
		return x, errBoth
	case !proved(tx):
		return x, errProve
	}
	x.People.Agreed = tx.Actor().Person
	return o.move(tx, x, "agree", "")
}

// Approve puts an agreement in force from its first day on. What it names is
// checked again: the registries may have changed since it was proposed. Errors:
// Denied, SignIn (no fresh proof), NotFound, Conflict, gov.Problems.
func (o *Office) Approve(tx *db.Tx, id gov.AgreementID) (Agreement, error) {
	x, err := Find(tx, id)
	switch a := tx.Actor(); {
	case err != nil:
		return x, err
	case !MayReview(a):
		return x, errAuthority
	case a.Person == x.People.Proposer || a.Person == x.People.Agreed:
		return x, errBoth
	case !proved(tx):
		return x, errProve
	}
	if err := o.still(tx, x); err != nil {
		return x, err
	}
	x.People.Approver = tx.Actor().Person
	if x, err = o.move(tx, x, "approve", ""); err != nil {
		return x, err
	}
	return o.tick(tx.As(gov.System), x)
}

// still checks what is agreed on against the registries as they are now.
func (o *Office) still(tx *db.Tx, x Agreement) error {
	w, provider := &wrongs{}, x.Provider
	if err := o.object(tx, &x, w); err != nil {
		return err
	}
	if x.Provider != provider {
		w.add("registry", "تغيرت الجهة التي تحفظ السجل منذ وافقت صاحبته", "Another organisation keeps the registry than the one that agreed")
	}
	if err := o.readers(tx, &x, w); err != nil {
		return err
	}
	if !x.Until.After(tx.Now()) {
		w.add("until", "اليوم الأخير مضى", "The last day has passed")
	}
	if len(w.list) > 0 {
		return w.list
	}
	return nil
}

func proved(tx *db.Tx) bool {
	a := tx.Actor()
	return machine(a) || identity.FreshFor(a, tx.Now(), fresh)
}

// Refuse ends a proposal: the authority, or the holder once it was reviewed.
// Errors: Denied, NotFound, Conflict, Invalid.
func (o *Office) Refuse(tx *db.Tx, id gov.AgreementID, words string) (Agreement, error) {
	return o.said(tx, id, "refuse", words, func(a gov.Actor, x Agreement) error {
		if MayReview(a) || MayAgree(a, x) && x.State == Reviewed {
			return nil
		}
		return errHolder
	})
}

// Withdraw takes a proposal back. Errors: Denied, NotFound, Conflict, Invalid.
func (o *Office) Withdraw(tx *db.Tx, id gov.AgreementID, words string) (Agreement, error) {
	return o.said(tx, id, "withdraw", words, consumers)
}

func consumers(a gov.Actor, x Agreement) error {
	if a.Org == x.Consumer && MayPropose(a) {
		return nil
	}
	return errConsumer
}

// GiveUp ends an agreement that the consumer does not need any more. Errors:
// Denied, NotFound, Conflict, Invalid.
func (o *Office) GiveUp(tx *db.Tx, id gov.AgreementID, words string) (Agreement, error) {
	return o.stopped(tx, id, "end", words, consumers)
}

// stopped is said, for moves after which nothing is waited for any more.
func (o *Office) stopped(tx *db.Tx, id gov.AgreementID, event, words string, allowed func(gov.Actor, Agreement) error) (Agreement, error) {
	x, err := o.said(tx, id, event, words, allowed)
	if err != nil {
		return x, err
	}
	return x, jobs.Cancel(tx, clockJob, string(id))
}

// Revoke stops an agreement at once: the head of the organisation that holds the
// data, or the authority, each with a fresh proof. Reads that are under way end
// first; none begins after it. Errors: Denied, SignIn, NotFound, Conflict, Invalid.
func (o *Office) Revoke(tx *db.Tx, id gov.AgreementID, words string) (Agreement, error) {
	return o.stopped(tx, id, "revoke", words, func(a gov.Actor, x Agreement) error {
		if !MayReview(a) && !MayAgree(a, x) {
			return errHolder
		}
		if !proved(tx) {
			return errProve
		}
		return nil
	})
}

// clockJob moves an agreement on when its day comes.
const clockJob = "agreement.clock"

// Jobs are the kinds of jobs that this package does.
func (o *Office) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{clockJob: {Do: func(tx *db.Tx, j jobs.Job) error {
		x, found, err := byID(tx, gov.AgreementID(j.Key))
		if err != nil || !found {
			return err
		}
		_, err = o.tick(tx, x)
		return err
	}}}
}

// tick makes the moves that time makes, and has itself called at the next.
func (o *Office) tick(tx *db.Tx, x Agreement) (_ Agreement, err error) {
	for {
		event, at := o.next(x)
		if event == "" {
			return x, nil
		}
		if tx.Now().Before(at) {
			return x, jobs.Schedule(tx, jobs.Job{Kind: clockJob, Key: string(x.ID), At: at, Payload: json.RawMessage("{}")})
		}
		if x, err = o.move(tx, x, event, ""); err != nil {
			return x, err
		}
	}
}

// next is the move that time makes next, and when.
func (o *Office) next(x Agreement) (event string, at time.Time) {
	switch x.State {
	case Approved:
		return "begin", x.From
	case Active:
		return "warn", o.warnAt(&x)
	case Expiring:
		return "end", x.Until
	}
	return "", at
}
