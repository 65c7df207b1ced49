package pdf

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// Marks that steer the direction of text. Only the isolates may stay, in pairs.
const (
	lri = '\u2066' // left-to-right isolate
	rli = '\u2067' // right-to-left isolate
	fsi = '\u2068' // first strong isolate
	pdi = '\u2069' // end of isolate
)

// Isolate makes a value safe to put inside a sentence of either direction: its
// own direction marks go away, and it stands between U+2066 (or U+2067) and
// U+2069. Every value that a document file interpolates goes through it.
func Isolate(value string) string {
	value = stripDirection(value)
	if value == "" {
		return ""
	}
	if rightToLeft(value, false) {
		return string(rli) + value + string(pdi)
	}
	return string(lri) + value + string(pdi)
}

func stripDirection(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x202A && r <= 0x202E || r >= lri && r <= pdi {
			return -1
		}
		return r
	}, s)
}

// rightToLeft tells the direction of the first letter of s that has one.
func rightToLeft(s string, otherwise bool) bool {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return otherwise
}

// cleaner prepares text for shaping and remembers what it had to do.
type cleaner struct {
	missing  map[rune]bool
	stripped bool
}

// clean composes accents, drops overrides and controls, balances isolates, and
// writes each character that no font has as ‹U+XXXX› in brackets. The result
// is one slice per paragraph.
func (c *cleaner) clean(s string) (paragraphs [][]rune) {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	for line := range strings.SplitSeq(norm.NFC.String(s), "\n") {
		paragraphs = append(paragraphs, c.line(line))
	}
	return paragraphs
}

func (c *cleaner) line(s string) (out []rune) {
	open := 0
	for _, r := range s {
		switch {
		case r == lri || r == rli || r == fsi:
			open++
		case r == pdi && open == 0, r >= 0x202A && r <= 0x202E, r == 0xFEFF, r == 0xAD:
			c.stripped = true
			continue
		case r == pdi:
			open--
		case r == '\t' || r == 0x2028 || r == 0x2029 || r == 0x85 || r == '\v' || r == '\f':
			r = ' '
		case unicode.IsControl(r):
			c.stripped = true
			continue
		case unicode.Is(unicode.Variation_Selector, r):
			continue
		case !covered(r):
			out = append(out, c.substitute(r)...)
			continue
		}
		out = append(out, r)
	}
	for range open {
		out = append(out, pdi)
	}
	return out
}

// substitute is what stands for a character that no font has: its compatible
// form when there is one, else its code in brackets.
func (c *cleaner) substitute(r rune) []rune {
	if plain := []rune(norm.NFKC.String(string(r))); len(plain) > 0 && !containsUncovered(plain) {
		return plain
	}
	if c.missing == nil {
		c.missing = map[rune]bool{}
	}
	c.missing[r] = true
	return []rune(fmt.Sprintf("%c[U+%04X]%c", lri, r, pdi))
}

func containsUncovered(rs []rune) bool {
	for _, r := range rs {
		if !covered(r) {
			return true
		}
	}
	return false
}

func covered(r rune) bool {
	f := typefaces()
	return f[sans].covers(r) || f[naskh].covers(r)
}
