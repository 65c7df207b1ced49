package cpsvap

import (
	"diwan.example/catalogue"
	"diwan.example/internal/rdf"
)

// organisation is a Public Organisation; the standard also calls it an
// Organization and an Agent, each with names of its own.
func organisation(n *node, o *catalogue.Organisation) {
	if n.out != nil {
		id := string(o.ID)
		n.str(identifier, &id)
		n.need(prefLabel, &o.Name, nil)
	}
	n.need(title, &o.Name, nil)
	n.text(description, &o.Duty)
	n.concept(kind, organisationKinds, &o.Kind)
	n.str(ownContact, &o.Contact)
	n.link(homepage, classDocument, &o.Website)
	n.langs(inLanguage, &o.Languages)
	var places []string
	if o.Place != "" {
		places = []string{o.Place}
	}
	n.places(spatial, &places)
	if n.out == nil {
		o.Place = n.in.one(n, spatial, places)
	} else if o.Place == "" {
		n.fill(spatial, rdf.Ref(n.out.typed(countryIRI(n.out.p.Code), classLocation)))
	}
	n.link(sameAs, "", &o.URI)
	n.flag(ownSample, &o.Sample)
}

// lifeEvent is a Life Event or a Business Event.
func lifeEvent(n *node, e *catalogue.LifeEvent) {
	if n.out != nil {
		n.str(identifier, &e.ID)
		class := classLifeEvent
		if e.Business {
			class = classBusinessEvent
		}
		n.self.Add(rdf.Type, rdf.Ref(class))
	} else {
		e.Business = n.in.is(n.iri, classBusinessEvent)
	}
	n.need(title, &e.Name, nil)
	n.text(description, &e.Description)
	n.concepts(kind, eventTypes, &e.Types)
	n.link(sameAs, "", &e.URI)
}
