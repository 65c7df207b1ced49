package pack

import (
	"slices"
)

// graph is the procedure as steps and the ways between them.
type graph struct {
	p    *Pack
	to   map[string][]string // step → steps it can go to; a fork goes to its branches
	from map[string][]string
}

func newGraph(p *Pack) *graph {
	g := &graph{p: p, to: map[string][]string{}, from: map[string][]string{}}
	for i := range p.Steps {
		s := &p.Steps[i]
		for _, e := range edges(s) {
			if !slices.Contains(g.to[s.ID], e.to) {
				g.to[s.ID] = append(g.to[s.ID], e.to)
				g.from[e.to] = append(g.from[e.to], s.ID)
			}
		}
	}
	return g
}

// edge is one way out of a step.
type edge struct {
	to   string
	kind string // next, route, outcome, expiry, branch
	n    int    // index among its kind
}

// edges lists the ways out of a step in the order written.
func edges(s *Step) (out []edge) {
	if s.Next != "" {
		out = append(out, edge{s.Next, "next", 0})
	}
	for i, x := range s.Routes {
		out = append(out, edge{x.To, "route", i})
	}
	for i, x := range s.Outcomes {
		out = append(out, edge{x.To, "outcome", i})
	}
	for i, x := range s.Branches {
		out = append(out, edge{x, "branch", i})
	}
	for i, x := range s.OnExpiry {
		if x.To != "" {
			out = append(out, edge{x.To, "expiry", i})
		}
	}
	return out
}

// edgePaths gives every name of a step inside step i with the place it is written.
func edgePaths(i int, s *Step) map[string]string {
	out := map[string]string{}
	for _, e := range edges(s) {
		switch e.kind {
		case "next":
			out[at("steps", i, "next")] = e.to
		case "branch":
			out[at("steps", i, "branches", e.n)] = e.to
		case "route":
			out[at("steps", i, "routes", e.n, "to")] = e.to
		case "outcome":
			out[at("steps", i, "outcomes", e.n, "to")] = e.to
		case "expiry":
			out[at("steps", i, "on_expiry", e.n, "to")] = e.to
		}
	}
	if s.JoinAt != "" {
		out[at("steps", i, "join")] = s.JoinAt
	}
	return out
}

// reach returns the steps that can be reached along ways, including the starts.
func reach(ways map[string][]string, starts ...string) map[string]bool {
	seen := map[string]bool{}
	for todo := slices.Clone(starts); len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[s] {
			seen[s] = true
			todo = append(todo, ways[s]...)
		}
	}
	return seen
}

// checkGraph: every step can be reached, leads to a close, no automatic circle, sound forks.
func (r *reader) checkGraph(g *graph) {
	var closes []string
	roots := []string{r.p.Steps[0].ID}
	if r.p.AppealTo != "" {
		roots = append(roots, r.p.AppealTo)
	}
	for _, s := range r.p.Steps {
		if s.Kind == Close {
			closes = append(closes, s.ID)
		}
	}
	reached, ends := reach(g.to, roots...), reach(g.from, closes...)
	for i, s := range r.p.Steps {
		path := at("steps", i, "id")
		if !reached[s.ID] {
			r.fail(procedureFile, path, "", "لا يصل إلى الخطوة %q أي طريق", "no way leads to the step %q", s.ID)
		}
		if !ends[s.ID] {
			r.fail(procedureFile, path, "", "لا يخرج من الخطوة %q طريق إلى نهاية المعاملة", "no way leads from the step %q to the end of the case", s.ID)
		}
	}
	if len(g.from[roots[0]]) > 0 {
		r.fail(procedureFile, at("steps", 0), "", "لا يعود طريق إلى التقديم؛ استعمل خطوة من نوع correct", "no way leads back to the application; use a step of kind correct")
	}
	r.checkCircles(g)
	r.checkForks(g)
}

// automatic reports whether a step is done at once, without anybody.
func automatic(k StepKind) bool {
	return slices.Contains([]StepKind{Decide, Record, Issue, Notify, Fork, Join}, k)
}

// checkCircles refuses a circle of automatic steps: a case would run in it for ever.
func (r *reader) checkCircles(g *graph) {
	auto := map[string][]string{}
	for _, s := range r.p.Steps {
		if !automatic(s.Kind) {
			continue
		}
		for _, to := range g.to[s.ID] {
			if automatic(r.p.Step(to).Kind) {
				auto[s.ID] = append(auto[s.ID], to)
			}
		}
	}
	for i, s := range r.p.Steps {
		if auto[s.ID] != nil && reach(auto, auto[s.ID]...)[s.ID] {
			r.fail(procedureFile, at("steps", i, "id"), "", "الخطوة %q في دائرة من خطوات آلية لا تتوقف", "the step %q is in a circle of automatic steps that never stops", s.ID)
		}
	}
}

// checkForks: branches end at their own join or at a close, and nothing enters or leaves them elsewhere.
func (r *reader) checkForks(g *graph) {
	joins := map[string]string{} // join → its fork
	for i, s := range r.p.Steps {
		if s.Kind != Fork {
			continue
		}
		path := at("steps", i, "join")
		if r.p.Step(s.JoinAt).Kind != Join {
			r.fail(procedureFile, path, "", "الخطوة %q ليست من نوع join", "the step %q is not of kind join", s.JoinAt)
			continue
		}
		if f := joins[s.JoinAt]; f != "" {
			r.fail(procedureFile, path, "", "الخطوة %q تجمع فروع %q، ولكل تفرع مجمع", "the step %q joins the branches of %q; each fork has its own join", s.JoinAt, f)
		}
		joins[s.JoinAt] = s.ID
		r.checkBranches(g, i, s)
	}
	for i, s := range r.p.Steps {
		if s.Kind == Join && joins[s.ID] == "" {
			r.fail(procedureFile, at("steps", i, "id"), "", "لا يوجد تفرع يجتمع عند %q", "no fork joins at %q", s.ID)
		}
	}
}

func (r *reader) checkBranches(g *graph, i int, fork Step) {
	all := map[string]int{} // step → its branch
	for k, first := range fork.Branches {
		path := at("steps", i, "branches", k)
		inside, joined := g.branch(first, fork.JoinAt)
		if !joined {
			r.fail(procedureFile, path, "", "الفرع %q لا يصل إلى %q", "the branch %q does not come to %q", first, fork.JoinAt)
		}
		for _, s := range inside {
			if other, ok := all[s]; ok && other != k {
				r.fail(procedureFile, path, "", "الخطوة %q في فرعين", "the step %q is in two branches", s)
			}
			all[s] = k
		}
	}
	for k, first := range fork.Branches {
		inside, _ := g.branch(first, fork.JoinAt)
		for _, s := range inside {
			for _, from := range g.from[s] {
				if b, ok := all[from]; from != fork.ID && (!ok || b != k) {
					r.fail(procedureFile, at("steps", i, "branches", k), "", "تدخل الفرع خطوة من خارجه: من %q إلى %q", "the branch is entered from outside: from %q to %q", from, s)
				}
			}
			if s == fork.ID || s == r.p.AppealTo {
				r.fail(procedureFile, at("steps", i, "branches", k), "", "الفرع %q يخرج من التفرع قبل أن يجتمع", "the branch %q leaves the fork before it joins", first)
			}
		}
	}
}

// branch lists the steps of a branch up to its join, closes left out, and whether the join is reached.
func (g *graph) branch(first, join string) (inside []string, joined bool) {
	seen := map[string]bool{}
	for todo := []string{first}; len(todo) > 0; {
		s := todo[0]
		todo = todo[1:]
		if s == join {
			joined = true
			continue
		}
		if seen[s] || g.p.Step(s).Kind == Close {
			continue
		}
		seen[s] = true
		inside = append(inside, s)
		todo = append(todo, g.to[s]...)
	}
	return inside, joined
}
