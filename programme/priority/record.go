package priority

import (
	"math"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/rule"
)

// The parts of a service's record that rules see.
var (
	step = rule.Record("step", rule.Var{Name: "theirs", Type: rule.Whole}, rule.Var{Name: "ours", Type: rule.Whole}, rule.Var{Name: "share", Type: rule.Whole},
		rule.Var{Name: "visit", Type: rule.Bool}, rule.Var{Name: "days", Type: rule.Number}, rule.Var{Name: "spent", Type: rule.Number})
	evidence = rule.Record("evidence", rule.Var{Name: "issuer", Type: rule.Text}, rule.Var{Name: "attribute", Type: rule.Text}, rule.Var{Name: "optional", Type: rule.Bool})
	journey  = rule.Record("journey", rule.Var{Name: "event", Type: rule.Text}, rule.Var{Name: "services", Type: rule.Whole}, rule.Var{Name: "online", Type: rule.Whole})
)

// vars are what the rules of criteria may ask of a service.
var vars = []rule.Var{
	{Name: "id", Type: rule.Text}, {Name: "organisation", Type: rule.Text},
	{Name: "measured", Type: rule.Whole},              // cases received here in the last twelve months
	{Name: "volumes", Type: rule.Map(rule.Whole)},     // channel → applications in the last year that its organisation made a statement for
	{Name: "yearly", Type: rule.Whole},                // estimated cases a year; 0: not known
	{Name: "described", Type: rule.Bool},              // what it asks for and gives is documented
	{Name: "working_days", Type: rule.Whole},          // -1: not documented
	{Name: "fee", Type: rule.Number},                  // in whole money, such as dinars
	{Name: "fee_known", Type: rule.Bool},              // no part of it is a rule in words only
	{Name: "steps", Type: rule.List(step)},            // of the procedure as it is; money whole, share in percent
	{Name: "to_be", Type: rule.Bool},                  // how it shall go is designed
	{Name: "evidence", Type: rule.List(evidence)},     //
	{Name: "outputs", Type: rule.Whole},               // how many
	{Name: "legal", Type: rule.Whole},                 // how many
	{Name: "level", Type: rule.Whole},                 // declared, 0 to 4
	{Name: "channels", Type: rule.List(rule.Text)},    // kinds
	{Name: "audience", Type: rule.List(rule.Text)},    //
	{Name: "life_events", Type: rule.List(rule.Text)}, //
	{Name: "journeys", Type: rule.List(journey)},      // the same, with how many of their services are online by anybody's word, this one not counted
	{Name: "requires", Type: rule.List(rule.Text)},    // services needed first
	{Name: "needed_by", Type: rule.Whole},             // services that name this one as needed first
}

// record is what rules see of a service.
func (t *reading) record(s *catalogue.Service) map[string]any {
	unit := math.Pow10(t.currency.Digits)
	fixed := true
	for _, c := range s.Costs {
		fixed = fixed && (c.Amount != 0 || len(c.Rule) == 0)
	}
	var volumes = map[string]any{}
	for c, n := range t.volumes[s.ID] {
		volumes[c] = n
	}
	return map[string]any{
		"id": string(s.ID), "organisation": string(s.Organisation), "measured": t.measured[s.ID], "volumes": volumes, "yearly": s.Yearly,
		"described": len(s.Evidence) > 0 || len(s.Outputs) > 0, "working_days": int64(s.WorkingDays), "fee": float64(s.Costs.Amount()) / unit, "fee_known": fixed,
		"steps": steps(s, unit), "to_be": s.ToBe != nil, "evidence": asked(s), "outputs": int64(len(s.Outputs)), "legal": int64(len(s.Legal)),
		"level": int64(s.Online.Level), "channels": texts(s.Channels.Kinds()), "audience": texts(s.Audience), "life_events": texts(s.LifeEvents),
		"journeys": t.journeys(s), "requires": texts(s.Requires), "needed_by": t.needed[s.ID],
	}
}

func steps(s *catalogue.Service, unit float64) []any {
	out := []any{}
	if s.AsIs == nil {
		return out
	}
	for _, x := range s.AsIs.Steps {
		share := int64(x.Share)
		if share == 0 {
			share = 100
		}
		out = append(out, map[string]any{"theirs": int64(x.Theirs), "ours": int64(x.Ours), "share": share, "visit": x.Visit, "days": x.Days, "spent": float64(x.Spent) / unit})
	}
	return out
}

func asked(s *catalogue.Service) []any {
	out := make([]any, len(s.Evidence))
	for i, e := range s.Evidence {
		out[i] = map[string]any{"issuer": string(e.Issuer), "attribute": e.Attribute, "optional": e.Optional}
	}
	return out
}

// journeys are the life events of a service that hold other services too.
func (t *reading) journeys(s *catalogue.Service) []any {
	out := []any{}
	for _, e := range s.LifeEvents {
		n := t.events[e]
		others, online := n.services-1, n.online
		if s.Standing() != catalogue.Offline {
			online--
		}
		if others > 0 {
			out = append(out, map[string]any{"event": e, "services": others, "online": online})
		}
	}
	return out
}

func texts[S ~string](list []S) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// event is how many public services a life event has, and how many of them are
// online by anybody's word.
type event struct{ services, online int64 }

// reading is what the records of all services are made from.
type reading struct {
	currency gov.Currency
	measured map[gov.ServiceID]int64
	volumes  map[gov.ServiceID]map[string]int64
	needed   map[gov.ServiceID]int64
	events   map[string]event
}
