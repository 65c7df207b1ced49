package procedure

import (
	"slices"

	"diwan.example/country"
	"diwan.example/gov"
)

// The kinds of step that matter here; the same words as in packs.
const (
	apply   = "apply"
	pay     = "pay"
	correct = "correct"
	cosign  = "cosign"
	fork    = "fork"
	join    = "join"
)

// alone are the kinds that need nobody, unless somebody's time is written at them.
var alone = []string{"check", "record", "issue", "notify", "fork", "join", "close", "wait"}

// Who acts at a step, when it is no organisation.
const (
	machine = ""         // nobody: the case passes by itself
	person  = "\x00self" // the applicant
	another = "\x00else" // another person, who is asked
)

// node is a step in the graph of its procedure.
type node struct {
	*country.Step
	share float64 // of cases that take it, 0 to 1
	who   string
	next  []int
	prev  []int
}

type graph struct{ steps []*node }

// WhoActs says who acts at a step of a service of owner: an organisation's id,
// or "" when nobody does; person and others tell people apart.
func WhoActs(s *country.Step, owner gov.OrgID) (org gov.OrgID, isPerson, isOther bool) {
	switch w := who(s, owner); w {
	case person:
		return "", true, false
	case another:
		return "", false, true
	default:
		return gov.OrgID(w), false, false
	}
}

func who(s *country.Step, owner gov.OrgID) string {
	switch {
	case s.Kind == apply || s.Kind == pay || s.Kind == correct:
		return person
	case s.Kind == cosign:
		return another
	case slices.Contains(alone, s.Kind) && s.Ours == 0 && s.Theirs > 0:
		return person
	case slices.Contains(alone, s.Kind) && s.Ours == 0 && !s.Visit:
		return machine
	case s.Organisation != "":
		return string(s.Organisation)
	}
	return string(owner)
}

func newGraph(p *country.Procedure, owner gov.OrgID) *graph {
	g := &graph{}
	at := map[string]int{}
	for i := range p.Steps {
		s := &p.Steps[i]
		share := 1.0
		if s.Share > 0 {
			share = float64(s.Share) / 100
		}
		g.steps = append(g.steps, &node{Step: s, share: share, who: who(s, owner)})
		at[s.ID] = i
	}
	for i, n := range g.steps {
		for _, id := range n.Next {
			if k, ok := at[id]; ok {
				n.next = append(n.next, k)
				g.steps[k].prev = append(g.steps[k].prev, i)
			}
		}
	}
	return g
}

// handoffs is how often a case goes from one who acts to another: at each step
// its share, times the part of its cases that come from somebody else. Steps
// that need nobody pass on whom the case comes from.
func (g *graph) handoffs() (sum float64) {
	for i, n := range g.steps {
		if n.who == machine {
			continue
		}
		from := map[string]float64{}
		g.before(i, from, map[int]bool{})
		all, others := 0.0, 0.0
		for w, share := range from {
			if all += share; w != n.who {
				others += share
			}
		}
		if all > 0 {
			sum += n.share * others / all
		}
	}
	return sum
}

// before gathers who acted before step i, weighed by the share of cases.
func (g *graph) before(i int, from map[string]float64, seen map[int]bool) {
	for _, k := range g.steps[i].prev {
		if seen[k] {
			continue
		}
		seen[k] = true
		if p := g.steps[k]; p.who != machine {
			from[p.who] += p.share
		} else {
			g.before(k, from, seen)
		}
	}
}

// days are the working days from beginning to end: the days of all steps by
// their shares, but of branches that run at once only the longest.
func (g *graph) days() float64 {
	all := map[int]bool{}
	for i := range g.steps {
		all[i] = true
	}
	return g.span(all)
}

// span is how long a set of steps takes.
func (g *graph) span(set map[int]bool) (sum float64) {
	forks := map[int][]map[int]bool{}
	inside := map[int]bool{}
	for i, n := range g.steps {
		if set[i] && n.Kind == fork {
			forks[i] = g.branches(i, set)
			for _, b := range forks[i] {
				for k := range b {
					inside[k] = true
				}
			}
		}
	}
	for i, n := range g.steps {
		if set[i] && !inside[i] {
			sum += n.share * n.Days
		}
	}
	for i, bs := range forks {
		if inside[i] {
			continue // counted in the branch that it is part of
		}
		longest := 0.0
		for _, b := range bs {
			longest = max(longest, g.span(b))
		}
		sum += longest
	}
	return sum
}

// branches are the steps of each branch of a fork, up to where they meet.
func (g *graph) branches(at int, set map[int]bool) (out []map[int]bool) {
	for _, first := range g.steps[at].next {
		out = append(out, g.reach(first, at, set))
	}
	met := map[int]int{}
	for _, b := range out {
		for k := range b {
			met[k]++
		}
	}
	for _, b := range out {
		for k := range b {
			if met[k] > 1 {
				delete(b, k)
			}
		}
	}
	return out
}

// reach are the steps that come after first, without going back through the fork.
func (g *graph) reach(first, at int, set map[int]bool) map[int]bool {
	seen, todo := map[int]bool{}, []int{first}
	for len(todo) > 0 {
		i := todo[0]
		todo = todo[1:]
		if i == at || seen[i] || !set[i] {
			continue
		}
		seen[i] = true
		todo = append(todo, g.steps[i].next...)
	}
	return seen
}
