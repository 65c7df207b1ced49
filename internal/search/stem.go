package search

import (
	"strings"
	"unicode/utf8"
)

// The affixes that a light stem drops. A lone و is not among the prefixes:
// وثيقة and وزارة begin with it. Where it is a real "and", detached finds out
// from the vocabulary.
var (
	arabicPrefixes  = []string{"وبال", "ولل", "وال", "بال", "كال", "فال", "لل", "ال"}
	arabicSuffixes  = []string{"اتها", "اتهم", "يه", "ات", "ون", "ين", "ها", "ه", "ي"}
	englishSuffixes = []string{"'s", "ings", "ing", "ies", "ied", "sses", "ers", "es", "ed", "s", "e", "y"}
)

// Stem is the part of a folded word that its light forms share: الهوية, هوية
// and هويتي become هوي; licences and licence become licenc. It never leaves fewer
// than three letters.
func Stem(w string) string {
	if isArabic(w) {
		return arabicStem(w)
	}
	return englishStem(w)
}

// stems are the stems of a folded word in every language that it may be of:
// nobody says in which language they type, and permis is a word of two.
func stems(w string) []string {
	first := Stem(w)
	if isArabic(w) {
		return []string{first}
	}
	if second := frenchStem(w); second != first {
		return []string{first, second}
	}
	return []string{first}
}

func isArabic(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return r >= 'ء' && r <= 'ۿ'
}

func arabicStem(w string) string {
	for _, p := range arabicPrefixes {
		if rest, ok := strings.CutPrefix(w, p); ok && letters(rest) >= 3 {
			w = rest
			break
		}
	}
	for _, s := range arabicSuffixes {
		rest, ok := strings.CutSuffix(w, s)
		if !ok || letters(rest) < 3 {
			continue
		}
		// The t of a feminine word shows before a possessive: بطاقتي, بطاقتها.
		if bare, t := strings.CutSuffix(rest, "ت"); t && letters(bare) >= 3 && (s == "ي" || s == "ها" || s == "ه") {
			return bare
		}
		return rest
	}
	return w
}

func englishStem(w string) string {
	for _, s := range englishSuffixes {
		rest, ok := strings.CutSuffix(w, s)
		if ok && letters(rest) >= 3 && !(s == "s" && strings.HasSuffix(rest, "s")) {
			return strings.TrimSuffix(rest, "e")
		}
	}
	return w
}

// frenchStem drops plural, feminine and infinitive endings and -ment:
// renouveler and renouvellement become renouvel, journaux and journal journal.
func frenchStem(w string) string {
	w = shorten(w, "s", "")
	w = shorten(w, "aux", "al")
	for _, s := range []string{"ement", "ment", "ees", "ee", "er", "ez", "e"} {
		if rest := shorten(w, s, ""); rest != w {
			w = rest
			break
		}
	}
	if n := len(w); n > 4 && w[n-1] == w[n-2] && w[n-1] != 's' {
		w = w[:n-1]
	}
	return w
}

// shorten replaces an ending when at least four letters stand before it.
func shorten(w, ending, by string) string {
	if rest, ok := strings.CutSuffix(w, ending); ok && letters(rest) >= 4 {
		return rest + by
	}
	return w
}

// detached drops one letter that Arabic writes together with the next word
// (and, in, for, as, so) and reports whether the rest is a word that known holds.
// Only with that knowledge is it safe: وعنوان is "and an address", وثيقة is not
// "and" anything.
func detached(w string, letterSet string, known func(string) bool) (string, bool) {
	r, n := utf8.DecodeRuneInString(w)
	if n == 0 || !strings.ContainsRune(letterSet, r) || letters(w) < 5 {
		return "", false
	}
	rest := w[n:]
	return rest, known(rest)
}

func letters(s string) int { return utf8.RuneCountInString(s) }
