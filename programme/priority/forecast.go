package priority

import (
	"math/rand/v2"
	"slices"

	"diwan.example/gov"
)

// How a forecast is made; the page and the guide say the same.
const (
	Runs       = 10_000 // futures that are drawn
	LeastPast  = 6      // whole quarters that must have passed since the one in which the first services came
	LeastBusy  = 3      // of these, quarters in which any came
	LongestAgo = 20     // quarters of the past that are drawn from
	Furthest   = 120    // quarters that a future is followed
	seed       = 1600
)

// Forecast says when the last service comes if coming quarters are like past
// ones: each future draws whole quarters of the past, with replacement, until
// nothing is left; half of the futures are over by P50 and nine in ten by P90.
// The quarter in which the first services came is not drawn from: it holds what
// was there when counting began.
type Forecast struct {
	History
	Why      gov.Text // why there is no forecast; nil: there is one
	Done     bool     // nothing is left
	P50, P90 Quarter  // 0: not within Furthest
	Beyond   float64  // the share of futures that are not over by then
	Ahead    []Band
}

// Band is how many services are online at the end of a coming quarter.
type Band struct {
	Quarter     Quarter
	Least, Half int // nine futures in ten have at least Least, half at least Half
}

// Forecast draws futures. The same history gives the same forecast. target is
// how many services shall be online; 0: all.
func (h History) Forecast(target int) Forecast {
	f := Forecast{History: h}
	if target == 0 {
		target = h.Total
	}
	left, past, busy := target-h.Online, h.Came[min(1, len(h.Came)):], 0
	for _, n := range past {
		if n > 0 {
			busy++
		}
	}
	switch {
	case h.Total == 0:
		f.Why = gov.T("لا خدمات في الدليل، فلا شيء يُتوقع.", "The catalogue holds no services, so there is nothing to forecast.")
	case left <= 0:
		f.Done = true
	case len(past) < LeastPast || busy < LeastBusy:
		f.Why = gov.T("الماضي أقصر من أن يُبنى عليه توقع: مضى %d من الأرباع الكاملة بعد الربع الأول، دخلت خدمات في %d منها. يلزم %d أرباع على الأقل، في %d منها خدمات.",
			"The past is too short to forecast from: %d whole quarters have passed since the first one, and services came online in %d of them. At least %d quarters are needed, with services in %d of them.").Sprintf(len(past), busy, LeastPast, LeastBusy)
	default:
		f.draw(past[max(0, len(past)-LongestAgo):], left)
	}
	return f
}

// draw runs the futures. What came in the quarter that is not over counts
// towards it: a future begins with what that quarter still brings.
func (f *Forecast) draw(past []int, left int) {
	rnd := rand.New(rand.NewPCG(seed, seed))
	ends := make([]int, Runs)
	online := make([][]int, Furthest)
	for run := range Runs {
		sum, end := 0, Furthest
		for q := range Furthest {
			n := past[rnd.IntN(len(past))]
			if q == 0 {
				n = max(n-f.Underway, 0)
			}
			sum = min(sum+n, left)
			online[q] = append(online[q], sum)
			if sum == left && end == Furthest {
				end = q
			}
		}
		ends[run] = end
	}
	slices.Sort(ends)
	at := func(share float64) Quarter {
		if q := ends[int(share*Runs)-1]; q < Furthest {
			return f.Now + Quarter(q)
		}
		return 0
	}
	f.P50, f.P90 = at(0.5), at(0.9)
	over, _ := slices.BinarySearch(ends, Furthest)
	f.Beyond = 1 - float64(over)/Runs
	for q := range Furthest {
		slices.Sort(online[q])
		b := Band{f.Now + Quarter(q), f.Online + online[q][Runs/10], f.Online + online[q][Runs/2]}
		f.Ahead = append(f.Ahead, b)
		if f.P90 != 0 && b.Quarter >= f.P90 {
			break
		}
	}
}
