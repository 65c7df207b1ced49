package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// wish is one thing asked for: a word or a known phrase, with the terms that
// would satisfy it.
type wish struct{ ways []way }

// way is one way to satisfy a wish: all its terms together.
type way struct {
	terms []string
	share float64 // what a match counts, at most 1
}

// What a match counts when it is not the very word.
const (
	synonymShare = 0.55
	prefixShare  = 0.45
	typoShare    = 0.5
	longestQuery = 16 // words; the rest of a longer query is ignored
)

// wishes reads a query. Idle words are dropped unless nothing else is there.
func (x *Index) wishes(text string) []wish {
	all := words(Fold(text))
	ws := slices.DeleteFunc(slices.Clone(all), func(w string) bool { return idle[w] })
	if len(ws) == 0 {
		ws = all
	}
	ws = ws[:min(len(ws), longestQuery)]
	var out []wish
	for i := 0; i < len(ws); {
		n := x.phraseAt(ws, i)
		out = append(out, x.wish(ws[i:i+n], i+n == len(ws)))
		i += n
	}
	return out
}

// phraseAt is the number of words at i that form the longest known phrase.
func (x *Index) phraseAt(ws []string, i int) int {
	for n := min(x.longest, len(ws)-i); n > 1; n-- {
		if len(x.synonyms[phraseKey(ws[i:i+n])]) > 0 {
			return n
		}
	}
	return 1
}

// wish gathers the ways to satisfy the words of one phrase. The last word of a
// query may still be being typed, so it also matches beginnings.
func (x *Index) wish(ws []string, last bool) wish {
	var out wish
	if len(ws) > 1 {
		out.phrase(ws, 1)
	} else {
		x.word(&out, ws[0], last)
	}
	for _, s := range x.synonyms[phraseKey(ws)] {
		out.phrase(words(Fold(s)), synonymShare)
	}
	return out
}

// phrase adds a way that needs every word, by its stem.
func (w *wish) phrase(ws []string, share float64) {
	terms := make([]string, len(ws))
	for i, s := range ws {
		terms[i] = Stem(s)
	}
	w.ways = append(w.ways, way{terms, share})
}

// word adds the ways of one word: itself, its stems; when the documents know
// none of them, the word behind a joined letter, or words one mistake away.
func (x *Index) word(out *wish, w string, last bool) {
	out.ways = append(out.ways, way{[]string{w}, 1})
	for _, stem := range stems(w) {
		if stem != w {
			out.ways = append(out.ways, way{[]string{stem}, 0.9})
		}
	}
	if !x.knowsForm(w) && len(x.synonyms[Stem(w)]) == 0 {
		if rest, ok := detached(w, "وبلكف", x.knowsForm); ok {
			out.ways = append(out.ways, way{[]string{rest}, 0.8}, way{[]string{Stem(rest)}, 0.8})
			out.phraseOf(x, rest)
		} else {
			x.near(out, w)
		}
	}
	if last && letters(w) >= 3 {
		for _, term := range x.beginning(w) {
			out.ways = append(out.ways, way{[]string{term}, prefixShare})
		}
	}
}

// phraseOf adds the synonyms of a word found inside another.
func (w *wish) phraseOf(x *Index, word string) {
	for _, s := range x.synonyms[Stem(word)] {
		w.phrase(words(Fold(s)), synonymShare)
	}
}

// near adds the words of the vocabulary and of the synonyms one mistake away.
func (x *Index) near(out *wish, w string) {
	for _, typed := range slices.Compact(append([]string{w}, stems(w)...)) {
		n := letters(typed)
		if n < 4 {
			continue
		}
		for size := n - 1; size <= n+1; size++ {
			for _, term := range x.byLength[size] {
				if size >= 3 && oneAway(typed, term) {
					out.ways = append(out.ways, way{[]string{term}, typoShare})
				}
			}
		}
	}
}

func (x *Index) knows(term string) bool { return len(x.postings[term]) > 0 }

func (x *Index) knowsForm(w string) bool {
	return x.knows(w) || slices.ContainsFunc(stems(w), x.knows)
}

// beginning lists a few words that begin with w.
func (x *Index) beginning(w string) (out []string) {
	for size := letters(w) + 1; size <= letters(w)+8; size++ {
		list := x.byLength[size]
		at, _ := slices.BinarySearch(list, w)
		for ; at < len(list) && strings.HasPrefix(list[at], w) && len(out) < 32; at++ {
			out = append(out, list[at])
		}
	}
	return out
}

// oneAway reports whether one letter inserted, dropped, changed or exchanged
// with its neighbour turns a into b.
func oneAway(a, b string) bool {
	for a != "" && b != "" {
		ra, na := utf8.DecodeRuneInString(a)
		rb, nb := utf8.DecodeRuneInString(b)
		if ra != rb {
			break
		}
		a, b = a[na:], b[nb:]
	}
	x, y := []rune(a), []rune(b)
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	switch {
	case len(x) <= 1 && len(y) <= 1:
		return true
	case len(x) == 2 && len(y) == 2:
		return x[0] == y[1] && x[1] == y[0]
	}
	return false
}
