package asice

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// element is one element of a document, kept as it was written: prefixes are not
// resolved away, so that it can be written again in canonical form.
type element struct {
	prefix, local string
	attrs         []attr
	children      []any // *element, text, comment, instruction
	parent        *element
	spaces        map[string]string // declared here: prefix to name; "" is the default
}

type attr struct{ prefix, local, value string }

type (
	text        string
	comment     string
	instruction struct{ target, data string }
)

// The bounds of a document.
const (
	deepest    = 100
	mostNodes  = 50_000
	mostSpaces = 300 // namespace declarations: each may be written at each element
)

var errXML = errors.New("asice: not well-formed XML, or with something that signed documents here may not have")

// parse reads a document strictly: UTF-8, no DOCTYPE, and so no entities and no
// attributes from elsewhere. Attribute values with line breaks or tabs are refused:
// a parser may not tell whether they were written or meant.
func parse(b []byte) (*element, error) {
	if !utf8.Valid(b) {
		return nil, errXML
	}
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte("\uFEFF"))))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errXML }
	p := parser{}
	for {
		t, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errors.Join(errXML, err)
		}
		if err := p.token(t); err != nil {
			return nil, err
		}
	}
	if p.root == nil || p.at != nil {
		return nil, errXML
	}
	return p.root, nil
}

type parser struct {
	root, at *element
	depth    int
	nodes    int
	spaces   int
}

func (p *parser) token(t xml.Token) error {
	if p.nodes++; p.nodes > mostNodes {
		return errXML
	}
	switch t := t.(type) {
	case xml.StartElement:
		return p.start(t)
	case xml.EndElement:
		if p.at == nil || p.at.prefix != t.Name.Space || p.at.local != t.Name.Local {
			return errXML
		}
		p.at = p.at.parent
		p.depth--
	case xml.CharData:
		if p.at != nil {
			p.at.children = append(p.at.children, text(t))
		} else if len(bytes.TrimSpace(t)) > 0 {
			return errXML
		}
	case xml.Comment:
		if p.at != nil {
			p.at.children = append(p.at.children, comment(t))
		}
	case xml.ProcInst:
		if p.at != nil {
			p.at.children = append(p.at.children, instruction{t.Target, string(t.Inst)})
		}
	case xml.Directive:
		return errXML
	}
	return nil
}

func (p *parser) start(t xml.StartElement) error {
	e := &element{prefix: t.Name.Space, local: t.Name.Local, parent: p.at, spaces: map[string]string{}}
	for _, a := range t.Attr {
		switch {
		case strings.ContainsAny(a.Value, "\t\r\n"):
			return errXML
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			e.spaces[""] = a.Value
		case a.Name.Space == "xmlns":
			if a.Value == "" || a.Name.Local == "xml" || a.Name.Local == "xmlns" {
				return errXML
			}
			e.spaces[a.Name.Local] = a.Value
		default:
			e.attrs = append(e.attrs, attr{a.Name.Space, a.Name.Local, a.Value})
		}
	}
	if p.spaces += len(e.spaces); p.spaces > mostSpaces {
		return errXML
	}
	switch {
	case p.at != nil:
		p.at.children = append(p.at.children, e)
	case p.root != nil:
		return errXML
	default:
		p.root = e
	}
	p.at = e
	if p.depth++; p.depth > deepest {
		return errXML
	}
	return e.known(len(t.Attr))
}

// known refuses prefixes that nobody declared, and attributes that stand twice.
func (e *element) known(attrs int) error {
	if len(e.spaces)+len(e.attrs) != attrs || e.prefix != "" && e.space(e.prefix) == "" {
		return errXML
	}
	seen := map[string]bool{}
	for _, a := range e.attrs {
		if a.prefix != "" && e.space(a.prefix) == "" {
			return errXML
		}
		name := e.attrSpace(a) + "\n" + a.local
		if seen[name] {
			return errXML
		}
		seen[name] = true
	}
	return nil
}

const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// space is the name that a prefix stands for here; "" for none.
func (e *element) space(prefix string) string {
	if prefix == "xml" {
		return xmlSpace
	}
	for ; e != nil; e = e.parent {
		if s, ok := e.spaces[prefix]; ok {
			return s
		}
	}
	return ""
}

func (e *element) attrSpace(a attr) string {
	if a.prefix == "" {
		return ""
	}
	return e.space(a.prefix)
}

// is reports whether e has this name.
func (e *element) is(space, local string) bool {
	return e.local == local && e.space(e.prefix) == space
}

// attr is the value of an attribute without a prefix; "" when it is not there.
func (e *element) attr(local string) string {
	for _, a := range e.attrs {
		if a.prefix == "" && a.local == local {
			return a.value
		}
	}
	return ""
}

// elements are the children of this name, whatever their namespace: the callers
// check it where it matters.
func (e *element) elements(local string) (out []*element) {
	for _, c := range e.children {
		if c, ok := c.(*element); ok && c.local == local {
			out = append(out, c)
		}
	}
	return out
}

// down follows a path of only children; nil when one is missing or there twice.
func (e *element) down(path ...string) *element {
	for _, name := range path {
		if e == nil {
			return nil
		}
		list := e.elements(name)
		if len(list) != 1 {
			return nil
		}
		e = list[0]
	}
	return e
}

// words is the text in an element, without white space.
func (e *element) words() string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	for _, c := range e.children {
		if t, ok := c.(text); ok {
			b.WriteString(string(t))
		}
	}
	return strings.Join(strings.Fields(b.String()), "")
}

// all gives e and every element below it.
func (e *element) all(yield func(*element) bool) bool {
	if !yield(e) {
		return false
	}
	for _, c := range e.children {
		if c, ok := c.(*element); ok && !c.all(yield) {
			return false
		}
	}
	return true
}

// byID finds the one element with an id; nil when there is none or more than one.
func (e *element) byID(id string) (found *element) {
	n := 0
	e.all(func(x *element) bool {
		if slices.ContainsFunc(x.attrs, func(a attr) bool { return (a.local == "Id" || a.local == "id" || a.local == "ID") && a.value == id }) {
			found, n = x, n+1
		}
		return true
	})
	if n != 1 {
		return nil
	}
	return found
}

func (e *element) within(outer *element) bool {
	for ; e != nil; e = e.parent {
		if e == outer {
			return true
		}
	}
	return false
}
