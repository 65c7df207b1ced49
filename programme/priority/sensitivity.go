package priority

import "diwan.example/gov"

// Sensitivity is how far a list depends on its weights.
type Sensitivity struct {
	Shift int     // percent by which each weight was moved up and down, one at a time
	Top   int     // how many first places were looked at
	Kept  float64 // 0 to 1: the share of them that stays among them whichever weight moves
	By    []Moved // by criterion that weighs something
}

// Moved is what moving one weight does.
type Moved struct {
	*Criterion
	Weight, Less, More int // as it is, and how many of the first places change with less and with more of it
}

// DefaultShift is the percent by which weights are moved when nobody says.
const DefaultShift = 20

// sensitivity moves each weight down and up, ranks anew, and notes in rows the
// best and worst rank of every service.
func (t *Table) sensitivity(w Weights, shift, top int, rows []Row) Sensitivity {
	s := Sensitivity{Shift: shift, Top: min(top, len(rows))}
	at := make(map[gov.ServiceID]*Row, len(rows))
	for i := range rows {
		rows[i].Best, rows[i].Worst = rows[i].Rank, rows[i].Rank
		at[rows[i].ID] = &rows[i]
	}
	byIndex := make([]*Row, len(t.Candidates))
	for i, c := range t.Candidates {
		byIndex[i] = at[c.ID]
	}
	for _, c := range t.Criteria {
		if w[c.ID] == 0 {
			continue
		}
		m := Moved{Criterion: c, Weight: w[c.ID]}
		m.Less = t.moved(w, c.ID, 1-float64(shift)/100, s.Top, byIndex)
		m.More = t.moved(w, c.ID, 1+float64(shift)/100, s.Top, byIndex)
		s.By = append(s.By, m)
	}
	stays := 0
	for _, r := range rows[:s.Top] {
		if r.Worst <= s.Top {
			stays++
		}
	}
	if s.Top > 0 {
		s.Kept = float64(stays) / float64(s.Top)
	}
	return s
}

// moved ranks with one weight multiplied, and counts how many of the first top
// places are taken by others.
func (t *Table) moved(w Weights, id string, by float64, top int, rows []*Row) (changed int) {
	shares, sum := make([]float64, len(t.Criteria)), 0.0
	for j, c := range t.Criteria {
		shares[j] = float64(w[c.ID])
		if c.ID == id {
			shares[j] *= by
		}
		sum += shares[j]
	}
	if sum == 0 { // the only weight was taken away whole: there is no order to compare
		return 0
	}
	for j := range shares {
		shares[j] /= sum
	}
	for place, i := range ordered(t.scores(shares)) {
		r := rows[i]
		r.Best, r.Worst = min(r.Best, place+1), max(r.Worst, place+1)
		if place < top && r.Rank > top {
			changed++
		}
	}
	return changed
}
