package portal

import (
	"errors"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// problemsOf lists what is wrong by field, from either shape of an error.
func problemsOf(err error) gov.Problems {
	var many gov.Problems
	if errors.As(err, &many) {
		return many
	}
	var one *gov.Error
	if errors.As(err, &one) {
		return gov.Problems{{Field: one.Field, Text: one.Public}}
	}
	return nil
}

// fieldProblems are the problems in err that belong to fields; ok is false for
// every other failure.
func fieldProblems(err error) (out gov.Problems, ok bool) {
	if gov.KindOf(err) != gov.Invalid {
		return nil, false
	}
	return problemsOf(err), true
}

// first is the text of the first problem; empty when there is none.
func first(list gov.Problems) gov.Text {
	if len(list) == 0 {
		return nil
	}
	return list[0].Text
}

// labelled are problems for the summary above a form, each with the words of
// its question before it, so that two of a kind can be told apart.
func labelled(problems gov.Problems, qs []form.Question) gov.Problems {
	var out gov.Problems
	for _, p := range problems {
		if label := labelOf(p.Field, qs); len(label) > 0 {
			p.Text = pages.T("portal.problem", label, p.Text)
		}
		out = append(out, p)
	}
	return out
}

// labelOf is the label of the question, or of the question in a row, at a path.
func labelOf(path string, qs []form.Question) gov.Text {
	name, rest, _ := strings.Cut(path, ".")
	for _, q := range qs {
		if q.Name != name {
			continue
		}
		if _, inner, ok := strings.Cut(rest, "."); ok && q.Kind == form.Group {
			return labelOf(inner, q.Questions)
		}
		return q.Label
	}
	return nil
}
