package pack

import (
	"fmt"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

// Problem is one thing wrong with a pack: where, what, and what was probably meant.
type Problem struct {
	File       string   `json:"file"` // "procedure.yaml"
	Line       int      `json:"line"` // from 1
	Col        int      `json:"col"`  // from 1
	Text       gov.Text `json:"text"`
	Suggestion string   `json:"suggestion,omitempty"` // the word that was probably meant
}

// In writes the problem for people: file:line:column, what is wrong, what was probably meant.
func (p Problem) In(l gov.Lang) string {
	s := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Text.In(l))
	switch {
	case p.Suggestion == "":
		return s
	case l == gov.Arabic:
		return s + fmt.Sprintf("؛ هل تقصد %q؟", p.Suggestion)
	}
	return s + fmt.Sprintf("; did you mean %q?", p.Suggestion)
}

// Problems are all things wrong with a pack, in the order of its files. As an
// error its kind is Invalid.
type Problems []Problem

// Error lists the problems in English, one a line.
func (p Problems) Error() string { return p.In(gov.English) }

// In lists the problems in a language, one a line.
func (p Problems) In(l gov.Lang) string {
	lines := make([]string, len(p))
	for i, x := range p {
		lines[i] = x.In(l)
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the failure that the web and the API show: kind Invalid.
func (p Problems) Unwrap() error {
	return gov.Fail(gov.Invalid, "في ملفات الخدمة أخطاء تحتاج إلى تصحيح", "The service pack has problems to correct")
}

// most is how many problems are told of one file; nobody reads more.
const most = 100

// nearest returns the name that word was probably meant to be, or "".
func nearest(word string, names []string) string {
	if len(word) > 100 { // no slip of the finger
		return ""
	}
	return rule.Nearest(word, names)
}

// sorted puts the problems in reading order and drops repeated ones.
func (p Problems) sorted() Problems {
	order := func(f string) int { return slices.Index(fileNames, f) }
	slices.SortStableFunc(p, func(a, b Problem) int {
		if d := order(a.File) - order(b.File); d != 0 {
			return d
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	return slices.CompactFunc(p, func(a, b Problem) bool { return a.In(gov.English) == b.In(gov.English) })
}
