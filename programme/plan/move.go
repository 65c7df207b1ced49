package plan

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
)

// change makes a move of the plan: it stores the new head and state unless the
// plan moved meanwhile.
func (s *Plans) change(tx *db.Tx, p *Plan, event, words string) error {
	to, err := p.may(event)
	if err != nil {
		return err
	}
	from := p.State
	p.State = to
	p.note(tx, event, words)
	ok, err := updatePlan(tx, *p, from)
	if err == nil && !ok {
		err = errMeantime
	}
	return err
}

// hold makes sure that the plan is still in its state until the transaction ends.
func hold(tx *db.Tx, p Plan) error {
	ok, err := touchPlan(tx, p)
	if err == nil && !ok {
		err = errMeantime
	}
	return err
}

// Submit gives a plan to the authority, or gives it again once it was returned.
// After its deadline a plan is accepted with a reason, which stays on record;
// after the time for comments only with an extension by the authority. Nothing is
// lost in either case: the draft stays as it is. Errors: Denied, NotFound,
// Conflict; Problems that name the sections where something is missing; Invalid
// at "late_why" when the reason is.
func (s *Plans) Submit(tx *db.Tx, year int, org gov.OrgID, lateWhy string) (Plan, error) {
	p, err := s.Find(tx, year, org)
	switch {
	case err != nil:
		return p, err
	case !MayGive(tx.Actor(), org):
		return p, errNotHead
	}
	c, err := s.opened(tx, year)
	if err != nil {
		return p, err
	}
	if _, err := p.may("submit"); err != nil {
		return p, err
	}
	list, err := s.parts(tx, p)
	if err != nil {
		return p, err
	}
	if err := complete(list); err != nil {
		return p, err
	}
	event, fact := "submit", FactRevised
	if p.State == Draft {
		fact = FactSubmitted
		if err := s.inTime(tx, c, &p, lateWhy); err != nil {
			return p, err
		}
	}
	p.Submitted = tx.Now()
	if err := s.change(tx, &p, event, p.LateWhy); err != nil {
		return p, err
	}
	if err := revise(tx, p, event, contentOf(list)); err != nil {
		return p, err
	}
	return p, p.told(tx, fact, map[string]any{"late": p.Late})
}

// complete names the sections in which something is missing.
func complete(list []Part) error {
	var out gov.Problems
	for _, x := range list {
		if !x.Whole() {
			out = append(out, gov.Problem{Field: "section." + x.Section.ID, Text: gov.T("أكمل قسم «%s»", "Complete the section “%s”").Sprintf(x.Section.Title)})
		}
	}
	if len(out) > 0 {
		return out
	}
	return nil
}

// Deadline is until when a plan may be given without a reason.
func (p Plan) Deadline(c Cycle) programme.Day { return max(c.Due, p.Extended) }

// inTime decides about a plan that is given for the first time.
func (s *Plans) inTime(tx *db.Tx, c Cycle, p *Plan, why string) error {
	today := s.today(tx)
	if today <= p.Deadline(c) {
		return nil
	}
	if today > max(c.Comments, p.Extended) {
		return gov.Fail(gov.Conflict, "انتهى موعد رفع الخطط في "+c.Due.String()+" ومدة الملاحظات بعده في "+c.Comments.String()+". اطلب من الجهة القائدة تمديدًا، وخطتك محفوظة كما كتبتها",
			"Plans were due on "+c.Due.String()+" and the time for comments ended on "+c.Comments.String()+". Ask the leading authority for an extension; your plan is kept as you wrote it")
	}
	why, err := reason(why, "late_why")
	if err != nil {
		return gov.Fail(gov.Invalid, "انتهى موعد رفع الخطط في "+c.Due.String()+"، وتُقبل بعده بسبب مكتوب. خطتك محفوظة كما كتبتها",
			"Plans were due on "+c.Due.String()+"; after it a plan is accepted with a written reason. Your plan is kept as you wrote it").At("late_why")
	}
	p.Late, p.LateWhy = true, why
	return nil
}

// Extend gives an organisation more time to give its plan, whether it has begun
// it or not. Errors: Denied, NotFound; Conflict when the plan was given already;
// Invalid (the day, the reason).
func (s *Plans) Extend(tx *db.Tx, year int, org gov.OrgID, until programme.Day, why string) (Plan, error) {
	if !MayLead(tx.Actor()) {
		return Plan{}, errNotLead
	}
	c, err := s.opened(tx, year)
	if err != nil {
		return Plan{}, err
	}
	p, err := s.begin(tx, year, org)
	if err != nil {
		return p, err
	}
	if p.State != Draft {
		return p, gov.Fail(gov.Conflict, "رُفعت هذه الخطة، فلا حاجة إلى تمديد", "This plan was given already; it needs no extension")
	}
	if until < s.today(tx) || until <= c.Due || until.Time().After(c.Due.Time().AddDate(1, 0, 0)) {
		return p, gov.Fail(gov.Invalid, "اكتب يومًا لم يمضِ، بعد موعد الرفع وخلال سنة منه", "Write a day that is not past, after the due date and within a year of it").At("until")
	}
	if why, err = reason(why, "reason"); err != nil {
		return p, err
	}
	p.Extended, p.ExtendWhy = until, why
	p.note(tx, "extend", why)
	if ok, err := updatePlan(tx, p, Draft); err != nil || !ok {
		return p, orElse(err, errMeantime)
	}
	return p, p.told(tx, FactExtended, map[string]any{"until": until.String()})
}

// Return gives a plan back to be revised, saying why: the authority what was
// given, the committee what was finalised. Errors: Denied, NotFound, Conflict,
// Invalid.
func (s *Plans) Return(tx *db.Tx, year int, org gov.OrgID, words string) (Plan, error) {
	p, err := s.Find(tx, year, org)
	if err != nil {
		return p, err
	}
	a := tx.Actor()
	switch {
	case p.State == Finalised && !MayApprove(a) && !MayLead(a):
		return p, errNotBoard
	case p.State != Finalised && !MayLead(a):
		return p, errNotLead
	}
	if _, err := p.may("return"); err != nil {
		return p, err
	}
	if words, err = reason(words, "why"); err != nil {
		return p, err
	}
	if err := s.change(tx, &p, "return", words); err != nil {
		return p, err
	}
	return p, p.told(tx, FactReturned, nil)
}

// Finalise says that the authority has nothing more to add. Errors: Denied,
// NotFound; Conflict while a change that was asked for is not settled.
func (s *Plans) Finalise(tx *db.Tx, year int, org gov.OrgID) (Plan, error) {
	p, err := s.Find(tx, year, org)
	switch {
	case err != nil:
		return p, err
	case !MayLead(tx.Actor()):
		return p, errNotLead
	}
	if _, err := p.may("finalise"); err != nil {
		return p, err
	}
	if err := hold(tx, p); err != nil { // no comment comes in between
		return p, err
	}
	open, err := unsettled(tx, p)
	if err != nil {
		return p, err
	}
	if open > 0 {
		return p, gov.Fail(gov.Conflict, "بقي تعديل مطلوب لم يُعالج؛ أغلق الملاحظة أو أعد الخطة", "A change that was asked for is not settled: settle the comment or return the plan")
	}
	return p, s.decided(tx, &p, "finalise", FactFinalised)
}

// Approve approves a finalised plan. Errors: Denied, NotFound, Conflict.
func (s *Plans) Approve(tx *db.Tx, year int, org gov.OrgID) (Plan, error) {
	p, err := s.Find(tx, year, org)
	switch {
	case err != nil:
		return p, err
	case !MayApprove(tx.Actor()):
		return p, errNotBoard
	}
	if err := s.decided(tx, &p, "approve", FactApproved); err != nil {
		return p, err
	}
	return p, planned(tx, p)
}

// decided makes a move that keeps the plan as it stands as a revision.
func (s *Plans) decided(tx *db.Tx, p *Plan, event, fact string) error {
	if err := s.change(tx, p, event, ""); err != nil {
		return err
	}
	c, err := contentNow(tx, p.Year, p.Organisation)
	if err != nil {
		return err
	}
	if err := revise(tx, *p, event, c); err != nil {
		return err
	}
	return p.told(tx, fact, nil)
}

// At is when an event last happened to the plan; zero: never.
func (p Plan) At(event string) (t time.Time) {
	for _, s := range p.Course {
		if s.Event == event {
			t = s.At
		}
	}
	return t
}

// Overdue reports whether the deadline of a plan passed, and whether it cannot
// be given any more without an extension. A plan that was given once is neither.
func (s *Plans) Overdue(tx *db.Tx, c Cycle, p Plan) (late, shut bool) {
	today := s.today(tx)
	late = p.State == Draft && today > p.Deadline(c)
	return late, late && today > max(c.Comments, p.Extended)
}
