package casework

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/jobs"
	"diwan.example/pack"
)

// What registries hold is fetched outside of any transaction, before a form is
// shown and again when it is handed in. What came is kept with the case. Whatever
// could not be had then is asked for by a durable job until it comes: the case
// waits for it, or what was typed in its place is checked against it.

const (
	freshFor   = 15 * time.Minute // how long what a registry said counts for an application being filled in
	againAfter = time.Minute      // how soon a registry that did not answer is asked again
	patience   = 6 * time.Second  // how long a person waits for registries
	longAsk    = 20 * time.Second // how long a job waits for them
	inquireJob = "case.inquire"
)

// Gather fetches what registries hold of a draft's or a correction's person and
// its questions ask for now. What is fresh is not fetched again. A registry that
// does not answer holds nothing up. It opens its own transactions, and calls the
// registries in none. Errors: NotFound to strangers.
func (e *Engine) Gather(ctx context.Context, id gov.CaseID) error {
	if e.Inquire == nil {
		return nil
	}
	var in gov.Inquiry
	err := e.DB.Read(ctx, func(tx *db.Tx) error {
		w, err := e.gathering(tx, id)
		if err != nil || w == nil {
			return err
		}
		in, err = w.inquiry()
		return err
	})
	if err != nil || len(in.Attributes) == 0 {
		return err
	}
	got := e.inquire(ctx, in, patience)
	err = e.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := e.gathering(tx, id)
		if err != nil || w == nil {
			return err
		}
		if err := w.keepHeld(got); err != nil {
			return err
		}
		return save(tx, w.c)
	})
	if gov.KindOf(err) == gov.Conflict { // somebody else changed it meanwhile; the next page asks again
		return nil
	}
	return err
}

// gathering loads a case whose person still fills something in; nil when they do not.
func (e *Engine) gathering(tx *db.Tx, id gov.CaseID) (*walk, error) {
	w, err := e.own(tx, id)
	if err != nil {
		return nil, err
	}
	switch w.c.State {
	case Draft:
		return w, w.sameVersion()
	case Open:
		if t, _ := w.c.at(w.p, pack.Correct); t != nil {
			return w, nil
		}
	}
	return nil, nil
}

// inquiry is what is to be asked for the case now; without attributes: nothing.
func (w *walk) inquiry() (in gov.Inquiry, err error) {
	in = gov.Inquiry{Organisation: w.c.Organisation, Service: w.c.Service, Case: w.c.ID, Person: w.c.Applicant, Channel: w.c.Channel}
	fc, err := w.around()
	if err != nil {
		return in, err
	}
	for _, q := range w.askedNow(fc) {
		if h, ok := w.c.Track.Held[q.Attribute]; ok {
			age := w.tx.Now().Sub(h.At)
			if h.Gap == "" && age < freshFor || h.Gap != "" && age < againAfter {
				continue
			}
		}
		if !slices.Contains(in.Attributes, q.Attribute) {
			in.Attributes = append(in.Attributes, q.Attribute)
		}
	}
	return in, nil
}

// inquire asks the registries as the machine it is, so that the person reads of it.
// An inquiry that fails altogether found everything away.
func (e *Engine) inquire(ctx context.Context, in gov.Inquiry, within time.Duration) []gov.Held {
	ctx, stop := context.WithTimeout(gov.WithActor(ctx, gov.System), within)
	defer stop()
	got, err := e.Inquire(ctx, in)
	if err == nil && len(got) == len(in.Attributes) {
		return got
	}
	e.Log.WarnContext(ctx, "casework: registries not asked", "service", in.Service, "case", in.Case, "err", err)
	got = make([]gov.Held, len(in.Attributes))
	for i, a := range in.Attributes {
		got[i] = gov.Held{Attribute: a, Gap: gov.GapAway}
	}
	return got
}

// keepHeld puts what registries said into the case. A value that none of its
// questions takes counts as no record; a registry that is away takes nothing back
// that it said before, as long as that is fresh.
func (w *walk) keepHeld(got []gov.Held) error {
	fc, err := w.around()
	if err != nil {
		return err
	}
	if w.c.Track.Held == nil {
		w.c.Track.Held = form.Holdings{}
	}
	for _, h := range got {
		h.At = w.tx.Now()
		before, had := w.c.Track.Held[h.Attribute]
		if h.Gap == gov.GapAway && had && before.Gap == "" && h.At.Sub(before.At) < 24*time.Hour {
			continue
		}
		if h.Gap == "" && !w.taken(&h, fc) {
			h.Value, h.Gap = nil, gov.GapNone
		}
		if had && db.JSON(before.Value) != db.JSON(h.Value) {
			w.settled(h.Attribute)
		}
		w.c.Track.Held[h.Attribute] = h
	}
	return nil
}

// settled takes disputes back whose registry says something else now.
func (w *walk) settled(a gov.AttributeID) {
	for _, q := range w.p.HeldQuestions() {
		if q.Attribute == a {
			delete(w.c.Track.Disputes, q.Name)
		}
	}
}

// taken reports whether a question takes the value, and makes it canonical.
func (w *walk) taken(h *gov.Held, fc form.Context) bool {
	for _, q := range w.p.HeldQuestions() {
		if q.Attribute != h.Attribute {
			continue
		}
		if v, ok := w.p.Form.Fits(w.tx.Context(), q.Name, h.Value, fc); ok {
			h.Value = v
			return true
		}
	}
	return false
}

// Ahead fetches what registries hold for an application that is handed in at once
// (Apply): give its result to Apply. Nothing is fetched for who may not apply.
// Errors: as Apply's. It opens its own transaction, and calls the registries in none.
func (e *Engine) Ahead(ctx context.Context, a Application) (Application, error) {
	if e.Inquire == nil {
		return a, nil
	}
	var in gov.Inquiry
	err := e.DB.Write(ctx, func(tx *db.Tx) error { // a look at the counter is recorded
		w, err := e.open(tx, a)
		if err != nil {
			return err
		}
		a.id = w.c.ID
		in, err = w.inquiry()
		return err
	})
	if err == nil && len(in.Attributes) > 0 {
		a.held = e.inquire(ctx, in, patience)
	}
	return a, err
}

// followUp schedules the job that asks again for what is still lacking.
func (w *walk) followUp(after time.Duration) error {
	b, err := json.Marshal(timer{Case: w.c.ID})
	if err != nil {
		return err
	}
	return jobs.Schedule(w.tx, jobs.Job{Kind: inquireJob, Key: string(w.c.ID), At: w.tx.Now().Add(after), Payload: b})
}

// askAgain is the job: it asks for what a case waits for, or what was typed while
// a registry was away. It is repeated until the registries have answered.
func (e *Engine) askAgain(ctx context.Context, j jobs.Job) error {
	t, err := readTimer(j)
	if err != nil || e.Inquire == nil {
		return err
	}
	var in gov.Inquiry
	err = e.DB.Read(ctx, func(tx *db.Tx) error {
		w, err := e.owing(tx, t.Case)
		if err != nil || w == nil {
			return err
		}
		in, err = w.stillLacking()
		return err
	})
	if err != nil || len(in.Attributes) == 0 {
		return err
	}
	got := e.inquire(ctx, in, longAsk)
	again := false
	err = e.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := e.owing(tx, t.Case)
		if err != nil || w == nil {
			return err
		}
		again, err = w.arrived(got)
		return err
	})
	if err == nil && again {
		err = gov.Fail(gov.Unavailable, "لم يُجب السجل بعد", "The registry has not answered yet")
	}
	return err
}

// owing loads a submitted case; nil for a draft or one that was dropped.
func (e *Engine) owing(tx *db.Tx, id gov.CaseID) (*walk, error) {
	c, err := load(tx, id)
	if gov.KindOf(err) == gov.NotFound || err == nil && c.State != Open && c.State != Closed {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return e.walking(tx, c)
}

// stillLacking is the inquiry for what the case waits for or has to check.
func (w *walk) stillLacking() (in gov.Inquiry, err error) {
	in = gov.Inquiry{Organisation: w.c.Organisation, Service: w.c.Service, Case: w.c.ID, Person: w.c.Applicant, Channel: w.c.Channel}
	fc, err := w.around()
	if err != nil {
		return in, err
	}
	waits := w.waiting() != nil
	for _, q := range w.askedNow(fc) {
		if w.c.Track.Proofs[q.Name] == ProofAway || waits && q.Away == form.AwayWait && w.c.Track.Held.Lacks(q) {
			if !slices.Contains(in.Attributes, q.Attribute) {
				in.Attributes = append(in.Attributes, q.Attribute)
			}
		}
	}
	return in, nil
}

// Awaits reports whether the case has not begun its way because a registry has not
// answered yet.
func (v *View) Awaits() bool {
	t, _ := v.at(v.Pack, pack.Apply)
	return v.State == Open && t != nil
}

// waiting is the place of a case that waits for registries; nil when it does not.
func (w *walk) waiting() *Token {
	t, _ := w.c.at(w.p, pack.Apply)
	if w.c.State != Open {
		return nil
	}
	return t
}
