package casework

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/pack"
)

// The legal clock. A deadline of an organisation runs in working time and is
// stopped while the applicant owes something (a correction, a payment); a
// deadline of the applicant runs in the time its term says and is never stopped.

// owes reports whether the applicant owes something at a step of this kind.
func owes(k pack.StepKind) bool { return k == pack.Pay || k == pack.Correct }

// ofOffice reports whether an organisation's deadline runs there.
func ofOffice(k pack.StepKind) bool { return k == pack.Review || k == pack.Opinion }

func (e *Engine) add(t time.Time, term pack.Term) time.Time {
	switch {
	case term.WorkingDays > 0:
		return e.Calendar.AddDays(t, term.WorkingDays)
	case term.WorkingHours > 0:
		return e.Calendar.AddHours(t, time.Duration(term.WorkingHours)*time.Hour)
	}
	return t.AddDate(0, 0, term.Days)
}

// startClock sets a token's deadline. A step that was left to ask the applicant
// back goes on with the working time that was left.
func (w *walk) startClock(s *pack.Step, t *Token) error {
	if s.Within == nil {
		return nil
	}
	due := w.add(w.tx.Now(), *s.Within)
	if left, ok := w.c.Track.Left[s.ID]; ok && ofOffice(s.Kind) {
		due = w.Calendar.AddHours(w.tx.Now(), time.Duration(left)*time.Millisecond)
		delete(w.c.Track.Left, s.ID)
	}
	t.Due = due.UnixMilli()
	w.c.Track.Timed = w.c.Track.Timed || ofOffice(s.Kind)
	return w.setTimer(s, t)
}

// setTimer schedules the token's next expiry and shows the deadline on its task.
func (w *walk) setTimer(s *pack.Step, t *Token) error {
	if t.Task != "" {
		if err := setDue(w.tx, t.Task, db.Moment(t.Due)); err != nil {
			return err
		}
	}
	at := db.Moment(t.Due)
	if t.Expiry < len(s.OnExpiry) {
		if after := s.OnExpiry[t.Expiry].After; after != nil {
			at = w.add(at, *after)
		}
	} else if t.Expiry > 0 {
		return nil // all have happened
	}
	return schedule(w.tx, deadlineJob, timer{w.c.ID, t.Visit}, at)
}

// pauseOrResume stops or restarts the organisations' clocks as the applicant
// begins or ceases to owe something.
func (w *walk) pauseOrResume() error {
	owing := false
	for _, t := range w.c.Track.Tokens {
		owing = owing || owes(w.p.Step(t.Step).Kind)
	}
	for i := range w.c.Track.Tokens {
		t := &w.c.Track.Tokens[i]
		s := w.p.Step(t.Step)
		if !ofOffice(s.Kind) || t.Due == 0 || owing == (t.Paused != 0) {
			continue
		}
		if err := w.toggle(s, t, owing); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) toggle(s *pack.Step, t *Token, pause bool) error {
	if pause {
		t.Paused = w.tx.Millis()
		if err := setDue(w.tx, t.Task, time.Time{}); err != nil {
			return err
		}
		return jobs.Cancel(w.tx, deadlineJob, timer{w.c.ID, t.Visit}.key())
	}
	left := w.Calendar.Between(db.Moment(t.Paused), db.Moment(t.Due))
	t.Due, t.Paused = w.Calendar.AddHours(w.tx.Now(), left).UnixMilli(), 0
	return w.setTimer(s, t)
}

// keepTime remembers the working time left at a step that asks the applicant back.
func (w *walk) keepTime(t Token) {
	if t.Due == 0 {
		return
	}
	if w.c.Track.Left == nil {
		w.c.Track.Left = map[string]int64{}
	}
	w.c.Track.Left[t.Step] = w.Calendar.Between(w.tx.Now(), db.Moment(t.Due)).Milliseconds()
}

// hand notes who holds the case from now on, and the legal deadline that runs.
func (w *walk) hand() {
	c, now := w.c, w.tx.Millis()
	holder, stage, due := w.holder()
	if c.Track.Holder != "" && c.Track.Since != 0 {
		if c.Track.Waited == nil {
			c.Track.Waited = map[string]int64{}
		}
		c.Track.Waited[c.Track.Holder] += now - c.Track.Since
	}
	c.Track.Holder, c.Track.Since, c.Stage = holder, now, stage
	c.Due = db.Moment(due)
}

// holder says who is waited for: the applicant before others, others before us.
func (w *walk) holder() (who string, stage Stage, due int64) {
	switch w.c.State {
	case Draft, Dropped:
		return "", Filling, 0
	case Closed:
		return "", Ended, 0
	}
	rank := 0
	for _, t := range w.c.Track.Tokens {
		s := w.p.Step(t.Step)
		r, h, st := w.rank(s)
		if r > rank {
			rank, who, stage = r, h, st
		}
		if ofOffice(s.Kind) && t.Paused == 0 && t.Due != 0 && (due == 0 || t.Due < due) {
			due = t.Due
		}
	}
	return who, stage, due
}

func (w *walk) rank(s *pack.Step) (int, string, Stage) {
	switch s.Kind {
	case pack.Pay:
		return 6, applicant, Paying
	case pack.Correct:
		return 5, applicant, Applicant
	case pack.Review:
		return 4, us, Office
	case pack.Opinion:
		return 3, others, Others
	case pack.Cosign:
		return 2, others, Others
	}
	return 1, others, Waiting
}

// Timers are the kinds of durable jobs that the engine does.
func (e *Engine) Timers() map[string]jobs.Kind {
	return map[string]jobs.Kind{
		deadlineJob: {Do: e.deadline},
		wakeJob:     {Do: e.wakeUp},
		draftJob:    {Do: e.expireDraft},
		inquireJob:  {Call: e.askAgain, Attempts: 20_000},
	}
}

// timed loads the case a timer is about; nil when the stay it timed is over.
func (e *Engine) timed(tx *db.Tx, j jobs.Job) (*walk, *Token, *pack.Step, error) {
	x, err := readTimer(j)
	if err != nil {
		return nil, nil, nil, err
	}
	c, err := load(tx, x.Case)
	if err != nil {
		return nil, nil, nil, err
	}
	t := c.token(x.Visit)
	if c.State != Open || t == nil {
		return nil, nil, nil, nil
	}
	w, err := e.walking(tx, c)
	if err != nil {
		return nil, nil, nil, err
	}
	return w, t, w.p.Step(t.Step), nil
}

func (e *Engine) wakeUp(tx *db.Tx, j jobs.Job) error {
	w, t, s, err := e.timed(tx, j)
	if err != nil || w == nil {
		return err
	}
	if err := w.goOn(*t, s.Next); err != nil {
		return err
	}
	return w.finish()
}

// deadline is a deadline that has passed: it happens once per stay and expiry.
func (e *Engine) deadline(tx *db.Tx, j jobs.Job) error {
	w, t, s, err := e.timed(tx, j)
	if err != nil || w == nil || t.Paused != 0 {
		return err
	}
	if ofOffice(s.Kind) && !w.c.Track.Late {
		w.c.Track.Late = true
		if err := fact(tx, w.c, "case.late", map[string]any{"step": s.ID}); err != nil {
			return err
		}
	}
	visit, n := t.Visit, t.Expiry
	t.Expiry++
	if n < len(s.OnExpiry) {
		if err := w.expire(s, visit, s.OnExpiry[n]); err != nil {
			return err
		}
	}
	if t := w.c.token(visit); t != nil && t.Expiry < len(s.OnExpiry) {
		if err := w.setTimer(s, t); err != nil {
			return err
		}
	}
	return w.finish()
}

func (w *walk) expire(s *pack.Step, visit int, x pack.Expiry) error {
	t := *w.c.token(visit)
	if err := fact(w.tx, w.c, "case.expired", map[string]any{"step": s.ID, "do": x.Do}); err != nil {
		return err
	}
	switch x.Do {
	case "remind":
		return w.remind(s, t)
	case "escalate":
		to := gov.Supervisor
		if s.Role == gov.Auditor {
			to = gov.Auditor // it is nobody else's
		}
		if err := escalateTask(w.tx, t.Task, to); err != nil {
			return err
		}
		return w.remind(s, t)
	case "outcome":
		return w.silence(s, t, x.Outcome)
	}
	if t.Task != "" {
		if _, err := endTask(w.tx, t.Task, TaskCancelled, ""); err != nil {
			return err
		}
	}
	if t.Charge != "" {
		if err := w.voidCharge(t.Charge); err != nil {
			return err
		}
	}
	return w.goOn(t, x.To)
}

// silence decides a step because nobody did in time.
func (w *walk) silence(s *pack.Step, t Token, outcome string) error {
	o := outcomeOf(s, outcome)
	if o == nil {
		return errNoStep(w.c.Service, s.ID+"."+outcome)
	}
	if t.Task != "" {
		if _, err := endTask(w.tx, t.Task, TaskCancelled, ""); err != nil {
			return err
		}
	}
	w.decided(s.ID, Decision{Outcome: o.ID, Silent: true, Reason: silentReason})
	if err := fact(w.tx, w.c, "case.decided", map[string]any{"step": s.ID, "outcome": o.ID, "silent": true}); err != nil {
		return err
	}
	if err := w.enterLast(); err != nil {
		return err
	}
	return w.goOn(t, o.To)
}

var silentReason = gov.T("انقضت المهلة دون رد، فعُدّ ذلك قرارًا وفق نظام الخدمة", "The time limit passed without an answer, which counts as the decision under the service's rules")
