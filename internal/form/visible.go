package form

import (
	"context"
	"slices"
)

// peek reads what can be read and complains about nothing.
type peek struct{}

func (peek) picks(*question) bool { return false }
func (peek) keepsHidden() bool    { return false }
func (peek) needsRest() bool      { return false }

// Visible returns the pages and questions asked now, with the options offered
// now. Answers may be as typed; what is wrong counts as not answered.
func (f *Form) Visible(ctx context.Context, answers Answers, c Context) []Page {
	r := f.run(ctx, c)
	r.fill(f.scope, answers, Answers{}, peek{})
	var out []Page
	for _, p := range f.pages {
		shown := *p.def
		shown.Questions = nil
		for _, q := range f.scope.questions {
			if q.page == p && r.asked(q) {
				shown.Questions = seated(shown.Questions, r.offeredOf(q))
			}
		}
		if len(shown.Questions) > 0 {
			out = append(out, shown)
		}
	}
	return out
}

// Computed returns what can be worked out from answers that may be as typed,
// incomplete or wrong: what is not known yet, or not asked, is left out.
func (f *Form) Computed(ctx context.Context, answers Answers, c Context) Answers {
	r, known, out := f.run(ctx, c), Answers{}, Answers{}
	r.fill(f.scope, answers, known, peek{})
	for _, q := range f.scope.questions {
		if v, ok := known[q.Name]; ok && q.Kind == Computed && r.founded(q) {
			out[q.Name] = v
		}
	}
	return out
}

// founded reports whether all that a computed value rests on is known: in rules,
// an answer that is still to come counts as nothing.
func (r *run) founded(q *question) bool {
	for _, name := range q.value.Uses() {
		x := r.f.scope.byName[name]
		if x == nil || x.Optional || !r.asked(x) {
			continue
		}
		if !slices.Contains(r.names, name) || x.Kind == Computed && !r.founded(x) {
			return false
		}
	}
	return true
}

// seated adds q; a document stands beside the question it stands for.
func seated(list []Question, q Question) []Question {
	if i := slices.IndexFunc(list, func(x Question) bool { return x.Name == q.Stands }); i >= 0 {
		return slices.Insert(list, i+1, q)
	}
	return append(list, q)
}

func (r *run) offeredOf(q *question) Question {
	out := *q.Question
	if slices.ContainsFunc(q.options, func(o option) bool { return o.when != nil }) {
		out.Options = nil
		for i := range q.options {
			if r.offered(&q.options[i]) {
				out.Options = append(out.Options, *q.options[i].Option)
			}
		}
	}
	return out
}

// Row returns the questions asked now in row i of a group, with their options.
func (f *Form) Row(ctx context.Context, group string, i int, answers Answers, c Context) []Question {
	g := f.scope.byName[group]
	if g == nil || g.inner == nil {
		return nil
	}
	r := f.run(ctx, c)
	r.fill(f.scope, answers, Answers{}, peek{})
	r = r.row()
	if rows, ok := items(answers[group]); ok && i >= 0 && i < len(rows) {
		if row, ok := fields(rows[i]); ok {
			r.fill(g.inner, row, Answers{}, peek{})
		}
	}
	var out []Question
	for _, q := range g.inner.questions {
		if r.asked(q) {
			out = append(out, r.offeredOf(q))
		}
	}
	return out
}

// Next names the page after page among those shown now; "" after the last. An
// empty page asks for the first.
func (f *Form) Next(ctx context.Context, page string, answers Answers, c Context) string {
	after := slices.IndexFunc(f.Pages, func(p Page) bool { return p.Name == page })
	for _, p := range f.Visible(ctx, answers, c) {
		if slices.IndexFunc(f.Pages, func(x Page) bool { return x.Name == p.Name }) > after {
			return p.Name
		}
	}
	return ""
}
