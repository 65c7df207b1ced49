package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"diwan.example/gov"
)

// Fold brings spellings together that people use for the same word: case,
// hamza and alif forms, ta marbuta, alif maqsura, Persian keyboards' letters,
// Arabic-Indic digits, vowel marks, the stretching line, and the accents of
// Latin letters. Two texts that fold to the same string look the same to someone
// who searches. Use it for columns that are compared, too.
func Fold(s string) string {
	s = gov.Digits(strings.ToLower(s))
	if strings.ContainsFunc(s, accented) {
		s = plainLatin(s)
	}
	return strings.Map(foldRune, s)
}

// accented reports whether r is a Latin letter beyond the plain alphabet.
func accented(r rune) bool {
	return r >= 0xDF && r <= 0x24F || r >= 0x1E00 && r <= 0x1EFF
}

// plainLatin takes Latin letters apart: é is e and an accent, œ is oe.
func plainLatin(s string) string {
	var out strings.Builder
	for _, r := range s {
		switch {
		case r == 'œ':
			out.WriteString("oe")
		case r == 'æ':
			out.WriteString("ae")
		case r == 'ß':
			out.WriteString("ss")
		case accented(r):
			out.WriteString(norm.NFD.String(string(r)))
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

func foldRune(r rune) rune {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا'
	case 'ة', 'ۃ':
		return 'ه'
	case 'ى', 'ی':
		return 'ي'
	case 'ؤ', 'ئ':
		return 'ء'
	case 'ک', 'گ':
		return 'ك'
	case 'ـ':
		return -1
	}
	if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// words splits folded text into words of letters and digits. A hamza at the
// end is dropped, as most people do: كهرباء is typed كهربا.
func words(folded string) []string {
	list := strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range list {
		if bare := strings.TrimSuffix(w, "ء"); bare != "" {
			list[i] = bare
		}
	}
	return list
}

// idle are words that say nothing about what is looked for.
var idle = idleWords(`في من على الى عن او ان هذا هذه التي الذي كيف اين متى هل اريد ابغي ابي احتاج يمكن لي
	the a an of for to in on at and or my i is are do how where when want need can get please from with
le la les un une des de du l d au aux et ou en pour par sur avec mon ma mes je qu que qui est comment quand veux faire`)

func idleWords(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[Fold(w)] = true
	}
	return out
}
