package catalogue

import (
	"context"
	"slices"

	"diwan.example/country"
	"diwan.example/gov"
)

// Relevance says how well the search answers a set of questions.
type Relevance struct {
	Asked  int     `json:"asked"`
	First  float64 `json:"first"`  // share answered by the first result (success at 1)
	Among5 float64 `json:"among5"` // share answered among the first five (success at 5)
	Rank   float64 `json:"rank"`   // mean reciprocal rank among the first ten: 1 is perfect
	Missed []Miss  `json:"-"`      // questions whose first result is another
}

// Miss is a question that the first result does not answer.
type Miss struct {
	country.Question
	Found []gov.ServiceID // at most ten
}

// Answers asks the book questions and scores what it finds.
func (b *Book) Answers(ctx context.Context, list []country.Question) (Relevance, error) {
	r := Relevance{Asked: len(list)}
	for _, q := range list {
		f, err := b.Search(ctx, Query{Text: q.Ask, Limit: 10})
		if err != nil {
			return r, err
		}
		m := Miss{Question: q}
		for _, s := range f.Services {
			m.Found = append(m.Found, s.ID)
		}
		at := slices.IndexFunc(m.Found, func(id gov.ServiceID) bool { return slices.Contains(q.Want, id) })
		if at != 0 {
			r.Missed = append(r.Missed, m)
		}
		r.count(at)
	}
	n := float64(max(len(list), 1))
	r.First, r.Among5, r.Rank = r.First/n, r.Among5/n, r.Rank/n
	return r, nil
}

// count counts a question answered at a place, -1 for not at all.
func (r *Relevance) count(at int) {
	if at < 0 {
		return
	}
	r.Rank += 1 / float64(at+1)
	if at == 0 {
		r.First++
	}
	if at < 5 {
		r.Among5++
	}
}
