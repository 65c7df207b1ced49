package rdf

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"diwan.example/gov"
)

// JSON-LD forgets where things stand and drops keys that its context does not
// know. So that both can be told, every object gets its line, and every unknown
// key a name, before the document is expanded. Neither leaves this package.
const (
	lineKey = "https://diwan.invalid/line"
	// Unknown begins the names of keys that no context of their file explains.
	Unknown = "https://diwan.invalid/term/"
)

// jsonTree reads JSON with the line of every object.
type jsonTree struct {
	file  string
	b     []byte
	d     *json.Decoder
	depth int
	at    int // byte up to which lines are counted
	line  int
}

// readTree decodes a document; every object says its line under lineKey.
func readTree(file string, b []byte) (v any, err error) {
	t := &jsonTree{file: file, b: b, d: json.NewDecoder(bytes.NewReader(b)), line: 1}
	if v, err = t.value(); err == nil {
		if _, err = t.d.Token(); errors.Is(err, io.EOF) {
			return v, nil
		}
		err = t.fail("بعد نهاية المستند نص زائد", "Something follows the end of the document")
	}
	var known *SyntaxError
	if errors.As(err, &known) {
		return nil, err
	}
	at := int(t.d.InputOffset())
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = int(syntax.Offset) - 1
	}
	line, column := position(b, at)
	return nil, &SyntaxError{file, line, column, gov.T("ليس هذا JSON سليمًا هنا", "This is no valid JSON here")}
}

func (t *jsonTree) fail(ar, en string) error {
	line, column := position(t.b, int(t.d.InputOffset()))
	return &SyntaxError{t.file, line, column, gov.T(ar, en)}
}

// here is the present line.
func (t *jsonTree) here() int {
	to := min(int(t.d.InputOffset()), len(t.b))
	t.line += bytes.Count(t.b[t.at:to], []byte("\n"))
	t.at = to
	return t.line
}

func (t *jsonTree) value() (any, error) {
	tok, err := t.d.Token()
	if err != nil {
		return nil, err
	}
	open, ok := tok.(json.Delim)
	if !ok {
		return tok, nil
	}
	if t.depth++; t.depth > deepest {
		return nil, t.fail("المستند متداخل أكثر من اللازم", "The document is nested too deeply")
	}
	defer func() { t.depth-- }()
	if open == '[' {
		out := []any{}
		for t.d.More() {
			v, err := t.value()
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		_, err := t.d.Token()
		return out, err
	}
	out := map[string]any{lineKey: float64(t.here())}
	for t.d.More() {
		key, err := t.d.Token()
		if err != nil {
			return nil, err
		}
		v, err := t.value()
		if err != nil {
			return nil, err
		}
		out[key.(string)] = v
	}
	_, err = t.d.Token()
	return out, err
}

// terms are what the contexts of a document define.
type terms struct {
	known   map[string]bool
	maps    map[string]bool   // terms whose objects are maps by language, index or id
	json    map[string]bool   // terms whose values are JSON as it stands
	keyword map[string]string // aliases of keywords
	vocab   bool              // every key is a term
}

func newTerms() *terms {
	return &terms{known: map[string]bool{}, maps: map[string]bool{}, json: map[string]bool{}, keyword: map[string]string{}}
}

// learn takes over a context: an address, an object or a list of them.
func (t *terms) learn(context any, contexts map[string]any) {
	switch c := context.(type) {
	case []any:
		for _, x := range c {
			t.learn(x, contexts)
		}
	case string:
		if doc, ok := contexts[c].(map[string]any); ok {
			t.learn(doc["@context"], nil)
		}
	case map[string]any:
		for term, def := range c {
			t.define(term, def, contexts)
		}
	}
}

func (t *terms) define(term string, def any, contexts map[string]any) {
	if term == "@vocab" && def != nil {
		t.vocab = true
	}
	t.known[term] = true
	to, _ := def.(string)
	if d, ok := def.(map[string]any); ok {
		to, _ = d["@id"].(string)
		if d["@type"] == "@json" {
			t.json[term] = true
		}
		for _, c := range listOf(d["@container"]) {
			if slices.Contains([]any{"@language", "@index", "@id", "@type", "@graph"}, c) {
				t.maps[term] = true
			}
		}
		if inner, ok := d["@context"]; ok {
			t.learn(inner, contexts)
		}
	}
	if strings.HasPrefix(to, "@") {
		t.keyword[term] = to
	}
}

func listOf(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// collect learns every context of a document and takes the lines out of them.
func (t *terms) collect(v any, contexts map[string]any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			t.collect(x, contexts)
		}
	case map[string]any:
		for k, x := range v {
			if k == "@context" {
				unlined(x)
				t.learn(x, contexts)
			} else {
				t.collect(x, contexts)
			}
		}
	}
}

func unlined(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			unlined(x)
		}
	case map[string]any:
		delete(v, lineKey)
		for _, x := range v {
			unlined(x)
		}
	}
}

// prepare leaves lines only on what is a node, and names unknown keys.
func (t *terms) prepare(v any, isMap bool) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			t.prepare(x, isMap)
		}
	case map[string]any:
		if isMap || t.isValue(v) {
			delete(v, lineKey)
		}
		for _, k := range sorted(v) {
			x := v[k]
			switch {
			case k == "@context" || k == lineKey:
			case t.json[k]:
				unlined(x)
			case isMap:
				t.prepare(x, false)
			default:
				if !t.named(k) {
					delete(v, k)
					v[Unknown+k] = x
				}
				t.prepare(x, t.maps[k] || k == "@reverse" || t.keyword[k] == "@reverse")
			}
		}
	}
}

// named reports whether a key means something by the contexts of its document.
func (t *terms) named(k string) bool {
	return t.vocab || t.known[k] || strings.HasPrefix(k, "@") || strings.Contains(k, ":")
}

// isValue reports whether an object is a literal or a list rather than a node.
func (t *terms) isValue(v map[string]any) bool {
	for k := range v {
		word := k
		if alias, ok := t.keyword[k]; ok {
			word = alias
		}
		if word == "@value" || word == "@list" || word == "@set" {
			return true
		}
	}
	return false
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
