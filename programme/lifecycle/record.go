package lifecycle

import (
	"cmp"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/rule"
	"diwan.example/pack"
	"diwan.example/programme"
)

// Record is what is known of a service: what gates, levels and measures are
// computed from.
type Record struct {
	Entry     catalogue.Service
	Langs     []gov.Lang // in which its organisation must write
	Described bool       // name and description in all of them
	Pack      *pack.Pack
	Again     []string // questions of the pack in force that ask for what could be fetched
	On        string   // the day on which this is known: "2026-11-23"
	Versions  int      // of its pack
	Cases     Cases
	Said      catalogue.Statement // the latest; Year is empty when there is none
	Signed    []Statement         // those that hold
	Given     []Evidence          // likewise
	Counter   CounterState
}

// Cases are a service's cases of the last year.
type Cases struct {
	All     programme.Figures
	Digital programme.Figures // those of portal, kiosk and API
	Counter programme.Figures
	Helped  programme.Figures // with somebody's help, but not at a counter: by telephone or at a kiosk
	Places  int               // places from which any case came
	Reached int               // of these, places from which digital or helped cases came
}

var (
	recordEntry = rule.Record("entry", rule.Var{Name: "described", Type: rule.Bool}, rule.Var{Name: "public", Type: rule.Bool}, rule.Var{Name: "status", Type: rule.Text},
		rule.Var{Name: "channels", Type: rule.List(rule.Text)}, rule.Var{Name: "time_said", Type: rule.Bool}, rule.Var{Name: "outputs", Type: rule.Whole},
		rule.Var{Name: "legal", Type: rule.Whole}, rule.Var{Name: "as_is", Type: rule.Whole}, rule.Var{Name: "to_be", Type: rule.Whole}, rule.Var{Name: "level", Type: rule.Whole})
	recordPack = rule.Record("pack", rule.Var{Name: "channels", Type: rule.List(rule.Text)}, rule.Var{Name: "examples", Type: rule.Whole}, rule.Var{Name: "documents", Type: rule.Whole},
		rule.Var{Name: "versions", Type: rule.Whole}, rule.Var{Name: "appeal", Type: rule.Bool}, rule.Var{Name: "form_problems", Type: rule.Whole})
	recordCases = rule.Record("cases", rule.Var{Name: "submitted", Type: rule.Whole}, rule.Var{Name: "closed", Type: rule.Whole}, rule.Var{Name: "completed_online", Type: rule.Whole},
		rule.Var{Name: "digital", Type: rule.Whole}, rule.Var{Name: "counter", Type: rule.Whole}, rule.Var{Name: "helped", Type: rule.Whole})
	recordShare = rule.Record("share", rule.Var{Name: "digital", Type: rule.Number}, rule.Var{Name: "failure", Type: rule.Number}, rule.Var{Name: "coverage", Type: rule.Number}, rule.Var{Name: "on_time", Type: rule.Number})
	recordSaid  = rule.Record("said", rule.Var{Name: "stated", Type: rule.Bool}, rule.Var{Name: "year", Type: rule.Text}, rule.Var{Name: "standards", Type: rule.Whole}, rule.Var{Name: "improved", Type: rule.Text})
)

// vars are what the rules of gates may ask of a service.
var vars = []rule.Var{
	{Name: "entry", Type: recordEntry},
	{Name: "pack", Type: recordPack}, // empty when nothing runs here
	{Name: "cases", Type: recordCases},
	{Name: "share", Type: recordShare},
	{Name: "said", Type: recordSaid},
	{Name: "signed", Type: rule.List(rule.Text)}, // ids of statements that hold
	{Name: "given", Type: rule.List(rule.Text)},  // ids of evidence that other parts give
	{Name: "runs", Type: rule.Bool},              // a pack of it is in force here
	{Name: "elsewhere", Type: rule.Bool},         // nothing runs here; its organisation says that one can apply online
	{Name: "counter_closed", Type: rule.Bool},
}

// online is the level from which a service is declared as online.
const online = 3

// Runs reports whether a pack of the service is in force here.
func (r *Record) Runs() bool { return r.Pack != nil }

// Elsewhere reports whether a service is online by its organisation's word only.
func (r *Record) Elsewhere() bool { return r.Pack == nil && r.Entry.Online.Level >= online }

// values are what rules see of a record.
func (r *Record) values() map[string]any {
	e := &r.Entry
	v := map[string]any{
		"entry": map[string]any{
			"described": r.Described, "public": e.Public(), "status": cmp.Or(e.Status, "active"), "channels": e.Channels.Kinds(), "time_said": e.WorkingDays != country.NotSaid,
			"outputs": len(e.Outputs), "legal": len(e.Legal), "as_is": steps(e.AsIs), "to_be": steps(e.ToBe), "level": e.Online.Level,
		},
		"cases": map[string]any{
			"submitted": r.Cases.All.Submitted, "closed": r.Cases.All.Closed, "completed_online": r.Cases.Digital.Closed - r.Cases.Digital.Withdrawn - r.Cases.Digital.Lapsed,
			"digital": r.Cases.Digital.Submitted, "counter": r.Cases.Counter.Submitted, "helped": r.Cases.Helped.Submitted,
		},
		"share":          r.Cases.shares(),
		"said":           map[string]any{"stated": r.Said.Year != "", "year": r.Said.Year, "standards": len(r.Said.Standards), "improved": r.Said.Improved},
		"runs":           r.Runs(),
		"elsewhere":      r.Elsewhere(),
		"counter_closed": r.Counter == CounterClosed,
	}
	if p := r.Pack; p != nil {
		v["pack"] = map[string]any{"channels": channels(p), "examples": len(p.Examples), "documents": len(p.Documents), "versions": r.Versions, "appeal": p.AppealTo != "", "form_problems": len(FormProblems(p))}
	}
	signed, given := []string{}, []string{}
	for _, s := range r.Signed {
		signed = append(signed, s.Evidence)
	}
	for _, g := range r.Given {
		given = append(given, g.Name)
	}
	v["signed"], v["given"] = signed, given
	return v
}

func steps(p *country.Procedure) int {
	if p == nil {
		return 0
	}
	return len(p.Steps)
}

func channels(p *pack.Pack) (out []string) {
	for _, c := range p.Channels {
		out = append(out, string(c))
	}
	return out
}

// DigitalShare is the share of cases that came through portal, kiosk or API; 0 of none.
func (c Cases) DigitalShare() float64 { return part(c.Digital.Submitted, c.All.Submitted) }

// Failure is the share of digital cases that failed the person: sent back to be
// corrected, withdrawn, left to lapse, or appealed. A case may count twice. What
// was asked by telephone before applying is not known here.
func (c Cases) Failure() float64 {
	d := c.Digital
	return part(d.Corrected+d.Withdrawn+d.Lapsed+d.Appealed, d.Submitted)
}

// Coverage is the share of places with cases from which people were served
// without a counter.
func (c Cases) Coverage() float64 { return part(int64(c.Reached), int64(c.Places)) }

func (c Cases) shares() map[string]any {
	onTime, _ := c.All.OnTime()
	return map[string]any{"digital": c.DigitalShare(), "failure": c.Failure(), "coverage": c.Coverage(), "on_time": onTime}
}

func part(n, of int64) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// add counts what one service had on one channel in one place.
func (c *Cases) add(t programme.Tally, places map[string]bool) {
	c.All.Add(t.Figures)
	apart := true
	switch t.Channel {
	case gov.Portal, gov.API:
		c.Digital.Add(t.Figures)
	case gov.Kiosk:
		c.Digital.Add(t.Figures)
		c.Helped.Add(t.Figures)
	case gov.Phone:
		c.Helped.Add(t.Figures)
	default:
		c.Counter.Add(t.Figures)
		apart = false
	}
	if t.Submitted > 0 {
		places[t.Place] = places[t.Place] || apart
	}
}

// Records reads what is known now of some services, or of all when none is
// named. Services that are not in the catalogue are left out.
func (c *Cycle) Records(tx *db.Tx, ids ...gov.ServiceID) ([]Record, error) {
	list, err := entries(tx, ids)
	if err != nil {
		return nil, err
	}
	cases, err := c.cases(tx, ids)
	if err != nil {
		return nil, err
	}
	said, err := latestSaid(tx, ids)
	if err != nil {
		return nil, err
	}
	kept, err := readKept(tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Record, len(list))
	for i, e := range list {
		r := Record{Entry: e, Cases: cases[e.ID], Said: said[e.ID], Signed: kept.signed[e.ID], Given: ofVersion(kept.given[e.ID], e.Version), Counter: cmp.Or(kept.counter[e.ID], CounterOpen)}
		if err := r.describe(tx); err != nil {
			return nil, err
		}
		if e.Version != "" {
			if err := c.running(tx, &r); err != nil {
				return nil, err
			}
		}
		out[i] = r
	}
	return out, nil
}

func entries(tx *db.Tx, ids []gov.ServiceID) ([]catalogue.Service, error) {
	if len(ids) == 0 {
		return catalogue.Services(tx, catalogue.Filter{})
	}
	var out []catalogue.Service
	for _, id := range ids {
		s, err := catalogue.Find(tx, id)
		if gov.KindOf(err) == gov.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Written is the record of an entry, or of the entry of a pack, as it would be
// published now: without cases. p may be nil.
func Written(tx *db.Tx, e catalogue.Service, p *pack.Pack) (Record, error) {
	kept, err := readKept(tx, []gov.ServiceID{e.ID})
	if err != nil {
		return Record{}, err
	}
	version := e.Version
	if p != nil {
		version = p.Version
	}
	r := Record{Entry: e, Pack: p, Signed: kept.signed[e.ID], Given: ofVersion(kept.given[e.ID], version), Counter: cmp.Or(kept.counter[e.ID], CounterOpen)}
	return r, r.describe(tx)
}

// running reads the pack in force.
func (c *Cycle) running(tx *db.Tx, r *Record) error {
	p, err := c.Packs.Current(tx, r.Entry.ID)
	if gov.KindOf(err) == gov.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	list, err := c.Packs.Versions(tx, r.Entry.ID)
	r.Pack, r.Versions, r.Again = p, len(list), c.Packs.Again(tx, p)
	return err
}

// cases counts the last year's cases by service.
func (c *Cycle) cases(tx *db.Tx, ids []gov.ServiceID) (map[gov.ServiceID]Cases, error) {
	f := programme.Filter{To: programme.DayOf(tx.Now(), c.Zone)}
	f.From = f.To.Add(-window)
	if len(ids) == 1 {
		f.Service = ids[0]
	}
	all, err := programme.Tallies(tx, f)
	if err != nil {
		return nil, err
	}
	out, places := map[gov.ServiceID]Cases{}, map[gov.ServiceID]map[string]bool{}
	for _, t := range all {
		if places[t.Service] == nil {
			places[t.Service] = map[string]bool{}
		}
		sum := out[t.Service]
		sum.add(t, places[t.Service])
		out[t.Service] = sum
	}
	for id, reached := range places {
		sum := out[id]
		for _, yes := range reached {
			if sum.Places++; yes {
				sum.Reached++
			}
		}
		out[id] = sum
	}
	return out, nil
}

// latestSaid are the latest yearly statements.
func latestSaid(tx *db.Tx, ids []gov.ServiceID) (map[gov.ServiceID]catalogue.Statement, error) {
	out := map[gov.ServiceID]catalogue.Statement{}
	if n := len(ids); n > 0 && n <= few {
		for _, id := range ids {
			list, err := catalogue.StatementsOf(tx, id)
			if err != nil {
				return nil, err
			}
			if len(list) > 0 {
				out[id] = list[0]
			}
		}
		return out, nil
	}
	years, err := catalogue.Years(tx)
	if err != nil {
		return nil, err
	}
	for _, y := range years { // the latest first
		list, err := catalogue.Statements(tx, y.Year, time.Time{})
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			if _, later := out[s.Service]; !later {
				out[s.Service] = s
			}
		}
	}
	return out, nil
}

func (r *Record) describe(tx *db.Tx) (err error) {
	r.On = tx.Now().UTC().Format(time.DateOnly)
	e := &r.Entry
	r.Langs, err = catalogue.Languages(tx, e.Organisation)
	r.Described = len(e.Name.Missing(r.Langs...)) == 0 && len(e.Description.Missing(r.Langs...)) == 0
	return err
}
