package policy

import (
	"slices"
	"strings"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/rule"
	"diwan.example/pack"
	"diwan.example/programme/lifecycle"
)

func names(t rule.Type, list ...string) (out []rule.Var) {
	for _, n := range list {
		out = append(out, rule.Var{Name: n, Type: t})
	}
	return out
}

var (
	ofEntry = rule.Record("entry", slices.Concat(names(rule.Bool, "described", "time_said", "public"), names(rule.List(rule.Text), "channels", "issued"),
		names(rule.Whole, "outputs", "contacts", "legal", "evidence", "to_be", "visits", "level"))...)
	ofPack = rule.Record("pack", slices.Concat(names(rule.Bool, "appeal", "corrects"), names(rule.List(rule.Text), "channels", "languages", "unreasoned", "undated", "asked_again", "held_again", "unnamed", "excepted", "ended"),
		names(rule.Whole, "documents", "records", "refusals", "legal", "fetched"))...)
	ofLive = rule.Record("live", slices.Concat(names(rule.Whole, "submitted", "timed"), names(rule.Number, "digital", "on_time"))...)
	ofSaid = rule.Record("said", names(rule.Whole, "standards", "feedback")...)
)

// vars are what checks may ask of a service.
var vars = []rule.Var{
	{Name: "entry", Type: ofEntry},                  // of the catalogue
	{Name: "pack", Type: ofPack},                    // in force, or about to be; empty when there is none
	{Name: "live", Type: ofLive},                    // cases of the last year; empty at publication
	{Name: "said", Type: ofSaid},                    // the latest yearly statement
	{Name: "languages", Type: rule.List(rule.Text)}, // in which the organisation must write
	{Name: "signed", Type: rule.List(rule.Text)},    // statements that hold
	{Name: "given", Type: rule.List(rule.Text)},     // evidence that other parts give
	{Name: "runs", Type: rule.Bool},                 // there is a pack
}

// values are what checks see of a service.
func values(r *lifecycle.Record) map[string]any {
	e := &r.Entry
	onTime, _ := r.Cases.All.OnTime()
	v := map[string]any{
		"entry": map[string]any{
			"described": r.Described, "time_said": e.WorkingDays != country.NotSaid, "public": e.Public(), "channels": e.Channels.Kinds(), "issued": issued(e.Evidence, e.Organisation),
			"outputs": len(e.Outputs), "contacts": contacts(r), "legal": len(e.Legal), "evidence": len(e.Evidence), "to_be": steps(e.ToBe), "visits": visits(e.ToBe), "level": e.Online.Level,
		},
		"live": map[string]any{"submitted": r.Cases.All.Submitted, "timed": r.Cases.All.Timed, "digital": r.Cases.DigitalShare(), "on_time": onTime},
		"said": map[string]any{"standards": len(r.Said.Standards), "feedback": len(r.Said.Feedback)},
		"runs": r.Pack != nil, "languages": langs(r.Langs),
	}
	signed, given := []string{}, []string{}
	for _, s := range r.Signed {
		signed = append(signed, s.Evidence)
	}
	for _, g := range r.Given {
		given = append(given, g.Name)
	}
	v["signed"], v["given"] = signed, given
	if r.Pack != nil {
		v["pack"] = ofThePack(r)
	}
	return v
}

func ofThePack(r *lifecycle.Record) map[string]any {
	p := r.Pack
	channels, records, corrects, refusals := []string{}, 0, false, 0
	for _, c := range p.Channels {
		channels = append(channels, string(c))
	}
	for _, s := range p.Steps {
		switch {
		case s.Kind == pack.Record:
			records++
		case s.Kind == pack.Correct:
			corrects = true
		case refuses(&s):
			refusals++
		}
	}
	return map[string]any{
		"appeal": p.AppealTo != "", "corrects": corrects, "channels": channels, "languages": langs(p.Service.Languages), "unreasoned": unreasoned(p), "undated": undated(p),
		"asked_again": askedAgain(p), "held_again": append([]string{}, r.Again...), "unnamed": unnamed(p), "excepted": excepted(p, ""), "ended": excepted(p, r.On), "fetched": len(p.HeldQuestions()), "documents": len(p.Documents), "records": records, "refusals": refusals, "legal": len(p.Legal),
	}
}

func langs(list []gov.Lang) []string {
	out := []string{}
	for _, l := range list {
		out = append(out, string(l))
	}
	return out
}

// contacts counts where one can ask: contact points, and channels with a number
// or an address.
func contacts(r *lifecycle.Record) int {
	n := len(r.Entry.Contacts)
	for _, c := range r.Entry.Channels {
		if c.Phone != "" || c.Email != "" {
			n++
		}
	}
	return n
}

// unnamed are the questions that likely ask for what a registry holds.
func unnamed(p *pack.Pack) []string {
	out := []string{}
	for _, w := range p.Warnings {
		out = append(out, strings.TrimPrefix(w.Suggestion, "attribute: "))
	}
	return out
}

// excepted are the questions typed for a legal reason, each with its last day; with
// a day those whose reason ended before.
func excepted(p *pack.Pack, before string) []string {
	out := []string{}
	for _, q := range p.Exceptions() {
		if before == "" || q.Asked.Until < before {
			out = append(out, q.Name+" "+q.Asked.Until)
		}
	}
	return out
}

// issued are the pieces of evidence that another public body issues, or that
// state what a registry holds.
func issued(list []country.Evidence, own gov.OrgID) []string {
	out := []string{}
	for i, e := range list {
		known := vocabulary().Attribute(gov.AttributeID(e.Attribute)) != nil
		if e.Issuer != "" && e.Issuer != own || known {
			out = append(out, label(e.ID, i))
		}
	}
	return out
}

func label(id string, i int) string {
	if id == "" {
		return "evidence." + string(rune('1'+min(i, 8)))
	}
	return id
}

func steps(p *country.Procedure) int {
	if p == nil {
		return 0
	}
	return len(p.Steps)
}

func visits(p *country.Procedure) (n int) {
	if p == nil {
		return 0
	}
	for _, s := range p.Steps {
		if s.Visit {
			n++
		}
	}
	return n
}

// refuses reports whether a step ends a case by refusing.
func refuses(s *pack.Step) bool { return s.Kind == pack.Close && s.Outcome == "refused" }

// unreasoned are the ways of refusing that give no reason: outcomes of a person
// that lead to a refusing end without reasons to choose or words to write, unless
// that end gives the reason; and refusing ends without one.
func unreasoned(p *pack.Pack) []string {
	out := []string{}
	for i := range p.Steps {
		s := &p.Steps[i]
		if refuses(s) && len(s.Reason) == 0 {
			out = append(out, s.ID)
		}
		if s.Kind != pack.Review {
			continue
		}
		for _, o := range s.Outcomes {
			if to := p.Step(o.To); to != nil && refuses(to) && len(o.Reasons) == 0 && !o.Words {
				out = append(out, s.ID+"."+o.ID)
			}
		}
	}
	return out
}

// undated are the steps at which an organisation works without a time limit.
func undated(p *pack.Pack) []string {
	out := []string{}
	for _, s := range p.Steps {
		if (s.Kind == pack.Review || s.Kind == pack.Opinion) && s.Within == nil {
			out = append(out, s.ID)
		}
	}
	return out
}

// askedAgain are the questions about what only the applicant's account holds that
// are not filled from it.
func askedAgain(p *pack.Pack) []string {
	out := []string{}
	for _, a := range account() {
		var ofKind []form.Question
		for _, page := range p.Pages {
			for _, q := range page.Questions {
				if slices.Contains(a.Names, q.Name) && q.Prefill == "" {
					out = append(out, q.Name)
					continue
				}
				if slices.Contains(a.Kinds, q.Kind) {
					ofKind = append(ofKind, q)
				}
			}
		}
		if len(ofKind) == 1 && ofKind[0].Prefill == "" {
			out = append(out, ofKind[0].Name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
