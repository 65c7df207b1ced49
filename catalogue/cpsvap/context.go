package cpsvap

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"

	"diwan.example/internal/rdf"
)

// Context is the JSON-LD context of the files that are written.
func Context() *rdf.Context {
	c := &rdf.Context{Prefixes: Prefixes, Values: map[string]string{
		processingTime: rdf.XSD + "duration", hasValue: rdf.Double, ownDeclared: rdf.XSD + "date", ownSince: rdf.XSD + "date", ownDays: rdf.Decimal,
	}}
	for _, p := range []string{title, description, keyword, prefLabel, fullAddress} {
		c.Values[p] = rdf.AsTexts
	}
	for _, p := range []string{
		kind, inLanguage, spatial, audience, requires, relation, creator, publisher, hasPart, status, page, homepage, inScheme, sameAs, seeAlso, address, authority,
		thematicArea, sector, classifiedBy, groupedBy, hasChannel, hasCost, holdsRequirement, supporting, fulfils, hasLegal, hasParticipation, hasParticipant, role,
		contactPoint, contactPage, relatedService, openingHours, ownedBy, hasCurrency, accessedThrough, definedBy, hasInput, produces, follows, implements, atURL,
		dayOfWeek, ownFilled, ownOnlinePage, ownPoint, ownAsIs, ownToBe, ownStep, ownNext, ownDocument, ownChannel,
	} {
		c.Values[p] = rdf.AsResource
	}
	return c
}

//go:embed semic.txt
var semic string

// published are where the standard's own context is named. It is never fetched.
var published = []string{
	"https://semiceu.github.io/CPSV-AP/releases/3.2.0/context/cpsv-ap",
	"https://semiceu.github.io/uri.semic.eu-generated/CPSV-AP/releases/3.2.0/context/cpsv-ap",
	"https://semiceu.github.io/CPSV-AP/releases/3.1.1/context/cpsv-ap",
	"https://semiceu.github.io/CPSV-AP/releases/3.1.0/context/cpsv-ap",
	"https://semiceu.github.io/CPSV-AP/releases/3.0.0/context/cpsv-ap",
}

// Contexts are the JSON-LD contexts that files may name, by their addresses.
func Contexts() map[string][]byte { return contexts() }

var contexts = sync.OnceValue(func() map[string][]byte {
	out := map[string][]byte{}
	for _, u := range published {
		for _, end := range []string{".jsonld", "_en.jsonld"} {
			out[u+end] = standard()
		}
	}
	return out
})

// standard is the context of CPSV-AP 3.2 as a document.
func standard() []byte {
	ns := map[string]string{"rdf": rdf.RDF, "epo": "http://data.europa.eu/a4g/ontology#"}
	for _, p := range Prefixes {
		ns[p.Name] = p.IRI
	}
	whole := func(short string) string {
		name, local, _ := strings.Cut(short, ":")
		return ns[name] + local
	}
	terms := map[string]any{}
	for line := range strings.Lines(semic) {
		f := strings.Fields(line)
		switch {
		case len(f) < 2 || f[0] == "#":
		case len(f) == 2:
			terms[f[0]] = whole(f[1])
		case f[2] == rdf.AsResource:
			terms[f[0]] = map[string]string{"@id": whole(f[1]), "@type": rdf.AsResource}
		default:
			terms[f[0]] = map[string]string{"@id": whole(f[1]), "@type": whole(f[2])}
		}
	}
	b, err := json.Marshal(map[string]any{"@context": terms})
	if err != nil {
		panic(err) // it is strings all the way
	}
	return b
}
