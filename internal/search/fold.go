package search

import (
	"strings"
	"unicode"

	"diwan.example/gov"
)

// Fold brings spellings together that people use for the same word: case,
// hamza and alif forms, ta marbuta, alif maqsura, Persian keyboards' letters,
// Arabic-Indic digits, vowel marks and the stretching line. Two texts that fold
// to the same string look the same to someone who searches. Use it for columns
// that are compared, too.
func Fold(s string) string {
	return strings.Map(foldRune, gov.Digits(strings.ToLower(s)))
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
	case 'é', 'è':
		return 'e'
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
	the a an of for to in on at and or my i is are do how where when want need can get please from with`)

func idleWords(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[Fold(w)] = true
	}
	return out
}
