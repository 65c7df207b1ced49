package register

import (
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
)

// side is one difference as it stands on a page: what was, beside what is, with
// the words marked that differ.
type side struct {
	catalogue.Difference
	Marked bool // both are texts in one language, and Was and Is say which words differ
	Was    [3]string
	Is     [3]string
}

// Dir is the direction of a text in one language.
func (s side) Dir() string {
	if s.Lang == "" {
		return "auto"
	}
	return s.Lang.Dir()
}

// Language names the language of a text.
func (s side) Language() gov.Text {
	return catalogue.InWords(catalogue.LanguageWords, string(s.Lang))
}

func sideOf(d catalogue.Difference) side {
	s := side{Difference: d}
	before, after := d.Before[d.Lang], d.After[d.Lang]
	if d.Lang == "" || before == "" || after == "" {
		return s
	}
	s.Marked = true
	s.Was, s.Is = marked(before, after)
	return s
}

// marked takes two texts apart into what they begin with alike, what differs,
// and what they end with alike, at the bounds of words.
func marked(a, b string) (was, is [3]string) {
	x, y := strings.SplitAfter(a, " "), strings.SplitAfter(b, " ")
	first := 0
	for first < len(x) && first < len(y) && x[first] == y[first] {
		first++
	}
	last := 0
	for last < len(x)-first && last < len(y)-first && x[len(x)-1-last] == y[len(y)-1-last] {
		last++
	}
	cut := func(w []string) [3]string {
		return [3]string{strings.Join(w[:first], ""), strings.Join(w[first:len(w)-last], ""), strings.Join(w[len(w)-last:], "")}
	}
	return cut(x), cut(y)
}
