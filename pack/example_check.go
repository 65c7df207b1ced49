package pack

import (
	"slices"
	"time"
)

// What an example may do.
var acts = []string{"pay", "decide", "opine", "correct", "cosign", "message", "answer", "pass", "withdraw", "appeal"}

// actKinds says at which kind of step an act happens.
var actKinds = map[string]StepKind{"pay": Pay, "decide": Review, "opine": Opinion, "correct": Correct, "cosign": Cosign, "message": Wait}

// checkExampleNames: there are examples, and they speak of things that exist.
func (r *reader) checkExampleNames() {
	if len(r.p.Examples) < 2 {
		r.fail(examplesFile, at("examples"), "", "اكتب مثالين على الأقل", "write two examples or more")
	}
	asked := questionNames(r.p.Pages)
	seen := map[string]bool{}
	for i, e := range r.p.Examples {
		if seen[e.Name] {
			r.fail(examplesFile, at("examples", i, "name"), "", "الاسم %q مستعمل من قبل", "the name %q is already used", e.Name)
		}
		seen[e.Name] = true
		for name := range e.Answers {
			r.named(examplesFile, at("examples", i, "answers", name), "لا يوجد سؤال باسم", "there is no question", name, asked)
		}
		r.checkHolds(at("examples", i, "holds"), e.Holds)
		r.checkPresents(at("examples", i, "presents"), e.Presents)
		for name := range e.Disputes {
			r.named(examplesFile, at("examples", i, "disputes", name), "لا يجيب أي سجل عن السؤال", "no registry answers the question", name, r.heldNames())
		}
		r.checkExampleEnd(i, e)
		for k, a := range e.Steps {
			r.checkAct(at("examples", i, "steps", k), a)
		}
	}
}

func (r *reader) checkExampleEnd(i int, e Example) {
	var steps, docs, tables []string
	for _, s := range r.p.Steps {
		steps = append(steps, s.ID)
		tables = append(tables, s.Table)
	}
	for _, d := range r.p.Documents {
		docs = append(docs, d.ID)
	}
	if e.Ends != "" {
		r.named(examplesFile, at("examples", i, "ends"), "لا تنتهي المعاملة بالنتيجة", "a case cannot end with the outcome", e.Ends, append(slices.Clone(endings), "withdrawn"))
	}
	for k, s := range e.At {
		r.named(examplesFile, at("examples", i, "at", k), "لا توجد خطوة باسم", "there is no step", s, steps)
	}
	for k, d := range e.Issues {
		r.named(examplesFile, at("examples", i, "issues", k), "لا توجد وثيقة باسم", "there is no document", d, docs)
	}
	for t := range e.Records {
		r.named(examplesFile, at("examples", i, "records", t), "لا يوجد جدول نتائج باسم", "there is no table of results", t, tables)
	}
	if _, err := time.Parse(time.DateOnly, e.Today); e.Today != "" && err != nil {
		r.fail(examplesFile, at("examples", i, "today"), "", "التاريخ على صورة 2026-11-23", "a date looks like 2026-11-23")
	}
	if _, err := r.o.Currency.Parse(e.Fee); e.Fee != "" && err != nil {
		r.fail(examplesFile, at("examples", i, "fee"), "", "المبلغ على صورة 2.000", "an amount looks like 2.000")
	}
	if len(e.Wrong) > 0 && (len(e.Steps) > 0 || e.Ends != "" || len(e.At) > 0) {
		r.fail(examplesFile, at("examples", i, "wrong"), "", "مثال الإجابات الخاطئة لا يحدث بعده شيء", "after wrong answers nothing else happens")
	}
}

func (r *reader) checkAct(path string, a Act) {
	if !r.named(examplesFile, path+".do", "لا يوجد فعل باسم", "there is no act", a.Do, acts) {
		return
	}
	var steps, outcomes, fields []string
	for _, s := range r.p.Steps {
		if k, ok := actKinds[a.Do]; ok && s.Kind != k {
			continue
		}
		steps = append(steps, s.ID)
		if a.At != "" && a.At != s.ID {
			continue
		}
		for _, o := range s.Outcomes {
			outcomes = append(outcomes, o.ID)
		}
		for _, q := range s.Asks {
			fields = append(fields, q.Name)
		}
	}
	r.checkHolds(path+".holds", a.Holds)
	if (a.Do == "answer") != (a.Holds != nil) {
		r.fail(examplesFile, path, "", "المفتاح holds مع do: answer فقط", "the key holds goes with do: answer")
	}
	if a.Do == "correct" || a.Do == "appeal" {
		fields = questionNames(r.p.Pages)
	}
	if a.At != "" {
		r.named(examplesFile, path+".at", "لا توجد خطوة لهذا الفعل باسم", "no step for this act is called", a.At, steps)
	}
	if a.Outcome != "" || a.Do == "decide" || a.Do == "cosign" {
		r.named(examplesFile, path+".outcome", "لا توجد نتيجة باسم", "there is no outcome", a.Outcome, outcomes)
	}
	for name := range a.Answers {
		r.named(examplesFile, path+".answers."+name, "لا يوجد سؤال باسم", "there is no question", name, fields)
	}
	if (a.Do == "pass") != (a.Pass != nil) {
		r.fail(examplesFile, path, "", "المفتاح pass مع do: pass فقط", "the key pass goes with do: pass")
	}
	r.term(examplesFile, path+".pass", a.Pass)
}
