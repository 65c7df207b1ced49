package search

import "slices"

// facets knows which values of which facets every document has. Values are
// numbers, so that counting them over a whole catalogue takes no time.
type facets struct {
	names  []string
	values []value
	number map[value]int32 // of each value
	of     [][]int32       // document → its values, each once
	all    []int32         // value → documents that have it
}

// value is one value of one facet.
type value struct {
	facet int32 // in names
	text  string
}

func newFacets(docs []Document) facets {
	f := facets{number: map[value]int32{}, of: make([][]int32, len(docs))}
	for i, d := range docs {
		for name, values := range d.Facets {
			for _, v := range values {
				if n := f.add(name, v); !slices.Contains(f.of[i], n) {
					f.of[i] = append(f.of[i], n)
					f.all[n]++
				}
			}
		}
	}
	return f
}

// add gives a value its number.
func (f *facets) add(name, text string) int32 {
	at := slices.Index(f.names, name)
	if at < 0 {
		at = len(f.names)
		f.names = append(f.names, name)
	}
	v := value{int32(at), text}
	n, known := f.number[v]
	if !known {
		n = int32(len(f.values))
		f.number[v] = n
		f.values = append(f.values, v)
		f.all = append(f.all, 0)
	}
	return n
}

// choice is what a query accepts of one facet.
type choice struct {
	facet  int32 // -1: no document has it
	values []int32
}

func (f *facets) choices(chosen map[string][]string) (out []choice) {
	for name, values := range chosen {
		if len(values) == 0 {
			continue
		}
		c := choice{facet: int32(slices.Index(f.names, name))}
		for _, v := range values {
			if n, ok := f.number[value{c.facet, v}]; ok {
				c.values = append(c.values, n)
			}
		}
		out = append(out, c)
	}
	return out
}

// nothing is the facet of a document that meets all choices, several of one that
// fails more than one.
const (
	nothing int32 = -2
	several int32 = -3
)

// failed is the only choice that a document does not meet, or nothing, or several.
func (f *facets) failed(doc int32, choices []choice) int32 {
	out := nothing
	for _, c := range choices {
		if slices.ContainsFunc(f.of[doc], func(n int32) bool { return slices.Contains(c.values, n) }) {
			continue
		}
		if out != nothing {
			return several
		}
		out = c.facet
	}
	return out
}

// count adds a document to the counts of all facets, or of the one it failed.
func (f *facets) count(counts []int32, doc, failed int32) {
	for _, n := range f.of[doc] {
		if failed == nothing || f.values[n].facet == failed {
			counts[n]++
		}
	}
}

// named gives counts their names; values without documents are left out.
func (f *facets) named(counts []int32) map[string]map[string]int {
	out := map[string]map[string]int{}
	for n, count := range counts {
		if count == 0 {
			continue
		}
		v := f.values[n]
		name := f.names[v.facet]
		if out[name] == nil {
			out[name] = map[string]int{}
		}
		out[name][v.text] = int(count)
	}
	return out
}
