package search

import "sync"

// slate is what one search writes on. Slates are wiped and used again: on a large
// catalogue they are large.
type slate struct {
	sum, best scores
	met       []uint8
	matches   []match
}

func newSlate(n int) *slate {
	return &slate{sum: newScores(n), best: newScores(n), met: make([]uint8, n)}
}

func (s *slate) giveBack(to *sync.Pool) {
	for _, doc := range s.sum.touched {
		s.met[doc] = 0
	}
	s.sum.clear()
	s.best.clear()
	s.matches = s.matches[:0]
	to.Put(s)
}

// everything matches every document, in the order given or as they stand.
func (s *slate) everything(n int, order []int32) {
	if len(order) == n {
		for _, doc := range order {
			s.matches = append(s.matches, match{doc: doc})
		}
		return
	}
	for i := range n {
		s.matches = append(s.matches, match{doc: int32(i)})
	}
}

// scores holds a number per document and knows which ones are not zero.
type scores struct {
	of      []float64
	touched []int32
}

func newScores(n int) scores { return scores{of: make([]float64, n)} }

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
