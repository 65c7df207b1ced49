package portal

import (
	"errors"

	"diwan.example/gov"
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
