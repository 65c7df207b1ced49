package rdf

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"diwan.example/gov"
)

// turtleReader reads Turtle 1.1 from a whole text.
type turtleReader struct {
	file     string
	s        string
	at       int // next byte
	line     int
	begin    int // of the present line
	depth    int
	base     string
	prefixes map[string]string
	labels   map[string]string // of blank nodes in the file → here
	blanks   int
	names    map[string]string // IRIs, each kept once
	g        *Graph
}

// fault ends the reading.
type fault struct{ err *SyntaxError }

func (r *turtleReader) fail(ar, en string, args ...any) {
	column := utf8.RuneCountInString(r.s[min(r.begin, len(r.s)):min(r.at, len(r.s))]) + 1
	panic(fault{&SyntaxError{r.file, r.line, column, gov.T(ar, en).Sprintf(args...)}})
}

// readTurtle reads a document. Errors: SyntaxError.
func readTurtle(file, text, base string) (g *Graph, err error) {
	r := &turtleReader{file: file, s: text, line: 1, base: base, prefixes: map[string]string{}, labels: map[string]string{}, names: map[string]string{}, g: &Graph{}}
	defer func() {
		if x := recover(); x != nil {
			f, ok := x.(fault)
			if !ok {
				panic(x)
			}
			g, err = nil, f.err
		}
	}()
	for r.space(); r.at < len(r.s); r.space() {
		r.statement()
	}
	r.g.Base = r.base
	return r.g, nil
}

// space steps over blanks and comments.
func (r *turtleReader) space() {
	for r.at < len(r.s) {
		switch r.s[r.at] {
		case '\n':
			r.at++
			r.line++
			r.begin = r.at
		case ' ', '\t', '\r':
			r.at++
		case '#':
			n := strings.IndexByte(r.s[r.at:], '\n')
			if n < 0 {
				n = len(r.s) - r.at
			}
			r.at += n
		default:
			return
		}
	}
}

func (r *turtleReader) peek() byte {
	if r.at < len(r.s) {
		return r.s[r.at]
	}
	return 0
}

func (r *turtleReader) expect(c byte) {
	r.space()
	if r.at >= len(r.s) {
		r.fail("انتهى الملف قبل أن تكتمل الجملة، والمنتظر «%s»", "The file ends before the statement does; “%s” is expected", string(c))
	}
	if r.s[r.at] != c {
		r.fail("المنتظر هنا «%s»", "“%s” is expected here", string(c))
	}
	r.at++
}

// word reports whether a keyword stands here, and steps over it.
func (r *turtleReader) word(w string, fold bool) bool {
	end := r.at + len(w)
	if end > len(r.s) || r.s[r.at:end] != w && !(fold && strings.EqualFold(r.s[r.at:end], w)) {
		return false
	}
	if end < len(r.s) && (isNameByte(r.s[end]) || r.s[end] == ':') {
		return false
	}
	r.at = end
	return true
}

func (r *turtleReader) statement() {
	switch {
	case r.word("@prefix", false):
		r.prefix()
		r.expect('.')
	case r.word("@base", false):
		r.space()
		r.base = r.iriRef()
		r.expect('.')
	case r.word("PREFIX", true):
		r.prefix()
	case r.word("BASE", true):
		r.space()
		r.base = r.iriRef()
	case r.peek() == '@':
		r.fail("توجيه غير معروف بعد @", "After @ comes prefix or base")
	default:
		r.triples()
		r.expect('.')
	}
}

func (r *turtleReader) prefix() {
	r.space()
	start := r.at
	for r.at < len(r.s) && r.s[r.at] != ':' && r.s[r.at] > ' ' && r.s[r.at] != '<' {
		r.at++
	}
	name := r.s[start:r.at]
	r.expect(':')
	r.space()
	r.prefixes[name] = r.iriRef()
}

func (r *turtleReader) triples() {
	var subject string
	switch c := r.peek(); {
	case c == '[':
		subject = r.bracket()
		if r.space(); r.peek() == '.' {
			return
		}
	case c == '(':
		subject = r.list()
	default:
		subject = r.resource()
	}
	r.space()
	r.properties(subject, '.')
}

func (r *turtleReader) deeper() {
	if r.depth++; r.depth > deepest {
		r.fail("الأقواس متداخلة أكثر من %s مرة", "Brackets are nested more than %s times", strconv.Itoa(deepest))
	}
}

func (r *turtleReader) blank() string {
	r.blanks++
	return "_:n" + strconv.Itoa(r.blanks)
}

// bracket reads [ … ] and returns the node that it stands for.
func (r *turtleReader) bracket() string {
	r.deeper()
	r.at++
	node := r.blank()
	if r.space(); r.peek() != ']' {
		r.properties(node, ']')
	}
	r.expect(']')
	r.depth--
	return node
}

// list reads ( … ).
func (r *turtleReader) list() string {
	r.deeper()
	r.at++
	head, last := null, ""
	for r.space(); r.peek() != ')'; r.space() {
		if r.at >= len(r.s) {
			r.expect(')')
		}
		node, line := r.blank(), r.line
		if last == "" {
			head = node
		} else {
			r.g.add(Triple{last, rest, Ref(node), line})
		}
		o := r.object()
		r.g.add(Triple{node, first, o, line})
		last = node
	}
	r.at++
	r.depth--
	if last != "" {
		r.g.add(Triple{last, rest, Ref(null), r.line})
	}
	return head
}

// properties reads predicates and objects up to the end of what they belong to.
func (r *turtleReader) properties(subject string, end byte) {
	for {
		r.space()
		predicate := Type
		if !r.word("a", false) {
			if r.peek() == '_' {
				r.fail("لا تكون الخاصية عقدة بلا اسم", "A property cannot be a blank node")
			}
			predicate = r.resource()
		}
		for {
			r.space()
			line := r.line
			o := r.object()
			r.g.add(Triple{subject, predicate, o, line})
			if r.space(); r.peek() != ',' {
				break
			}
			r.at++
		}
		more := false
		for r.peek() == ';' {
			more = true
			r.at++
			r.space()
		}
		switch c := r.peek(); {
		case c == end || r.at >= len(r.s):
			return
		case !more:
			r.fail("المنتظر هنا «;» أو «,» أو «%s»", "“;”, “,” or “%s” is expected here", string(end))
		}
	}
}

func (r *turtleReader) object() Term {
	switch c := r.peek(); {
	case c == '[':
		return Ref(r.bracket())
	case c == '(':
		return Ref(r.list())
	case c == '"' || c == '\'':
		return r.literal()
	case c == '+' || c == '-' || c == '.' || c >= '0' && c <= '9':
		return r.number()
	case r.word("true", false):
		return Typed("true", Boolean)
	case r.word("false", false):
		return Typed("false", Boolean)
	}
	return Ref(r.resource())
}

// once keeps one copy of every IRI.
func (r *turtleReader) once(s string) string {
	if kept, ok := r.names[s]; ok {
		return kept
	}
	s = strings.Clone(s)
	r.names[s] = s
	return s
}

// resource reads an IRI, a prefixed name or the label of a blank node.
func (r *turtleReader) resource() string {
	switch {
	case r.at >= len(r.s):
		r.fail("انتهى الملف قبل أن تكتمل الجملة", "The file ends before the statement does")
	case r.s[r.at] == '<':
		return r.iriRef()
	case strings.HasPrefix(r.s[r.at:], "_:"):
		r.at += 2
		label := r.local()
		if label == "" {
			r.fail("اسم العقدة ناقص بعد «_:»", "A label is missing after “_:”")
		}
		if _, ok := r.labels[label]; !ok {
			r.labels[label] = r.blank()
		}
		return r.labels[label]
	}
	return r.prefixed()
}

func (r *turtleReader) prefixed() string {
	start := r.at
	for r.at < len(r.s) && (isNameByte(r.s[r.at]) || r.s[r.at] == '.') {
		r.at++
	}
	if r.peek() != ':' {
		r.at = start
		r.fail("المنتظر هنا عنوان مثل <https://…> أو اسم مختصر مثل dct:title، وليس «%s»", "An IRI like <https://…> or a name like dct:title is expected here, not “%s”", r.glimpse())
	}
	name := r.s[start:r.at]
	ns, ok := r.prefixes[name]
	if !ok {
		r.at = start
		r.fail("الاختصار «%s:» غير معرّف في الملف", "The prefix “%s:” is not declared", name)
	}
	r.at++
	return r.once(ns + r.local())
}

// glimpse is what stands here, for errors.
func (r *turtleReader) glimpse() string {
	s := r.s[r.at:min(len(r.s), r.at+60)]
	if n := strings.IndexAny(s, " \t\r\n"); n > 0 {
		s = s[:n]
	}
	if runes := []rune(strings.ToValidUTF8(s, "")); len(runes) > 20 {
		return string(runes[:20]) + "…"
	}
	return strings.ToValidUTF8(s, "")
}

// isNameByte reports whether a byte may stand in a name; every byte of a letter
// outside ASCII may.
func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c >= 0x80
}

// local reads what follows the colon.
func (r *turtleReader) local() string {
	var b strings.Builder
	for r.at < len(r.s) {
		c := r.s[r.at]
		switch {
		case isNameByte(c) || c == ':' || c == '%':
			b.WriteByte(c)
		case c == '.':
			n := r.at
			for n < len(r.s) && r.s[n] == '.' {
				n++
			}
			if n >= len(r.s) || !isNameByte(r.s[n]) && r.s[n] != ':' && r.s[n] != '%' && r.s[n] != '\\' {
				return b.String() // the end of the statement
			}
			b.WriteByte(c)
		case c == '\\' && r.at+1 < len(r.s) && strings.IndexByte("_~.-!$&'()*+,;=/?#@%", r.s[r.at+1]) >= 0:
			r.at++
			b.WriteByte(r.s[r.at])
		default:
			return b.String()
		}
		r.at++
	}
	return b.String()
}

// iriRef reads <…> and makes it absolute.
func (r *turtleReader) iriRef() string {
	if r.peek() != '<' {
		r.fail("المنتظر هنا عنوان بين < و>", "An IRI between < and > is expected here")
	}
	end := strings.IndexAny(r.s[r.at+1:], ">\n")
	if end < 0 || r.s[r.at+1+end] != '>' {
		r.fail("العنوان لا ينتهي بـ«>»", "The IRI does not end with “>”")
	}
	raw := r.s[r.at+1 : r.at+1+end]
	iri := raw
	if strings.Contains(raw, `\`) {
		iri = r.unescaped(raw, false)
	}
	if iri = resolve(r.base, iri); !IsIRI(iri) {
		if !strings.Contains(iri, ":") {
			r.fail("العنوان <%s> نسبي، ولا عنوان أساس في الملف", "The IRI <%s> is relative, and the file has no base", short(raw))
		}
		r.fail("العنوان <%s> غير صحيح", "<%s> is no IRI", short(raw))
	}
	r.at += end + 2
	return r.once(iri)
}

func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
