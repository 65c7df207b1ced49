package asice

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// form is a way of writing XML canonically.
type form struct {
	exclusive bool
	comments  bool
	newer     bool     // Canonical XML 1.1
	prefixes  []string // of exclusive form: written as the inclusive form would
}

// forms are the canonical forms that signatures may ask for: Canonical XML 1.0 and
// 1.1, Exclusive XML Canonicalization 1.0 (W3C).
var forms = map[string]form{
	"http://www.w3.org/TR/2001/REC-xml-c14n-20010315":              {},
	"http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": {comments: true},
	"http://www.w3.org/2006/12/xml-c14n11":                         {newer: true},
	"http://www.w3.org/2006/12/xml-c14n11#WithComments":            {newer: true, comments: true},
	"http://www.w3.org/2001/10/xml-exc-c14n#":                      {exclusive: true},
	"http://www.w3.org/2001/10/xml-exc-c14n#WithComments":          {exclusive: true, comments: true},
}

// formOf reads the form that a CanonicalizationMethod or a Transform names.
func formOf(method *element) (form, bool) {
	if method == nil {
		return form{}, false
	}
	f, ok := forms[method.attr("Algorithm")]
	if list := method.elements("InclusiveNamespaces"); ok && f.exclusive && len(list) == 1 {
		f.prefixes = strings.Fields(strings.ReplaceAll(list[0].attr("PrefixList"), "#default", " \x00 "))
		for i, p := range f.prefixes {
			if p == "\x00" {
				f.prefixes[i] = ""
			}
		}
	}
	return f, ok
}

// canonical writes an element, with what it takes from the elements around it.
func (f form) canonical(e *element) []byte {
	return f.write(nil, e, map[string]string{}, true)
}

func (f form) write(b []byte, e *element, rendered map[string]string, apex bool) []byte {
	b = append(append(b, '<'), e.name()...)
	rendered, b = f.spaces(b, e, rendered)
	for _, a := range f.attributes(e, apex) {
		b = append(b, ' ')
		if a.prefix != "" {
			b = append(append(b, a.prefix...), ':')
		}
		b = append(append(append(b, a.local...), '=', '"'), attrEscapes.Replace(a.value)...)
		b = append(b, '"')
	}
	b = append(b, '>')
	for _, c := range e.children {
		switch c := c.(type) {
		case *element:
			b = f.write(b, c, rendered, false)
		case text:
			b = append(b, textEscapes.Replace(string(c))...)
		case comment:
			if f.comments {
				b = append(append(append(b, "<!--"...), c...), "-->"...)
			}
		case instruction:
			b = append(append(b, "<?"...), c.target...)
			if c.data != "" {
				b = append(append(b, ' '), c.data...)
			}
			b = append(b, "?>"...)
		}
	}
	return append(append(append(b, "</"...), e.name()...), '>')
}

var (
	textEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	attrEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)

func (e *element) name() string {
	if e.prefix == "" {
		return e.local
	}
	return e.prefix + ":" + e.local
}

// spaces writes the namespaces that are not yet written around e, by prefix.
func (f form) spaces(b []byte, e *element, rendered map[string]string) (map[string]string, []byte) {
	fresh := map[string]string{}
	for _, p := range f.wanted(e) {
		if s := e.space(p); p != "xml" && rendered[p] != s {
			fresh[p] = s
		}
	}
	if len(fresh) == 0 {
		return rendered, b
	}
	rendered = maps.Clone(rendered)
	for _, p := range slices.Sorted(maps.Keys(fresh)) {
		rendered[p] = fresh[p]
		b = append(b, " xmlns"...)
		if p != "" {
			b = append(append(b, ':'), p...)
		}
		b = append(append(append(b, '=', '"'), attrEscapes.Replace(fresh[p])...), '"')
	}
	return rendered, b
}

// wanted are the prefixes that must be in force at e: all of them, or in exclusive
// form those that e uses and those listed.
func (f form) wanted(e *element) []string {
	set := map[string]bool{}
	if !f.exclusive {
		set[""] = true
		for x := e; x != nil; x = x.parent {
			for p := range x.spaces {
				set[p] = true
			}
		}
		return slices.Collect(maps.Keys(set))
	}
	set[e.prefix] = true
	for _, a := range e.attrs {
		if a.prefix != "" {
			set[a.prefix] = true
		}
	}
	for _, p := range f.prefixes {
		if e.space(p) != "" || p == "" {
			set[p] = true
		}
	}
	return slices.Collect(maps.Keys(set))
}

// attributes are those of e in order, with the xml: ones that the outermost element
// takes from around it in the inclusive forms.
func (f form) attributes(e *element, apex bool) []attr {
	list := slices.Clone(e.attrs)
	for x := e.parent; apex && !f.exclusive && x != nil; x = x.parent {
		for _, a := range x.attrs {
			known := slices.ContainsFunc(list, func(o attr) bool { return o.prefix == "xml" && o.local == a.local })
			if a.prefix == "xml" && !known && (!f.newer || a.local == "lang" || a.local == "space") {
				list = append(list, a)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b attr) int {
		return cmp.Or(strings.Compare(e.attrSpace(a), e.attrSpace(b)), strings.Compare(a.local, b.local))
	})
	return list
}
