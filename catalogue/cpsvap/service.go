package cpsvap

import (
	"fmt"
	"strconv"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/rdf"
)

// service is a Public Service with its parts. Parts that others name come first.
func service(n *node, s *catalogue.Entry) {
	if n.out != nil {
		id := string(s.ID)
		n.str(identifier, &id)
	}
	n.need(title, &s.Name, nil)
	n.need(description, &s.Description, s.Name)
	n.org(authority, &s.Organisation)
	n.concept(status, statuses, &s.Status)
	n.flag(ownInternal, &s.Internal)
	n.concepts(kind, serviceTypes, &s.Types)
	n.concepts(thematicArea, themes, &s.Themes)
	n.concepts(sector, sectors, &s.Sectors)
	n.concepts(classifiedBy, classes, &s.Classes)
	n.langs(inLanguage, &s.Languages)
	n.places(spatial, &s.Places)
	n.events(groupedBy, &s.LifeEvents)
	n.concepts(audience, audiences, &s.Audience)
	n.keywords(keyword, &s.Keywords)
	n.services(requires, &s.Requires)
	n.services(relatedService, &s.Related)
	workingDays(n, &s.WorkingDays)
	n.long(ownYearly, &s.Yearly)
	n.link(sameAs, "", &s.URI)
	n.local(ownSource)
	n.flag(ownSample, &s.Sample)
	parts(n, legalParts, (*[]country.LegalResource)(&s.Legal))
	parts(n, ruleParts, &s.Rules)
	parts(n, evidenceParts, &s.Evidence)
	parts(n, requirementParts, &s.Requirements)
	parts(n, channelParts, (*[]country.Channel)(&s.Channels))
	parts(n, costParts, (*[]country.Cost)(&s.Costs))
	parts(n, outputParts, (*[]country.Output)(&s.Outputs))
	parts(n, participationParts, &s.Participants)
	parts(n, contactParts, &s.Contacts)
	online(n, &s.Online)
	procedure(n, ownAsIs, "as-is", &s.AsIs)
	procedure(n, ownToBe, "to-be", &s.ToBe)
}

// workingDays is a service's time. The standard counts in calendar days: five
// working days are a week.
func workingDays(n *node, days *int) {
	if n.out == nil {
		*days = n.in.workingDays(n)
		return
	}
	if *days == country.NotSaid {
		return
	}
	n.self.Add(processingTime, rdf.Typed(duration(*days), rdf.XSD+"duration"))
	n.self.Add(ownWorkingDays, rdf.Typed(strconv.Itoa(*days), rdf.Integer))
}

func duration(workingDays int) string {
	if workingDays <= 0 {
		return "PT0S"
	}
	return fmt.Sprintf("P%dD", (workingDays*7+4)/5)
}

// online is what the organisation says of how far the service is online.
func online(n *node, o *country.Online) {
	n.integer(ownLevel, &o.Level)
	n.day(ownDeclared, &o.Declared)
	n.link(ownOnlinePage, classDocument, &o.Link)
	type point struct{ point, answer string }
	var list []point
	for _, p := range sorted(o.Points) {
		list = append(list, point{string(p), string(o.Points[p])})
	}
	parts(n, part[point]{property: ownPoint, kind: "point", classes: []string{classPoint}, each: func(n *node, p *point) {
		n.str(ownKind, &p.point)
		n.str(ownAnswer, &p.answer)
	}}, &list)
	if n.out == nil && len(list) > 0 {
		o.Points = map[country.Point]country.Answer{}
		for _, p := range list {
			o.Points[country.Point(p.point)] = country.Answer(p.answer)
		}
	}
}

// procedure is how a service goes; CPSV-AP has no word for it.
func procedure(n *node, property, kind string, p **country.Procedure) {
	var list []country.Procedure
	if *p != nil {
		list = []country.Procedure{**p}
	}
	parts(n, part[country.Procedure]{property: property, kind: kind, classes: []string{classProcedure}, each: func(n *node, p *country.Procedure) {
		n.day(ownSince, &p.Since)
		parts(n, stepParts(kind), &p.Steps)
	}}, &list)
	if n.out == nil && len(list) > 0 {
		*p = &list[0]
	}
}

func stepParts(of string) part[country.Step] {
	return part[country.Step]{property: ownStep, kind: of + "-step", classes: []string{classStep}, id: func(s *country.Step) *string { return &s.ID },
		each: func(n *node, s *country.Step) {
			n.str(ownKind, &s.Kind)
			n.text(title, &s.Title)
			n.org(definedBy, &s.Organisation)
			n.refs(ownNext, of+"-step", &s.Next)
			n.integer(ownShare, &s.Share)
			n.refs(ownDocument, "evidence", &s.Documents)
			n.str(ownWorker, (*string)(&s.Role))
			n.flag(ownVisit, &s.Visit)
			n.concept(ownChannel, channelKinds, &s.Channel)
			n.decimal(ownDays, &s.Days)
			n.integer(ownTheirs, &s.Theirs)
			n.integer(ownOurs, &s.Ours)
			n.long(ownSpent, (*int64)(&s.Spent))
		}}
}

func named(t gov.Text) bool { return len(t) > 0 }
