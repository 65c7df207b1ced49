package payment

import (
	"math/bits"
	"sort"

	"diwan.example/gov"
)

// Share is one organisation's part of a sum.
type Share struct {
	Org    gov.OrgID `json:"org"`
	Amount gov.Money `json:"amount"`
}

// Shares splits what is paid between the organisations of the lines, in
// proportion to their lines; the shares add up to Total exactly. Each
// organisation appears once, in the order of ids.
func (c Charge) Shares() []Share {
	sums := map[gov.OrgID]gov.Money{}
	for _, l := range c.Lines {
		sums[l.For] += l.Amount
	}
	if len(sums) == 0 {
		sums[c.Owner] = 0
	}
	out := make([]Share, 0, len(sums))
	for org, sum := range sums {
		out = append(out, Share{org, sum})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Org < out[j].Org })
	return divide(c.Total, out)
}

// divide splits total in proportion to weights: every share is rounded down,
// and what is left goes, unit by unit, to the largest remainders. No share
// exceeds its weight when total does not exceed their sum.
func divide(total gov.Money, weights []Share) []Share {
	var sum gov.Money
	for _, w := range weights {
		sum += w.Amount
	}
	out := make([]Share, len(weights))
	rest := make([]uint64, len(weights))
	left := total
	for i, w := range weights {
		out[i].Org = w.Org
		if sum > 0 {
			hi, lo := bits.Mul64(uint64(total), uint64(w.Amount))
			q, r := bits.Div64(hi, lo, uint64(sum))
			out[i].Amount, rest[i] = gov.Money(q), r
			left -= gov.Money(q)
		}
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return rest[order[a]] > rest[order[b]] })
	for _, i := range order[:min(int(left), len(order))] {
		out[i].Amount++
	}
	return out
}

// less takes parts away from shares of the same organisations.
func less(shares, parts []Share) []Share {
	out := append([]Share(nil), shares...)
	for _, p := range parts {
		for i := range out {
			if out[i].Org == p.Org {
				out[i].Amount -= p.Amount
			}
		}
	}
	return out
}

func asMap(shares []Share) map[gov.OrgID]gov.Money {
	m := make(map[gov.OrgID]gov.Money, len(shares))
	for _, s := range shares {
		m[s.Org] = s.Amount
	}
	return m
}
