package identity

import (
	"strings"
	"unicode"

	"diwan.example/gov"
	"diwan.example/internal/search"
)

// apart keeps names in one piece: Ka'bi is one word.
var apart = strings.NewReplacer("'", "", "’", "", "ʿ", "", "`", "")

// folded splits a text into words whose spelling no longer matters.
func folded(s string) []string {
	return strings.FieldsFunc(search.Fold(apart.Replace(s)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// nameWords are the distinct words by which a person is found.
func nameWords(p Person) (out []string) {
	seen := map[string]bool{}
	for _, w := range append(folded(p.NameAr), folded(p.NameEn)...) {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// emailKey is how an e-mail address is compared; "" when it is none.
func emailKey(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if at := strings.LastIndexByte(s, '@'); at < 1 || at == len(s)-1 || len(s) > 254 || strings.ContainsAny(s, " \r\n\t<>,") {
		return ""
	}
	return s
}

// phoneKey is how a phone number is compared: its last eight digits, so that
// the country's prefix may be there or not; "" when it is none.
func phoneKey(s string) string {
	d := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, gov.Digits(s))
	if len(d) < 8 || len(d) > 15 {
		return ""
	}
	return d[len(d)-8:]
}
