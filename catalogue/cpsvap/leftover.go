package cpsvap

import (
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/rdf"
)

// leftOver notes what found no place in the model: properties of what was read,
// and whole resources that nothing that was read refers to.
func (r *reading) leftOver() {
	told := map[string]bool{}
	for i, t := range r.g.Triples {
		if r.used[i] || silent[t.Predicate] {
			continue
		}
		switch {
		case r.visited[t.Subject]:
			r.noteAt(t.Line, t.Subject, t.Predicate, true, gov.T("لا موضع لهذه الخاصية في الدليل", "the catalogue has no place for this property"))
		case told[t.Subject] || rdf.Blank(t.Subject) || r.is(t.Subject, vocabularyClasses...) || strings.HasPrefix(t.Subject, ours):
		case r.onlyNamed(t.Subject):
		default:
			told[t.Subject] = true
			r.noteAt(t.Line, t.Subject, "", true, gov.T("لا تشير إليه خدمة مما قُرئ، فتُرك", "no service that was read refers to it; it was left out"))
		}
	}
}

// onlyNamed reports whether a resource only has names, as concepts do whose class
// is not said.
func (r *reading) onlyNamed(iri string) bool {
	return !slices.ContainsFunc(r.g.Of(iri), func(i int) bool {
		p := r.g.Triples[i].Predicate
		return p != prefLabel && p != label && p != title && p != notation && p != inScheme && p != nsSKOS+"topConceptOf" && p != nsSKOS+"altLabel"
	})
}
