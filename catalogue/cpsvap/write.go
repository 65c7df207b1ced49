package cpsvap

import (
	"io"
	"slices"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/rdf"
)

// writing is one export.
type writing struct {
	p             Profile
	nodes         []*rdf.Node // of the thing that is being written
	services      map[gov.ServiceID]bool
	organisations map[gov.OrgID]bool
	events        map[string]bool
	lists         map[*codeList]bool         // that are used
	concepts      map[string]*codeList       // single concepts: IRI → list
	others        map[string]map[string]bool // class → IRIs
	languages     map[gov.Lang]bool
	strangers     map[gov.OrgID]bool // organisations that are named and not described
}

// Syntax is how a file is written.
type Syntax string

// The syntaxes that are written.
const (
	Turtle Syntax = "turtle"
	JSONLD Syntax = "json-ld"
)

// Write writes a catalogue to w. Equal catalogues give equal files, byte for byte.
// progress is told how many of all things are written; nil: nobody is.
func Write(w io.Writer, s Syntax, p Profile, c Catalogue, progress func(done, all int)) error {
	sink := rdf.NewTurtle(w, Prefixes)
	if s == JSONLD {
		sink = rdf.NewJSONLD(w, Context())
	}
	x := newWriting(p, c)
	done, all := 0, 1+len(c.Organisations)+len(c.LifeEvents)+len(c.Services)
	put := func() error {
		for _, n := range x.nodes {
			if err := sink.Node(n); err != nil {
				return err
			}
		}
		x.nodes = x.nodes[:0]
		if done++; progress != nil {
			progress(done, all)
		}
		return nil
	}
	if x.dataset(c); len(c.Services) > 1 {
		if err := put(); err != nil {
			return err
		}
	}
	for i := range c.Organisations {
		organisation(x.begin(p.organisation(c.Organisations[i].ID), nil, classOrganisation, classOrg, classAgent), &c.Organisations[i])
		if err := put(); err != nil {
			return err
		}
	}
	for i := range c.LifeEvents {
		lifeEvent(x.begin(p.lifeEvent(c.LifeEvents[i].ID), nil, classEvent), &c.LifeEvents[i])
		if err := put(); err != nil {
			return err
		}
	}
	for i := range c.Services {
		service(x.begin(p.service(c.Services[i].ID), map[string]string{}, classService), &c.Services[i])
		if err := put(); err != nil {
			return err
		}
	}
	if x.vocabulary(); len(x.nodes) > 0 {
		if err := put(); err != nil {
			return err
		}
	}
	return sink.Close()
}

func newWriting(p Profile, c Catalogue) *writing {
	x := &writing{p: p, services: map[gov.ServiceID]bool{}, organisations: map[gov.OrgID]bool{}, events: map[string]bool{}, lists: map[*codeList]bool{},
		concepts: map[string]*codeList{}, others: map[string]map[string]bool{}, languages: map[gov.Lang]bool{}, strangers: map[gov.OrgID]bool{}}
	for _, s := range c.Services {
		x.services[s.ID] = true
	}
	for _, o := range c.Organisations {
		x.organisations[o.ID] = true
	}
	for _, e := range c.LifeEvents {
		x.events[e.ID] = true
	}
	return x
}

func (x *writing) begin(iri string, names map[string]string, classes ...string) *node {
	n := &node{iri: iri, out: x, names: names, self: &rdf.Node{Subject: iri}}
	for _, c := range classes {
		n.self.Add(rdf.Type, rdf.Ref(c))
	}
	x.nodes = append(x.nodes, n.self)
	return n
}

// dataset says whose catalogue it is and what is in it.
func (x *writing) dataset(c Catalogue) {
	n := x.begin(x.p.base()+"catalogue", nil, classDataset)
	name := gov.T("دليل خدمات %s", "Catalogue of services: %s").Sprintf(x.p.Name)
	n.text(title, &name)
	n.text(description, &name)
	id := strings.TrimSuffix(x.p.base(), ":")
	n.str(identifier, &id)
	n.org(publisher, &x.p.Authority)
	for _, s := range c.Services {
		n.self.Add(hasPart, rdf.Ref(x.p.service(s.ID)))
	}
}

// typed notes that a resource of a class is named, and returns it.
func (x *writing) typed(iri, class string) string {
	if class == "" {
		return iri
	}
	if x.others[class] == nil {
		x.others[class] = map[string]bool{}
	}
	x.others[class][iri] = true
	return iri
}

func (x *writing) concept(l *codeList, s string) string {
	iri := l.iri(s)
	if slices.Contains(l.words, s) {
		x.lists[l] = true
	} else if _, ok := x.concepts[iri]; !ok {
		x.concepts[iri] = l
	}
	return iri
}

func (x *writing) language(l gov.Lang) string {
	x.languages[l] = true
	return languageIRI(l)
}

func (x *writing) org(id gov.OrgID) string {
	if !x.organisations[id] {
		x.strangers[id] = true
	}
	return x.p.organisation(id)
}

// vocabulary writes what else the file names, so that it stands by itself: code
// lists, languages, places, pages, and organisations of which no more is known.
func (x *writing) vocabulary() {
	for _, id := range sorted(x.strangers) {
		n := x.begin(x.p.organisation(id), nil, classOrganisation, classOrg, classAgent)
		o := catalogue.Organisation{ID: id, Name: gov.Text{gov.English: string(id)}}
		yes := true
		n.flag(ownUndescribed, &yes)
		organisation(n, &o)
	}
	for _, l := range []*codeList{statuses, audiences, channelKinds, organisationKinds, weekdays} {
		if x.lists[l] {
			x.scheme(l)
		}
	}
	for _, iri := range sorted(x.concepts) {
		n := x.begin(iri, nil, classConcept)
		if code := value(iri); code != iri {
			n.self.Add(prefLabel, rdf.Typed(code, rdf.String))
			n.self.Add(notation, rdf.Typed(code, rdf.String))
		} else if code, ok := strings.CutPrefix(iri, euCurrency); ok {
			n.self.Add(notation, rdf.Typed(code, rdf.String))
		}
	}
	for _, l := range sorted(x.languages) {
		n := x.begin(languageIRI(l), nil, classLanguage)
		n.self.Add(notation, rdf.Typed(string(l), rdf.String))
	}
	for _, class := range sorted(x.others) {
		for _, iri := range sorted(x.others[class]) {
			n := x.begin(iri, nil, class)
			if code := value(iri); code != iri {
				n.self.Add(label, rdf.Typed(code, rdf.String))
			}
		}
	}
}

// scheme writes a code list whole.
func (x *writing) scheme(l *codeList) {
	n := x.begin(lists+l.id, nil, classScheme)
	n.text(prefLabel, &l.name)
	for _, w := range l.words {
		c := x.begin(l.iri(w), nil, classConcept)
		names := l.names[w]
		c.text(prefLabel, &names)
		c.self.Add(notation, rdf.Typed(w, rdf.String))
		c.self.Add(inScheme, rdf.Ref(lists+l.id))
	}
}

func sorted[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
