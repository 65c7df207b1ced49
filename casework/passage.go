package casework

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/pack"
	"diwan.example/payment"
)

// Passage is how a case went, told without its people and answers: for counting
// procedures and for event logs.
type Passage struct {
	ID           gov.CaseID
	Service      gov.ServiceID
	Version      string
	Organisation gov.OrgID
	Channel      gov.Channel
	Place        string
	Outcome      string // empty: still open
	Submitted    time.Time
	Closed       time.Time // zero: still open
	Visits       int       // times the person stood at a counter
	Documents    int       // files they gave
	Automatic    int       // steps that needed nobody: checks, records, documents, notices
	Begins       gov.Text  // the title of the first step
	Stays        []Stay    // where somebody was awaited, by when it began
	Facts        []journal.Fact
}

// Stay is one time that a case stood at a step for somebody.
type Stay struct {
	Task         gov.TaskID   // of an organisation or another person
	Charge       gov.ChargeID // of a payment
	Step         string
	Title        gov.Text
	Kind         pack.StepKind
	Organisation gov.OrgID // who worked on it; empty: a person
	Role         gov.Role
	From, To     time.Time // To is zero while it lasts
	Cancelled    bool      // the case went another way before anybody acted
}

// Passage tells how a case went. Only the platform itself may call it. Errors:
// Denied to people; NotFound also for a draft.
func (e *Engine) Passage(tx *db.Tx, id gov.CaseID) (Passage, error) {
	if tx.Actor().Person != gov.System.Person {
		return Passage{}, errDenied
	}
	c, err := load(tx, id)
	if err != nil {
		return Passage{}, err
	}
	if c.Submitted.IsZero() {
		return Passage{}, errNoCase
	}
	w, err := e.walking(tx, c)
	if err != nil {
		return Passage{}, err
	}
	out := Passage{ID: c.ID, Service: c.Service, Version: c.Version, Organisation: c.Organisation, Channel: c.Channel, Place: c.Place, Outcome: c.Outcome,
		Submitted: c.Submitted, Closed: c.Closed, Documents: w.given()}
	if c.Track.Presence != nil || c.Channel == gov.Counter {
		out.Visits = 1
	}
	if err := w.passage(&out); err != nil {
		return out, err
	}
	out.Automatic, out.Begins = w.byItself(out.Facts), w.p.Steps[0].Title
	for i := range out.Stays {
		if s := w.p.Step(out.Stays[i].Step); s != nil {
			out.Stays[i].Title = s.Title
		}
	}
	slices.SortStableFunc(out.Stays, func(a, b Stay) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	slices.SortStableFunc(out.Facts, func(a, b journal.Fact) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// passage gathers the stays and facts of a case, its charges and its documents.
func (w *walk) passage(out *Passage) (err error) {
	if out.Facts, err = journal.Of(w.tx, string(w.c.ID)); err != nil {
		return err
	}
	corrections(out)
	tasks, err := tasksOf(w.tx, w.c.ID)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		out.Stays = append(out.Stays, Stay{Task: t.ID, Step: t.Step, Kind: t.Kind, Organisation: t.Organisation, Role: t.Role, From: t.Created, To: t.Ended, Cancelled: t.State == TaskCancelled})
	}
	charges, err := w.Cashier.OfCase(w.tx, w.c.ID)
	if err != nil {
		return err
	}
	for _, ch := range charges {
		facts, err := journal.Of(w.tx, string(ch.ID))
		if err != nil {
			return err
		}
		out.Facts = append(out.Facts, facts...)
		if ch.Means.By != payment.ByExemption {
			out.Stays = append(out.Stays, Stay{Charge: ch.ID, Step: ch.Step, Kind: pack.Pay, From: ch.Created, To: ch.Settled, Cancelled: ch.State == payment.Voided})
		}
	}
	for _, id := range w.c.Track.Documents {
		facts, err := journal.Of(w.tx, string(id))
		if err != nil {
			return err
		}
		out.Facts = append(out.Facts, facts...)
	}
	return nil
}

// corrections are the stays that end with the applicant's corrections: they
// began with the decision before.
func corrections(out *Passage) {
	var asked time.Time
	for _, f := range out.Facts {
		switch f.Name {
		case "case.decided":
			asked = f.At
		case "case.corrected":
			out.Stays = append(out.Stays, Stay{Step: stepOf(f), Kind: pack.Correct, From: asked, To: f.At})
		}
	}
}

// given counts the files in the applicant's answers.
func (w *walk) given() (n int) {
	for name, a := range w.c.Answers {
		if w.p.Form.Question(name) != nil {
			n += files(a)
		}
	}
	return n
}

func files(a any) (n int) {
	switch v := a.(type) {
	case []any:
		for _, x := range v {
			n += files(x)
		}
	case map[string]any:
		if _, is := v["blob"]; is {
			return 1
		}
		for _, x := range v {
			n += files(x)
		}
	}
	return n
}

// byItself counts the steps that needed nobody.
func (w *walk) byItself(facts []journal.Fact) (n int) {
	for _, d := range w.c.Track.Decisions {
		if s := w.p.Step(d.Step); s != nil && s.Kind == pack.Decide {
			n++
		}
	}
	for _, f := range facts {
		switch f.Name {
		case "case.recorded", "case.notice", "document.issued":
			n++
		}
	}
	return n
}

// Passages lists up to n cases that were handed in, by id after the given one:
// only their ids, to be told by Passage. Only the platform itself may call it.
func (e *Engine) Passages(tx *db.Tx, f Filter, after gov.CaseID, n int) ([]gov.CaseID, error) {
	if tx.Actor().Person != gov.System.Person {
		return nil, errDenied
	}
	return handedIn(tx, f, after, n)
}

// CountPassages says how many cases Passages lists in all.
func (e *Engine) CountPassages(tx *db.Tx, f Filter) (int, error) {
	if tx.Actor().Person != gov.System.Person {
		return 0, errDenied
	}
	return countHandedIn(tx, f)
}

// stepOf is the step that a fact of a case happened at.
func stepOf(f journal.Fact) string {
	var b struct {
		Step string `json:"step"`
	}
	if json.Unmarshal(f.Body, &b) != nil {
		return ""
	}
	return b.Step
}
