// Package priority says which services shall come online next, why, and when all
// of them will be. Criteria are data: rules over a service's record, each with
// its unit, its source and how it is normalised. A committee sets their weights
// and says why; anybody may look at the list with weights of their own. A
// ranking says how much it depends on the weights, a schedule what a capacity
// per quarter can carry, a forecast when the last service comes, drawn from what
// past quarters brought.
//
// What nobody knows is never counted as nothing: it is said, and the middle of
// what is known of the others stands in its place.
package priority

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"go.yaml.in/yaml/v4"

	"diwan.example/gov"
)

// MostWeight is the most that one criterion may weigh.
const MostWeight = 100

// Weights say how much each criterion counts, by its id. Only their proportion
// matters; what is not named weighs nothing.
type Weights map[string]int

// Default are the weights that the criteria come with. Errors: when the
// product's own criteria cannot be read.
func Default() (Weights, error) {
	all, err := Criteria()
	w := Weights{}
	for _, c := range all {
		w[c.ID] = c.Weight
	}
	return w, err
}

// Check refuses weights that are no weights. Errors: gov.Problems, with the
// criterion as field.
func (w Weights) Check() error {
	all, err := Criteria()
	if err != nil {
		return err
	}
	var wrong gov.Problems
	known := map[string]bool{}
	sum := 0
	for _, c := range all {
		known[c.ID] = true
		if n := w[c.ID]; n < 0 || n > MostWeight {
			wrong = append(wrong, gov.Problem{Field: c.ID, Text: gov.T("الوزن عدد من 0 إلى %d", "A weight is a number from 0 to %d").Sprintf(MostWeight)})
		} else {
			sum += n
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w)) {
		if !known[id] {
			wrong = append(wrong, gov.Problem{Field: id, Text: gov.T("لا معيار بهذا الاسم: \u2066%s\u2069", "There is no criterion of this name: %s").Sprintf(id)})
		}
	}
	if len(wrong) == 0 && sum == 0 {
		wrong = append(wrong, gov.Problem{Field: all[0].ID, Text: gov.T("لا بد من وزن لمعيار واحد على الأقل", "At least one criterion must weigh something")})
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// ReadWeights reads weights written as YAML: "volume: 30". Errors: Invalid,
// gov.Problems.
func ReadWeights(r io.Reader) (Weights, error) {
	b, err := io.ReadAll(io.LimitReader(r, 64<<10))
	if err != nil {
		return nil, err
	}
	w := Weights{}
	if err := yaml.Load(b, &w, yaml.WithUniqueKeys()); err != nil {
		return nil, gov.Fail(gov.Invalid, "ملف الأوزان يُكتب هكذا في كل سطر: \u2066volume: 30\u2069", "A file of weights has lines like volume: 30").Because(fmt.Errorf("weights: %w", err))
	}
	return w, w.Check()
}

// sum of all weights.
func (w Weights) sum() (n int) {
	for _, x := range w {
		n += x
	}
	return n
}
