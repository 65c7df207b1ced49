package casework

import (
	"encoding/json"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/pack"
)

// Follower moves cases on when something happened elsewhere: a charge was settled.
func (e *Engine) Follower() journal.Follower {
	return journal.Follower{Name: "casework", Names: []string{"payment.settled"}, Handle: e.paid}
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
