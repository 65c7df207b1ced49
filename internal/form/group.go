package form

import (
	"strconv"

	"diwan.example/gov"
)

// readGroup reads rows; rows in which nothing was typed are left out. Problems
// count rows as they were sent.
func readGroup(r *run, q *question, v any) (any, gov.Problems) {
	rows, ok := items(v)
	if !ok {
		return nil, wrong(notRows)
	}
	if len(rows) > q.limits.rows {
		return nil, wrong(tooManyRows.Sprintf(q.limits.rows, len(rows)))
	}
	out := make([]any, 0, len(rows))
	var bad gov.Problems
	for i, x := range rows {
		o, ok := fields(x)
		if !ok {
			bad = append(bad, gov.Problem{Field: strconv.Itoa(i), Text: notRows})
			continue
		}
		if emptyMap(o) {
			continue
		}
		row := make(Answers, len(q.inner.questions))
		wrong := r.row().fill(q.inner, o, row, everything{})
		for _, p := range append(wrong, unknown(q.inner, o, r.c.Strict)...) {
			bad = append(bad, gov.Problem{Field: strconv.Itoa(i) + "." + p.Field, Text: p.Text})
		}
		out = append(out, map[string]any(row))
	}
	switch {
	case bad != nil:
		return nil, bad
	case len(out) == 0:
		return nil, nil
	case len(out) < q.MinRows:
		return nil, wrong(tooFewRows.Sprintf(q.MinRows, len(out)))
	}
	return out, nil
}
