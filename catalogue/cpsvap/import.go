package cpsvap

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/rdf"
)

// Options say how a file is read.
type Options struct {
	Profile
	File         string    // its name in notes
	Lang         gov.Lang  // of texts that do not say theirs
	Organisation gov.OrgID // of services that name none that is known; empty: they are left out
	Here         Catalogue // what is in the catalogue already
}

// Read makes entries of a file. What is not understood is noted, at its line; a
// service without a name, or of an organisation that nobody knows, is left out.
func Read(g *rdf.Graph, o Options) (Catalogue, []Note) {
	r := &reading{Options: o, g: g, used: map[int]bool{}, visited: map[string]bool{}, noted: map[string]bool{},
		orgIDs: map[string]gov.OrgID{}, eventIDs: map[string]string{}, serviceIDs: map[string]gov.ServiceID{}}
	r.schema()
	orgs := r.subjects(organisationClasses...)
	events := r.subjects(classEvent, classLifeEvent, classBusinessEvent)
	services := r.subjects(classService, nsSchema+"GovernmentService", nsSchema+"PublicService")
	r.identify(orgs, events, services)
	var c Catalogue
	for _, iri := range events {
		e := catalogue.LifeEvent{ID: r.eventIDs[iri]}
		lifeEvent(r.node(iri), &e)
		if named(e.Name) {
			e.URI = r.uri(iri, e.URI, "event")
			c.LifeEvents = append(c.LifeEvents, e)
		} else {
			r.incomplete(r.node(iri))
		}
	}
	for _, iri := range services {
		if s, ok := r.service(iri); ok {
			c.Services = append(c.Services, s)
		}
	}
	c.Organisations = r.organisations(orgs, c.Services)
	c.Services = r.speak(c)
	r.prune(c.Services)
	r.leftOver()
	slices.SortStableFunc(r.notes, func(a, b Note) int { return cmp.Compare(a.Line, b.Line) })
	return c, r.notes
}

func (r *reading) node(iri string) *node {
	r.visited[iri] = true
	return &node{iri: iri, in: r, names: map[string]string{}}
}

// schema writes schema.org's names in one way.
func (r *reading) schema() {
	one := func(s string) string {
		if rest, ok := strings.CutPrefix(s, "http://schema.org/"); ok {
			return nsSchema + rest
		}
		return s
	}
	for i := range r.g.Triples {
		t := &r.g.Triples[i]
		t.Predicate = one(t.Predicate)
		if !t.Object.Literal() {
			t.Object.Value = one(t.Object.Value)
		}
	}
}

// subjects are the resources of some classes, in the order of the file.
func (r *reading) subjects(classes ...string) (out []string) {
	seen := map[string]bool{}
	for _, t := range r.g.Triples {
		if t.Predicate == rdf.Type && slices.Contains(classes, t.Object.Value) && !seen[t.Subject] {
			seen[t.Subject] = true
			out = append(out, t.Subject)
		}
	}
	return out
}

// uri is the name of a thing in the catalogue that it comes from; none for what
// is ours.
func (r *reading) uri(iri, said, kind string) string {
	if _, own := r.Profile.own(iri, kind); own || said != "" || rdf.Blank(iri) {
		return said
	}
	return iri
}

// service reads one service; false when it cannot be kept.
func (r *reading) service(iri string) (catalogue.Entry, bool) {
	s := catalogue.Entry{ID: r.serviceIDs[iri]}
	n := r.node(iri)
	if service(n, &s); s.Organisation == "" {
		s.Organisation = r.Organisation
	}
	s.URI = r.uri(iri, s.URI, "service")
	line := r.lineOf(iri)
	switch {
	case s.ID == "":
		return s, false
	case !named(s.Name):
		r.noteAt(line, iri, title, true, gov.T("الخدمة بلا اسم، فتُركت", "the service has no name and was left out"))
		return s, false
	case s.Organisation == "":
		r.noteAt(line, iri, authority, true, gov.T("الخدمة بلا جهة معروفة، فتُركت", "the service has no organisation that is known and was left out"))
		return s, false
	}
	return s, true
}

func (r *reading) lineOf(iri string) int {
	if all := r.g.Of(iri); len(all) > 0 {
		return r.g.Triples[all[0]].Line
	}
	return 0
}

// organisations reads those that have services, are ours, or are Public
// Organisations. One that is new here writes in the languages that all its
// services have.
func (r *reading) organisations(iris []string, services []catalogue.Entry) (out []catalogue.Organisation) {
	offers := map[gov.OrgID]bool{}
	for _, s := range services {
		for id := range namedBy(&s) {
			offers[id] = true
		}
	}
	for _, iri := range iris {
		id := r.orgIDs[iri]
		stranger := r.flag(r.node(iri), ownUndescribed)
		if delete(r.visited, iri); stranger || !offers[id] && !r.is(iri, classOrganisation, nsSchema+"GovernmentOrganization") {
			continue
		}
		o := catalogue.Organisation{ID: id}
		if organisation(r.node(iri), &o); !named(o.Name) {
			o.Name = gov.Text{r.Lang: string(id)}
			r.noteAt(r.lineOf(iri), iri, title, false, gov.T("الجهة بلا اسم، وأُخذ رمزها", "the organisation has no name; its code was taken"))
		}
		o.URI = r.uri(iri, o.URI, "organisation")
		if _, own := r.Profile.own(iri, "organisation"); !own && len(o.Languages) == 0 {
			o.Languages = r.spoken(&o, services)
		}
		out = append(out, o)
	}
	return out
}

// visit marks everything said of a resource as read.
func (r *reading) visit(iri string) {
	r.visited[iri] = true
	for _, i := range r.g.Of(iri) {
		r.used[i] = true
	}
}

// namedBy are the organisations that a service names.
func namedBy(s *catalogue.Entry) map[gov.OrgID]bool {
	out := map[gov.OrgID]bool{s.Organisation: true}
	for _, x := range s.Channels {
		out[x.Owner] = true
	}
	for _, x := range s.Evidence {
		out[x.Issuer] = true
	}
	for _, x := range s.Costs {
		out[x.For] = true
	}
	for _, x := range s.Participants {
		out[x.Organisation] = true
	}
	for _, p := range []*country.Procedure{s.AsIs, s.ToBe} {
		for i := 0; p != nil && i < len(p.Steps); i++ {
			out[p.Steps[i].Organisation] = true
		}
	}
	return out
}

// spoken are the languages that an organisation's name and the names of all its
// services have; where there is none, the one of its name that most have.
func (r *reading) spoken(o *catalogue.Organisation, services []catalogue.Entry) []gov.Lang {
	count, all := map[gov.Lang]int{}, 0
	for _, s := range services {
		if s.Organisation == o.ID {
			all++
			for l := range s.Name {
				count[l]++
			}
		}
	}
	langs := sorted(o.Name)
	slices.SortStableFunc(langs, func(a, b gov.Lang) int { return cmp.Compare(count[b], count[a]) })
	n := 1
	for n < len(langs) && count[langs[n]] == all {
		n++
	}
	return langs[:min(n, len(langs))]
}

// speak keeps the services of known organisations that have a name in every
// language of theirs.
func (r *reading) speak(c Catalogue) (out []catalogue.Entry) {
	langs := map[gov.OrgID][]gov.Lang{}
	for _, o := range slices.Concat(c.Organisations, r.Here.Organisations) {
		if langs[o.ID] = o.Languages; len(o.Languages) == 0 {
			langs[o.ID] = r.Profile.Languages
		}
	}
	at := map[gov.ServiceID]string{}
	for iri, id := range r.serviceIDs {
		at[id] = iri
	}
	for _, s := range c.Services {
		speaks, known := langs[s.Organisation]
		missing := s.Name.Missing(speaks...)
		if !known {
			r.noteAt(r.lineOf(at[s.ID]), at[s.ID], authority, true, gov.T("الجهة «%s» غير معروفة، فتُركت الخدمة", "the organisation “%s” is not known; the service was left out").Sprintf(string(s.Organisation)))
			continue
		}
		if len(missing) == 0 {
			r.check(at[s.ID], &s, speaks)
			out = append(out, s)
			continue
		}
		r.noteAt(r.lineOf(at[s.ID]), at[s.ID], title, true, gov.T("لا اسم للخدمة بلغة الجهة «%s»، فتُركت", "the service has no name in “%s”, a language of its organisation, and was left out").Sprintf(string(missing[0])))
	}
	return out
}

// prune drops references to services that were left out.
func (r *reading) prune(list []catalogue.Entry) {
	kept := map[gov.ServiceID]bool{}
	for _, s := range slices.Concat(list, r.Here.Services) {
		kept[s.ID] = true
	}
	for i := range list {
		for p, ids := range map[string]*[]gov.ServiceID{requires: &list[i].Requires, relatedService: &list[i].Related} {
			*ids = slices.DeleteFunc(*ids, func(id gov.ServiceID) bool {
				if !kept[id] {
					iri := r.iriOf(list[i].ID)
					r.noteAt(r.lineOf(iri), iri, p, true, gov.T("الخدمة «%s» تُركت، فتُركت الإشارة إليها", "the service “%s” was left out, and so was this reference to it").Sprintf(string(id)))
				}
				return !kept[id]
			})
			if len(*ids) == 0 {
				*ids = nil
			}
		}
	}
}

// iriOf is the name in the file of a service.
func (r *reading) iriOf(id gov.ServiceID) string {
	for iri, x := range r.serviceIDs {
		if x == id {
			return iri
		}
	}
	return ""
}

// check notes what is still wrong with a service that is kept: it must be put
// right when it is next written.
func (r *reading) check(iri string, s *catalogue.Entry, langs []gov.Lang) {
	for _, p := range s.Problems(country.Known{Langs: langs}) {
		text := gov.Text{}
		for l, words := range p.Text {
			text[l] = p.Field + ": " + words
		}
		r.noteAt(r.lineOf(iri), iri, "", false, text)
	}
}

var (
	orgShape     = regexp.MustCompile(`^[a-z][a-z0-9-]{0,59}$`)
	serviceShape = regexp.MustCompile(`^[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*$`)
)

// identify gives everything in the file its id here.
func (r *reading) identify(orgs, events, services []string) {
	taken := map[string]bool{}
	for _, o := range r.Here.Organisations {
		taken[string(o.ID)] = true
		r.orgIDs[r.Profile.organisation(o.ID)] = o.ID
		if o.URI != "" {
			r.orgIDs[o.URI] = o.ID
		}
	}
	for _, iri := range orgs {
		if id, own := r.Profile.own(iri, "organisation"); own && !r.flag(r.node(iri), ownUndescribed) {
			r.orgIDs[iri] = gov.OrgID(id)
		} else if own {
			r.visit(iri) // known here or not at all
		} else if r.orgIDs[iri] == "" {
			r.orgIDs[iri] = gov.OrgID(r.unused(r.code(iri, "org"), iri, taken))
		}
	}
	taken = map[string]bool{}
	for _, e := range r.Here.LifeEvents {
		taken[e.ID] = true
		r.eventIDs[r.Profile.lifeEvent(e.ID)] = e.ID
		if e.URI != "" {
			r.eventIDs[e.URI] = e.ID
		}
	}
	for _, iri := range events {
		if id, own := r.Profile.own(iri, "event"); own {
			r.eventIDs[iri] = id
		} else if r.eventIDs[iri] == "" {
			r.eventIDs[iri] = r.unused(r.code(iri, "event"), iri, taken)
		}
	}
	r.identifyServices(services)
}

func (r *reading) identifyServices(iris []string) {
	taken, by := map[string]bool{}, map[string]int{}
	for _, iri := range iris {
		if id, own := r.Profile.own(iri, "service"); own {
			r.serviceIDs[iri] = gov.ServiceID(id)
			taken[id] = true
			continue
		}
		said, at := r.said(iri)
		if before, twice := by[said]; twice && said != "" {
			r.noteAt(r.g.Triples[at].Line, iri, identifier, false, gov.T("الرقم «%s» مستعمل في السطر %s أيضًا، فاشتُق رقم آخر", "the id “%s” is also on line %s; another was made").Sprintf(clipped(said, 60), strconv.Itoa(before)))
		} else if said != "" {
			by[said] = r.g.Triples[at].Line
		}
		id := said
		if !serviceShape.MatchString(id) || len(id) > 110 {
			id = r.area(iri) + "/" + r.code(iri, "service")
		}
		r.serviceIDs[iri] = gov.ServiceID(r.unused(id, iri, taken))
	}
}

// said is the identifier that the file gives, and where.
func (r *reading) said(iri string) (string, int) {
	for _, i := range r.g.Of(iri) {
		if t := r.g.Triples[i]; t.Predicate == identifier && t.Object.Literal() {
			return strings.TrimSpace(t.Object.Value), i
		}
	}
	return "", 0
}

// area is the code of the organisation that offers a service.
func (r *reading) area(iri string) string {
	for _, p := range append([]string{authority}, aliases[authority]...) {
		for _, i := range r.g.Of(iri) {
			if t := r.g.Triples[i]; t.Predicate == p {
				if id := r.orgIDs[t.Object.Value]; orgShape.MatchString(string(id)) {
					return string(id)
				}
			}
		}
	}
	if orgShape.MatchString(string(r.Organisation)) {
		return string(r.Organisation)
	}
	return "imported"
}

// code makes a short code of a resource: its identifier, a name in Latin letters,
// or the end of its IRI.
func (r *reading) code(iri, kind string) string {
	said, _ := r.said(iri)
	candidates := []string{said}
	if kind == "org" {
		candidates = append(candidates, r.called(rdf.Ref(iri)))
	}
	candidates = append(candidates, iri[strings.LastIndexAny(iri, "/#:")+1:])
	for _, c := range candidates {
		if strings.Contains(c, "://") {
			c = c[strings.LastIndexAny(c, "/#")+1:]
		}
		if s := slug(c); s != "" {
			if kind != "service" && (s[0] < 'a' || s[0] > 'z') {
				s = kind + "-" + s
			}
			return s
		}
	}
	return kind + "-" + digest(iri)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:4])
}

// unused is a code that nothing else has.
func (r *reading) unused(code, iri string, taken map[string]bool) string {
	if taken[code] {
		code += "-" + digest(iri)
	}
	taken[code] = true
	return code
}

// slug keeps the Latin letters and digits of a name; empty when hardly any are left.
func slug(s string) string {
	var b strings.Builder
	dash, kept, all := false, 0, 0
	for _, c := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(c)
			dash, kept, all = false, kept+1, all+1
		case unicode.IsLetter(c):
			all++
		case !unicode.IsMark(c):
			dash = true
		}
		if b.Len() >= 50 {
			break
		}
	}
	if kept*2 < all || kept < 1 {
		return ""
	}
	return b.String()
}
