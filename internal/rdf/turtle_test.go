package rdf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// lines are the triples of a graph as text.
func lines(g *Graph) string {
	var b strings.Builder
	if g == nil {
		return ""
	}
	for _, t := range g.Triples {
		o := t.Object.Value
		if t.Object.Literal() {
			o = fmt.Sprintf("%q@%s^%s", o, t.Object.Lang, strings.TrimPrefix(strings.TrimPrefix(t.Object.Datatype, XSD), RDF))
		}
		fmt.Fprintf(&b, "%d %s %s %s\n", t.Line, t.Subject, strings.TrimPrefix(t.Predicate, RDF), o)
	}
	return b.String()
}

func TestTurtleIsReadAsItIsMeant(t *testing.T) {
	for name, x := range map[string]struct{ in, want string }{
		"prefixes":     {"@prefix e: <http://e/> .\ne:a a e:B ; e:p \"x\" , 'y'@fr-CA ;; .", "2 http://e/a type http://e/B\n2 http://e/a http://e/p \"x\"@^string\n2 http://e/a http://e/p \"y\"@fr-CA^langString\n"},
		"sparql style": {"BASE <http://e/f/>\nprefix : <#>\n<a> :p <../b>.", "3 http://e/f/a http://e/f/#p http://e/b\n"},
		"numbers":      {"@prefix : <u:> . :a :p 1, -2.5, 3e4, .5, +7 , true.", "1 u:a u:p \"1\"@^integer\n1 u:a u:p \"-2.5\"@^decimal\n1 u:a u:p \"3e4\"@^double\n1 u:a u:p \".5\"@^decimal\n1 u:a u:p \"+7\"@^integer\n1 u:a u:p \"true\"@^boolean\n"},
		"number, stop": {"@prefix : <u:> . :a :p 12.", "1 u:a u:p \"12\"@^integer\n"},
		"blank nodes":  {"@prefix : <u:> .\n:a :p [ :q _:x ;\n :r [] ] .\n_:x :s ( 1 ) .", "2 _:n1 u:q _:n2\n3 _:n1 u:r _:n3\n2 u:a u:p _:n1\n4 _:n4 first \"1\"@^integer\n4 _:n4 rest http://www.w3.org/1999/02/22-rdf-syntax-ns#nil\n4 _:n2 u:s _:n4\n"},
		"alone":        {"@prefix : <u:> . [ :p () ] .", "1 _:n1 u:p http://www.w3.org/1999/02/22-rdf-syntax-ns#nil\n"},
		"long strings": {"@prefix : <u:> .\n:a :p \"\"\"one\n\"two\" \"\"\"@en ;\n:q '''it's''' .", "2 u:a u:p \"one\\n\\\"two\\\" \"@en^langString\n4 u:a u:q \"it's\"@^string\n"},
		"escapes":      {`@prefix : <u:> . :a :p "\u0627\t\"\\\U0001F600" ; :q <http://e/\u00e9> .`, "1 u:a u:p \"ا\\t\\\"\\\\😀\"@^string\n1 u:a u:q http://e/é\n"},
		"local names":  {`@prefix : <u:> . :a.b :p\,q :%20c , :d\.e , :f:g . # end`, "1 u:a.b u:p,q u:%20c\n1 u:a.b u:p,q u:d.e\n1 u:a.b u:p,q u:f:g\n"},
		"datatypes":    {`@prefix : <u:> . :a :p "1"^^:n , "2" ^^ <u:m> .`, ""},
		"arabic":       {"@prefix خ: <http://e/> .\nخ:أ خ:اسم \"نص\"@ar .", "2 http://e/أ http://e/اسم \"نص\"@ar^langString\n"},
	} {
		g, err := readTurtle("x.ttl", x.in, "")
		if x.want == "" {
			if err == nil {
				t.Errorf("%s: was read", name)
			}
			continue
		}
		if err != nil || lines(g) != x.want {
			t.Errorf("%s: %v\n%s", name, err, lines(g))
		}
	}
}

func TestWrongTurtleNamesItsPlace(t *testing.T) {
	for _, x := range []struct{ in, place, words string }{
		{"a b c", "x.ttl:1:1", "“a”"},
		{"@prefix e: <http://e/> .\ne:a f:b e:c .", "x.ttl:2:5", "“f:”"},
		{"@prefix e: <http://e/> .\ne:a e:b e:c", "x.ttl:2:12", "ends"},
		{"@prefix e: <http://e/> .\ne:a e:b e:c\ne:d e:e e:f .", "x.ttl:3:1", "“;”"},
		{"@prefix e: <http://e/> .\ne:a e:b \"open .\n", "x.ttl:2:9", "quotation"},
		{"@prefix e: <http://e/> .\ne:a e:b <a b> .\n", "x.ttl:2:9", "IRI"},
		{"@prefix e: <http://e/> .\ne:a e:b <rel> .\n", "x.ttl:2:9", "relative"},
		{"@prefix e: <http://e/> .\ne:a e:b \"x\"@9 .\n", "x.ttl:2:13", "language"},
		{"@prefix e: <http://e/> .\ne:a e:b 1.2.3 .\n", "x.ttl:2:13", "expected"},
		{"@prefix e: <http://e/> .\ne:a e:b \"\\q\" .\n", "x.ttl:2:9", "\\q"},
		{"@prefix e: <http://e/> .\ne:a e:b \"\\uD800\" .\n", "x.ttl:2:9", "character"},
		{"@prefix e: <http://e/> .\ne:a _:b e:c .\n", "x.ttl:2:5", "property"},
		{"@prefix e: <http://e/> .\ne:a e:b " + strings.Repeat("[ e:b ", 100), "x.ttl:2", "64"},
		{"@prefix e: <http://e/> .\ne:a e:b " + strings.Repeat("( ", 100), "x.ttl:2", "64"},
		{"@import <http://e/> .", "x.ttl:1:1", "@"},
		{"<!DOCTYPE", "x.ttl:1:1", "IRI"},
	} {
		_, err := readTurtle("x.ttl", x.in, "")
		var s *SyntaxError
		if !errors.As(err, &s) || !strings.HasPrefix(s.In("en"), x.place) || !strings.Contains(s.In("en"), x.words) || s.Text["ar"] == "" {
			t.Errorf("%q: %v, want %s … %s", x.in, err, x.place, x.words)
		}
	}
}

func FuzzTurtle(f *testing.F) {
	for _, s := range []string{"@prefix e: <http://e/> .\ne:a a e:B ; e:p \"x\" , 'y'@fr .", "BASE <http://e/> <a> <b> ( 1 [ <c> '''d''' ] ) .", `<u:a> <u:b> "\u0627" .`, "_:a <u:b> .5e1 .", "\"\"\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := Read("x.ttl", strings.NewReader(s), nil)
		if (g == nil) == (err == nil) {
			t.Fatalf("%v %v", g, err)
		}
		if err != nil {
			return
		}
		var b bytes.Buffer
		w := NewTurtle(&b, []Prefix{{"e", "http://e/"}})
		for _, x := range g.Triples {
			if Blank(x.Subject) || Blank(x.Object.Value) && !x.Object.Literal() {
				return
			}
			if err := w.Node(&Node{Subject: x.Subject, Props: []Prop{{x.Predicate, []Term{x.Object}}}}); err != nil {
				t.Fatal(err)
			}
		}
		w.Close()
		again, err := readTurtle("x.ttl", b.String(), "")
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		for i := range g.Triples {
			x, y := g.Triples[i], again.Triples[i]
			x.Line, y.Line = 0, 0
			if x != y {
				t.Fatalf("%+v\n%+v", x, y)
			}
		}
	})
}
