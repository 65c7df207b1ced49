package form

import "testing"

// A value is worked out as soon as what it needs is known, whatever else is
// missing or wrong, and says nothing before that.
func TestComputedAsFarAsItIsKnown(t *testing.T) {
	f := compiled(t, []Page{{Name: "p", Title: label("p"), Questions: []Question{
		ask("name", ShortText), ask("amount", Money, ranged("10", "1000")), ask("tax", Computed, computes(Money, `amount * 5 / 100`)), ask("day", Date, ranged("", "today")),
	}}})
	for typed, want := range map[string]any{"": nil, "كثير": nil, "٢٥٠": int64(12_500)} {
		in := Answers{"amount": typed, "day": map[string]any{"day": "", "month": "مارس", "year": ""}}
		if got := f.Computed(t.Context(), in, monday); got["tax"] != want || len(got) > 1 {
			t.Errorf("%q: %v, want only %v", typed, got, want)
		}
	}
}
