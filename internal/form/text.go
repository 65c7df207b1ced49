package form

import (
	"strings"
	"unicode/utf8"

	"diwan.example/gov"
	"golang.org/x/text/unicode/norm"
)

func readShortText(_ *run, q *question, v any) (any, gov.Problems) {
	s, bad := tidy(q, v)
	if bad != nil {
		return nil, bad
	}
	if strings.ContainsAny(s, "\n\t") {
		s = strings.Join(strings.Fields(s), " ")
	}
	return measured(q, s)
}

func readLongText(_ *run, q *question, v any) (any, gov.Problems) {
	s, bad := tidy(q, v)
	if bad != nil {
		return nil, bad
	}
	return measured(q, s)
}

// tidy takes a text as it came: refused unread when it is far too long, then
// its line breaks made one kind, what no honest text contains removed, letters
// composed (Unicode NFC), spaces around it cut.
func tidy(q *question, v any) (string, gov.Problems) {
	s, ok := v.(string)
	if !ok {
		return "", wrong(notText)
	}
	if len(s) > 4*q.limits.length+4096 {
		return "", wrong(tooLong.Sprintf(q.limits.length))
	}
	if plainASCII(s) {
		return strings.TrimSpace(s), nil
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	s, _ = gov.CleanText(s)
	return strings.TrimSpace(norm.NFC.String(s)), nil
}

func measured(q *question, s string) (any, gov.Problems) {
	if p := q.limits.pattern; p != nil && !p.MatchString(s) { // numbers of papers are typed with either digits
		if western := gov.Digits(s); p.MatchString(western) {
			s = western
		}
	}
	n := utf8.RuneCountInString(s)
	switch {
	case n == 0:
		return nil, wrong(missing[ShortText])
	case n > q.limits.length:
		return nil, wrong(tooLong.Sprintf(q.limits.length))
	case n < q.MinLength:
		return nil, wrong(tooShort.Sprintf(q.MinLength))
	case q.limits.pattern != nil && !q.limits.pattern.MatchString(s):
		return nil, wrong(badPattern)
	}
	return s, nil
}
