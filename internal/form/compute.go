package form

import (
	"context"
	"math"
	"strings"

	"diwan.example/gov"
)

// compute works out a computed value; nil when it cannot be.
func (r *run) compute(q *question) any {
	v, err := q.value.Eval(r.ctx, r.vars)
	if err != nil {
		return nil
	}
	switch x := v.(type) {
	case int64:
		if q.Gives == Number {
			return float64(x)
		}
		if x >= largest || x <= -largest {
			return nil
		}
	case float64:
		return rounded(x, q.Decimals)
	case string:
		x, _ = gov.CleanText(x)
		if x = strings.TrimSpace(x); x == "" || len(x) > 4*longest {
			return nil
		}
		return x
	}
	return v
}

// rounded gives nil for what is no number.
func rounded(f float64, decimals int) any {
	unit := math.Pow10(decimals)
	if math.IsNaN(f) || math.Abs(f) >= largest {
		return nil
	}
	return math.Round(f*unit)/unit + 0
}

// offer is the prefilled value of q; nil when the person's record has none.
func (r *run) offer(q *question) any {
	if q.prefill == nil {
		return nil
	}
	v, err := q.prefill.Eval(r.ctx, r.vars)
	if err != nil || empty(v) {
		return nil
	}
	return v
}

// Prefill is what the person's record offers and what registries have answered,
// canonical; what is lacking or what the question would refuse is left out.
func (f *Form) Prefill(ctx context.Context, c Context) Answers {
	r := f.run(ctx, c)
	out := Answers{}
	for _, q := range f.scope.questions {
		offered := r.offer(q)
		if q.Held() && q.Kind != File && c.Held.Answers(*q.Question) {
			offered = c.Held[q.Attribute].Value
		}
		if offered == nil {
			continue
		}
		if v, bad := readers[q.Kind](r, q, offered); bad == nil && v != nil {
			out[q.Name] = v
		}
	}
	return out
}
