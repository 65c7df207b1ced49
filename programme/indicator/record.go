package indicator

import (
	"fmt"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/rule"
	"diwan.example/pack"
)

// standard is a service standard as rules see it.
var standard = rule.Record("standard", rule.Var{Name: "type", Type: rule.Text}, rule.Var{Name: "channel", Type: rule.Text}, rule.Var{Name: "met", Type: rule.Text})

// vars are what the rules of a scheme may ask of a service.
var vars = []rule.Var{
	{Name: "id", Type: rule.Text}, {Name: "organisation", Type: rule.Text},
	{Name: "public", Type: rule.Bool},                 // people outside the government can ask for it
	{Name: "audience", Type: rule.List(rule.Text)},    //
	{Name: "life_events", Type: rule.List(rule.Text)}, //
	{Name: "channels", Type: rule.List(rule.Text)},    // kinds
	{Name: "level", Type: rule.Whole},                 // declared, 0 to 4
	{Name: "stated", Type: rule.Bool},                 // its organisation made a statement for the year
	{Name: "year", Type: rule.Text},                   // "2023-2024"
	{Name: "year_before", Type: rule.Text},            // "2022-2023"
	{Name: "scopes", Type: rule.List(rule.Text)},      // of the statement, and so on
	{Name: "types", Type: rule.List(rule.Text)},       //
	{Name: "points", Type: rule.Map(rule.Text)},       // interaction point → yes, no, not-applicable
	{Name: "volumes", Type: rule.Map(rule.Whole)},     // channel → applications
	{Name: "standards", Type: rule.List(standard)},    //
	{Name: "fee", Type: rule.Bool},                    //
	{Name: "reviewed", Type: rule.Text},               // year
	{Name: "improved", Type: rule.Text},               // year

	// Of records as they stand.
	{Name: "said", Type: rule.Bool},                 // its organisation said how far it is online
	{Name: "described", Type: rule.Bool},            // its description is in the catalogue
	{Name: "languages", Type: rule.List(rule.Text)}, // in which the entry is written
	{Name: "contacts", Type: rule.Whole},            // how many are named
	{Name: "working_days", Type: rule.Whole},        // -1: not documented
	{Name: "legal", Type: rule.Whole},               // how many are named
	{Name: "feedback", Type: rule.List(rule.Text)},  // channels on which the last statement takes feedback
	{Name: "runs", Type: rule.Bool},                 // a pack of it is published here
	{Name: "proven", Type: rule.Bool},               // a case was completed here online
	{Name: "pack", Type: packFacts},                 // of the pack that runs; all false without one
}

// packFacts are what rules may ask of the pack that runs.
var packFacts = rule.Record("pack", rule.Var{Name: "prefills", Type: rule.Bool}, rule.Var{Name: "uploads", Type: rule.Bool}, rule.Var{Name: "pays", Type: rule.Bool}, rule.Var{Name: "issues", Type: rule.Bool},
	rule.Var{Name: "deadline", Type: rule.Bool}, rule.Var{Name: "appeal", Type: rule.Bool}, rule.Var{Name: "notifies", Type: rule.Bool}, rule.Var{Name: "consults", Type: rule.Bool})

// Packs reads published versions of packs; *pack.Library is one.
type Packs interface {
	At(tx *db.Tx, s gov.ServiceID, version string) (*pack.Pack, error)
}

// subject is one service with what is known of it.
type subject struct {
	entry     catalogue.Entry
	statement catalogue.Statement
	stated    bool
	pack      *pack.Pack // that ran; nil: none, or it was not asked for
	runs      bool
	proven    bool
}

// subjects are all services as of a moment, with their statements for a year, or
// for records as they stand, with their last ones.
func (s *Scheme) subjects(tx *db.Tx, year string, ask Ask) ([]subject, error) {
	entries, err := catalogue.EntriesAt(tx, ask.At)
	if err != nil {
		return nil, err
	}
	years := []string{year}
	if s.Standing() {
		if years, err = yearsBack(tx); err != nil {
			return nil, err
		}
	}
	of := map[gov.ServiceID]catalogue.Statement{}
	for _, y := range years {
		said, err := catalogue.Statements(tx, y, ask.At)
		if err != nil {
			return nil, err
		}
		for _, x := range said {
			if _, later := of[x.Service]; !later {
				of[x.Service] = x
			}
		}
	}
	out := make([]subject, len(entries))
	for i, e := range entries {
		x, stated := of[e.ID]
		out[i] = subject{entry: e, statement: x, stated: stated}
	}
	if s.Standing() {
		err = running(tx, out, ask)
	}
	return out, err
}

// mostYears is how many years back a statement still says something of a service.
const mostYears = 3

func yearsBack(tx *db.Tx) (out []string, err error) {
	years, err := catalogue.Years(tx)
	for _, y := range years[:min(len(years), mostYears)] {
		out = append(out, y.Year)
	}
	return out, err
}

// running says which services ran at the moment, and by which pack.
func running(tx *db.Tx, list []subject, ask Ask) error {
	at := ask.At
	if at.IsZero() {
		at = tx.Now()
	}
	versions, err := catalogue.PublishedAt(tx, at)
	if err != nil {
		return err
	}
	services, err := catalogue.Services(tx, catalogue.Filter{})
	if err != nil {
		return err
	}
	proven := map[gov.ServiceID]bool{}
	for _, x := range services {
		proven[x.ID] = !x.ProvenAt.IsZero() && !x.ProvenAt.After(at)
	}
	for i := range list {
		x := &list[i]
		version := versions[x.entry.ID]
		x.runs, x.proven = version != "", proven[x.entry.ID]
		if !x.runs || ask.Packs == nil {
			continue
		}
		if x.pack, err = ask.Packs.At(tx, x.entry.ID, version); err != nil {
			return err
		}
	}
	return nil
}

// values are what rules see of a subject.
func (s *subject) values(year string, standing bool) map[string]any {
	e, x := catalogue.Service{Entry: s.entry}, s.statement
	points, volumes := map[string]any{}, map[string]any{}
	if standing {
		for p, a := range e.Online.Points {
			points[string(p)] = string(a)
		}
	}
	for p, a := range x.Points {
		points[string(p)] = string(a)
	}
	for c, n := range x.Volumes {
		volumes[c] = n
	}
	standards := make([]any, len(x.Standards))
	for i, k := range x.Standards {
		standards[i] = map[string]any{"type": k.Type, "channel": k.Channel, "met": string(k.Met)}
	}
	out := map[string]any{
		"id": string(e.ID), "organisation": string(e.Organisation), "public": e.Public(), "audience": texts(e.Audience), "life_events": texts(e.LifeEvents),
		"channels": texts(e.Channels.Kinds()), "level": int64(e.Online.Level), "stated": s.stated, "year": year, "year_before": before(year),
		"scopes": texts(x.Scopes), "types": texts(x.Types), "points": points, "volumes": volumes, "standards": standards,
		"fee": x.Fee, "reviewed": x.Reviewed, "improved": x.Improved,
		"said": e.Online.Declared != "", "described": len(e.Description) > 0, "contacts": int64(len(e.Contacts)), "working_days": int64(e.WorkingDays), "legal": int64(len(e.Legal)),
		"feedback": texts(x.Feedback), "runs": s.runs, "proven": s.proven, "pack": packValues(s.pack),
	}
	languages := []any{}
	for l, text := range e.Name {
		if text != "" {
			languages = append(languages, string(l))
		}
	}
	out["languages"] = languages
	return out
}

func packValues(p *pack.Pack) map[string]any {
	out := map[string]any{"prefills": false, "uploads": false, "pays": false, "issues": false, "deadline": false, "appeal": false, "notifies": false, "consults": false}
	if p == nil {
		return out
	}
	for _, page := range p.Pages {
		for _, q := range page.Questions {
			out["prefills"] = out["prefills"] == true || q.Prefill != "" || q.Held()
			out["uploads"] = out["uploads"] == true || q.Kind == form.File
		}
	}
	for _, x := range p.Steps {
		switch x.Kind {
		case pack.Pay:
			out["pays"] = true
		case pack.Notify:
			out["notifies"] = true
		case pack.Opinion:
			out["consults"] = true
		}
		if x.Kind == pack.Review && x.Within != nil {
			out["deadline"] = true
		}
	}
	out["issues"], out["appeal"] = len(p.Documents) > 0, p.AppealDays > 0
	return out
}

func texts(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// before is the year before: of "2023-2024", "2022-2023"; of "2026", "2025".
func before(year string) string {
	from, to, fiscal := strings.Cut(year, "-")
	a, _ := strconv.Atoi(from)
	b, _ := strconv.Atoi(to)
	if fiscal {
		return fmt.Sprintf("%d-%d", a-1, b-1)
	}
	return strconv.Itoa(a - 1)
}
