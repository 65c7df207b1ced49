package pades

import (
	"bytes"
	"errors"
	"strconv"
)

// The values of PDF: nil, bool, float64, text, name, ref, []any, *dict.
type (
	text string
	name string
	ref  struct{ number, generation int }
	dict struct {
		is    map[name]any
		spans map[name][2]int // where the values stand in the file
		end   int             // after ">>"
	}
)

var (
	errSyntax = errors.New("pades: not to be read as PDF")
	errDeep   = errors.New("pades: nested too deeply")
	errWork   = errors.New("pades: the file makes its reader go round in circles")
)

// deepest is how far values may stand in one another.
const deepest = 40

// lexer reads values from a place of the file.
type lexer struct {
	b  []byte
	at int
}

func space(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func regular(c byte) bool { return !space(c) && bytes.IndexByte([]byte("()<>[]{}/%"), c) < 0 }

// skip goes over white space and comments.
func (l *lexer) skip() {
	for l.at < len(l.b) {
		switch c := l.b[l.at]; {
		case space(c):
			l.at++
		case c == '%':
			for l.at < len(l.b) && l.b[l.at] != '\n' && l.b[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// take goes over a word if it stands here.
func (l *lexer) take(word string) bool {
	l.skip()
	if !bytes.HasPrefix(l.b[l.at:], []byte(word)) {
		return false
	}
	end := l.at + len(word)
	if regular(word[len(word)-1]) && end < len(l.b) && regular(l.b[end]) {
		return false
	}
	l.at = end
	return true
}

// word is a run of regular characters.
func (l *lexer) word() string {
	start := l.at
	for l.at < len(l.b) && regular(l.b[l.at]) {
		l.at++
	}
	return string(l.b[start:l.at])
}

func (l *lexer) value(depth int) (any, error) {
	if depth > deepest {
		return nil, errDeep
	}
	l.skip()
	if l.at >= len(l.b) {
		return nil, errSyntax
	}
	switch c := l.b[l.at]; c {
	case '/':
		return l.name()
	case '(':
		return l.literal()
	case '[':
		return l.array(depth)
	case '<':
		if bytes.HasPrefix(l.b[l.at:], []byte("<<")) {
			return l.dict(depth)
		}
		return l.hex()
	}
	return l.plain()
}

func (l *lexer) name() (name, error) {
	l.at++
	w := l.word()
	if !bytes.ContainsRune([]byte(w), '#') {
		return name(w), nil
	}
	var out []byte
	for i := 0; i < len(w); i++ {
		if w[i] != '#' {
			out = append(out, w[i])
			continue
		}
		if i+3 > len(w) {
			return "", errSyntax
		}
		v, err := strconv.ParseUint(w[i+1:i+3], 16, 8)
		if err != nil {
			return "", errSyntax
		}
		out, i = append(out, byte(v)), i+2
	}
	return name(out), nil
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

// literal reads a text in parentheses. Octal escapes are taken one to three digits long.
func (l *lexer) literal() (text, error) {
	var out []byte
	open := 0
	for ; l.at < len(l.b); l.at++ {
		switch c := l.b[l.at]; c {
		case '(':
			if open++; open > 1 {
				out = append(out, c)
			}
		case ')':
			if open--; open == 0 {
				l.at++
				return text(out), nil
			}
			out = append(out, c)
		case '\\':
			out = l.escape(out)
		default:
			out = append(out, c)
		}
	}
	return "", errSyntax
}

// escape reads what follows a backslash and stays on its last character.
func (l *lexer) escape(out []byte) []byte {
	l.at++
	if l.at >= len(l.b) {
		return out
	}
	c := l.b[l.at]
	if r, ok := escapes[c]; ok {
		return append(out, r)
	}
	if c == '\r' || c == '\n' {
		if c == '\r' && l.at+1 < len(l.b) && l.b[l.at+1] == '\n' {
			l.at++
		}
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	v, n := 0, 0
	for ; n < 3 && l.at+n < len(l.b) && l.b[l.at+n] >= '0' && l.b[l.at+n] <= '7'; n++ {
		v = v*8 + int(l.b[l.at+n]-'0')
	}
	l.at += n - 1
	return append(out, byte(v))
}

func (l *lexer) hex() (text, error) {
	end := bytes.IndexByte(l.b[l.at:], '>')
	if end < 0 {
		return "", errSyntax
	}
	var out []byte
	half, have := byte(0), false
	for _, c := range l.b[l.at+1 : l.at+end] {
		v, ok := nibble(c)
		switch {
		case space(c):
		case !ok:
			return "", errSyntax
		case have:
			out, have = append(out, half<<4|v), false
		default:
			half, have = v, true
		}
	}
	if have {
		out = append(out, half<<4)
	}
	l.at += end + 1
	return text(out), nil
}

func nibble(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func (l *lexer) array(depth int) ([]any, error) {
	l.at++
	out := []any{}
	for !l.take("]") {
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// dict reads a dictionary; a key that stands twice is refused, for readers differ
// in which of the two they take.
func (l *lexer) dict(depth int) (*dict, error) {
	l.at += 2
	d := &dict{is: map[name]any{}, spans: map[name][2]int{}}
	for !l.take(">>") {
		if l.at >= len(l.b) || l.b[l.at] != '/' {
			return nil, errSyntax
		}
		key, err := l.name()
		if err != nil {
			return nil, err
		}
		l.skip()
		start := l.at
		v, err := l.value(depth + 1)
		if _, twice := d.is[key]; err != nil || twice {
			return nil, errors.Join(errSyntax, err)
		}
		d.is[key], d.spans[key] = v, [2]int{start, l.at}
	}
	d.end = l.at
	return d, nil
}

// plain reads a number, a reference or a word.
func (l *lexer) plain() (any, error) {
	w := l.word()
	switch w {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null":
		return nil, nil
	}
	f, err := strconv.ParseFloat(w, 64)
	if err != nil || w == "" || w[0] >= 'A' {
		return nil, errSyntax
	}
	if r, ok := l.reference(w); ok {
		return r, nil
	}
	return f, nil
}

// reference looks whether a number begins "12 0 R".
func (l *lexer) reference(first string) (ref, bool) {
	n, err := strconv.Atoi(first)
	if err != nil || n < 0 {
		return ref{}, false
	}
	ahead := lexer{l.b, l.at}
	ahead.skip()
	g, err := strconv.Atoi(ahead.word())
	if err != nil || g < 0 || !ahead.take("R") {
		return ref{}, false
	}
	l.at = ahead.at
	return ref{n, g}, true
}
