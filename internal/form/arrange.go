package form

import (
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

// arrange puts the questions in an order in which each comes after those that
// its conditions and its value depend on; a circle is an issue.
func (c *compiler) arrange(s *scope) {
	for _, q := range s.questions {
		q.needs = c.needs(s, q)
	}
	state := map[*question]int{} // 1: being placed, 2: placed
	var trail []string
	var place func(q *question) bool
	place = func(q *question) bool {
		if state[q] != 0 {
			return state[q] == 2
		}
		state[q] = 1
		trail = append(trail, q.Name)
		for _, name := range q.needs {
			if !place(s.byName[name]) {
				return c.circle(s.byName[name], append(trail, name))
			}
		}
		trail = trail[:len(trail)-1]
		state[q] = 2
		s.order = append(s.order, q)
		return true
	}
	for _, q := range s.questions {
		if !place(q) {
			break
		}
	}
}

func (c *compiler) circle(q *question, trail []string) bool {
	last := trail[len(trail)-1]
	if at := slices.Index(trail[:len(trail)-1], last); at >= 0 && !slices.ContainsFunc(c.issues, isCircle) {
		c.issue(q.path, "هذه الأسئلة ينتظر بعضها بعضًا: %s", circleText+"%s", strings.Join(trail[at:], " → "))
	}
	return false
}

const circleText = "these questions wait for each other: "

func isCircle(i Issue) bool { return strings.HasPrefix(i.Text, circleText) }

// needs lists the questions of s on which asking or computing q depends.
func (c *compiler) needs(s *scope, q *question) (out []string) {
	add := func(name string) {
		if s.byName[name] != nil && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if q.Stands != "" {
		add(q.Stands)
	}
	for _, p := range q.programs() {
		for _, name := range p.Uses() {
			add(name)
		}
		names, all := p.AsksAnswered()
		for _, name := range names {
			c.answerable(s, q, name)
			add(name)
		}
		if all {
			for _, before := range s.questions[:q.index] {
				add(before.Name)
			}
		}
	}
	if q.inner != nil {
		// A row's own names hide the form's, so a row that uses its own name does not wait for the form's.
		for _, x := range q.inner.questions {
			for _, p := range append(x.programs(), validPrograms(x)...) {
				for _, name := range p.Uses() {
					if q.inner.byName[name] == nil {
						add(name)
					}
				}
			}
		}
	}
	for _, v := range validPrograms(q) {
		names, _ := v.AsksAnswered()
		for _, name := range names {
			c.answerable(s, q, name)
		}
	}
	return out
}

// answerable wants name to be something that can be answered.
func (c *compiler) answerable(s *scope, q *question, name string) {
	if _, known := s.env.Type(name); known && !slices.Contains(taken, name) {
		return
	}
	var names []string
	for _, x := range s.questions {
		names = append(names, x.Name)
	}
	t := meant(gov.T("لا يوجد سؤال %q حتى يُجاب عنه", "there is no question %q that could be answered").Sprintf(name), rule.Nearest(name, names))
	c.issues = append(c.issues, Issue{Path: q.path, Text: t[gov.English], Words: t})
}

// programs are the rules that must have run before q is read.
func (q *question) programs() (out []*rule.Program) {
	for _, p := range []*rule.Program{q.when, q.value} {
		if p != nil {
			out = append(out, p)
		}
	}
	if q.page != nil && q.page.when != nil {
		out = append(out, q.page.when)
	}
	for _, o := range q.options {
		if o.when != nil {
			out = append(out, o.when)
		}
	}
	return out
}

func validPrograms(q *question) (out []*rule.Program) {
	for _, v := range q.valid {
		out = append(out, v.program)
	}
	return out
}
