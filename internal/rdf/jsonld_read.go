package rdf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/piprate/json-gold/ld"

	"diwan.example/gov"
)

// loader gives the contexts that are known; nothing is fetched.
type loader struct {
	known   map[string]any
	refused string
}

var errRemote = errors.New("a context that is not known here")

// LoadDocument is what the JSON-LD processor asks for a context.
func (l *loader) LoadDocument(u string) (*ld.RemoteDocument, error) {
	if doc, ok := l.known[u]; ok {
		return &ld.RemoteDocument{DocumentURL: u, Document: doc}, nil
	}
	l.refused = u
	return nil, ld.NewJsonLdError(ld.LoadingDocumentFailed, errRemote)
}

// readJSONLD reads a document. Errors: SyntaxError.
func readJSONLD(file string, b []byte, contexts map[string][]byte) (*Graph, error) {
	doc, err := readTree(file, b)
	if err != nil {
		return nil, err
	}
	l := &loader{known: map[string]any{}}
	for u, text := range contexts {
		var c any
		if err := json.Unmarshal(text, &c); err != nil {
			return nil, err
		}
		l.known[u] = c
	}
	t := newTerms()
	t.collect(doc, l.known)
	t.prepare(doc, false)
	expanded, err := expand(doc, l)
	if err != nil {
		return nil, l.explain(file, b, err)
	}
	w := &expansion{g: &Graph{}, labels: map[string]string{}, file: file}
	for _, x := range expanded {
		if w.top(x); w.err != nil {
			return nil, w.err
		}
	}
	return w.g, nil
}

// expand runs the JSON-LD processor, which is not meant for hostile documents.
func expand(doc any, l *loader) (out []any, err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("the processor gave up: %v", x)
		}
	}()
	o := ld.NewJsonLdOptions("")
	o.DocumentLoader, o.ProcessingMode = l, ld.JsonLd_1_1
	return ld.NewJsonLdProcessor().Expand(doc, o)
}

func (l *loader) explain(file string, b []byte, err error) error {
	if l.refused != "" {
		line, column := position(b, bytes.Index(b, []byte(l.refused)))
		text := gov.T("السياق <%s> غير معروف هنا، ولا يُجلب شيء من الشبكة؛ ضع السياق نفسه في الملف", "The context <%s> is not known here, and nothing is fetched from the network; put the context itself into the file")
		return &SyntaxError{file, line, column, text.Sprintf(short(l.refused))}
	}
	code := "invalid"
	var known *ld.JsonLdError
	if errors.As(err, &known) {
		code = string(known.Code)
	}
	return &SyntaxError{File: file, Text: gov.T("ليس هذا JSON-LD سليمًا (%s)", "This is no valid JSON-LD (%s)").Sprintf(code)}
}

// expansion makes triples of an expanded document.
type expansion struct {
	g      *Graph
	file   string
	labels map[string]string
	blanks int
	err    error
}

func (w *expansion) blank() string {
	w.blanks++
	return "_:n" + strconv.Itoa(w.blanks)
}

func (w *expansion) top(v any) {
	if m, ok := v.(map[string]any); ok {
		w.node(m, 1)
	}
}

// resource makes an IRI or a blank node of an "@id".
func (w *expansion) resource(id string, line int) string {
	if Blank(id) {
		if _, ok := w.labels[id]; !ok {
			w.labels[id] = w.blank()
		}
		return w.labels[id]
	}
	if !IsIRI(id) && w.err == nil {
		w.err = &SyntaxError{File: w.file, Line: line, Text: gov.T("«%s» ليس عنوانًا كاملًا", "“%s” is no whole IRI").Sprintf(short(id))}
	}
	return id
}

// node adds what is said of a node and returns its name.
func (w *expansion) node(m map[string]any, line int) string {
	for _, x := range listOf(m[lineKey]) {
		if v, ok := x.(map[string]any); ok {
			if f, ok := v["@value"].(float64); ok {
				line = int(f)
			}
		}
	}
	subject := ""
	if id, ok := m["@id"].(string); ok {
		subject = w.resource(id, line)
	} else {
		subject = w.blank()
	}
	for _, k := range sorted(m) {
		list := listOf(m[k])
		switch {
		case k == "@type":
			for _, x := range list {
				if s, ok := x.(string); ok {
					w.g.add(Triple{subject, Type, Ref(w.resource(s, line)), line})
				}
			}
		case k == "@graph" || k == "@included":
			for _, x := range list {
				w.top(x)
			}
		case k == "@reverse":
			w.reverse(subject, m[k], line)
		case !strings.HasPrefix(k, "@") && k != lineKey:
			for _, x := range list {
				if o, ok := w.value(x, line); ok {
					w.g.add(Triple{subject, w.resource(k, line), o, line})
				}
			}
		}
	}
	return subject
}

func (w *expansion) reverse(object string, v any, line int) {
	m, ok := v.(map[string]any)
	if !ok {
		return
	}
	for _, p := range sorted(m) {
		for _, x := range listOf(m[p]) {
			if n, ok := x.(map[string]any); ok {
				w.g.add(Triple{w.node(n, line), p, Ref(object), line})
			}
		}
	}
}

func (w *expansion) value(v any, line int) (Term, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		return Term{}, false
	}
	if list, ok := m["@list"]; ok {
		return Ref(w.list(listOf(list), line)), true
	}
	x, ok := m["@value"]
	if !ok {
		return Ref(w.node(m, line)), true
	}
	datatype, _ := m["@type"].(string)
	switch x := x.(type) {
	case string:
		if l, ok := m["@language"].(string); ok && l != "" {
			return Text(x, l), true
		}
		if datatype == "" {
			datatype = String
		}
		return Typed(x, datatype), true
	case bool:
		if datatype == "" {
			datatype = Boolean
		}
		return Typed(strconv.FormatBool(x), datatype), true
	case float64:
		if datatype == "" && x == math.Trunc(x) && math.Abs(x) < 1e21 {
			datatype = Integer
		} else if datatype == "" {
			datatype = Double
		}
		return Typed(number(x), datatype), true
	}
	return Term{}, false
}

func (w *expansion) list(items []any, line int) string {
	head, last := null, ""
	for _, x := range items {
		o, ok := w.value(x, line)
		if !ok {
			continue
		}
		node := w.blank()
		if last == "" {
			head = node
		} else {
			w.g.add(Triple{last, rest, Ref(node), line})
		}
		w.g.add(Triple{node, first, o, line})
		last = node
	}
	if last != "" {
		w.g.add(Triple{last, rest, Ref(null), line})
	}
	return head
}
