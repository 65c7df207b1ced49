package oversight

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	"diwan.example/programme/indicator"
	"diwan.example/web/ui"
)

// schemesPage lists the schemes of indicators.
type schemesPage struct{ List []*indicator.Scheme }

func (o *Oversight) indicators(w http.ResponseWriter, r *http.Request) error {
	all, err := indicator.Schemes()
	if err != nil {
		return err
	}
	return pages.Render(w, r, "indicators", schemesPage{all})
}

// question is what an address asks of a scheme.
type question struct {
	Scheme   *indicator.Scheme
	Ask      indicator.Ask
	View     string // nation, organisation or event
	Item     *indicator.Figure
	Own      bool   // the reader sees one organisation only
	Today    string // "2026-11-23"
	Typed    map[string]string
	Problems gov.Problems
}

// groupings are the ways to look at a scheme.
var groupings = []string{"nation", "organisation", "event"}

// asked understands an address. Errors: NotFound for a scheme that there is not,
// and as Scope. What is typed wrong is a problem, and the present is shown.
func (o *Oversight) asked(r *http.Request) (v question, err error) {
	if v.Scheme, err = indicator.ByID(r.PathValue("scheme")); err != nil {
		return v, err
	}
	q := r.URL.Query()
	f, err := programme.Scope(gov.ActorFrom(r.Context()), programme.Filter{Organisation: gov.OrgID(id(q, "org"))})
	if err != nil {
		return v, err
	}
	v.Ask.Organisation, v.Own = f.Organisation, !gov.ActorFrom(r.Context()).Has(programme.Everything...)
	if o.Packs != nil {
		v.Ask.Packs = o.Packs
	}
	if v.View = q.Get("by"); !slices.Contains(groupings, v.View) || v.Scheme.Evidence() {
		v.View = groupings[0]
	}
	v.Item = &v.Scheme.Figures[0]
	if x, err := v.Scheme.Figure(q.Get("item")); err == nil {
		v.Item = x
	}
	v.Today = programme.DayOf(o.DB.Now(), o.Country.Calendar.Zone).String()
	v.Typed = map[string]string{"at": id(q, "at"), "year": id(q, "year")}
	if !v.Scheme.Standing() {
		v.Ask.Year = v.Typed["year"]
	}
	v.moment(o.Country.Calendar.Zone, o.DB.Now())
	return v, nil
}

// moment reads the day of which the figures shall be: its end, or now.
func (v *question) moment(zone *time.Location, now time.Time) {
	if v.Typed["at"] == "" {
		return
	}
	d, err := programme.ParseDay(v.Typed["at"])
	if err != nil {
		v.Problems = append(v.Problems, gov.Problem{Field: "at", Text: gov.PublicOf(err)})
		return
	}
	if zone == nil {
		zone = time.UTC
	}
	y, m, day := d.Time().Date()
	switch at := time.Date(y, m, day+1, 0, 0, 0, 0, zone).Add(-time.Millisecond); {
	case at.Before(now):
		v.Ask.At = at
	case at.AddDate(0, 0, -1).After(now):
		v.Problems = append(v.Problems, gov.Problem{Field: "at", Text: gov.T("هذا اليوم لم يأتِ بعد", "This day has not come yet")})
	}
}

// Wrong is the problem of a field.
func (v *question) Wrong(name string) gov.Text {
	for _, p := range v.Problems {
		if p.Field == name {
			return p.Text
		}
	}
	return nil
}

// address is one of the scheme's pages for the same question, with some of it changed.
func (v *question) address(path string, more ...string) string {
	q := url.Values{}
	for k, s := range map[string]string{"org": string(v.Ask.Organisation), "at": v.Typed["at"], "year": v.Ask.Year} {
		if s != "" {
			q.Set(k, s)
		}
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "/oversight/indicators/" + v.Scheme.ID + path + "?" + q.Encode()
}

// Tab is the address of another way to look at the scheme.
func (v *question) Tab(by string) string { return v.address("", "by", by, "item", v.Item.ID) }

// File is the address of the figures as a file.
func (v *question) File() string { return v.address("/figures.csv") }

// Rows is the address of the services behind an item's answer.
func (v *question) Rows(item, answer string) string {
	return v.address("/rows", "item", item, "answer", answer)
}

// Tabs are the ways to look at the scheme.
func (v *question) Tabs() []string { return groupings }

// Day is the day that the figures are of.
func (v *question) Day() string {
	if v.Ask.At.IsZero() {
		return v.Today
	}
	return v.Typed["at"]
}

// schemePage is a scheme counted.
type schemePage struct {
	question
	indicator.Result
	Owner  gov.Text
	Orgs   []catalogue.Organisation
	Groups []group
	Lines  []indicatorLine
	Chart  ui.Chart
	Empty  gov.Text // why there is nothing to show
}

// group are the items of a dimension, for the nation.
type group struct {
	indicator.Group
	Items     []indicatorLine
	Low, High float64
	Known, Of int
	Chart     ui.Chart
	First     bool
}

// indicatorLine is one item, or one organisation's or life event's part of an item.
type indicatorLine struct {
	Name, About                             gov.Text
	Term                                    string
	F                                       *indicator.Figure
	Key                                     string // an organisation
	Services, Proven, Declared, No, Unknown int64
	Low, High                               float64
	Spans                                   bool // there is a share
	Number                                  int64
	Share                                   float64
	Shares                                  bool
	Examples                                []catalogue.Entry // evidence
}

func newIndicatorLine(name gov.Text, c indicator.Count, f *indicator.Figure) indicatorLine {
	l := indicatorLine{Name: name, F: f, Services: c.Services, Proven: c.Proven[f.ID], Declared: c.Declared(f), No: c.No(f), Unknown: c.Unknown(f), Number: c.Figures[f.ID]}
	l.Low, l.High, l.Spans = c.Span(f)
	l.Share, l.Shares = c.Share(f)
	return l
}

func (o *Oversight) scheme(w http.ResponseWriter, r *http.Request) error {
	x, err := o.asked(r)
	if err != nil {
		return err
	}
	v := &schemePage{question: x}
	err = o.DB.Read(r.Context(), func(tx *db.Tx) (err error) { v.Result, err = v.Scheme.Compute(tx, v.Ask); return err })
	switch gov.KindOf(err) {
	case "":
	case gov.NotFound: // nothing was stated for any year
		v.Empty = gov.PublicOf(err)
	case gov.Invalid:
		v.Problems = append(v.Problems, gov.Problem{Field: "year", Text: gov.PublicOf(err)})
	default:
		return err
	}
	if v.Orgs, err = o.Book.Organisations(r.Context()); err != nil {
		return err
	}
	n := o.names(r.Context())
	if v.Ask.Organisation != "" {
		v.Owner = n.organisation(v.Ask.Organisation)
	}
	if v.Empty == nil && v.Total.Services == 0 {
		v.Empty = pages.T("oversight.indicators.noservices")
	}
	if v.fill(n); len(v.Problems) > 0 {
		return pages.RenderInvalid(w, r, "scheme", v)
	}
	return pages.Render(w, r, "scheme", v)
}

// fill lays the result out by the way it is looked at.
func (v *schemePage) fill(n *names) {
	switch {
	case v.Empty != nil:
		return
	case v.View == "organisation":
		for _, c := range v.By {
			l := newIndicatorLine(n.organisation(c.Organisation), c, v.Item)
			l.Key = string(c.Organisation)
			v.Lines = append(v.Lines, l)
		}
		v.Chart = answers(v.Item.Name, v.Lines, v.Item.Item())
	case v.View == "event":
		for _, e := range v.Events {
			v.Lines = append(v.Lines, newIndicatorLine(e.Event.Name, e.Count, v.Item))
		}
		v.Chart = answers(v.Item.Name, v.Lines, v.Item.Item())
	default:
		v.nation()
	}
}

// nation lays the items out by group; figures without one stand together.
func (v *schemePage) nation() {
	all := v.Scheme.Groups
	if len(all) == 0 {
		all = []indicator.Group{{Name: v.Scheme.Name}}
	}
	for _, g := range all {
		x := group{Group: g}
		for i := range v.Scheme.Figures {
			if f := &v.Scheme.Figures[i]; f.Group == g.ID {
				l := newIndicatorLine(f.Name, v.Total, f)
				l.About, l.Term = f.About, f.Term
				x.Items = append(x.Items, l)
			}
		}
		x.Low, x.High, x.Known, x.Of = v.Scheme.Mean(v.Total, g.ID)
		x.Chart = answers(g.Name, x.Items, v.Scheme.Standing())
		v.Groups = append(v.Groups, x)
	}
}

// answers draws what was answered: proven, declared, no, not known; or one number.
func answers(title gov.Text, lines []indicatorLine, items bool) ui.Chart {
	c := ui.Chart{Title: title, Series: []ui.Series{{Name: pages.T("oversight.indicators.number")}}}
	if items {
		c.Series = []ui.Series{{Name: pages.T("oversight.indicators.proven")}, {Name: pages.T("oversight.indicators.declared")}, {Name: pages.T("oversight.indicators.no")}, {Name: pages.T("oversight.indicators.unknown"), Quiet: true}}
	}
	for _, l := range lines[:min(len(lines), drawnGroups)] {
		c.Labels = append(c.Labels, l.Name)
		if !items {
			c.Series[0].Values = append(c.Series[0].Values, float64(l.Number))
			continue
		}
		for i, n := range []int64{l.Proven, l.Declared, l.No, l.Unknown} {
			c.Series[i].Values = append(c.Series[i].Values, float64(n))
		}
	}
	return c
}

func (o *Oversight) schemeCSV(w http.ResponseWriter, r *http.Request) error {
	v, err := o.asked(r)
	if err != nil {
		return err
	}
	if len(v.Problems) > 0 {
		return v.Problems
	}
	var out indicator.Result
	if err := o.DB.Read(r.Context(), func(tx *db.Tx) (err error) { out, err = v.Scheme.Compute(tx, v.Ask); return err }); err != nil {
		return err
	}
	return v.Scheme.WriteCSV(&download{w: w, name: v.Scheme.ID + "-" + v.Day() + ".csv"}, out)
}
