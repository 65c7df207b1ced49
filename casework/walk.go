package casework

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// walkLimit bounds the steps of one walk: a checked pack has no endless loop,
// and this keeps it so whatever its rules say.
const walkLimit = 200

// walk is one case on its way in one transaction.
type walk struct {
	*Engine
	tx   *db.Tx
	c    *Case
	p    *pack.Pack
	left int          // steps left
	who  *form.Person // the applicant, once read
	told bool         // the applicant was told something in this walk
}

func (e *Engine) walking(tx *db.Tx, c *Case) (*walk, error) {
	p, err := e.Packs.At(tx, c.Service, c.Version)
	return &walk{Engine: e, tx: tx, c: c, p: p, left: walkLimit}, err
}

// enter puts the case at a step, with the joins still ahead, and goes on from
// there as far as nobody is needed.
func (w *walk) enter(id string, joins []string) error {
	for id != "" && w.c.State == Open {
		if w.left--; w.left < 0 {
			return gov.Fail(gov.Internal, "", "").Because(errLoop(w.c.Service, id))
		}
		s := w.p.Step(id)
		if s == nil {
			return gov.Fail(gov.Internal, "", "").Because(errNoStep(w.c.Service, id))
		}
		next, err := w.step(s, &joins)
		if err != nil {
			return gov.Wrap(err, "step "+id)
		}
		id = next
	}
	return nil
}

// step does what the step does by itself and returns the next one; "" when the
// case now waits there or has ended.
func (w *walk) step(s *pack.Step, joins *[]string) (next string, err error) {
	switch s.Kind {
	case pack.Decide:
		return w.check(s)
	case pack.Record:
		return s.Next, w.record(s)
	case pack.Issue:
		return s.Next, w.issue(s)
	case pack.Notify:
		return s.Next, w.notify(s)
	case pack.Fork:
		return "", w.fork(s, *joins)
	case pack.Join:
		return w.join(s, joins)
	case pack.Close:
		return "", w.close(s.Outcome, s.Reason)
	default:
		return w.wait(s, *joins)
	}
}

func (w *walk) check(s *pack.Step) (string, error) {
	vars, err := w.names()
	if err != nil {
		return "", err
	}
	r, err := s.Choose(w.tx.Context(), vars)
	if err != nil {
		return "", err
	}
	w.decided(s.ID, Decision{Outcome: r.To, Reason: r.Reason})
	if len(r.Reason) > 0 {
		w.c.Track.Reason = r.Reason
	}
	return r.To, nil
}

// decided notes an outcome; rules read the latest of each step.
func (w *walk) decided(step string, d Decision) {
	d.Step, d.At = step, w.tx.Millis()
	if w.c.Track.Outcomes == nil {
		w.c.Track.Outcomes = map[string]string{}
	}
	w.c.Track.Outcomes[step] = d.Outcome
	w.c.Track.Decisions = append(w.c.Track.Decisions, d)
}

// enterLast enters the decision that was just taken into the public log.
func (w *walk) enterLast() error {
	if w.Entered == nil {
		return nil
	}
	all := w.c.Track.Decisions
	return w.Entered(w.tx, w.c, all[len(all)-1])
}

func (w *walk) fork(s *pack.Step, joins []string) error {
	inner := append(append([]string{}, joins...), s.JoinAt)
	// Every branch is announced before the first is walked: a branch that comes to
	// the join at once must not find itself alone.
	visits := make([]int, len(s.Branches))
	for i, b := range s.Branches {
		visits[i] = w.stand(b, inner).Visit
	}
	for i, b := range s.Branches {
		if w.c.State != Open {
			return nil // a branch has ended the case
		}
		w.leave(visits[i])
		if err := w.enter(b, inner); err != nil {
			return err
		}
	}
	return nil
}

// join goes on when no other token is still on its way to this join.
func (w *walk) join(s *pack.Step, joins *[]string) (string, error) {
	depth := len(*joins)
	if depth == 0 || (*joins)[depth-1] != s.ID {
		return "", gov.Fail(gov.Internal, "", "").Because(errNoStep(w.c.Service, s.ID))
	}
	for _, t := range w.c.Track.Tokens {
		if len(t.Join) >= depth && t.Join[depth-1] == s.ID {
			return "", nil
		}
	}
	*joins = (*joins)[:depth-1]
	return s.Next, nil
}

// stand puts a new token at a step.
func (w *walk) stand(step string, joins []string) *Token {
	w.c.Track.Visits++
	w.c.Track.Tokens = append(w.c.Track.Tokens, Token{Visit: w.c.Track.Visits, Step: step, Join: joins, Since: w.tx.Millis()})
	return &w.c.Track.Tokens[len(w.c.Track.Tokens)-1]
}

// leave takes a token away.
func (w *walk) leave(visit int) {
	ts := w.c.Track.Tokens
	for i := range ts {
		if ts[i].Visit == visit {
			w.c.Track.Tokens = append(ts[:i:i], ts[i+1:]...)
			return
		}
	}
}

// goOn ends a stay and enters the next step.
func (w *walk) goOn(t Token, next string) error {
	if err := w.stop(t); err != nil {
		return err
	}
	w.leave(t.Visit)
	if w.c.State != Open {
		return nil
	}
	return w.enter(next, t.Join)
}

// finish ends an operation: who has the case now, by when, and saves it.
func (w *walk) finish() error {
	if err := w.pauseOrResume(); err != nil {
		return err
	}
	w.hand()
	return save(w.tx, w.c)
}

// close ends the case: whatever still waits is taken back.
func (w *walk) close(outcome string, reason gov.Text) error {
	return w.end("close", outcome, reason)
}

func (w *walk) end(event, outcome string, reason gov.Text) error {
	for _, t := range w.c.Track.Tokens {
		if err := w.cancel(t); err != nil {
			return err
		}
	}
	if err := w.c.move(event); err != nil {
		return err
	}
	w.c.Track.Tokens, w.c.Outcome, w.c.Closed = nil, outcome, w.tx.Now()
	if len(reason) > 0 {
		w.c.Track.Reason = reason
	}
	w.hand()
	if err := w.tellClosed(); err != nil {
		return err
	}
	return fact(w.tx, w.c, "case.closed", map[string]any{
		"outcome": outcome, "ours": w.c.Track.Waited[us], "theirs": w.c.Track.Waited[applicant], "others": w.c.Track.Waited[others],
		"late": w.c.Track.Late, "timed": w.c.Track.Timed, "submitted": db.Millis(w.c.Submitted), "appealed": w.c.Track.Appealed,
	})
}
