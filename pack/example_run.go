package pack

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// checkExamples reads every example's answers with the form, computes its fee
// and takes its first decision: what needs no engine to be tried.
func (r *reader) checkExamples() {
	asks := questionsOf(r.p)
	for i := range r.p.Examples {
		e := &r.p.Examples[i]
		withFiles(asks, e.Answers)
		for k := range e.Steps {
			withFiles(asks, e.Steps[k].Answers)
		}
		r.tryExample(i, e)
	}
}

// questionsOf lists all questions of a pack, of the application and of its steps.
func questionsOf(p *Pack) (out []form.Question) {
	for _, pg := range p.Pages {
		out = append(out, pg.Questions...)
	}
	for _, s := range p.Steps {
		out = append(out, s.Asks...)
	}
	return out
}

// Begins is the context in which an example's application is read: ten in the
// morning, UTC, of its day.
func (e *Example) Begins() form.Context {
	day, err := time.Parse(time.DateOnly, e.Today)
	if err != nil {
		day = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	}
	return form.Context{Now: day.Add(10 * time.Hour), Person: e.Person, Presented: e.Presents}
}

func (r *reader) tryExample(i int, e *Example) {
	ctx := context.Background()
	fc := e.Begins()
	fc.Held = r.p.HeldIn(e, e.Holds, fc.Now)
	answers, err := r.p.Form.Check(ctx, e.Answers, fc)
	var found gov.Problems
	if err != nil && !errors.As(err, &found) {
		r.fail(examplesFile, at("examples", i), "", "تعذر فحص إجابات المثال", "the example's answers cannot be checked")
		return
	}
	wrong := map[string]bool{}
	for _, x := range found {
		name, _, _ := strings.Cut(x.Field, ".")
		wrong[name] = true
		if !slices.Contains(e.Wrong, name) {
			r.fail(examplesFile, at("examples", i, "answers", name), "",
				"في المثال %q إجابة السؤال %q لا تُقبل: %s", "in the example %q the answer to %q is refused: %s", e.Name, name, x.Text)
		}
	}
	for k, name := range e.Wrong {
		if !wrong[name] {
			r.fail(examplesFile, at("examples", i, "wrong", k), "", "في المثال %q قُبلت إجابة السؤال %q، والمتوقع رفضها", "in the example %q the answer to %q was accepted; it should have been refused", e.Name, name)
		}
	}
	if err == nil && e.Fee != "" {
		r.tryFee(ctx, i, e, r.p.Form.Vars(answers, fc))
	}
}

// tryFee compares the fee at the first pay step; its lines may use nothing that comes later than the application.
func (r *reader) tryFee(ctx context.Context, i int, e *Example, vars map[string]any) {
	for k := range r.p.Steps {
		s := &r.p.Steps[k]
		if s.Kind != Pay {
			continue
		}
		lines, _, _, err := r.p.Fees(ctx, s, vars)
		var sum gov.Money
		for _, l := range lines {
			sum += l.Amount
		}
		if want, _ := r.o.Currency.Parse(e.Fee); err != nil || want != sum {
			r.fail(examplesFile, at("examples", i, "fee"), "", "الرسم في المثال %q هو %s لا %s", "the fee of the example %q is %s, not %s", e.Name, r.o.Currency.Decimal(sum), e.Fee)
		}
		return
	}
	r.fail(examplesFile, at("examples", i, "fee"), "", "لا توجد خطوة دفع", "there is no step of kind pay")
}
