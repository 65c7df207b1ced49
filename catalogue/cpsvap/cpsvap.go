// Package cpsvap exchanges the catalogue with the rest of the world in the words
// of CPSV-AP 3.2, the Core Public Service Vocabulary Application Profile of the
// EU (SEMIC, https://semiceu.github.io/CPSV-AP/releases/3.2.0/), as Turtle and
// JSON-LD, and RDF/XML for reading.
//
// One description of the model (service.go, part.go, organisation.go) serves both
// directions, so that what is written can be read: an export that is read again
// gives equal entries. What the standard has no word for stands under a
// vocabulary of our own, which others may ignore (ADR 0014).
package cpsvap

import (
	"net/url"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/rdf"
)

// Profile is what an export needs to know of the country, and what an import
// tells its own files by.
type Profile struct {
	Code      string       // ISO 3166-1 alpha-2
	Name      gov.Text     // of the country
	Authority gov.OrgID    // who publishes the catalogue
	Currency  gov.Currency // in which amounts without a currency are
	Languages []gov.Lang   // of the country
}

// ProfileOf takes the profile of a country.
func ProfileOf(c *country.Country) Profile {
	return Profile{c.Code, c.Name, c.Authority, c.Currency, c.Languages}
}

// Catalogue is what one file holds.
type Catalogue struct {
	Organisations []catalogue.Organisation
	LifeEvents    []catalogue.LifeEvent
	Services      []catalogue.Entry
}

// base is where the names of this country's catalogue begin.
func (p Profile) base() string { return "urn:diwan:" + escaped(strings.ToLower(p.Code)) + ":" }

func (p Profile) service(id gov.ServiceID) string { return p.base() + "service:" + escaped(string(id)) }
func (p Profile) organisation(id gov.OrgID) string {
	return p.base() + "organisation:" + escaped(string(id))
}
func (p Profile) lifeEvent(id string) string { return p.base() + "event:" + escaped(id) }
func (p Profile) own(iri, kind string) (string, bool) {
	rest, ok := strings.CutPrefix(iri, p.base()+kind+":")
	if !ok {
		return "", false
	}
	id, err := url.PathUnescape(rest)
	return id, err == nil && id != "" && !strings.Contains(rest, "#")
}

// escaped writes a name so that it can stand in an IRI.
func escaped(s string) string {
	parts := strings.Split(s, "/")
	for i := range parts {
		parts[i] = strings.NewReplacer(":", "%3A", "@", "%40", "&", "%26", "=", "%3D", "+", "%2B", "$", "%24", ",", "%2C", ";", "%3B").Replace(url.PathEscape(parts[i]))
	}
	return strings.Join(parts, "/")
}

// resource names a value as a resource: an address or an IRI by itself, anything
// else as a code of ours that gives the value back.
func resource(s string) string {
	if rdf.IsIRI(s) && !strings.HasPrefix(s, ours) && (strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "urn:") || strings.HasPrefix(s, "mailto:") || strings.HasPrefix(s, "tel:")) {
		return s
	}
	return codes + escaped(s)
}

// value is what resource made an IRI of.
func value(iri string) string {
	rest, ok := strings.CutPrefix(iri, codes)
	if !ok {
		return iri
	}
	if s, err := url.PathUnescape(rest); err == nil {
		return s
	}
	return iri
}
