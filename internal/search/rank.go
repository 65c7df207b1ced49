package search

import (
	"cmp"
	"slices"
)

// Query asks an index. The zero Query asks for everything.
type Query struct {
	Text   string
	Facets map[string][]string // only documents with one of the values of each facet
	// Order is how documents stand when there is no text to rank them by: their
	// places in the list given to New, each once. None: as they were given.
	Order  []int32
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
	s := x.slates.Get().(*slate)
	defer s.giveBack(&x.slates)
	wishes := x.wishes(q.Text)
	choices := x.facets.choices(q.Facets)
	from, until := max(q.Offset, 0), len(x.ids)
	if q.Limit > 0 {
		until = min(until, from+q.Limit)
	}
	if len(wishes) > 0 {
		x.match(wishes, s)
	} else if len(choices) == 0 && len(q.Order) == 0 {
		return x.everything(from, until)
	} else {
		s.everything(len(x.ids), q.Order)
	}
	counts := make([]int32, len(x.facets.values))
	found := s.matches[:0]
	for _, m := range s.matches {
		failed := x.facets.failed(m.doc, choices)
		if failed != several {
			x.facets.count(counts, m.doc, failed)
		}
		if failed == nothing {
			found = append(found, m)
		}
	}
	total := len(found)
	if len(wishes) > 0 {
		found = best(found, until)
	}
	return Result{Hits: x.hits(found, from, until), Total: total, Counts: x.facets.named(counts)}
}

// everything answers a query that asks for nothing.
func (x *Index) everything(from, until int) Result {
	out := Result{Total: len(x.ids), Counts: x.facets.named(x.facets.all)}
	for i := from; i < until; i++ {
		out.Hits = append(out.Hits, Hit{ID: x.ids[i]})
	}
	return out
}

func (x *Index) hits(found []match, from, until int) (out []Hit) {
	for i := from; i < min(until, len(found)); i++ {
		out = append(out, Hit{x.ids[found[i].doc], found[i].score})
	}
	return out
}

type match struct {
	doc   int32
	score float64
}

func byScore(a, b match) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc, b.doc))
}

// best brings the n best matches to the front, in order. The rest of a long list
// is only compared with the worst of them, never sorted.
func best(list []match, n int) []match {
	if n*4 >= len(list) {
		slices.SortFunc(list, byScore)
		return list
	}
	top := slices.Clone(list[:n])
	slices.SortFunc(top, byScore)
	for _, m := range list[n:] {
		if n == 0 || byScore(m, top[n-1]) > 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, m, byScore)
		copy(top[at+1:], top[at:n-1])
		top[at] = m
	}
	return top
}

// match leaves on the slate the documents that satisfy at least half of the
// wishes; those that satisfy more of them count far more.
func (x *Index) match(wishes []wish, s *slate) {
	for _, w := range wishes {
		x.satisfy(w, &s.best)
		for _, doc := range s.best.touched {
			s.sum.add(doc, s.best.of[doc])
			s.met[doc]++
		}
		s.best.clear()
	}
	for _, doc := range s.sum.touched {
		if int(s.met[doc])*2 >= len(wishes) {
			share := float64(s.met[doc]) / float64(len(wishes))
			s.matches = append(s.matches, match{doc, s.sum.of[doc] * share * share})
		}
	}
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
	terms = slices.Clone(terms)
	slices.SortFunc(terms, func(a, b string) int { return cmp.Compare(len(x.postings[a]), len(x.postings[b])) })
	var sum map[int32]float64
	for i, term := range terms { // the rarest first: the others only narrow
		next := map[int32]float64{}
		x.relevance(term, func(doc int32, score float64) {
			if before, ok := sum[doc]; ok || i == 0 {
				next[doc] = before + score/float64(len(terms))
			}
		})
		if sum = next; len(sum) == 0 {
			break
		}
	}
	return sum
}
