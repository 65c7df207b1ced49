package cpsvap

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/rdf"
)

// node is one resource of a file, on its way out or in. Every method names a
// property and the field that holds it: on the way out it says the field, on the
// way in it fills it.
type node struct {
	iri   string
	self  *rdf.Node // on the way out
	out   *writing  // nil: on the way in
	in    *reading  // nil: on the way out
	names map[string]string
}

// text is a phrase in languages.
func (n *node) text(p string, t *gov.Text) {
	if n.out == nil {
		*t = n.in.text(n, p)
		return
	}
	langs := make([]gov.Lang, 0, len(*t))
	for l, s := range *t {
		if s != "" {
			langs = append(langs, l)
		}
	}
	slices.Sort(langs)
	for _, l := range langs {
		n.self.Add(p, rdf.Text((*t)[l], string(l)))
	}
}

// need is a phrase that the standard demands: where there is none, the file says
// instead, and that it was only filled in.
func (n *node) need(p string, t *gov.Text, instead gov.Text) {
	if n.out == nil {
		if !n.in.filled(n, p) {
			*t = n.in.text(n, p)
		}
		return
	}
	before := len(n.self.Props)
	if n.text(p, t); len(n.self.Props) > before {
		return
	}
	if n.text(p, &instead); len(n.self.Props) == before {
		n.self.Add(p, rdf.Text(n.iri, "en"))
	}
	n.self.Add(ownFilled, rdf.Ref(p))
}

// fill says, on the way out only, what the standard demands and nobody said.
func (n *node) fill(p string, o rdf.Term) {
	if n.out != nil {
		n.self.Add(p, o)
		n.self.Add(ownFilled, rdf.Ref(p))
	}
}

// str is a plain string.
func (n *node) str(p string, s *string) {
	if n.out == nil {
		*s = n.in.str(n, p)
	} else if *s != "" {
		n.self.Add(p, rdf.Typed(*s, rdf.String))
	}
}

// local is a property of earlier files that says how their own place came by the
// thing, such as "profile". It is not written, or a catalogue would change by
// being carried; where it occurs it is passed over.
func (n *node) local(p string) {
	if n.out == nil {
		n.in.str(n, p)
	}
}

// day is a date; one that is none is kept as it was written.
func (n *node) day(p string, s *string) {
	if n.out == nil || *s == "" {
		n.str(p, s)
		return
	}
	datatype := rdf.XSD + "date"
	if _, err := time.Parse(time.DateOnly, *s); err != nil {
		datatype = rdf.String
	}
	n.self.Add(p, rdf.Typed(*s, datatype))
}

// link is an address, as a resource of a class; empty: of none.
func (n *node) link(p, class string, s *string) {
	if n.out == nil {
		*s = n.in.link(n, p)
	} else if *s != "" {
		n.self.Add(p, rdf.Ref(n.out.typed(resource(*s), class)))
	}
}

// integer is a whole number; 0 is not said.
func (n *node) integer(p string, to *int) {
	v := int64(*to)
	n.long(p, &v)
	*to = int(v)
}

func (n *node) long(p string, to *int64) {
	if n.out == nil {
		*to = n.in.integer(n, p)
	} else if *to != 0 {
		n.self.Add(p, rdf.Typed(strconv.FormatInt(*to, 10), rdf.Integer))
	}
}

// decimal is a number with a fraction; 0 is not said.
func (n *node) decimal(p string, to *float64) {
	if n.out == nil {
		*to = n.in.decimal(n, p)
	} else if *to != 0 {
		n.self.Add(p, rdf.Typed(strconv.FormatFloat(*to, 'f', -1, 64), rdf.Decimal))
	}
}

// flag is true or not said.
func (n *node) flag(p string, to *bool) {
	if n.out == nil {
		*to = n.in.flag(n, p)
	} else if *to {
		n.self.Add(p, rdf.Typed("true", rdf.Boolean))
	}
}

// concept is a word of a code list.
func (n *node) concept(p string, l *codeList, s *string) {
	var list []string
	if *s != "" {
		list = []string{*s}
	}
	n.concepts(p, l, &list)
	if n.out == nil {
		*s = n.in.one(n, p, list)
	}
}

func (n *node) concepts(p string, l *codeList, list *[]string) {
	if n.out == nil {
		if !n.in.filled(n, p) {
			*list = n.in.concepts(n, p, l)
		}
		return
	}
	for _, s := range *list {
		n.self.Add(p, rdf.Ref(n.out.concept(l, s)))
	}
}

// langs are languages.
func (n *node) langs(p string, list *[]gov.Lang) {
	if n.out == nil {
		*list = n.in.langs(n, p)
		return
	}
	for _, l := range *list {
		n.self.Add(p, rdf.Ref(n.out.language(l)))
	}
}

// places are where something holds.
func (n *node) places(p string, list *[]string) {
	if n.out == nil {
		if !n.in.filled(n, p) {
			*list = n.in.resources(n, p)
		}
		return
	}
	for _, s := range *list {
		n.self.Add(p, rdf.Ref(n.out.typed(resource(s), classLocation)))
	}
}

// keywords are search words by language.
func (n *node) keywords(p string, to *map[gov.Lang][]string) {
	if n.out == nil {
		*to = n.in.keywords(n, p)
		return
	}
	langs := make([]gov.Lang, 0, len(*to))
	for l := range *to {
		langs = append(langs, l)
	}
	slices.Sort(langs)
	for _, l := range langs {
		for _, w := range (*to)[l] {
			n.self.Add(p, rdf.Text(w, string(l)))
		}
	}
}

// org is an organisation.
func (n *node) org(p string, id *gov.OrgID) {
	if n.out == nil {
		*id = n.in.org(n, p)
	} else if *id != "" {
		n.self.Add(p, rdf.Ref(n.out.org(*id)))
	}
}

// services are other services. Those that are not in the file are named by their
// ids.
func (n *node) services(p string, list *[]gov.ServiceID) {
	if n.out == nil {
		*list = n.in.services(n, p)
		return
	}
	mention(n, p, *list, func(id gov.ServiceID) (string, bool) { return n.out.p.service(id), n.out.services[id] })
}

// events are life events, likewise.
func (n *node) events(p string, list *[]string) {
	if n.out == nil {
		*list = n.in.events(n, p)
		return
	}
	mention(n, p, *list, func(id string) (string, bool) { return n.out.p.lifeEvent(id), n.out.events[id] })
}

// mention refers to what is in the file. Where not everything is, all of it is
// also named, so that nothing and no order is lost.
func mention[T ~string](n *node, p string, list []T, iri func(T) (string, bool)) {
	all := true
	for _, x := range list {
		if to, ok := iri(x); ok {
			n.self.Add(p, rdf.Ref(to))
		} else {
			all = false
		}
	}
	for i := 0; i < len(list) && !all; i++ {
		n.self.Add(ownName(p), rdf.Typed(string(list[i]), rdf.String))
	}
}

// ownName is the property that names what p refers to.
func ownName(p string) string {
	return terms + "named-" + p[strings.LastIndexAny(p, "#/:")+1:]
}

// refs name parts of the same service by id or place.
func (n *node) refs(p, kind string, list *[]string) {
	if n.out == nil {
		*list = n.in.refs(n, p, kind)
		return
	}
	mention(n, p, *list, func(name string) (string, bool) { iri, ok := n.names[kind+" "+name]; return iri, ok })
}

func (n *node) ref(p, kind string, name *string) {
	var list []string
	if *name != "" {
		list = []string{*name}
	}
	n.refs(p, kind, &list)
	if n.out == nil {
		*name = n.in.one(n, p, list)
	}
}

// part says how a list of parts is written.
type part[T any] struct {
	property string
	kind     string   // in its IRI, and when others name it
	classes  []string // the first is what the standard calls it
	lead     string   // the property that a plain text in its place stands for
	id       func(*T) *string
	whole    func(*T) bool // whether what was read says enough to be kept; nil: always
	each     func(*node, *T)
}

// parts go through a list of parts, each a resource of its own.
func parts[T any](n *node, p part[T], list *[]T) {
	var children []*node
	if n.out == nil {
		children = n.in.children(n, p.property, p.lead)
		*list = make([]T, len(children))
	} else {
		for i := range *list {
			children = append(children, n.child(p.property, p.kind, i, p.classes))
		}
	}
	for i, c := range children {
		if p.id == nil {
			continue
		}
		id := p.id(&(*list)[i])
		if c.str(ownID, id); n.out != nil {
			n.call(p.kind, cmp.Or(*id, strconv.Itoa(i+1)), c.iri)
		} else {
			n.call(p.kind, c.iri, cmp.Or(*id, strconv.Itoa(i+1)))
		}
	}
	for i, c := range children {
		p.each(c, &(*list)[i])
	}
	if n.out == nil {
		*list = p.kept(n, children, *list)
	}
}

// kept drops the parts of which too little is said, and calls the others by
// their new places.
func (p part[T]) kept(n *node, children []*node, list []T) (out []T) {
	for i, c := range children {
		if p.whole != nil && !p.whole(&list[i]) {
			n.in.incomplete(c)
			continue
		}
		if out = append(out, list[i]); p.id != nil {
			n.names[p.kind+" "+c.iri] = cmp.Or(*p.id(&list[i]), strconv.Itoa(len(out)))
		}
	}
	return out
}

// call remembers what a part is called; the first of a name counts.
func (n *node) call(kind, name, to string) {
	if _, ok := n.names[kind+" "+name]; !ok {
		n.names[kind+" "+name] = to
	}
}

// child begins a part on its way out.
func (n *node) child(p, kind string, i int, classes []string) *node {
	mark := "#"
	if strings.Contains(n.iri, "#") {
		mark = "-"
	}
	c := n.out.begin(n.iri+mark+kind+"-"+strconv.Itoa(i+1), n.names, classes...)
	c.self.Add(identifier, rdf.Typed(strings.TrimPrefix(c.iri, n.out.p.base()+"service:"), rdf.String))
	c.self.Add(ownPlace, rdf.Typed(strconv.Itoa(i+1), rdf.Integer))
	n.self.Add(p, rdf.Ref(c.iri))
	return c
}
