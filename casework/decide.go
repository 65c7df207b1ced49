package casework

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/pack"
)

// Verdict is what a person decides on a task.
type Verdict struct {
	Outcome string       // the outcome's id
	Reason  string       // id of a ready reason, when the outcome has some
	Words   string       // free words
	Answers form.Answers // what the step asks the person deciding
	Marked  []string     // answers that the applicant is to correct
	Seen    int64        // the case's revision that the officer saw; 0: not checked
}

func outcomeOf(s *pack.Step, id string) *pack.Outcome {
	for i := range s.Outcomes {
		if s.Outcomes[i].ID == id {
			return &s.Outcomes[i]
		}
	}
	return nil
}

// working loads a task's case for the actor's decision. Errors: NotFound for
// strangers, Denied without the role, Conflict when it is decided already or
// somebody else has claimed it.
func (e *Engine) working(tx *db.Tx, id gov.TaskID) (Task, *walk, *Token, *pack.Step, error) {
	t, err := loadTask(tx, id)
	if err != nil {
		return t, nil, nil, nil, err
	}
	a := tx.Actor()
	switch {
	case t.Person != "" && t.Person != a.Person, t.Person == "" && a.Org != t.Organisation:
		return t, nil, nil, nil, errNoTask
	case t.Person == "" && !MayWork(a, t):
		return t, nil, nil, nil, errDenied
	case t.State != TaskOpen:
		return t, nil, nil, nil, errDecided
	case t.Assignee != "" && t.Assignee != a.Person && !a.Has(gov.Supervisor):
		return t, nil, nil, nil, gov.Fail(gov.Conflict, "استلم المهمة موظف آخر", "Another officer has taken this task")
	}
	c, err := load(tx, t.Case)
	if err != nil {
		return t, nil, nil, nil, err
	}
	w, err := e.walking(tx, c)
	if err != nil {
		return t, nil, nil, nil, err
	}
	for i := range c.Track.Tokens {
		if c.Track.Tokens[i].Task == id {
			return t, w, &c.Track.Tokens[i], w.p.Step(t.Step), nil
		}
	}
	return t, nil, nil, nil, errDecided
}

// Decide decides a review or a co-signature, or gives an opinion, and takes the
// case on. Errors: as working; Invalid when the outcome, its reason or the
// answers asked are wrong; nothing is changed then.
func (e *Engine) Decide(tx *db.Tx, id gov.TaskID, v Verdict) (*Case, error) {
	t, w, tok, s, err := e.working(tx, id)
	if err != nil {
		return nil, err
	}
	if v.Seen != 0 && v.Seen != w.c.rev {
		return nil, errMoved
	}
	if a := tx.Actor(); a.Person == w.c.Applicant || (a.Person == w.c.Agent && a.Person != "") {
		if t.Person == "" {
			return nil, gov.Fail(gov.Denied, "لا يجوز أن تبتّ في طلب يخصك", "You may not decide on your own application")
		}
	}
	d, next, err := w.verdict(s, v)
	if err != nil {
		return nil, err
	}
	if ok, err := endTask(tx, id, TaskDone, tx.Actor().Person); err != nil || !ok {
		return nil, cmp.Or[error](err, errDecided)
	}
	w.decided(s.ID, d)
	if err := fact(tx, w.c, "case.decided", w.decisionFact(s, *tok, d)); err != nil {
		return nil, err
	}
	if err := w.enterLast(); err != nil {
		return nil, err
	}
	if n := w.p.Step(next); n != nil && n.Kind == pack.Correct {
		w.keepTime(*tok)
		w.c.Track.Marked = v.Marked
	}
	if len(d.Reason) > 0 {
		w.c.Track.Reason = d.Reason
	}
	if err := journal.Looked(tx, w.c.look("decision")); err != nil {
		return nil, err
	}
	if err := w.goOn(*tok, next); err != nil {
		return nil, err
	}
	return w.c, w.finish()
}

func (w *walk) decisionFact(s *pack.Step, t Token, d Decision) map[string]any {
	return map[string]any{"step": s.ID, "outcome": d.Outcome, "since": t.Since, "late": t.Due != 0 && t.Paused == 0 && w.tx.Millis() > t.Due}
}

// verdict checks what was decided and says where the case goes.
func (w *walk) verdict(s *pack.Step, v Verdict) (d Decision, next string, err error) {
	a := w.tx.Actor()
	d = Decision{By: a.Person, Org: a.Org}
	if err := w.takeAnswers(s, v.Answers); err != nil {
		return d, "", err
	}
	d.Words, _ = gov.CleanText(strings.TrimSpace(v.Words))
	if len([]rune(d.Words)) > 8000 {
		return d, "", gov.Fail(gov.Invalid, "النص أطول من 8000 حرف", "The text is longer than 8,000 characters").At("words")
	}
	if len(s.Outcomes) == 0 { // an opinion is given by answering what is asked
		d.Outcome = "given"
		return d, s.Next, nil
	}
	o := outcomeOf(s, v.Outcome)
	if o == nil {
		return d, "", gov.Fail(gov.Invalid, "اختر قرارًا", "Choose a decision").At("outcome")
	}
	vars, err := w.names()
	if err != nil {
		return d, "", err
	}
	if ok, err := o.Offered(w.tx.Context(), vars); err != nil || !ok {
		return d, "", cmp.Or[error](err, gov.Fail(gov.Conflict, "هذا القرار غير متاح لهذا الطلب", "This decision is not open for this application"))
	}
	d.Outcome = o.ID
	d.Reason, err = reasonOf(o, v)
	return d, o.To, err
}

func reasonOf(o *pack.Outcome, v Verdict) (gov.Text, error) {
	if o.Words && strings.TrimSpace(v.Words) == "" {
		return nil, gov.Fail(gov.Invalid, "اكتب أسباب القرار", "Write the reasons for the decision").At("words")
	}
	if len(o.Reasons) == 0 {
		return nil, nil
	}
	i := slices.IndexFunc(o.Reasons, func(r pack.Reason) bool { return r.ID == v.Reason })
	if i < 0 {
		return nil, gov.Fail(gov.Invalid, "اختر سببًا للقرار", "Choose a reason for the decision").At("reason")
	}
	return o.Reasons[i].Text, nil
}

// takeAnswers checks what the step asks the person deciding and adds it to the
// case's answers.
func (w *walk) takeAnswers(s *pack.Step, in form.Answers) error {
	f := s.AsksForm()
	if f == nil {
		return nil
	}
	fc, err := w.around()
	if err != nil {
		return err
	}
	fc.Base = w.c.Answers
	fc.File = w.fileOf
	clean, err := f.Check(w.tx.Context(), in, fc)
	if err != nil {
		return err
	}
	for k, v := range clean {
		w.c.Answers[k] = v
	}
	return nil
}

// fileOf finds what the actor uploaded, or what belongs to the case already.
func (w *walk) fileOf(blob string) (form.Attachment, bool) {
	a, ok, err := upload(w.tx, w.c.ID, w.tx.Actor().Person, blob)
	return a, ok && err == nil
}

// BulkResult is the result of one task of a bulk decision.
type BulkResult struct {
	Task gov.TaskID
	Ref  string
	Err  error
}

// DecideMany decides several tasks alike, each by itself: one that fails does
// not hold up the others. It opens its own transactions.
func (e *Engine) DecideMany(ctx context.Context, ids []gov.TaskID, v Verdict) (out []BulkResult) {
	for _, id := range ids {
		r := BulkResult{Task: id}
		r.Err = e.DB.Write(ctx, func(tx *db.Tx) error {
			c, err := e.Decide(tx, id, v)
			if c != nil {
				r.Ref = c.Ref
			}
			return err
		})
		out = append(out, r)
	}
	return out
}

// Correct takes the applicant's corrections and sends the case back.
func (e *Engine) Correct(tx *db.Tx, id gov.CaseID, in form.Answers) (*Case, error) {
	w, err := e.own(tx, id)
	if err != nil {
		return nil, err
	}
	tok, s := w.c.at(w.p, pack.Correct)
	if tok == nil {
		return nil, errState
	}
	fc, err := w.around()
	if err != nil {
		return nil, err
	}
	fc.File = w.fileOf
	names := w.correctable(s)
	merged := form.Answers{}
	for k, v := range w.c.Answers {
		if w.p.Form.Question(k) != nil {
			merged[k] = v
		}
	}
	for _, n := range names {
		if v, given := in[n]; given && w.typable(n) {
			merged[n] = v
		}
	}
	clean, err := w.p.Form.CheckOnly(tx.Context(), names, merged, fc)
	if err != nil {
		return nil, err
	}
	before := maps.Clone(w.c.Answers)
	for k := range w.c.Answers {
		if w.p.Form.Question(k) != nil {
			delete(w.c.Answers, k)
		}
	}
	for k, v := range clean {
		w.c.Answers[k] = v
	}
	w.c.Track.Marked = nil
	if w.prove(fc); w.unchecked() {
		if err := w.followUp(againAfter); err != nil {
			return nil, err
		}
	}
	if err := fact(tx, w.c, "case.corrected", map[string]any{"step": s.ID, "changed": changed(before, clean)}); err != nil {
		return nil, err
	}
	if err := w.goOn(*tok, s.Next); err != nil {
		return nil, err
	}
	return w.c, w.finish()
}

// typable reports whether an answer may be typed: a held one may only while its
// registry is away and the pack lets it be asked.
func (w *walk) typable(name string) bool {
	q := w.p.Form.Question(name)
	return q == nil || !q.Held() || !w.c.Track.Held.Answers(*q) && (q.Away == form.AwayAsk || q.Kind == form.File && q.Away == form.AwayDocument)
}

// correctable are the answers that may be changed at a correction step.
func (w *walk) correctable(s *pack.Step) []string {
	if len(s.Questions) > 0 {
		return s.Questions
	}
	if len(w.c.Track.Marked) > 0 {
		return w.c.Track.Marked
	}
	var all []string
	for _, q := range w.p.Form.Questions() {
		all = append(all, q.Name)
	}
	return all
}

// Message brings a message from outside that a wait step awaits; its fields
// become answers. Only the owning organisation's systems and the platform may.
func (e *Engine) Message(tx *db.Tx, id gov.CaseID, name string, fields form.Answers) (*Case, error) {
	c, err := load(tx, id)
	if err != nil {
		return nil, err
	}
	if a := tx.Actor(); a.Person != gov.System.Person && (a.Org != c.Organisation || !a.Has(gov.Officer, gov.Supervisor)) {
		return nil, errNoCase
	}
	w, err := e.walking(tx, c)
	if err != nil {
		return nil, err
	}
	if err := journal.Looked(tx, c.look("case")); err != nil {
		return nil, err
	}
	for _, t := range c.Track.Tokens {
		s := w.p.Step(t.Step)
		if s.Kind != pack.Wait || s.Message == "" || s.Message != name {
			continue
		}
		if err := w.takeAnswers(s, fields); err != nil {
			return nil, err
		}
		if err := fact(tx, c, "case.message", map[string]any{"step": s.ID, "message": name}); err != nil {
			return nil, err
		}
		if err := w.goOn(t, s.Next); err != nil {
			return nil, err
		}
		return c, w.finish()
	}
	return nil, errState
}
