package form

import (
	"context"
	"maps"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

// Check reads answers as people, programs or our own database write them, and
// returns them in canonical shapes: what is not asked is dropped, what is
// computed is filled in, what is locked is taken from the person. The error is
// gov.Problems when answers are wrong; a name that is no question is a problem.
// Checking its own result again gives the same.
//
// A rule that fails on the answers at hand counts as not true, and a value that
// cannot be worked out stays empty.
func (f *Form) Check(ctx context.Context, in Answers, c Context) (Answers, error) {
	r := f.run(ctx, c)
	out := make(Answers, len(in)+2)
	problems := r.fill(f.scope, in, out, everything{})
	problems = append(problems, unknown(f.scope, in, c.Strict)...)
	return out, result(ctx, out, problems)
}

// CheckPage checks the answers of one page in the light of all. What belongs to
// other pages is kept as it is, canonical where it can be read. Error: NotFound
// when there is no such page.
func (f *Form) CheckPage(ctx context.Context, name string, in Answers, c Context) (Answers, error) {
	i := slices.IndexFunc(f.Pages, func(p Page) bool { return p.Name == name })
	if i < 0 {
		return nil, gov.Fail(gov.NotFound, "لا توجد صفحة بهذا الاسم في النموذج", "The form has no such page")
	}
	return f.part(ctx, in, c, onePage{f.pages[i]})
}

// CheckOnly checks a correction: the named questions, and those that are asked
// only now because of it. Other answers stay as they were accepted.
func (f *Form) CheckOnly(ctx context.Context, names []string, in Answers, c Context) (Answers, error) {
	return f.part(ctx, in, c, someNames(names))
}

func (f *Form) part(ctx context.Context, in Answers, c Context, s selection) (Answers, error) {
	r := f.run(ctx, c)
	out := make(Answers, len(in)+2)
	problems := r.fill(f.scope, in, out, s)
	for name, v := range in {
		if f.scope.byName[name] == nil && !strings.HasPrefix(name, "_") {
			out[name] = v
		}
	}
	return out, result(ctx, out, problems)
}

func result(ctx context.Context, out Answers, problems gov.Problems) error {
	if err := ctx.Err(); err != nil {
		return gov.Wrap(err, "checking answers")
	}
	if len(problems) > 0 {
		clear(out)
		return problems
	}
	return nil
}

// A selection says which questions are checked, and what becomes of the rest.
type selection interface {
	picks(q *question) bool
	keepsHidden() bool // answers to questions not asked now are kept, for a draft
	needsRest() bool   // the rest must be complete
}

type everything struct{}

func (everything) picks(*question) bool { return true }
func (everything) keepsHidden() bool    { return false }
func (everything) needsRest() bool      { return true }

type onePage struct{ page *page }

func (s onePage) picks(q *question) bool { return q.page == s.page }
func (onePage) keepsHidden() bool        { return true }
func (onePage) needsRest() bool          { return false }

type someNames []string

func (s someNames) picks(q *question) bool { return slices.Contains(s, q.Name) }
func (someNames) keepsHidden() bool        { return false }
func (someNames) needsRest() bool          { return true }

// run is one pass over answers.
type run struct {
	f     *Form
	ctx   context.Context
	c     *Context
	today string
	vars  map[string]any
	names []string // answered so far
}

func (f *Form) run(ctx context.Context, c Context) *run {
	r := &run{f: f, ctx: ctx, c: &c, today: c.Today(), vars: c.vars(len(f.scope.questions)), names: make([]string, 0, len(f.scope.questions)+len(c.Base))}
	for name, v := range c.Base {
		r.vars[name] = shown(v)
		r.names = append(r.names, name)
	}
	r.vars[rule.Answered] = r.names
	return r
}

// row is a run for one row of a group: it sees all answers and its own.
func (r *run) row() *run {
	c := *r
	c.vars = maps.Clone(r.vars)
	c.names = slices.Clone(r.names)
	return &c
}

func (r *run) holds(p *rule.Program) bool {
	ok, err := p.True(r.ctx, r.vars)
	return ok && err == nil
}

// asked reports whether q is asked now. A document that stands for a held answer
// is asked for while that answer is not known.
func (r *run) asked(q *question) bool {
	if q.Stands != "" {
		held := r.f.scope.byName[q.Stands]
		return held != nil && r.asked(held) && !r.c.Held.Answers(*held.Question)
	}
	if q.page != nil && q.page.when != nil && !r.holds(q.page.when) {
		return false
	}
	return q.when == nil || r.holds(q.when)
}

// knows makes an answer known to the rules that follow.
func (r *run) knows(q *question, v any) {
	r.vars[q.Name] = shown(v)
	r.names = append(r.names, q.Name)
	r.vars[rule.Answered] = r.names
}

// placed is a problem with the place of its question, so that problems come in the order of the form.
type placed struct {
	index    int
	problems gov.Problems
}

// fill reads in over the questions of s into out.
func (r *run) fill(s *scope, in, out Answers, pick selection) gov.Problems {
	var bad []placed
	for _, q := range s.order {
		if problems := r.question(q, in, out, pick); problems != nil {
			bad = append(bad, placed{q.index, problems})
		}
	}
	for _, q := range s.questions {
		if len(q.valid) > 0 && pick.picks(q) {
			bad = r.valid(s, q, out, bad)
		}
	}
	return inOrder(bad)
}

func inOrder(bad []placed) (out gov.Problems) {
	slices.SortStableFunc(bad, func(a, b placed) int { return a.index - b.index })
	for _, p := range bad {
		out = append(out, p.problems...)
	}
	return out
}

// question reads one answer: dropped when not asked, computed, or read.
func (r *run) question(q *question, in, out Answers, pick selection) gov.Problems {
	raw, sent := in[q.Name]
	picked := pick.picks(q)
	if !r.asked(q) {
		if sent && pick.keepsHidden() && !picked {
			out[q.Name] = raw
		}
		return nil
	}
	if q.Kind == Computed {
		if v := r.compute(q); v != nil {
			out[q.Name] = v
			r.knows(q, v)
		}
		return nil
	}
	if q.Held() {
		if v, done := r.held(q, raw, out, picked, pick); done {
			return nil
		} else {
			raw = v
		}
	}
	if r.c.Presented.Answers(*q.Question) {
		r.knows(q, []Attachment{})
		return nil
	}
	if q.Locked && picked {
		if v := r.offer(q); v != nil {
			raw = v
		}
	}
	if empty(raw) {
		if q.Optional || !picked && !pick.needsRest() {
			return nil
		}
		return q.located(wrong(missing[q.Kind]))
	}
	return r.take(q, raw, out, picked, pick.needsRest())
}

// take reads an answer that was given.
func (r *run) take(q *question, raw any, out Answers, picked, needed bool) gov.Problems {
	v, bad := readers[q.Kind](r, q, raw)
	if bad != nil && !picked {
		out[q.Name] = raw
		if kept, ok := loose(q.Question, raw); ok {
			out[q.Name] = kept
			r.knows(q, kept)
		}
		return nil
	}
	if bad == nil && v == nil && !q.Optional && (picked || needed) {
		bad = wrong(missing[q.Kind])
	}
	if bad != nil {
		return q.located(bad)
	}
	if v != nil {
		out[q.Name] = v
		r.knows(q, v)
	}
	return nil
}

// located completes the paths, and puts the question's own error text.
func (q *question) located(bad gov.Problems) gov.Problems {
	for i := range bad {
		if len(q.Error) > 0 && (q.Kind != Group || bad[i].Field == "") {
			bad[i].Text = q.Error
		}
		if bad[i].Field == "" {
			bad[i].Field = q.Name
		} else {
			bad[i].Field = q.Name + "." + bad[i].Field
		}
	}
	return bad
}

// valid runs q's further rules, unless q or what they look at is itself wrong or unanswered.
func (r *run) valid(s *scope, q *question, out Answers, bad []placed) []placed {
	if _, answered := out[q.Name]; !answered {
		return bad
	}
	for _, v := range q.valid {
		if looksAtWrong(s, v.program, bad) || r.holds(v.program) {
			continue
		}
		return append(bad, placed{q.index, gov.Problems{{Field: q.Name, Text: v.text}}})
	}
	return bad
}

func looksAtWrong(s *scope, p *rule.Program, bad []placed) bool {
	for _, b := range bad {
		if slices.Contains(p.Uses(), s.questions[b.index].Name) {
			return true
		}
	}
	return false
}

// unknown reports names that are no question; at most twenty, cut to a length a page can show.
func unknown(s *scope, in Answers, strict bool) (bad gov.Problems) {
	known := 0
	for name := range in {
		if s.byName[name] != nil {
			known++
		}
	}
	if known == len(in) {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if s.byName[name] != nil || !strict && strings.HasPrefix(name, "_") {
			continue
		}
		if len(bad) == 20 {
			break
		}
		if name == "" {
			name = `""`
		}
		if len(name) > 64 {
			name = strings.ToValidUTF8(name[:64], "") + "…"
		}
		bad = append(bad, gov.Problem{Field: name, Text: unknownAnswer})
	}
	return bad
}
