// Package draft turns a documented service into a pack that works: who asks is
// known from the account, the evidence named in the entry is asked for, its
// requirements are declared, its costs are paid, its organisation decides within
// the documented time with reasons, and a decision letter is issued. What the
// entry does not say is filled with a stated default and a comment that tells
// the owner to refine it.
//
// A draft is made of the entry alone: the same entry gives the same files.
package draft

import (
	"slices"
	"strings"

	"diwan.example/country"
	"diwan.example/gov"
)

// Input is what a pack is made of.
type Input struct {
	Service      country.Service
	Organisation country.Organisation
	Languages    []gov.Lang                   // of the organisation: those of the pack
	Currency     gov.Currency                 // of the country: costs in another one are no amounts here
	Name         func(gov.ServiceID) gov.Text // names of other services; nil: their ids stand for them
	Holds        func(gov.AttributeID) bool   // reports whether a registry holds an attribute of people; nil: none is held
}

// Version is the number of the first version of a pack that was drafted.
const Version = "1"

// The defaults for what an entry does not say. Each stands in the pack with a
// comment.
const (
	DecisionDays = 20 // working days until the decision
	AtOnceDays   = 1  // working days where the entry says "at once": a person still decides
	CorrectDays  = 14 // days for the applicant to correct
	PayDays      = 14 // days to pay
	AppealDays   = 30 // days after a refusal in which to appeal
)

// Places are the places of an entry that must be filled before a pack can be
// drafted from it, each as "evidence.0.name.fr"; none: it can.
func Places(in Input) gov.Problems {
	list := in.Service.Problems(country.Known{Langs: in.Languages})
	for _, l := range in.Languages {
		if !slices.Contains(gov.Spoken, l) {
			list = append(list, gov.Problem{Field: "languages", Text: gov.T("لا تُكتب الخدمات باللغة «%s»", "Services are not written in “%s”").Sprintf(string(l))})
		}
	}
	return list
}

// Files drafts the pack's files by name. Errors: gov.Problems (Invalid) with the
// places of the entry that are missing.
func Files(in Input) (map[string]string, error) {
	if list := Places(in); len(list) > 0 {
		return nil, list
	}
	d := &drawing{Input: in, langs: in.Languages}
	d.plan()
	return map[string]string{
		"service.yaml": d.service(), "questions.yaml": d.questions(), "procedure.yaml": d.procedure(), "documents.yaml": d.documents(), "examples.yaml": d.examples(),
	}, nil
}

// drawing is one draft being made.
type drawing struct {
	Input
	langs    []gov.Lang
	evidence []asked // files to attach
	declared []asked // requirements to declare
	told     []asked // information to write
	fees     []fee   // amounts known before anybody decides
	byRule   []country.Cost
	left     []country.Cost // of channels that are not ours
}

// asked is a part of the entry that becomes a question.
type asked struct {
	name     string // of the question
	label    gov.Text
	help     gov.Text
	optional bool
	held     gov.AttributeID // what the paper states, when a registry holds it
	note     gov.Text        // a comment for the owner
}

// fee is a cost with an amount.
type fee struct {
	id     string
	label  gov.Text
	amount string // decimal
	minor  gov.Money
	to     gov.OrgID // empty: the owner
}

// plan reads out of the entry what will be asked and paid.
func (d *drawing) plan() {
	names := map[string]bool{}
	for i, e := range d.Service.Evidence {
		d.evidence = append(d.evidence, d.evidenceAsked(names, i, e))
	}
	for i, r := range d.Service.Requirements {
		a := asked{label: r.Name, help: r.Description}
		if r.Kind == "information" {
			a.name = nameOf(names, "info", r.ID, r.Name, i)
			d.told = append(d.told, a)
			continue
		}
		a.name = nameOf(names, "meets", r.ID, r.Name, i)
		d.declared = append(d.declared, a)
	}
	d.costs()
}

func (d *drawing) evidenceAsked(names map[string]bool, i int, e country.Evidence) asked {
	a := asked{name: nameOf(names, "doc", e.ID, e.Name, i), label: e.Name, help: e.Description, optional: e.Optional}
	if only := d.onlyOn(i, e); only != "" {
		a.optional, a.note = true, wordOnlyOn.Sprintf(only)
	}
	if d.holds(gov.AttributeID(e.Attribute)) {
		a.held, a.note = gov.AttributeID(e.Attribute), join(a.note, wordHeld.Sprintf(e.Attribute))
	} else if e.Attribute != "" {
		a.note = join(a.note, wordAttribute.Sprintf(e.Attribute))
	}
	return a
}

// holds reports whether a registry holds an attribute of people.
func (d *drawing) holds(a gov.AttributeID) bool { return a != "" && d.Holds != nil && d.Holds(a) }

// onlyOn names the channels on which alone the evidence is asked for; "" when it
// is asked for on ours too.
func (d *drawing) onlyOn(i int, e country.Evidence) string {
	var on []string
	for _, c := range d.Service.Channels {
		for _, id := range c.Evidence {
			if id == e.ID && e.ID != "" || e.ID == "" && id == number(i+1) {
				on = append(on, c.Kind)
			}
		}
	}
	if slices.Contains(on, "portal") || slices.Contains(on, "app") {
		return ""
	}
	return strings.Join(on, ", ")
}

// costs parts the costs into amounts that are known and those an officer works out.
func (d *drawing) costs() {
	names := map[string]bool{}
	for i, c := range d.Service.Costs {
		switch {
		case c.Channel != "" && !d.ours(c.Channel):
			d.left = append(d.left, c)
		case c.Amount > 0 && (c.Currency == "" || c.Currency == d.Currency.Code):
			f := fee{id: nameOf(names, "fee", c.ID, nil, i), label: c.Rule, amount: d.Currency.Decimal(c.Amount), minor: c.Amount}
			if len(f.label) == 0 {
				f.label = wordFee
			}
			if c.For != d.Service.Organisation {
				f.to = c.For
			}
			d.fees = append(d.fees, f)
		case c.Amount > 0 || len(c.Rule) > 0:
			d.byRule = append(d.byRule, c)
		}
	}
}

// ours reports whether a channel, by its id or its place, is one on which packs run.
func (d *drawing) ours(id string) bool {
	for i, c := range d.Service.Channels {
		if c.ID == id || c.ID == "" && number(i+1) == id {
			return c.Kind == "portal" || c.Kind == "app" || c.Kind == "api"
		}
	}
	return true
}

// days is by when the organisation decides, in working days; said is false when
// the entry does not say.
func (d *drawing) days() (n int, said bool) {
	n = d.Service.WorkingDays
	for _, c := range d.Service.Channels {
		if c.Kind == "portal" && c.WorkingDays > 0 {
			n = c.WorkingDays
		}
	}
	switch {
	case n == country.NotSaid:
		return DecisionDays, false
	case n == 0:
		return AtOnceDays, true
	}
	return n, true
}
