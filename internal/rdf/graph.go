package rdf

// Graph is a file in memory.
type Graph struct {
	Triples []Triple
	Base    string // of the file, when it names one

	by map[string][]int // subject → its triples, in the order of the file
}

func (g *Graph) add(t Triple) { g.Triples = append(g.Triples, t) }

// Of are the numbers of the triples that say something of a subject.
func (g *Graph) Of(subject string) []int {
	if g.by == nil {
		g.by = make(map[string][]int)
		for i := range g.Triples {
			s := g.Triples[i].Subject
			g.by[s] = append(g.by[s], i)
		}
	}
	return g.by[subject]
}

// Put adds a triple to a graph that is read already and returns its number.
func (g *Graph) Put(t Triple) int {
	g.Of(t.Subject)
	g.Triples = append(g.Triples, t)
	n := len(g.Triples) - 1
	g.by[t.Subject] = append(g.by[t.Subject], n)
	return n
}
