package rdf

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"
)

// Context is a JSON-LD context: short names, and how the values of properties
// are written.
type Context struct {
	Prefixes []Prefix
	Values   map[string]string // property IRI → AsResource, AsTexts or a datatype
}

// How the values of a property are written in JSON-LD.
const (
	AsResource = "@id"       // the IRI as a string
	AsTexts    = "@language" // an object from language to text
)

// Short writes an IRI with a prefix, where there is one for it.
func (c *Context) Short(iri string) string {
	for _, p := range c.Prefixes {
		if local, ok := strings.CutPrefix(iri, p.IRI); ok && localName.MatchString(local) {
			return p.Name + ":" + local
		}
	}
	return iri
}

// JSON is the context as the value of "@context".
func (c *Context) JSON() []byte {
	o := object{}
	for _, p := range c.Prefixes {
		o.put(p.Name, p.IRI)
	}
	for _, iri := range sorted(c.Values) {
		def := object{}
		def.put("@id", c.Short(iri))
		switch v := c.Values[iri]; v {
		case AsTexts:
			def.put("@container", AsTexts)
		case AsResource:
			def.put("@type", AsResource)
		default:
			def.put("@type", c.Short(v))
		}
		o.put(c.Short(iri), def)
	}
	return o.bytes()
}

// object is a JSON object whose keys stay in their order.
type object struct {
	keys   []string
	values []any
}

func (o *object) put(key string, v any) {
	o.keys, o.values = append(o.keys, key), append(o.values, v)
}

func (o object) bytes() []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, k := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(encoded(k))
		b.WriteByte(':')
		b.Write(encoded(o.values[i]))
	}
	b.WriteByte('}')
	return b.Bytes()
}

func encoded(v any) []byte {
	switch v := v.(type) {
	case object:
		return v.bytes()
	case []any:
		parts := make([][]byte, len(v))
		for i, x := range v {
			parts[i] = encoded(x)
		}
		return append(append([]byte{'['}, bytes.Join(parts, []byte{','})...), ']')
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return []byte("null")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// jsonLD writes compacted JSON-LD.
type jsonLD struct {
	w       *bufio.Writer
	context *Context
	begun   bool
}

// NewJSONLD writes JSON-LD to w: the context itself, so that the file stands
// alone, and one object a node.
func NewJSONLD(w io.Writer, c *Context) Writer {
	j := &jsonLD{w: bufio.NewWriterSize(w, 64<<10), context: c}
	j.w.WriteString(`{"@context":`)
	j.w.Write(c.JSON())
	j.w.WriteString(`,"@graph":[`)
	return j
}

// Node writes one node on a line of its own.
func (j *jsonLD) Node(n *Node) error {
	if j.begun {
		j.w.WriteByte(',')
	}
	j.begun = true
	o := object{}
	o.put("@id", n.Subject)
	for _, p := range n.Props {
		j.property(&o, p)
	}
	j.w.WriteByte('\n')
	_, err := j.w.Write(o.bytes())
	return err
}

// Close completes the document.
func (j *jsonLD) Close() error {
	j.w.WriteString("\n]}\n")
	return j.w.Flush()
}

// property writes the values that the context describes under their short name,
// and any others in full under the whole IRI.
func (j *jsonLD) property(o *object, p Prop) {
	if p.Predicate == Type {
		o.put("@type", several(p.Objects, func(t Term) any { return j.context.Short(t.Value) }))
		return
	}
	how := j.context.Values[p.Predicate]
	var fit, odd []Term
	for _, t := range p.Objects {
		if fits(t, how) {
			fit = append(fit, t)
		} else {
			odd = append(odd, t)
		}
	}
	switch {
	case len(fit) > 0 && how == AsTexts:
		o.put(j.context.Short(p.Predicate), byLanguage(fit))
	case len(fit) > 0:
		o.put(j.context.Short(p.Predicate), several(fit, bare))
	}
	if len(odd) > 0 {
		o.put(p.Predicate, several(odd, inFull))
	}
}

func fits(t Term, how string) bool {
	switch how {
	case AsTexts:
		return t.Lang != ""
	case AsResource:
		return !t.Literal()
	case "":
		return t.Datatype == String || native(t)
	}
	return t.Datatype == how
}

// native reports whether a literal is a JSON number or truth value as it stands.
func native(t Term) bool {
	if t.Datatype == Boolean {
		return t.Value == "true" || t.Value == "false"
	}
	n, err := strconv.ParseInt(t.Value, 10, 64)
	return t.Datatype == Integer && err == nil && n > -1<<50 && n < 1<<50 && strconv.FormatInt(n, 10) == t.Value
}

func bare(t Term) any {
	if native(t) {
		return json.RawMessage(t.Value)
	}
	return t.Value
}

func inFull(t Term) any {
	o := object{}
	switch {
	case !t.Literal():
		o.put("@id", t.Value)
	case t.Lang != "":
		o.put("@value", t.Value)
		o.put("@language", t.Lang)
	case t.Datatype == String:
		o.put("@value", t.Value)
	default:
		o.put("@value", t.Value)
		o.put("@type", t.Datatype)
	}
	return o
}

// several writes one value bare and more as a list.
func several(list []Term, each func(Term) any) any {
	if len(list) == 1 {
		return each(list[0])
	}
	out := make([]any, len(list))
	for i, t := range list {
		out[i] = each(t)
	}
	return out
}

func byLanguage(list []Term) object {
	o := object{}
	by := map[string][]Term{}
	for _, t := range list {
		by[t.Lang] = append(by[t.Lang], t)
	}
	for _, l := range sorted(by) {
		o.put(l, several(by[l], func(t Term) any { return t.Value }))
	}
	return o
}
