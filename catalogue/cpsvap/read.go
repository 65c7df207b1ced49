package cpsvap

import (
	"cmp"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/rdf"
)

// reading is one import.
type reading struct {
	Options
	g          *rdf.Graph
	used       map[int]bool // triples that found their place, or their note
	visited    map[string]bool
	notes      []Note
	noted      map[string]bool
	orgIDs     map[string]gov.OrgID // IRI → id
	eventIDs   map[string]string
	serviceIDs map[string]gov.ServiceID
}

func (r *reading) note(n *node, i int, left bool, ar, en string, args ...any) {
	t := r.g.Triples[i]
	r.used[i] = true
	r.noteAt(t.Line, n.iri, t.Predicate, left, gov.T(ar, en).Sprintf(args...))
}

func (r *reading) noteAt(line int, subject, property string, left bool, text gov.Text) {
	n := Note{File: r.File, Line: line, Subject: brief(subject), Text: text, Left: left}
	if property != "" {
		n.Property = brief(property)
	}
	if key := strconv.Itoa(n.Line) + n.Property + n.Text[gov.English]; !r.noted[key] {
		r.noted[key] = true
		r.notes = append(r.notes, n)
	}
}

// values are the numbers of the triples that say a property of a node, under its
// name or, where that is not used, another.
func (r *reading) values(n *node, p string) (out []int) {
	all := r.g.Of(n.iri)
	for _, name := range append([]string{p}, aliases[p]...) {
		more := len(out) > 0
		for _, i := range all {
			t := r.g.Triples[i]
			switch {
			case t.Predicate != name:
			case !more:
				out = append(out, i)
				r.used[i] = true
			case slices.ContainsFunc(out, func(k int) bool { return r.object(k) == t.Object }):
				r.used[i] = true // the same again under another name
			}
		}
	}
	return out
}

// every are the values of a property under all its names together.
func (r *reading) every(n *node, p string) (out []int) {
	for _, i := range r.g.Of(n.iri) {
		t := r.g.Triples[i]
		if t.Predicate != p && !slices.Contains(aliases[p], t.Predicate) {
			continue
		}
		r.used[i] = true
		if !slices.ContainsFunc(out, func(k int) bool { return r.object(k) == t.Object && r.g.Triples[k].Predicate != t.Predicate }) {
			out = append(out, i)
		}
	}
	return out
}

func (r *reading) object(i int) rdf.Term { return r.g.Triples[i].Object }

// filled reports whether a property was only filled in because the standard
// demands it.
func (r *reading) filled(n *node, p string) bool {
	for _, i := range r.g.Of(n.iri) {
		if t := r.g.Triples[i]; t.Predicate == ownFilled && t.Object.Value == p {
			r.values(n, p)
			return true
		}
	}
	return false
}

// is reports whether a resource is of a class.
func (r *reading) is(iri string, classes ...string) bool {
	for _, i := range r.g.Of(iri) {
		if t := r.g.Triples[i]; t.Predicate == rdf.Type && slices.Contains(classes, t.Object.Value) {
			return true
		}
	}
	return false
}

// markup is HTML in a text, which the catalogue shows as plain text.
var markup = regexp.MustCompile(`<[a-zA-Z/!][^<>]*>`)

// words is a literal as people read it.
func (r *reading) words(n *node, t rdf.Term) string {
	s := t.Value
	if strings.HasPrefix(n.iri, r.Profile.base()) {
		return s // our own words, as they were
	}
	s, _ = gov.CleanText(markup.ReplaceAllString(s, ""))
	return strings.TrimSpace(s)
}

func (r *reading) text(n *node, p string) gov.Text {
	var out gov.Text
	for _, i := range r.values(n, p) {
		o := r.object(i)
		if !o.Literal() {
			r.note(n, i, true, "مورد في موضع نص", "a resource where a text is expected")
			continue
		}
		s, l := r.words(n, o), r.tag(n, i)
		switch _, twice := out[l]; {
		case s == "" || l == "":
		case twice && out[l] != s:
			r.note(n, i, true, "نص ثانٍ باللغة نفسها (%s)، وأُخذ الأول", "a second text in the same language (%s); the first was taken", string(l))
		default:
			if out == nil {
				out = gov.Text{}
			}
			out[l] = s
		}
	}
	return out
}

// tag is the language of a literal; one that says none is in the language of the
// import.
func (r *reading) tag(n *node, i int) gov.Lang {
	tag := strings.ToLower(r.object(i).Lang)
	if tag == "" || tag == "und" {
		if strings.TrimSpace(r.object(i).Value) != "" {
			r.note(n, i, false, "نص بلا رمز لغة، عُدَّ باللغة «%s»", "a text without a language; taken as “%s”", string(r.Lang))
		}
		return r.Lang
	}
	primary, _, _ := strings.Cut(tag, "-")
	return gov.Lang(primary)
}

func (r *reading) str(n *node, p string) (out string) {
	for k, i := range r.values(n, p) {
		o := r.object(i)
		s := r.words(n, o)
		if !o.Literal() {
			s = strings.TrimPrefix(strings.TrimPrefix(value(o.Value), "mailto:"), "tel:")
		}
		switch {
		case p == emailAddress && !isMail(strings.TrimPrefix(s, "mailto:")):
			r.note(n, i, true, "«%s» ليس عنوان بريد", "“%s” is no e-mail address", clipped(s, 60))
		case p == emailAddress && out == "":
			out = strings.TrimPrefix(s, "mailto:")
		case out == "":
			out = s
		case k > 0:
			r.note(n, i, true, "قيمة ثانية، وأُخذت الأولى", "a second value; the first was taken")
		}
	}
	return out
}

func isMail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

// link is an address; one that is written as text is taken as well.
func (r *reading) link(n *node, p string) (out string) {
	for _, i := range r.values(n, p) {
		s := value(strings.TrimSpace(r.object(i).Value))
		web := strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
		own := strings.HasPrefix(r.object(i).Value, codes)
		switch {
		case rdf.Blank(s):
			r.note(n, i, true, "عقدة بلا اسم في موضع عنوان", "a node without a name where an address is expected")
		case p != sameAs && !web && !own:
			r.note(n, i, true, "«%s» ليس عنوانًا على الويب", "“%s” is no web address", clipped(s, 60))
		case out == "":
			if out = s; r.object(i).Literal() {
				r.note(n, i, false, "نص في موضع مورد، وأُخذ عنوانًا", "a literal where a resource is expected; taken as an address")
			}
		case out != s:
			r.note(n, i, true, "عنوان ثانٍ، وأُخذ الأول", "a second address; the first was taken")
		}
	}
	return out
}

func (r *reading) integer(n *node, p string) int64 {
	for _, i := range r.values(n, p) {
		v, err := strconv.ParseInt(strings.TrimSpace(r.object(i).Value), 10, 64)
		if err == nil {
			return v
		}
		r.note(n, i, true, "«%s» ليس عددًا صحيحًا", "“%s” is no whole number", clipped(r.object(i).Value, 60))
	}
	return 0
}

func (r *reading) decimal(n *node, p string) float64 {
	for _, i := range r.values(n, p) {
		v, err := strconv.ParseFloat(strings.TrimSpace(r.object(i).Value), 64)
		if err == nil && v == v && v < 1e15 && v > -1e15 {
			return v
		}
		r.note(n, i, true, "«%s» ليس عددًا", "“%s” is no number", clipped(r.object(i).Value, 60))
	}
	return 0
}

func (r *reading) flag(n *node, p string) bool {
	for _, i := range r.values(n, p) {
		if v := r.object(i).Value; v == "true" || v == "1" {
			return true
		}
	}
	return false
}

// one takes the first of several values where the model has room for one.
func (r *reading) one(n *node, p string, list []string) string {
	if len(list) == 0 {
		return ""
	}
	if len(list) > 1 {
		all := r.values(n, p)
		r.note(n, all[len(all)-1], true, "قيمة ثانية، وأُخذت الأولى", "a second value; the first was taken")
	}
	return list[0]
}

func (r *reading) concepts(n *node, p string, l *codeList) (out []string) {
	for _, i := range r.values(n, p) {
		o := r.object(i)
		word := ""
		switch {
		case o.Literal() && l.words == nil:
			word = r.words(n, o)
			r.note(n, i, false, "نص في موضع مفهوم، وأُخذ رمزًا", "a literal where a concept is expected; taken as a code")
		case !o.Literal() && (l.words == nil || slices.Contains(l.words, l.word(o.Value)) || strings.HasPrefix(o.Value, codes)):
			word = l.word(o.Value)
		default:
			if word = r.guess(l, o); word == "" {
				r.note(n, i, true, "«%s» ليس من قيم «%s» المعروفة هنا", "“%s” is not one of the words for “%s” here", clipped(r.called(o), 60), cmp.Or(l.id, "code"))
				continue
			}
		}
		if rdf.Blank(word) {
			word = r.called(o)
		}
		if word != "" && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

// guess finds the word of a list that a concept of somebody else's means, by its
// labels or the end of its IRI.
func (r *reading) guess(l *codeList, o rdf.Term) string {
	said := []string{o.Value[strings.LastIndexAny(o.Value, "/#:")+1:]}
	if o.Literal() {
		said = append([]string{o.Value}, strings.Fields(o.Value)...)
	}
	for _, i := range r.g.Of(o.Value) {
		if t := r.g.Triples[i]; t.Object.Literal() {
			said = append(said, t.Object.Value)
		}
	}
	for _, s := range said {
		s = strings.ToLower(strings.TrimSpace(s))
		if slices.Contains(l.words, s) {
			return s
		}
		if w := synonyms[l][s]; w != "" {
			return w
		}
		for w, names := range l.names {
			for _, name := range names {
				if strings.ToLower(name) == s {
					return w
				}
			}
		}
	}
	return ""
}

// called is a concept as people call it: by its label, else as it is written.
func (r *reading) called(o rdf.Term) string {
	if !o.Literal() {
		for _, i := range r.g.Of(o.Value) {
			if t := r.g.Triples[i]; t.Object.Literal() && (t.Predicate == prefLabel || t.Predicate == label || t.Predicate == title) {
				return t.Object.Value
			}
		}
	}
	return o.Value
}

func (r *reading) langs(n *node, p string) (out []gov.Lang) {
	for _, i := range r.values(n, p) {
		o := r.object(i)
		l := languageOf(o.Value)
		if o.Literal() {
			l = languageOf(euLanguages + o.Value)
		}
		if l == "" {
			r.note(n, i, true, "لغة غير معروفة: «%s»", "a language that is not known: “%s”", clipped(o.Value, 60))
		} else if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// resources are values that stand for themselves, such as places.
func (r *reading) resources(n *node, p string) (out []string) {
	for _, i := range r.values(n, p) {
		o := r.object(i)
		s := value(o.Value)
		if rdf.Blank(o.Value) {
			if s = r.called(o); s == o.Value {
				r.note(n, i, true, "عقدة بلا اسم", "a node without a name")
				continue
			}
		}
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (r *reading) keywords(n *node, p string) map[gov.Lang][]string {
	var out map[gov.Lang][]string
	for _, i := range r.values(n, p) {
		o := r.object(i)
		if !o.Literal() {
			r.note(n, i, true, "مورد في موضع نص", "a resource where a text is expected")
			continue
		}
		if s, l := r.words(n, o), r.tag(n, i); s != "" {
			if out == nil {
				out = map[gov.Lang][]string{}
			}
			out[l] = append(out[l], s)
		}
	}
	return out
}

func (r *reading) org(n *node, p string) (out gov.OrgID) {
	for _, i := range r.values(n, p) {
		id, ok := r.orgIDs[r.object(i).Value]
		switch {
		case !ok:
			r.note(n, i, true, "الجهة %s غير موصوفة في الملف وغير معروفة هنا", "the organisation %s is described neither in the file nor here", brief(r.object(i).Value))
		case out == "":
			out = id
		case out != id:
			r.note(n, i, true, "جهة ثانية، وأُخذت الأولى", "a second organisation; the first was taken")
		}
	}
	return out
}

// byName gives what a property refers to by the names that things in the file
// have, or all that it names where not everything is in the file.
func byName[T ~string](r *reading, n *node, p string, known map[string]T, what gov.Text) (out []T) {
	all := r.values(n, p)
	if said := r.values(n, ownName(p)); len(said) > 0 {
		for _, i := range said {
			out = append(out, T(r.object(i).Value))
		}
		return out
	}
	for _, i := range all {
		o := r.object(i)
		if id, ok := known[o.Value]; !ok {
			r.note(n, i, true, "%[2]s %[1]s غير موجود في الملف", "the %[2]s %[1]s is not in the file", brief(o.Value), what)
		} else if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func (r *reading) services(n *node, p string) []gov.ServiceID {
	return byName(r, n, p, r.serviceIDs, gov.T("الخدمة", "service"))
}

func (r *reading) events(n *node, p string) []string {
	return byName(r, n, p, r.eventIDs, gov.T("حدث الحياة", "life event"))
}

func (r *reading) refs(n *node, p, kind string) []string {
	known := map[string]string{}
	for _, i := range r.values(n, p) {
		if name, ok := n.names[kind+" "+r.object(i).Value]; ok {
			known[r.object(i).Value] = name
		}
	}
	return byName(r, n, p, known, gov.T("الجزء", "part"))
}

// children are the parts that a property names, in their places. A plain text in
// the place of a part stands for its lead property.
func (r *reading) children(n *node, p, lead string) (out []*node) {
	type placed struct {
		*node
		place int64
	}
	var list []placed
	for _, i := range r.every(n, p) {
		t := r.g.Triples[i]
		c := &node{iri: t.Object.Value, in: r, names: n.names}
		if t.Object.Literal() {
			if c = r.standIn(n, i, lead); c == nil {
				continue
			}
		} else if len(r.g.Of(c.iri)) == 0 {
			r.note(n, i, true, "%s غير موصوف في الملف", "%s is not described in the file", brief(c.iri))
			continue
		}
		r.visited[c.iri] = true
		list = append(list, placed{c, r.integer(c, ownPlace)})
	}
	slices.SortStableFunc(list, func(a, b placed) int { return cmp.Compare(a.place, b.place) })
	for _, c := range list {
		out = append(out, c.node)
	}
	return out
}

// standIn makes a part of a literal.
func (r *reading) standIn(n *node, i int, lead string) *node {
	t := r.g.Triples[i]
	if lead == "" || strings.TrimSpace(t.Object.Value) == "" {
		r.note(n, i, true, "نص في موضع مورد", "a literal where a resource is expected")
		return nil
	}
	r.note(n, i, false, "نص في موضع مورد، وأُخذ مكان «%s»", "a literal where a resource is expected; taken as its %s", brief(lead))
	c := &node{iri: fmt.Sprintf("_:literal%d", i), in: r, names: n.names}
	if isMail(t.Object.Value) && lead == title && t.Predicate == contactPoint {
		lead = emailAddress
	}
	r.g.Put(rdf.Triple{Subject: c.iri, Predicate: lead, Object: t.Object, Line: t.Line})
	return c
}
