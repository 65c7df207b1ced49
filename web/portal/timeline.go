package portal

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/pack"
)

// event is a line of the component "timeline".
type event struct {
	State     string // done, current, next
	Text      gov.Text
	Who       gov.Text
	When, Due int64
	Note      gov.Text

	rank int // order of what happened in the same moment
}

// ranks order facts of one moment; payment is 1 and issuing is 3.
var ranks = map[string]int{"case.decided": 2, "case.closed": 4}

// timeline tells a case from its facts, where it stands, and what is to come.
func (p *Portal) timeline(r *http.Request, c *casePage) []event {
	var out []event
	for _, f := range c.History {
		if e, ok := p.told(r, c, f); ok {
			e.State, e.When, e.rank = "done", f.At.UnixMilli(), ranks[f.Name]
			out = append(out, e)
		}
	}
	for _, x := range c.Charges {
		if x.Paid() && x.Total > 0 {
			out = append(out, event{State: "done", Text: pages.T("portal.told.paid"), Who: pages.T("portal.who.you"), When: db.Millis(x.Settled), rank: 1})
		}
	}
	for _, d := range c.Documents {
		out = append(out, event{State: "done", Text: pages.T("portal.told.issued", d.Title), Who: p.org(r.Context(), d.Organisation), When: db.Millis(d.Issued), rank: 3})
	}
	slices.SortStableFunc(out, func(a, b event) int { return cmp.Or(cmp.Compare(a.When, b.When), cmp.Compare(a.rank, b.rank)) })
	if c.State != casework.Open {
		return out
	}
	met := map[string]bool{}
	for _, t := range c.Track.Tokens {
		if s := c.Pack.Step(t.Step); s != nil {
			met[s.ID] = true
			e := event{State: "current", Text: s.Title, Who: p.holder(r, c.View, s, t), Due: t.Due}
			if c.Awaits() { // handed in, and nobody's turn
				e.Text, e.Who = pages.T("portal.told.registry"), nil
			}
			if t.Paused != 0 {
				e.Due = 0
			}
			out = append(out, e)
		}
	}
	return append(append(out, p.coming(r, c, met)...), event{State: "next", Text: pages.T("portal.told.end")})
}

// coming are the steps still ahead in which somebody acts or a date is awaited;
// those met already are left out, each of the others stands once.
func (p *Portal) coming(r *http.Request, c *casePage, met map[string]bool) (out []event) {
	for _, t := range c.Track.Tokens {
		for _, s := range c.Pack.Ahead(t.Step) {
			who, acts := p.doer(r, c.Pack, s)
			if met[s.ID] || !acts && s.Kind != pack.Wait {
				continue
			}
			met[s.ID] = true
			out = append(out, event{State: "next", Text: s.Title, Who: who})
		}
	}
	return out
}

// told says a fact in words; ok is false for what people need not know.
func (p *Portal) told(r *http.Request, c *casePage, f journal.Fact) (e event, ok bool) {
	switch f.Name {
	case "case.submitted", "case.corrected", "case.appealed":
		return event{Text: pages.T("portal.told." + f.Name[len("case."):]), Who: pages.T("portal.who.you")}, true
	case "case.closed":
		return event{Text: pages.T("portal.told.closed", casework.OutcomeWords(c.outcomeAt(f)))}, true
	case "case.decided":
		return p.decided(r, c, f)
	}
	return e, false
}

func (c *casePage) outcomeAt(f journal.Fact) string {
	var body struct{ Outcome string }
	if json.Unmarshal(f.Body, &body) != nil || body.Outcome == "" {
		return c.Outcome
	}
	return body.Outcome
}

// decided tells a decision: the step and how it ended, and who decided.
func (p *Portal) decided(r *http.Request, c *casePage, f journal.Fact) (e event, ok bool) {
	var body struct{ Step, Outcome string }
	if json.Unmarshal(f.Body, &body) != nil {
		return e, false
	}
	s := c.Pack.Step(body.Step)
	if s == nil {
		return e, false
	}
	e.Text = s.Title
	if o := outcome(s, body.Outcome); o != nil {
		e.Text = pages.T("portal.told.decided", s.Title, o.Label)
	}
	if f.Acting != "" {
		e.Who = p.org(r.Context(), f.Acting)
	} else if s.Kind == pack.Cosign {
		e.Who = pages.T("portal.who.other")
	}
	for _, d := range c.Track.Decisions {
		if d.Step == body.Step && d.Outcome == body.Outcome && d.At == f.At.UnixMilli() {
			e.Note = d.Reason
		}
	}
	return e, true
}

func outcome(s *pack.Step, id string) *pack.Outcome {
	for i := range s.Outcomes {
		if s.Outcomes[i].ID == id {
			return &s.Outcomes[i]
		}
	}
	return nil
}
