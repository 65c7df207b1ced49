package casework

import (
	"encoding/json"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/pack"
)

// Follower moves cases on when something happened elsewhere: a charge was
// settled, or people became known whom a co-signature has waited for.
func (e *Engine) Follower() journal.Follower {
	return journal.Follower{Name: "casework", Names: []string{"payment.settled", "identity.registered", "identity.imported"}, Handle: e.follow}
}

func (e *Engine) follow(tx *db.Tx, f journal.Fact) error {
	if f.Name == "payment.settled" {
		return e.paid(tx, f)
	}
	return e.adopt(tx)
}

// adopt gives co-signatures that wait for a civil number to the people who are
// known by it now.
func (e *Engine) adopt(tx *db.Tx) error {
	waiting, err := civilTasks(tx)
	if err != nil {
		return err
	}
	for _, tagged := range waiting {
		civil := strings.TrimPrefix(tagged, civilTag)
		p, ok, err := e.findPerson(tx, civil)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := adoptTasks(tx, civil, p); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) paid(tx *db.Tx, f journal.Fact) error {
	var b struct {
		Case gov.CaseID `json:"case"`
	}
	if err := json.Unmarshal(f.Body, &b); err != nil {
		return err
	}
	c, err := load(tx, b.Case)
	if gov.KindOf(err) == gov.NotFound {
		return nil // a charge of something that is no case
	}
	if err != nil || c.State != Open {
		return err
	}
	w, err := e.walking(tx, c)
	if err != nil {
		return err
	}
	for _, t := range c.Track.Tokens {
		s := w.p.Step(t.Step)
		if s.Kind != pack.Pay || string(t.Charge) != f.Subject {
			continue
		}
		w.decided(s.ID, Decision{Outcome: "paid"})
		if err := w.goOn(t, s.Next); err != nil {
			return err
		}
		return w.finish()
	}
	return nil
}
