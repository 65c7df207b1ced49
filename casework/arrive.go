package casework

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

// lodge hands in an application whose answers were checked: it goes on its way,
// or waits where it began for a registry that has not answered.
func (w *walk) lodge(fc form.Context) error {
	missing := w.prove(fc)
	if err := w.spared(nil, fc); err != nil {
		return err
	}
	if len(missing) > 0 || w.unchecked() {
		if err := w.followUp(againAfter); err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		w.stand(w.p.Steps[0].ID, nil)
		return fact(w.tx, w.c, "case.deferred", map[string]any{"questions": missing})
	}
	return w.enter(w.p.Steps[0].Next, nil)
}

// unchecked reports whether something was typed while its registry was away.
func (w *walk) unchecked() bool {
	for _, p := range w.c.Track.Proofs {
		if p == ProofAway {
			return true
		}
	}
	return false
}

// arrived takes what registries answered after the case was handed in: typed
// answers are compared, and a case that has waited goes on when nothing lacks any
// more. again says that something still does.
func (w *walk) arrived(got []gov.Held) (again bool, err error) {
	if err := w.keepHeld(got); err != nil {
		return false, err
	}
	fc, err := w.around()
	if err != nil {
		return false, err
	}
	if err := w.compare(fc); err != nil {
		return false, err
	}
	again = w.unchecked()
	t := w.waiting()
	if t == nil {
		return again, save(w.tx, w.c)
	}
	var late, missing []string
	for _, q := range w.askedNow(fc) {
		switch {
		case q.Away != form.AwayWait:
		case w.c.Track.Held.Lacks(q):
			missing = append(missing, q.Name)
		case w.c.Answers[q.Name] == nil:
			late = append(late, q.Name)
		}
	}
	if len(missing) > 0 {
		return true, save(w.tx, w.c)
	}
	if err := w.fill(late, fc); err != nil {
		return false, err
	}
	if err := w.goOn(*t, w.p.Steps[0].Next); err != nil {
		return false, err
	}
	return again, w.finish()
}

// fill puts the answers in that came late.
func (w *walk) fill(late []string, fc form.Context) error {
	clean, err := w.p.Form.CheckOnly(w.tx.Context(), late, w.c.Answers, fc)
	if err == nil {
		w.c.Answers = clean
	} else if _, wrong := gov.ProblemsOf(err, "form"); !wrong {
		return err
	}
	if err := fact(w.tx, w.c, "case.fetched", map[string]any{"questions": late}); err != nil {
		return err
	}
	return w.spared(late, fc)
}

// compare holds what was typed while a registry was away to what it says now. The
// answer stays the person's; an officer sees that it differs.
func (w *walk) compare(fc form.Context) error {
	for _, q := range w.askedNow(fc) {
		if w.c.Track.Proofs[q.Name] != ProofAway {
			continue
		}
		held := w.c.Track.Held[q.Attribute]
		verdict := ProofAway
		switch {
		case held.Gap == gov.GapNone:
			verdict = ProofNone
		case w.c.Track.Held.Answers(q):
			verdict = ProofDiffers
			if v, ok := w.p.Form.Fits(w.tx.Context(), q.Name, held.Value, fc); ok && db.JSON(v) == db.JSON(w.c.Answers[q.Name]) {
				verdict = ProofSame
			}
		}
		if verdict == ProofAway {
			continue
		}
		w.proof(q.Name, verdict)
		if err := fact(w.tx, w.c, "case.verified", map[string]any{"question": q.Name, "result": verdict}); err != nil {
			return err
		}
	}
	return nil
}
