package rdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"diwan.example/gov"
)

const xmlNS = "http://www.w3.org/XML/1998/namespace"

// xmlReader reads RDF/XML. Its scopes are base and language.
type xmlReader struct {
	file   string
	d      *xml.Decoder
	g      *Graph
	labels map[string]string
	blanks int
	depth  int
}

type scope struct{ base, lang string }

// readXML reads a document. Errors: SyntaxError.
func readXML(file string, b []byte) (g *Graph, err error) {
	r := &xmlReader{file: file, d: xml.NewDecoder(bytes.NewReader(b)), g: &Graph{}, labels: map[string]string{}}
	r.d.Entity = map[string]string{}
	r.d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		r.fail("الملف بترميز %s؛ احفظه بترميز UTF-8", "The file is in %s; save it as UTF-8", short(charset))
		return nil, nil
	}
	defer func() {
		if x := recover(); x != nil {
			f, ok := x.(fault)
			if !ok {
				panic(x)
			}
			g, err = nil, f.err
		}
	}()
	r.document()
	return r.g, nil
}

func (r *xmlReader) fail(ar, en string, args ...any) {
	line, column := r.d.InputPos()
	panic(fault{&SyntaxError{r.file, line, column, gov.T(ar, en).Sprintf(args...)}})
}

func (r *xmlReader) token() xml.Token {
	t, err := r.d.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	var f fault
	if errors.As(err, &f) {
		panic(f)
	}
	if err != nil {
		r.fail("ليس هذا XML سليمًا هنا", "This is no valid XML here")
	}
	return t
}

// Error lets a fault pass through the decoder.
func (f fault) Error() string { return f.err.Error() }

func (r *xmlReader) document() {
	for {
		switch t := r.token().(type) {
		case nil:
			r.fail("لا عنصر rdf:RDF في الملف", "The file has no rdf:RDF")
		case xml.Directive:
			r.entities(string(t))
		case xml.StartElement:
			s := (scope{}).within(t)
			if t.Name.Space == RDF && t.Name.Local == "RDF" {
				r.g.Base = s.base
				r.nodes(s)
			} else if t.Name.Space == "" {
				r.fail("ليس هذا RDF/XML: أول عنصر فيه «%s»", "This is no RDF/XML: its first element is “%s”", short(t.Name.Local))
			} else {
				r.node(t, s)
			}
			return
		}
	}
}

var entity = regexp.MustCompile(`<!ENTITY\s+([\w.-]+)\s+(?:"([^"&<]{0,1000})"|'([^'&<]{0,1000})')\s*>`)

// entities takes the short names for addresses that many tools put at the top.
// Entities that name others or files are not taken.
func (r *xmlReader) entities(doctype string) {
	for i, m := range entity.FindAllStringSubmatch(doctype, 200) {
		if i < 200 {
			r.d.Entity[m[1]] = m[2] + m[3]
		}
	}
}

func (s scope) within(e xml.StartElement) scope {
	for _, a := range e.Attr {
		switch {
		case a.Name.Space == xmlNS && a.Name.Local == "base":
			s.base = resolve(s.base, strings.TrimSuffix(a.Value, "#"))
		case a.Name.Space == xmlNS && a.Name.Local == "lang":
			s.lang = a.Value
		}
	}
	return s
}

func (r *xmlReader) line() int {
	line, _ := r.d.InputPos()
	return line
}

func (r *xmlReader) blank() string {
	r.blanks++
	return "_:n" + strconv.Itoa(r.blanks)
}

func (r *xmlReader) label(id string) string {
	if _, ok := r.labels[id]; !ok {
		r.labels[id] = r.blank()
	}
	return r.labels[id]
}

func (r *xmlReader) iri(s scope, ref string) string {
	iri := resolve(s.base, ref)
	if !IsIRI(iri) {
		if iri == "" || !strings.Contains(iri, ":") {
			r.fail("العنوان «%s» نسبي، ولا عنوان أساس في الملف", "The IRI “%s” is relative, and the file has no base", short(ref))
		}
		r.fail("العنوان «%s» غير صحيح", "“%s” is no IRI", short(iri))
	}
	return iri
}

// nodes reads node elements up to the end of what holds them.
func (r *xmlReader) nodes(s scope) (out []string) {
	for {
		switch t := r.token().(type) {
		case nil:
			r.fail("انتهى الملف قبل أن يكتمل", "The file ends before it is complete")
		case xml.EndElement:
			return out
		case xml.StartElement:
			out = append(out, r.node(t, s.within(t)))
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				r.fail("نص في موضع مورد", "Text stands where a resource is expected")
			}
		}
	}
}

func (r *xmlReader) deeper() {
	if r.depth++; r.depth > deepest {
		r.fail("العناصر متداخلة أكثر من %s مرة", "Elements are nested more than %s times", strconv.Itoa(deepest))
	}
}

// node reads a node element and returns its name.
func (r *xmlReader) node(e xml.StartElement, s scope) string {
	r.deeper()
	defer func() { r.depth-- }()
	line, subject := r.line(), ""
	for _, a := range e.Attr {
		if a.Name.Space != RDF {
			continue
		}
		switch a.Name.Local {
		case "about":
			subject = r.iri(s, a.Value)
		case "ID":
			subject = r.iri(s, "#"+a.Value)
		case "nodeID":
			subject = r.label(a.Value)
		}
	}
	if subject == "" {
		subject = r.blank()
	}
	if e.Name.Space != RDF || e.Name.Local != "Description" {
		r.g.add(Triple{subject, Type, Ref(r.iri(s, e.Name.Space+e.Name.Local)), line})
	}
	r.attributes(subject, e, s, line)
	r.properties(subject, s)
	return subject
}

// attributes are properties in short.
func (r *xmlReader) attributes(subject string, e xml.StartElement, s scope, line int) {
	for _, a := range e.Attr {
		name := a.Name.Space + a.Name.Local
		switch {
		case a.Name.Space == "" || a.Name.Space == xmlNS || a.Name.Space == "xmlns" || a.Name.Space == RDF && a.Name.Local != "type" && a.Name.Local != "value":
		case name == Type:
			r.g.add(Triple{subject, Type, Ref(r.iri(s, a.Value)), line})
		default:
			r.g.add(Triple{subject, r.iri(s, name), s.literal(a.Value), line})
		}
	}
}

func (s scope) literal(v string) Term {
	if s.lang != "" {
		return Text(v, s.lang)
	}
	return Typed(v, String)
}

// properties reads property elements up to the end of their node.
func (r *xmlReader) properties(subject string, s scope) {
	items := 0
	for {
		switch t := r.token().(type) {
		case nil:
			r.fail("انتهى الملف قبل أن يكتمل", "The file ends before it is complete")
		case xml.EndElement:
			return
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				r.fail("نص في موضع خاصية", "Text stands where a property is expected")
			}
		case xml.StartElement:
			name := t.Name.Space + t.Name.Local
			if name == RDF+"li" {
				items++
				name = RDF + "_" + strconv.Itoa(items)
			}
			inner := s.within(t)
			line := r.line()
			r.g.add(Triple{subject, r.iri(s, name), r.property(t, inner), line})
		}
	}
}

// property reads the value of one property element.
func (r *xmlReader) property(e xml.StartElement, s scope) Term {
	r.deeper()
	defer func() { r.depth-- }()
	how := map[string]string{}
	for _, a := range e.Attr {
		if a.Name.Space == RDF {
			how[a.Name.Local] = a.Value
		}
	}
	_, resource := how["resource"]
	_, named := how["nodeID"]
	switch {
	case resource || named:
		node := r.label(how["nodeID"])
		if resource {
			node = r.iri(s, how["resource"])
		}
		r.attributes(node, e, s, r.line())
		r.empty()
		return Ref(node)
	case how["parseType"] == "Resource":
		node := r.blank()
		r.properties(node, s)
		return Ref(node)
	case how["parseType"] == "Collection":
		return Ref(r.collection(r.nodes(s)))
	case how["parseType"] != "":
		return Typed(r.raw(), RDF+"XMLLiteral")
	}
	return r.content(e, s, how["datatype"])
}

// empty steps over the end of an element that may hold nothing.
func (r *xmlReader) empty() {
	for {
		switch t := r.token().(type) {
		case nil, xml.EndElement:
			return
		case xml.StartElement:
			r.fail("العنصر «%s» زائد هنا", "The element “%s” is too much here", short(t.Name.Local))
		}
	}
}

// raw is the text inside an element whose content is XML.
func (r *xmlReader) raw() string {
	var b strings.Builder
	for depth := 1; depth > 0; {
		switch t := r.token().(type) {
		case nil:
			r.fail("انتهى الملف قبل أن يكتمل", "The file ends before it is complete")
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			b.Write(t)
		}
	}
	return b.String()
}

// content is text, or one node.
func (r *xmlReader) content(e xml.StartElement, s scope, datatype string) Term {
	var b strings.Builder
	node := ""
	for {
		switch t := r.token().(type) {
		case nil:
			r.fail("انتهى الملف قبل أن يكتمل", "The file ends before it is complete")
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			if node != "" || strings.TrimSpace(b.String()) != "" {
				r.fail("في الخاصية أكثر من قيمة", "The property has more than one value")
			}
			node = r.node(t, s.within(t))
		case xml.EndElement:
			switch {
			case node != "":
				return Ref(node)
			case datatype != "":
				return Typed(b.String(), r.iri(s, datatype))
			case b.Len() == 0 && hasProperties(e):
				node = r.blank()
				r.attributes(node, e, s, r.line())
				return Ref(node)
			}
			return s.literal(b.String())
		}
	}
}

func hasProperties(e xml.StartElement) bool {
	for _, a := range e.Attr {
		if a.Name.Space != "" && a.Name.Space != xmlNS && a.Name.Space != "xmlns" && a.Name.Space != RDF {
			return true
		}
	}
	return false
}

func (r *xmlReader) collection(items []string) string {
	head := null
	for i := len(items) - 1; i >= 0; i-- {
		node := r.blank()
		r.g.add(Triple{node, first, Ref(items[i]), r.line()})
		r.g.add(Triple{node, rest, Ref(head), r.line()})
		head = node
	}
	return head
}
