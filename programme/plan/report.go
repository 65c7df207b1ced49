package plan

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

// Closing is the part of the year at which everything is accounted for; the
// other parts are the quarters, 1 to 4.
const Closing = 0

// Report is what an organisation says of a quarter, or at the end of the year.
type Report struct {
	Part      int // 1 to 4, or Closing
	Questions []form.Question
	Answers   form.Answers
	Saves     int
	Author    gov.PersonID
	Saved     time.Time // zero: not written yet
	Open      bool      // its quarter has begun
	Missing   gov.Problems
}

// Words is the narrative of the report, "" when there is none.
func (r Report) Words() string { s, _ := r.Answers["words"].(string); return s }

// Said is one answer of the report as text.
func (r Report) Said(name string) string { s, _ := r.Answers[name].(string); return s }

// Reports are the reports of a plan: the four quarters, then the closing one.
// Errors: as Find; Conflict while the plan is not approved.
func (s *Plans) Reports(tx *db.Tx, year int, org gov.OrgID) (Plan, []Report, error) {
	p, err := s.Find(tx, year, org)
	if err != nil {
		return p, nil, err
	}
	if !p.Running() && p.State != Closed {
		return p, nil, gov.Fail(gov.Conflict, "تبدأ المتابعة بعد اعتماد الخطة", "A plan is followed once it is approved")
	}
	list, err := s.reports(tx, p)
	return p, list, err
}

func (s *Plans) reports(tx *db.Tx, p Plan) ([]Report, error) {
	kept, err := reportsOf(tx, p)
	if err != nil {
		return nil, err
	}
	c, err := contentNow(tx, p.Year, p.Organisation)
	if err != nil {
		return nil, err
	}
	results, err := s.progress(tx, p)
	if err != nil {
		return nil, err
	}
	var out []Report
	for _, part := range []int{1, 2, 3, 4, Closing} {
		r := kept[part]
		r.Part, r.Open = part, true
		if part == Closing {
			r.Questions = closingQuestions(results, c)
			_, err := s.check(tx, r.Questions, r.Answers, false)
			r.Missing, _ = gov.ProblemsOf(err, "words")
		} else {
			from, _ := Quarter(p.Year, part)
			r.Open, r.Questions = s.today(tx) >= from, quarterQuestions(c, part)
		}
		out = append(out, r)
	}
	return out, nil
}

// quarterQuestions ask for the narrative of a quarter; which milestones were
// reached is said by the organisation, because no record shows it.
func quarterQuestions(c Content, quarter int) []form.Question {
	out := []form.Question{
		{Name: "words", Kind: form.LongText, Label: gov.T("ما الذي جرى في الربع؟", "What happened in the quarter?")},
		{Name: "obstacles", Kind: form.LongText, Optional: true, Label: gov.T("ما الذي عطّل العمل؟", "What held the work up?")},
	}
	q := form.Question{Name: "milestones", Kind: form.ManyOf, Optional: true, Label: gov.T("المراحل التي بلغتها المبادرات", "Milestones that the initiatives reached")}
	for i, x := range c.Initiatives() {
		if m := x.Milestones[quarter-1]; m != "" {
			about := gov.T(m+" – "+x.Title.In(gov.Arabic), m+" – "+x.Title.In(gov.English))
			q.Options = append(q.Options, form.Option{Value: strconv.Itoa(i), Label: about})
		}
	}
	if len(q.Options) > 0 {
		out = append(out, q)
	}
	return out
}

// closingQuestions ask what becomes of every promise that was not kept and of
// every challenge, and what was learned.
func closingQuestions(results []Result, c Content) (out []form.Question) {
	for i, r := range results {
		if r.Outcome.Done() {
			continue
		}
		n := strconv.Itoa(i + 1)
		out = append(out,
			form.Question{Name: "fate_" + n, Kind: form.OneOf, Label: gov.T("ما مصير «%s»؟", "What becomes of “%s”?").Sprintf(r.Name), Options: []form.Option{
				{Value: "next", Label: gov.T("تُعرض على خطة السنة القادمة", "It is offered to next year's plan")},
				{Value: "dropped", Label: gov.T("صُرف النظر عنها", "It is dropped")}}},
			form.Question{Name: "why_" + n, Kind: form.ShortText, MaxLength: 400, Label: gov.T("سبب عدم إنجاز «%s»", "Why “%s” was not done").Sprintf(r.Name)})
	}
	for i, x := range c.Challenges() {
		n := strconv.Itoa(i + 1)
		out = append(out,
			form.Question{Name: "stands_" + n, Kind: form.OneOf, Label: gov.T("التحدي «%s»", "The challenge “%s”").Sprintf(x.Title), Options: []form.Option{
				{Value: "solved", Label: gov.T("حُلّ", "Solved")}, {Value: "partly", Label: gov.T("عولج جزئيًا", "Partly met")}, {Value: "open", Label: gov.T("لا يزال قائمًا", "Still open")}}},
			form.Question{Name: "solution_" + n, Kind: form.LongText, MaxLength: 1000, Optional: true, Label: gov.T("ما الحل الذي نفع؟", "What solution worked?")})
	}
	return append(out,
		form.Question{Name: "words", Kind: form.LongText, Label: gov.T("حصيلة السنة", "The year in words")},
		form.Question{Name: "lessons", Kind: form.LongText, Label: gov.T("الدروس المستفادة للسنة القادمة", "Lessons for next year")})
}

// SaveReport keeps what an organisation says of a quarter or, as a draft, at the
// end of the year. Errors: Denied, NotFound; Conflict when somebody saved it
// meanwhile, the quarter has not begun or the plan is not followed now; Problems.
func (s *Plans) SaveReport(tx *db.Tx, year int, org gov.OrgID, part int, in form.Answers, saves int) (Report, error) {
	p, r, err := s.reported(tx, year, org, part)
	if err != nil {
		return r, err
	}
	if r.Saves != saves {
		return r, errOvertaken
	}
	out, err := s.check(tx, r.Questions, in, part == Closing)
	if err != nil {
		return r, err
	}
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil || v == "" })
	first := r.Saved.IsZero()
	r.Answers, r.Saves, r.Author, r.Saved = out, saves+1, tx.Actor().Person, tx.Now()
	switch {
	case part != Closing && (first || p.State == Approved):
		err = s.change(tx, &p, "report", "")
	default:
		err = hold(tx, p)
	}
	if err != nil {
		return r, err
	}
	if ok, err := keepReport(tx, p, r, saves); err != nil || !ok {
		return r, orElse(err, errOvertaken)
	}
	if part == Closing {
		return r, nil
	}
	return r, p.told(tx, FactReported, map[string]any{"quarter": part})
}

// reported is a report that the actor may write now.
func (s *Plans) reported(tx *db.Tx, year int, org gov.OrgID, part int) (Plan, Report, error) {
	p, list, err := s.Reports(tx, year, org)
	if err != nil {
		return p, Report{}, err
	}
	i := slices.IndexFunc(list, func(r Report) bool { return r.Part == part })
	switch {
	case i < 0:
		return p, Report{}, gov.Fail(gov.NotFound, "أرباع السنة أربعة", "A year has four quarters")
	case !MayWrite(tx.Actor(), org):
		return p, Report{}, errNotYours
	case !p.Running() || part == Closing && p.State != Followed:
		return p, list[i], gov.Fail(gov.Conflict, "لا يُكتب هذا التقرير والخطة في حالها الحالية", "This report is not written as the plan stands now")
	case !list[i].Open:
		return p, list[i], gov.Fail(gov.Conflict, "لم يبدأ هذا الربع بعد", "This quarter has not begun yet")
	case part == Closing && !p.Accounted.IsZero():
		return p, list[i], gov.Fail(gov.Conflict, "رُفع تقرير الإغلاق، وهو الآن لدى الجهة القائدة", "The closing report was given; the leading authority has it now")
	}
	return p, list[i], nil
}

// Account gives the closing report of a plan to the authority. Its head does.
// Errors: Denied, NotFound, Conflict; Problems while something is missing in it.
func (s *Plans) Account(tx *db.Tx, year int, org gov.OrgID) (Plan, error) {
	p, r, err := s.reported(tx, year, org, Closing)
	switch {
	case err != nil:
		return p, err
	case !MayGive(tx.Actor(), org):
		return p, errNotHead
	}
	if _, err := s.check(tx, r.Questions, r.Answers, false); err != nil {
		return p, err
	}
	p.Accounted = tx.Now()
	if err := s.change(tx, &p, "account", ""); err != nil {
		return p, err
	}
	return p, p.told(tx, FactAccounted, nil)
}

// Close closes a plan whose closing report was given; what became of its
// promises stays as it is on this day. Errors: Denied, NotFound, Conflict.
func (s *Plans) Close(tx *db.Tx, year int, org gov.OrgID) (Plan, error) {
	p, err := s.Find(tx, year, org)
	switch {
	case err != nil:
		return p, err
	case !MayLead(tx.Actor()):
		return p, errNotLead
	}
	if _, err := p.may("close"); err != nil {
		return p, err
	}
	if p.Accounted.IsZero() {
		return p, gov.Fail(gov.Conflict, "تُغلق الخطة بعد أن ترفع الجهة تقرير إغلاقها", "A plan is closed once its entity has given the closing report")
	}
	if p.Results, err = s.accounted(tx, p); err != nil {
		return p, err
	}
	if err := s.change(tx, &p, "close", ""); err != nil {
		return p, err
	}
	if err := ended(tx, p); err != nil {
		return p, err
	}
	n := Count(p.Results)
	return p, p.told(tx, FactClosed, map[string]any{"promised": len(p.Results), "proven": n[Before] + n[Proven], "late": n[Late], "declared": n[Declared], "dropped": n[Dropped]})
}

// accounted joins what the records and the closing report say of every promise.
func (s *Plans) accounted(tx *db.Tx, p Plan) ([]Result, error) {
	list, err := s.progress(tx, p)
	if err != nil {
		return nil, err
	}
	kept, err := reportsOf(tx, p)
	if err != nil {
		return nil, err
	}
	return fated(list, kept[Closing]), nil
}

// fated puts what a closing report says beside the results.
func fated(list []Result, closing Report) []Result {
	for i := range list {
		n := strconv.Itoa(i + 1)
		if list[i].Outcome.Done() {
			continue
		}
		list[i].Fate, list[i].Why = closing.Said("fate_"+n), closing.Said("why_"+n)
		if list[i].Fate == "dropped" {
			list[i].Outcome = Dropped
		}
	}
	return list
}

// Offered are the services that the plan of the year before has not brought
// about and that this plan does not promise yet. Errors: as Find.
func (s *Plans) Offered(tx *db.Tx, year int, org gov.OrgID) (out []Result, err error) {
	if _, err := s.Find(tx, year, org); err != nil {
		return nil, err
	}
	before, found, err := planOf(tx, year-1, org)
	if err != nil || !found || !before.Running() && before.State != Closed {
		return nil, err
	}
	list, err := s.accounted(tx, before)
	if before.State == Closed {
		list, err = before.Results, nil
	}
	if err != nil {
		return nil, err
	}
	now, err := contentNow(tx, year, org)
	for _, r := range list {
		here := slices.ContainsFunc(now.Promises(), func(p Promise) bool { return p.Service == r.Service })
		if !r.Outcome.Done() && r.Outcome != Dropped && !here {
			out = append(out, r)
		}
	}
	return out, err
}

// TakeOver puts a service that is offered from the year before into the plan, for
// its first quarter. Errors: as Save; NotFound when it is not offered.
func (s *Plans) TakeOver(tx *db.Tx, year int, org gov.OrgID, service gov.ServiceID) error {
	offered, err := s.Offered(tx, year, org)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(offered, func(r Result) bool { return r.Service == service })
	if i < 0 {
		return gov.Fail(gov.NotFound, "هذه الخدمة ليست معروضة من خطة السنة الماضية", "This service is not offered from last year's plan")
	}
	kept, err := sectionsOf(tx, year, org)
	if err != nil {
		return err
	}
	part := kept[Services]
	in := form.Answers{}
	maps.Copy(in, part.Answers)
	list, _ := in["rows"].([]any)
	in["rows"] = append(slices.Clone(list), map[string]any{"service": string(service), "quarter": "1", "level": strconv.Itoa(offered[i].Level)})
	_, err = s.Save(tx, year, org, Services, in, part.Saves)
	return err
}

// Lesson is what an organisation learned in a year.
type Lesson struct {
	Organisation gov.OrgID
	Words        string
}

// Lessons are the lessons in the closing reports of a year that were given.
func (s *Plans) Lessons(tx *db.Tx, year int) (out []Lesson, err error) {
	all, err := s.Of(tx, year)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.Accounted.IsZero() {
			continue
		}
		kept, err := reportsOf(tx, p)
		if err != nil {
			return nil, err
		}
		if words := kept[Closing].Said("lessons"); words != "" {
			out = append(out, Lesson{p.Organisation, words})
		}
	}
	return out, nil
}
