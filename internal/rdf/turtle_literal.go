package rdf

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func (r *turtleReader) number() Term {
	start := r.at
	digits, dot, exponent := 0, false, false
	for r.at < len(r.s) {
		c := r.s[r.at]
		switch {
		case c >= '0' && c <= '9':
			digits++
		case (c == '+' || c == '-') && (r.at == start || exponent && strings.IndexByte("eE", r.s[r.at-1]) >= 0):
		case c == '.' && !dot && !exponent && r.at+1 < len(r.s) && (r.s[r.at+1] >= '0' && r.s[r.at+1] <= '9' || strings.IndexByte("eE", r.s[r.at+1]) >= 0 && digits > 0):
			dot = true
		case (c == 'e' || c == 'E') && !exponent && digits > 0:
			exponent = true
		default:
			return r.numeric(start, digits, dot, exponent)
		}
		r.at++
	}
	return r.numeric(start, digits, dot, exponent)
}

func (r *turtleReader) numeric(start, digits int, dot, exponent bool) Term {
	s := r.s[start:r.at]
	if last := s[max(0, len(s)-1):]; digits == 0 || exponent && strings.ContainsAny(last, "eE+-") || r.at < len(r.s) && isNameByte(r.s[r.at]) {
		r.at = start
		r.fail("«%s» ليس عددًا", "“%s” is no number", r.glimpse())
	}
	switch {
	case exponent:
		return Typed(s, Double)
	case dot:
		return Typed(s, Decimal)
	}
	return Typed(s, Integer)
}

// literal reads a string with its language or datatype.
func (r *turtleReader) literal() Term {
	s := r.quotation()
	switch {
	case r.peek() == '@':
		start := r.at + 1
		for r.at++; r.at < len(r.s) && (isNameByte(r.s[r.at]) && r.s[r.at] < 0x80 && r.s[r.at] != '_'); r.at++ {
		}
		tag := r.s[start:r.at]
		if !langTag(tag) {
			r.at = start
			r.fail("«%s» ليس رمز لغة", "“%s” is no language tag", short(tag))
		}
		return Text(s, tag)
	case strings.HasPrefix(r.s[r.at:], "^^"):
		r.at += 2
		r.space()
		return Typed(s, r.resource())
	}
	return Typed(s, String)
}

// langTag reports whether s looks like a language tag (BCP 47).
func langTag(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if part == "" || len(part) > 8 || i == 0 && strings.ContainsAny(part, "0123456789") {
			return false
		}
	}
	return true
}

// quotation reads a string between one or three quotation marks of either kind.
func (r *turtleReader) quotation() string {
	mark := r.s[r.at : r.at+1]
	long := strings.HasPrefix(r.s[r.at:], mark+mark+mark)
	if long {
		mark += mark + mark
	}
	at := r.at + len(mark)
	for i := at; i < len(r.s); i++ {
		switch {
		case r.s[i] == '\\':
			i++
		case !long && (r.s[i] == '\n' || r.s[i] == '\r'):
			r.fail("النص لا ينتهي بعلامة اقتباس على السطر نفسه", "The string has no closing quotation mark on its line")
		case r.s[i] == mark[0] && strings.HasPrefix(r.s[i:], mark):
			for long && i+3 < len(r.s) && r.s[i+3] == mark[0] { // """…"" """: the last three close
				i++
			}
			raw := r.s[at:i]
			s := raw
			if strings.Contains(raw, `\`) {
				s = r.unescaped(raw, true)
			}
			r.step(raw)
			r.at = i + len(mark)
			return s
		}
	}
	r.fail("النص لا ينتهي بعلامة اقتباس", "The string has no closing quotation mark")
	return ""
}

// step counts the lines of a long string.
func (r *turtleReader) step(raw string) {
	if n := strings.Count(raw, "\n"); n > 0 {
		r.line += n
		r.begin = r.at + 3 + strings.LastIndexByte(raw, '\n') + 1
	}
}

var escapes = map[byte]string{'t': "\t", 'b': "\b", 'n': "\n", 'r': "\r", 'f': "\f", '"': `"`, '\'': "'", '\\': `\`}

func (r *turtleReader) unescaped(s string, letters bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		if i >= len(s) {
			r.fail("لا شيء بعد «\\»", "Nothing follows “\\”")
		}
		if to, ok := escapes[s[i]]; ok && letters {
			b.WriteString(to)
			continue
		}
		n := map[byte]int{'u': 4, 'U': 8}[s[i]]
		if n == 0 || i+n >= len(s) {
			r.fail("«\\%s» غير معروف", "“\\%s” is not known", string(rune(s[i])))
		}
		code, err := strconv.ParseUint(s[i+1:i+1+n], 16, 32)
		if err != nil || !utf8.ValidRune(rune(code)) {
			r.fail("«\\%s» ليس حرفًا", "“\\%s” is no character", s[i:i+1+n])
		}
		b.WriteRune(rune(code))
		i += n
	}
	return b.String()
}
