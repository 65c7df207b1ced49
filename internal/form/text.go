package form

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"diwan.example/gov"
	"diwan.example/internal/pdf"
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
	if odd := pdf.Unwritable(s); len(odd) > 0 && q.isName() {
		return nil, wrong(unwritable.Sprintf(string(odd[0]), fmt.Sprintf("U+%04X", odd[0])))
	}
	return measured(q, s)
}

var unwritable = gov.T("لا يُكتب في الاسم %s ‏(%s)، فلا تحويه خطوط الوثائق؛ اكتب الاسم بحروف أخرى", "%s (%s) cannot stand in a name: the fonts of documents lack it. Write the name with other letters").
	French("%s (%s) ne peut figurer dans un nom : les polices des documents ne l’ont pas. Écrivez le nom avec d’autres lettres")

// isName reports whether the answer is somebody's name, which stands on documents
// as it is written.
func (q Question) isName() bool {
	return strings.HasPrefix(string(q.Attribute), "person.name") || q.Name == "name" || strings.HasSuffix(q.Name, "_name") ||
		strings.HasSuffix(q.Name, "name_ar") || strings.HasSuffix(q.Name, "name_en")
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
