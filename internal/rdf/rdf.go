// Package rdf reads and writes what the catalogues of governments are exchanged
// in: Turtle 1.1 and JSON-LD 1.1 both ways, RDF/XML for reading. Every triple
// that was read knows its line, so that an import can say line by line what it
// did not understand. Nothing is ever fetched from the network.
//
// Sources: W3C Recommendations RDF 1.1 Turtle (2014), RDF 1.1 XML Syntax (2014),
// JSON-LD 1.1 (2020).
package rdf

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"diwan.example/gov"
)

// The bounds of one file.
const (
	Largest = 64 << 20 // bytes
	deepest = 64       // nested brackets, elements or objects
)

// Names that the syntaxes themselves use.
const (
	RDF        = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	XSD        = "http://www.w3.org/2001/XMLSchema#"
	Type       = RDF + "type"
	LangString = RDF + "langString"
	first      = RDF + "first"
	rest       = RDF + "rest"
	null       = RDF + "nil"
	String     = XSD + "string"
	Integer    = XSD + "integer"
	Decimal    = XSD + "decimal"
	Double     = XSD + "double"
	Boolean    = XSD + "boolean"
)

// Term is the object of a triple: a resource by its IRI or as "_:label", or a
// literal.
type Term struct {
	Value    string
	Lang     string // of a literal; empty: none
	Datatype string // IRI; empty: the term is a resource
}

// Ref is a resource.
func Ref(iri string) Term { return Term{Value: iri} }

// Text is a literal in a language.
func Text(s, lang string) Term { return Term{Value: s, Lang: lang, Datatype: LangString} }

// Typed is a literal of a datatype.
func Typed(s, datatype string) Term { return Term{Value: s, Datatype: datatype} }

// Literal reports whether the term is a literal.
func (t Term) Literal() bool { return t.Datatype != "" }

// Blank reports whether a resource has no name outside of its file.
func Blank(resource string) bool { return strings.HasPrefix(resource, "_:") }

// Triple is one statement, and where it stands; Line 0: not known.
type Triple struct {
	Subject, Predicate string
	Object             Term
	Line               int
}

// Node is a resource with everything that is said of it, in order.
type Node struct {
	Subject string // IRI
	Props   []Prop
}

// Prop is one property of a node with its values.
type Prop struct {
	Predicate string
	Objects   []Term
}

// Add puts values behind those that a property has.
func (n *Node) Add(predicate string, objects ...Term) {
	if len(objects) == 0 {
		return
	}
	for i := range n.Props {
		if n.Props[i].Predicate == predicate {
			n.Props[i].Objects = append(n.Props[i].Objects, objects...)
			return
		}
	}
	n.Props = append(n.Props, Prop{predicate, objects})
}

// Writer writes nodes one after the other. Close completes the document.
type Writer interface {
	Node(*Node) error
	Close() error
}

// Prefix is a short name for the beginning of IRIs.
type Prefix struct{ Name, IRI string }

// SyntaxError says where a file stops being what it should be. Its kind is Invalid.
type SyntaxError struct {
	File         string
	Line, Column int // from 1; 0: not known
	Text         gov.Text
}

// In writes the error as file:line:column: text.
func (e *SyntaxError) In(l gov.Lang) string {
	place := e.File
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, e.Line)
	}
	if e.Column > 0 {
		place = fmt.Sprintf("%s:%d", place, e.Column)
	}
	return place + ": " + e.Text.In(l)
}

// Error is for logs.
func (e *SyntaxError) Error() string { return e.In(gov.English) }

// Unwrap gives the error its kind and its text for people.
func (e *SyntaxError) Unwrap() error { return &gov.Error{Kind: gov.Invalid, Public: e.Text} }

func sorted[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
