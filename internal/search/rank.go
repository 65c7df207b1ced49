package search

import (
	"cmp"
	"slices"
)

// Query asks an index. The zero Query asks for everything.
type Query struct {
	Text   string
	Facets map[string][]string // only documents with one of the values of each facet
	Offset int
	Limit  int // 0: all
}

// Hit is a document found.
type Hit struct {
	ID    string
	Score float64
}

// Result is what a query found.
type Result struct {
	Hits  []Hit // best first, from Offset, at most Limit
	Total int   // all documents found
	// Counts says, for every value of every facet, how many documents would be
	// found with it; a facet's own choice is left out of its counts, so that a
	// page can offer the others.
	Counts map[string]map[string]int
}

// Search answers a query. Equal scores keep the order in which the documents
// were given to New.
func (x *Index) Search(q Query) Result {
	out := Result{Counts: map[string]map[string]int{}}
	var found []match
	for _, m := range x.matches(q.Text) {
		failed, fails := x.failing(m.doc, q.Facets)
		if fails <= 1 {
			x.count(out.Counts, m.doc, failed)
		}
		if fails == 0 {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc, b.doc))
	})
	out.Total = len(found)
	found = found[min(max(q.Offset, 0), len(found)):]
	if q.Limit > 0 {
		found = found[:min(q.Limit, len(found))]
	}
	for _, m := range found {
		out.Hits = append(out.Hits, Hit{x.docs[m.doc].ID, m.score})
	}
	return out
}

type match struct {
	doc   int32
	score float64
}

// matches are the documents that satisfy the text: at least half of its words,
// and those that satisfy more of them count far more.
func (x *Index) matches(text string) []match {
	wishes := x.wishes(text)
	if len(wishes) == 0 {
		all := make([]match, len(x.docs))
		for i := range all {
			all[i].doc = int32(i)
		}
		return all
	}
	sum, best := newScores(len(x.docs)), newScores(len(x.docs))
	met := make([]uint8, len(x.docs))
	for _, w := range wishes {
		x.satisfy(w, best)
		for _, doc := range best.touched {
			sum.add(doc, best.of[doc])
			met[doc]++
		}
		best.clear()
	}
	var out []match
	for _, doc := range sum.touched {
		if int(met[doc])*2 >= len(wishes) {
			share := float64(met[doc]) / float64(len(wishes))
			out = append(out, match{doc, sum.of[doc] * share * share})
		}
	}
	return out
}

// scores holds a number per document and knows which ones are not zero.
type scores struct {
	of      []float64
	touched []int32
}

func newScores(n int) *scores { return &scores{of: make([]float64, n)} }

func (s *scores) add(doc int32, v float64) { s.put(doc, s.of[doc]+v) }

func (s *scores) raise(doc int32, v float64) { s.put(doc, max(s.of[doc], v)) }

func (s *scores) put(doc int32, v float64) {
	if s.of[doc] == 0 && v > 0 {
		s.touched = append(s.touched, doc)
	}
	s.of[doc] = v
}

func (s *scores) clear() {
	for _, doc := range s.touched {
		s.of[doc] = 0
	}
	s.touched = s.touched[:0]
}

// satisfy scores the documents that satisfy one wish by their best way.
func (x *Index) satisfy(w wish, best *scores) {
	for _, way := range w.ways {
		if len(way.terms) == 1 {
			x.relevance(way.terms[0], func(doc int32, score float64) { best.raise(doc, score*way.share) })
			continue
		}
		for doc, score := range x.together(way.terms) {
			best.raise(doc, score*way.share)
		}
	}
}

// together scores the documents that hold all the terms, by their average.
func (x *Index) together(terms []string) map[int32]float64 {
	var sum map[int32]float64
	for i, term := range terms {
		next := map[int32]float64{}
		x.relevance(term, func(doc int32, score float64) {
			if before, ok := sum[doc]; ok || i == 0 {
				next[doc] = before + score/float64(len(terms))
			}
		})
		sum = next
	}
	return sum
}

// failing counts the facets whose choice a document does not meet and names
// the last of them.
func (x *Index) failing(doc int32, chosen map[string][]string) (failed string, fails int) {
	for facet, values := range chosen {
		if len(values) == 0 {
			continue
		}
		has := func(v string) bool { return slices.Contains(values, v) }
		if !slices.ContainsFunc(x.docs[doc].Facets[facet], has) {
			failed = facet
			fails++
		}
	}
	return failed, fails
}

// count adds a document to the counts of all facets, or of only one.
func (x *Index) count(counts map[string]map[string]int, doc int32, only string) {
	for facet, values := range x.docs[doc].Facets {
		if only != "" && facet != only {
			continue
		}
		if counts[facet] == nil {
			counts[facet] = map[string]int{}
		}
		for _, v := range values {
			counts[facet][v]++
		}
	}
}
