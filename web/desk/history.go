package desk

import (
	"encoding/json"
	"slices"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/journal"
)

// event is a fact in words: what, who, when.
type event struct {
	What gov.Text
	Who  gov.Text
	When time.Time
	Note gov.Text // reason and words of a decision; what was corrected
}

// body is what facts of a case say beside their keys.
type body struct {
	Step    string
	Outcome string
	Silent  bool
	Do      string
	Changed []string
}

func (x *dossier) events(names map[gov.PersonID]gov.Text) (out []event) {
	for _, f := range x.History {
		var b body
		if len(f.Body) > 0 && json.Unmarshal(f.Body, &b) != nil {
			continue
		}
		e := event{What: x.words(f, b), When: f.At, Who: names[f.Actor]}
		if f.Actor == gov.System.Person || b.Silent {
			e.Who = pages.T("desk.platform")
		}
		if follows(f.Name, b) {
			e.Who = nil
		}
		if f.Name == "case.corrected" {
			e.Note = x.labels(b.Changed)
		}
		if d := x.decision(b.Step, f.At); d != nil && f.Name == "case.decided" && x.Ours {
			e.Note = said(*d)
		}
		out = append(out, e)
	}
	slices.Reverse(out)
	return out
}

// follows reports whether a fact came of itself out of what somebody did before.
func follows(name string, b body) bool {
	switch name {
	case "case.recorded", "case.spared", "case.deferred", "case.fetched", "case.verified", "case.notice", "case.presented":
		return true
	}
	return name == "case.closed" && b.Outcome != casework.Withdrawn
}

// words says a fact as people would.
func (x *dossier) words(f journal.Fact, b body) gov.Text {
	switch f.Name {
	case "case.submitted":
		return pages.T("desk.fact.submitted")
	case "case.decided":
		return both(x.stepTitle(b.Step), x.outcomeLabel(b.Step, b.Outcome))
	case "case.corrected":
		return pages.T("desk.fact.corrected")
	case "case.appealed":
		return pages.T("desk.fact.appealed")
	case "case.late":
		return both(x.stepTitle(b.Step), pages.T("desk.fact.late"))
	case "case.expired":
		return both(x.stepTitle(b.Step), x.expiry(b.Do))
	case "case.message":
		return pages.T("desk.fact.message")
	case "case.recorded":
		return pages.T("desk.fact.recorded")
	case "case.disputed", "case.spared", "case.deferred", "case.fetched", "case.verified", "case.notice", "case.presented":
		return pages.T("desk.fact." + f.Name[len("case."):])
	case "case.closed":
		return both(pages.T("desk.fact.closed"), casework.OutcomeWords(b.Outcome))
	}
	return gov.T(f.Name, f.Name)
}

func (x *dossier) expiry(do string) gov.Text {
	switch do {
	case "remind":
		return pages.T("desk.expiry.remind")
	case "escalate":
		return pages.T("desk.expiry.escalate")
	}
	return pages.T("desk.expiry.went")
}

// both joins two phrases with a colon.
func both(a, b gov.Text) gov.Text {
	return gov.T(a.In(gov.Arabic)+": "+b.In(gov.Arabic), a.In(gov.English)+": "+b.In(gov.English))
}

func (x *dossier) stepTitle(id string) gov.Text {
	if s := x.Pack.Step(id); s != nil {
		return s.Title
	}
	return gov.T(id, id)
}

func (x *dossier) outcomeLabel(step, outcome string) gov.Text {
	if s := x.Pack.Step(step); s != nil {
		for _, o := range s.Outcomes {
			if o.ID == outcome {
				return o.Label
			}
		}
	}
	if outcome == "given" {
		return pages.T("desk.fact.given")
	}
	return casework.OutcomeWords(outcome)
}

// labels lists answers by the words of their questions.
func (x *dossier) labels(names []string) (out gov.Text) {
	for _, n := range names {
		q := x.Pack.Form.Question(n)
		if q == nil {
			continue
		}
		if out == nil {
			out = q.Label
			continue
		}
		out = gov.T(out.In(gov.Arabic)+"، "+q.Label.In(gov.Arabic), out.In(gov.English)+", "+q.Label.In(gov.English))
	}
	return out
}

// decision is the one taken at a step at a moment; nil when there is none.
func (x *dossier) decision(step string, at time.Time) *casework.Decision {
	for i := range x.Track.Decisions {
		if d := &x.Track.Decisions[i]; d.Step == step && d.At == at.UnixMilli() {
			return d
		}
	}
	return nil
}

// said is the reason of a decision and the words added to it.
func said(d casework.Decision) gov.Text {
	switch {
	case d.Words == "":
		return d.Reason
	case len(d.Reason) == 0:
		return gov.T(d.Words, d.Words)
	}
	return gov.T(d.Reason.In(gov.Arabic)+" – "+d.Words, d.Reason.In(gov.English)+" – "+d.Words)
}
