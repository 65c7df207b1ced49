package cpsvap

import (
	"cmp"
	"fmt"
	"strings"

	"golang.org/x/text/currency"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/rdf"
)

var legalParts = part[country.LegalResource]{
	property: hasLegal, kind: "legal", classes: []string{classLegal}, lead: title,
	id:    func(l *country.LegalResource) *string { return &l.ID },
	whole: func(l *country.LegalResource) bool { return named(l.Name) || l.URL != "" },
	each: func(n *node, l *country.LegalResource) {
		n.text(title, &l.Name)
		n.text(description, &l.Description)
		n.link(seeAlso, classDocument, &l.URL)
		n.refs(relation, "legal", &l.Related)
		if n.out == nil && l.URL == "" {
			l.URL = n.in.ownAddress(n)
		}
	},
}

var ruleParts = part[country.Rule]{
	property: follows, kind: "rule", classes: []string{classRule}, lead: title,
	id:    func(r *country.Rule) *string { return &r.ID },
	whole: func(r *country.Rule) bool { return named(r.Name) },
	each: func(n *node, r *country.Rule) {
		n.need(title, &r.Name, nil)
		n.need(description, &r.Description, r.Name)
		n.concept(kind, ruleTypes, &r.Type)
		n.langs(inLanguage, &r.Languages)
		n.refs(implements, "legal", &r.Implements)
	},
}

var evidenceParts = part[country.Evidence]{
	property: hasInput, kind: "evidence", classes: []string{classEvidence}, lead: title,
	id:    func(e *country.Evidence) *string { return &e.ID },
	whole: func(e *country.Evidence) bool { return named(e.Name) },
	each: func(n *node, e *country.Evidence) {
		n.need(title, &e.Name, nil)
		n.text(description, &e.Description)
		n.flag(ownOptional, &e.Optional)
		n.concept(kind, evidenceTypes, &e.Type)
		n.langs(inLanguage, &e.Languages)
		n.org(creator, &e.Issuer)
		n.str(ownAttribute, &e.Attribute)
		n.link(page, classDocument, &e.Page)
	},
}

// requirementClasses are the kinds of requirement, as classes.
var requirementClasses = map[string]string{"criterion": classCriterion, "information": classInformation, "constraint": classConstraint}

var requirementParts = part[country.Requirement]{
	property: holdsRequirement, kind: "requirement", classes: []string{classRequirement}, lead: title,
	id:    func(r *country.Requirement) *string { return &r.ID },
	whole: func(r *country.Requirement) bool { return named(r.Name) },
	each: func(n *node, r *country.Requirement) {
		for _, k := range country.RequirementKinds {
			if n.out == nil && n.in.is(n.iri, requirementClasses[k]) {
				r.Kind = k
			} else if n.out != nil && r.Kind == k {
				n.self.Add(rdf.Type, rdf.Ref(requirementClasses[k]))
			}
		}
		n.need(title, &r.Name, nil)
		n.text(description, &r.Description)
		n.concepts(kind, requirementType, &r.Types)
		n.refs(supporting, "evidence", &r.Evidence)
		n.refs(fulfils, "rule", &r.Fulfils)
	},
}

var channelParts = part[country.Channel]{
	property: hasChannel, kind: "channel", classes: []string{classChannel}, lead: description,
	id: func(c *country.Channel) *string { return &c.ID },
	each: func(n *node, c *country.Channel) {
		n.concept(kind, channelKinds, &c.Kind)
		n.text(description, &c.Description)
		n.link(atURL, classDocument, &c.URL)
		n.str(telephone, &c.Phone)
		n.str(emailAddress, &c.Email)
		postal(n, &c.Address)
		hours(n, &c.Hours, &c.HoursNote)
		channelDays(n, &c.WorkingDays)
		n.org(ownedBy, &c.Owner)
		n.refs(hasInput, "evidence", &c.Evidence)
		if n.out == nil && c.Kind == "" {
			c.Kind = n.in.channelKind(n, c)
		}
	},
}

// channelDays is the time on one channel, where it differs; 0: it does not.
func channelDays(n *node, days *int) {
	if n.out == nil {
		if *days = n.in.workingDays(n); *days == country.NotSaid {
			*days = 0
		}
	} else if *days != 0 {
		workingDays(n, days)
	}
}

// postal is an Address with nothing but its whole text.
func postal(n *node, t *gov.Text) {
	var list []gov.Text
	if named(*t) {
		list = []gov.Text{*t}
	}
	parts(n, part[gov.Text]{property: address, kind: "address", classes: []string{classAddress}, lead: fullAddress, each: func(n *node, t *gov.Text) {
		if n.text(fullAddress, t); n.out == nil && !named(*t) {
			*t = n.in.postal(n)
		}
	}}, &list)
	if n.out == nil && len(list) > 0 {
		*t = list[0]
	}
}

// opening is a Temporal Entity: hours on days, or words.
type opening struct {
	country.Hours
	note gov.Text
}

// hours are opening hours, and what is said of them in words.
func hours(n *node, list *[]country.Hours, note *gov.Text) {
	var all []opening
	for _, h := range *list {
		all = append(all, opening{Hours: h})
	}
	if named(*note) {
		all = append(all, opening{note: *note})
	}
	parts(n, part[opening]{property: openingHours, kind: "hours", classes: []string{classHours}, lead: description, each: func(n *node, o *opening) {
		if n.out != nil && len(o.Days) > 0 {
			n.self.Add(rdf.Type, rdf.Ref(classHoursSpec))
			n.self.Add(label, rdf.Typed(inShort(o.Hours), rdf.String))
		}
		n.concepts(dayOfWeek, weekdays, &o.Days)
		n.str(opens, &o.Opens)
		n.str(closes, &o.Closes)
		n.text(description, &o.note)
		if n.out == nil {
			n.in.hours(n, o)
		}
	}}, &all)
	if n.out != nil {
		return
	}
	for _, o := range all {
		if len(o.Days) > 0 {
			*list = append(*list, o.Hours)
		}
		for l, s := range o.note {
			if *note == nil {
				*note = gov.Text{}
			}
			(*note)[l] = strings.TrimPrefix((*note)[l]+"\n"+s, "\n")
		}
	}
}

// inShort writes opening hours as schema.org does in one line: "Su,Mo 07:00-14:15".
func inShort(h country.Hours) string {
	var days []string
	for _, d := range h.Days {
		if len(d) > 1 {
			days = append(days, strings.ToUpper(d[:1])+d[1:2])
		}
	}
	return fmt.Sprintf("%s %s-%s", strings.Join(days, ","), h.Opens, h.Closes)
}

var costParts = part[country.Cost]{
	property: hasCost, kind: "cost", classes: []string{classCost}, lead: description,
	id: func(c *country.Cost) *string { return &c.ID },
	each: func(n *node, c *country.Cost) {
		amount(n, c)
		n.text(description, &c.Rule)
		n.ref(accessedThrough, "channel", &c.Channel)
		n.org(definedBy, &c.For)
	},
}

// amount is a value in a currency. Where the rule alone says how much, no value
// is said; where no currency is said, it is the country's.
func amount(n *node, c *country.Cost) {
	if n.out == nil {
		n.in.amount(n, c)
		return
	}
	own := n.out.p.Currency
	code := cmp.Or(c.Currency, own.Code)
	if c.Amount != 0 || !named(c.Rule) {
		v := gov.Currency{Digits: digits(own, code)}.Decimal(c.Amount)
		n.self.Add(hasValue, rdf.Typed(v, rdf.Double))
	}
	if code == "" {
		return
	}
	iri := resource(code)
	if known(code) {
		iri = euCurrency + code
	}
	if n.out.concepts[iri] = currencies; c.Currency == "" {
		n.fill(hasCurrency, rdf.Ref(iri))
	} else {
		n.self.Add(hasCurrency, rdf.Ref(iri))
	}
}

// known reports whether a code is one of ISO 4217.
func known(code string) bool {
	u, err := currency.ParseISO(code)
	return err == nil && u.String() == code
}

// digits is how many decimals a currency has.
func digits(own gov.Currency, code string) int {
	if code == own.Code {
		return own.Digits
	}
	if u, err := currency.ParseISO(code); err == nil {
		scale, _ := currency.Standard.Rounding(u)
		return scale
	}
	return 2
}

var outputParts = part[country.Output]{
	property: produces, kind: "output", classes: []string{classOutput}, lead: title,
	id:    func(o *country.Output) *string { return &o.ID },
	whole: func(o *country.Output) bool { return named(o.Name) },
	each: func(n *node, o *country.Output) {
		n.need(title, &o.Name, nil)
		n.text(description, &o.Description)
		n.concepts(kind, outputTypes, &o.Types)
		n.langs(inLanguage, &o.Languages)
	},
}

var participationParts = part[country.Participation]{
	property: hasParticipation, kind: "participation", classes: []string{classParticipation}, lead: description,
	id:    func(p *country.Participation) *string { return &p.ID },
	whole: func(p *country.Participation) bool { return p.Organisation != "" },
	each: func(n *node, p *country.Participation) {
		n.org(hasParticipant, &p.Organisation)
		if n.concepts(role, roles, &p.Roles); len(p.Roles) == 0 {
			n.fill(role, rdf.Ref(resource("participant")))
			if n.out != nil {
				n.out.concept(roles, "participant")
			}
		}
		n.need(description, &p.Description, nil)
	},
}

var contactParts = part[country.Contact]{
	property: contactPoint, kind: "contact", classes: []string{classContact}, lead: title,
	id: func(c *country.Contact) *string { return &c.ID },
	each: func(n *node, c *country.Contact) {
		n.text(title, &c.Name)
		n.str(emailAddress, &c.Email)
		n.str(telephone, &c.Phone)
		n.link(contactPage, classDocument, &c.Page)
		hours(n, &c.Hours, &c.HoursNote)
	},
}
