package pack

import "slices"

// Ahead lists the steps through which every way from a step to a granted case
// passes, in their order: what is to come if all goes well. The step itself is
// not among them.
func (p *Pack) Ahead(from string) (out []*Step) {
	order, ends := p.reach(from, "")
	if !ends {
		return nil
	}
	for _, id := range order {
		s := p.Step(id)
		if id == from || s.Kind == Close {
			continue
		}
		if _, still := p.reach(from, id); !still {
			out = append(out, s)
		}
	}
	return out
}

// reach walks from a step without passing the step called without; it gives the
// steps met, nearest first, and whether the case can be granted. What
// happens only because a deadline passed is not walked.
func (p *Pack) reach(from, without string) (met []string, ends bool) {
	met = []string{from}
	for i := 0; i < len(met); i++ {
		s := p.Step(met[i])
		if s == nil {
			continue
		}
		ends = ends || s.Kind == Close && s.Outcome == "granted"
		for _, e := range edges(s) {
			if e.kind != "expiry" && e.to != without && !slices.Contains(met, e.to) {
				met = append(met, e.to)
			}
		}
	}
	return met, ends
}
