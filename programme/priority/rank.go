package priority

import (
	"cmp"
	"slices"

	"diwan.example/gov"
)

// Row is a service in the ranked list.
type Row struct {
	Candidate
	Rank        int     // from 1
	Score       float64 // 0 to 100
	Low, High   float64 // the score if what is not known were least, and most
	Coverage    float64 // 0 to 1: the share of the weight for which a value is known
	Best, Worst int     // ranks when each weight moves
	Parts       []Part  // those that weigh something, the largest first
}

// Part is what one criterion gives to a score.
type Part struct {
	*Criterion
	Value
	Points float64 // of 100
	Most   float64 // of 100: its weight
}

// Unknown are the criteria for which nothing is known of the service.
func (r *Row) Unknown() (out []*Criterion) {
	for _, p := range r.Parts {
		if !p.Known {
			out = append(out, p.Criterion)
		}
	}
	return out
}

// Reasons are the n known criteria that give most.
func (r *Row) Reasons(n int) (out []Part) {
	for _, p := range r.Parts {
		if p.Known && p.Points > 0 && len(out) < n {
			out = append(out, p)
		}
	}
	return out
}

// Ranking is the list by some weights.
type Ranking struct {
	Weights Weights
	Rows    []Row
	Sensitivity
}

// Rank orders the candidates by weights, and tries how far the order moves when
// each weight does by shift percent. Top is how many first places are looked at.
// Weights have been checked. Equal scores stand in the order of their ids.
func (t *Table) Rank(w Weights, shift, top int) *Ranking {
	r := &Ranking{Weights: w, Rows: make([]Row, len(t.Candidates))}
	shares := t.shares(w)
	scores := t.scores(shares)
	for place, i := range ordered(scores) {
		r.Rows[place] = t.row(i, shares, scores[i])
		r.Rows[place].Rank = place + 1
	}
	r.Sensitivity = t.sensitivity(w, shift, top, r.Rows)
	return r
}

// shares are the weights in the order of the criteria, 1 in all.
func (t *Table) shares(w Weights) []float64 {
	out, sum := make([]float64, len(t.Criteria)), float64(max(w.sum(), 1))
	for j, c := range t.Criteria {
		out[j] = float64(w[c.ID]) / sum
	}
	return out
}

func (t *Table) scores(shares []float64) []float64 {
	out := make([]float64, len(t.Candidates))
	for i := range t.Candidates {
		for j, v := range t.Candidates[i].Values {
			out[i] += shares[j] * v.Norm
		}
	}
	return out
}

// ordered are the indexes of scores, the highest first; candidates come by id.
func ordered(scores []float64) []int {
	out := make([]int, len(scores))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(a, b int) int {
		return cmp.Or(cmp.Compare(rounded(scores[b]), rounded(scores[a])), cmp.Compare(a, b))
	})
	return out
}

// rounded keeps the order of sums from hanging on the order of adding.
func rounded(x float64) int64 { return int64(x*1e9 + 0.5) }

func (t *Table) row(i int, shares []float64, score float64) Row {
	c := t.Candidates[i]
	r := Row{Candidate: c, Score: 100 * score}
	for j, v := range c.Values {
		if shares[j] == 0 {
			continue
		}
		p := Part{Criterion: t.Criteria[j], Value: v, Points: 100 * shares[j] * v.Norm, Most: 100 * shares[j]}
		if v.Known {
			r.Coverage += shares[j]
			r.Low, r.High = r.Low+p.Points, r.High+p.Points
		} else {
			r.High += p.Most
		}
		r.Parts = append(r.Parts, p)
	}
	slices.SortStableFunc(r.Parts, func(a, b Part) int { return cmp.Compare(b.Points, a.Points) })
	return r
}

// Row finds a service in the list. Errors: NotFound.
func (r *Ranking) Row(id gov.ServiceID) (*Row, error) {
	for i := range r.Rows {
		if r.Rows[i].ID == id {
			return &r.Rows[i], nil
		}
	}
	return nil, gov.Fail(gov.NotFound, "هذه الخدمة ليست بين ما ينتظر التحويل", "This service is not among those that are still to come online")
}
