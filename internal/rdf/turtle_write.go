package rdf

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// turtle writes Turtle.
type turtle struct {
	w        *bufio.Writer
	prefixes []Prefix
	done     map[string]string // IRI → as written
}

// NewTurtle writes Turtle to w, beginning with the prefixes. Nodes stand in the
// order in which they come, so that equal data is an equal file.
func NewTurtle(w io.Writer, prefixes []Prefix) Writer {
	t := &turtle{w: bufio.NewWriterSize(w, 64<<10), prefixes: prefixes, done: map[string]string{}}
	for _, p := range prefixes {
		fmt.Fprintf(t.w, "@prefix %s: <%s> .\n", p.Name, p.IRI)
	}
	return t
}

// Node writes one subject with its properties.
func (t *turtle) Node(n *Node) error {
	t.w.WriteString("\n" + t.iri(n.Subject))
	for i, p := range n.Props {
		if i > 0 {
			t.w.WriteString(" ;\n   ")
		}
		name := "a"
		if p.Predicate != Type {
			name = t.iri(p.Predicate)
		}
		t.w.WriteString(" " + name)
		for k, o := range p.Objects {
			switch {
			case k > 0 && len(p.Objects) > 4:
				t.w.WriteString(" ,\n        ")
			case k > 0:
				t.w.WriteString(" , ")
			default:
				t.w.WriteString(" ")
			}
			t.object(o)
		}
	}
	_, err := t.w.WriteString(" .\n")
	return err
}

// Close writes what is left.
func (t *turtle) Close() error { return t.w.Flush() }

var localName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$`)

func (t *turtle) iri(s string) string {
	if Blank(s) {
		return s
	}
	if short, ok := t.done[s]; ok {
		return short
	}
	short := "<" + s + ">"
	for _, p := range t.prefixes {
		if local, ok := strings.CutPrefix(s, p.IRI); ok && localName.MatchString(local) {
			short = p.Name + ":" + local
			break
		}
	}
	if len(t.done) < 10_000 {
		t.done[s] = short
	}
	return short
}

var bareInteger = regexp.MustCompile(`^[+-]?[0-9]+$`)

func (t *turtle) object(o Term) {
	switch {
	case !o.Literal():
		t.w.WriteString(t.iri(o.Value))
	case o.Lang != "":
		t.w.WriteString(quoted(o.Value) + "@" + o.Lang)
	case o.Datatype == Integer && bareInteger.MatchString(o.Value), o.Datatype == Boolean && (o.Value == "true" || o.Value == "false"):
		t.w.WriteString(o.Value)
	case o.Datatype == String:
		t.w.WriteString(quoted(o.Value))
	default:
		t.w.WriteString(quoted(o.Value) + "^^" + t.iri(o.Datatype))
	}
}

// quoted writes a string between quotation marks.
func quoted(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7F:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
