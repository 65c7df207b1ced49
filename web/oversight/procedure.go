package oversight

import (
	"encoding/csv"
	"html/template"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/programme"
	"diwan.example/programme/procedure"
	"diwan.example/web/ui"
)

// months is which months an address asks for, as typed and as understood.
type months struct {
	From, To procedure.Month
	Typed    map[string]string
	Problems gov.Problems
}

// Value is what a field of months shows.
func (m months) Value(name string) string {
	if s := m.Typed[name]; s != "" {
		return s
	}
	if name == "to" {
		return m.To.String()
	}
	return m.From.String()
}

// Wrong is the problem of a field.
func (m months) Wrong(name string) gov.Text { return ask{Problems: m.Problems}.Wrong(name) }

// readMonths understands the months of a query; without any, the last twelve.
func (o *Oversight) readMonths(r *http.Request) months {
	q := r.URL.Query()
	now := procedure.MonthOf(programme.DayOf(o.DB.Now(), o.Country.Calendar.Zone))
	m := months{From: now.Add(-11), To: now, Typed: map[string]string{"from": strings.TrimSpace(q.Get("from")), "to": strings.TrimSpace(q.Get("to"))}}
	for name, to := range map[string]*procedure.Month{"from": &m.From, "to": &m.To} {
		if m.Typed[name] == "" {
			continue
		}
		got, err := procedure.ParseMonth(m.Typed[name])
		if err != nil {
			m.Problems = append(m.Problems, gov.Problem{Field: name, Text: gov.PublicOf(err)})
			continue
		}
		*to = got
	}
	if m.From > m.To && len(m.Problems) == 0 {
		m.Problems = append(m.Problems, gov.Problem{Field: "from", Text: pages.T("oversight.wrong.months")})
	}
	if len(m.Problems) > 0 {
		m.From, m.To = now.Add(-11), now
	}
	return m
}

// rates are the tariffs as they held at the end of a month, or hold now.
func (o *Oversight) rates(to procedure.Month) procedure.Rates {
	day := programme.DayOf(o.DB.Now(), o.Country.Calendar.Zone)
	hours := o.Country.Calendar.Closes - o.Country.Calendar.Opens
	return procedure.Rates{Tariffs: &o.Country.Tariffs, Day: min(day, to.Last()).String(), Hours: hours.Hours()}
}

// asOf is the moment at which entries are read: the end of a past month, or now.
func (o *Oversight) asOf(to procedure.Month) time.Time {
	end := to.Last().Time().AddDate(0, 0, 1)
	if zone := o.Country.Calendar.Zone; zone != nil {
		end = time.Date(end.Year(), end.Month(), end.Day(), 0, 0, 0, 0, zone)
	}
	if end.After(o.DB.Now()) {
		return time.Time{}
	}
	return end.Add(-time.Millisecond)
}

// procedurePage is the comparison of one service's procedures.
type procedurePage struct {
	procedure.Comparison
	months
	Owner     gov.Text
	Before    template.HTML
	Afterward template.HTML
	Tariffs   []tariff
	rows      string
	self      string
	names     *names
}

// tariff is one price that the figures were worked out with.
type tariff struct {
	Name   gov.Text
	Amount gov.Money
	Since  string
}

// Show turns a figure into what its unit is written by.
func (v *procedurePage) Show(f *procedure.Figure, unit string) any { return shown(f.Value, unit) }

// shown rounds a value as people read it: whole minor units of money, one
// decimal elsewhere.
func shown(v float64, unit string) any {
	if unit == "money" {
		return gov.Money(math.Round(v))
	}
	if unit == "share" {
		return v
	}
	return math.Round(v*10) / 10
}

// Rows is where the measured cases of the service are listed.
func (v *procedurePage) Rows() string { return v.rows }

// CSV is the address of the table as a file.
func (v *procedurePage) CSV() string {
	return v.self + ".csv?from=" + v.From.String() + "&to=" + v.To.String()
}

// Self is the address of this page.
func (v *procedurePage) Self() string { return v.self }

func serviceOf(r *http.Request) gov.ServiceID {
	return gov.ServiceID(r.PathValue("area") + "/" + r.PathValue("name"))
}

func (o *Oversight) compared(r *http.Request) (*procedurePage, error) {
	v := &procedurePage{months: o.readMonths(r), names: o.names(r.Context())}
	id := serviceOf(r)
	v.self = "/oversight/services/" + string(id) + "/procedure"
	err := o.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.Comparison, err = procedure.Compare(tx, procedure.Compared{Service: id, Period: procedure.Period{From: v.From, To: v.To}, At: o.asOf(v.To), Rates: o.rates(v.To), Pack: o.current})
		return err
	})
	if err != nil {
		return nil, err
	}
	v.Owner = v.names.organisation(v.Entry.Organisation)
	a := ask{Filter: programme.Filter{From: v.From.First(), To: v.To.Last(), Service: id, Organisation: v.Entry.Organisation}}
	v.rows = a.Rows("closed")
	v.Tariffs = tariffs(v.Comparison.Rates)
	return v, nil
}

// tariffs are the prices as they hold on the day of the rates.
func tariffs(r procedure.Rates) (out []tariff) {
	for _, p := range r.Prices {
		amount, since := r.At(p.ID, r.Day)
		out = append(out, tariff{p.Name, amount, since})
	}
	return out
}

// current is the pack that runs for a service.
func (o *Oversight) current(tx *db.Tx, id gov.ServiceID) (*pack.Pack, error) {
	if o.Packs == nil {
		return nil, gov.Fail(gov.NotFound, "", "")
	}
	return o.Packs.Current(tx, id)
}

func (o *Oversight) procedure(w http.ResponseWriter, r *http.Request) error {
	v, err := o.compared(r)
	if err != nil {
		return err
	}
	l := ui.LangOf(r)
	draw := func(p *country.Procedure, title string, stays []procedure.StayMean) template.HTML {
		if p == nil {
			return ""
		}
		return drawSteps(p, v.Entry.Organisation, pages.T(title), stays, l, v.names.organisation)
	}
	v.Before = draw(v.AsIs, "oversight.asis", nil)
	var stays []procedure.StayMean
	if v.Measured != nil {
		stays = v.Measured.Stays
	}
	v.Afterward = draw(v.ToBe, "oversight.tobe", stays)
	status := http.StatusOK
	if len(v.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return pages.RenderStatus(w, r, status, "procedure", v)
}

func (o *Oversight) procedureCSV(w http.ResponseWriter, r *http.Request) error {
	v, err := o.compared(r)
	if err != nil {
		return err
	}
	if len(v.Problems) > 0 {
		return gov.Fail(gov.Invalid, v.Problems[0].Text[gov.Arabic], v.Problems[0].Text[gov.English])
	}
	d := &download{w: w, name: "procedure-" + strings.ReplaceAll(string(v.Entry.ID), "/", "-") + ".csv"}
	if _, err := d.Write([]byte("\uFEFF")); err != nil {
		return err
	}
	out := csv.NewWriter(d)
	out.UseCRLF = true
	out.Write([]string{"البند / Line", "الوحدة / Unit", "الحالي / As-is", "الأساس / Basis", "المستهدف / To-be", "الأساس / Basis", "المقيس / Measured", "الأساس / Basis", "الفرق / Change"})
	for _, x := range v.Lines {
		cells := []string{both(pages.T("oversight.line." + x.ID)), both(pages.T("oversight.unit." + x.Unit))}
		for _, f := range []*procedure.Figure{x.AsIs, x.ToBe, x.Measured} {
			if f == nil {
				cells = append(cells, "", "")
				continue
			}
			cells = append(cells, o.decimal(f.Value, x.Unit), string(f.Basis))
		}
		change := ""
		if by, _, ok := x.Change(); ok {
			change = o.decimal(by, x.Unit)
		}
		out.Write(programme.Plain(append(cells, change)...))
	}
	out.Flush()
	return out.Error()
}

// decimal writes a value for a spreadsheet.
func (o *Oversight) decimal(v float64, unit string) string {
	if unit == "money" {
		return o.Country.Currency.Decimal(gov.Money(math.Round(v)))
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func both(t gov.Text) string { return t[gov.Arabic] + " / " + t[gov.English] }

// changed is by how much a line changed, as the table says it.
type changed struct {
	By, Share any
	Unit      string
	Tone      string
}

// better says whether more of a line is better, for its colour.
var better = map[string]bool{"automatic": true}

// Changed reads the difference of a line; nil when one side is unknown.
func (v *procedurePage) Changed(l procedure.Line) *changed {
	by, share, ok := l.Change()
	if !ok {
		return nil
	}
	c := &changed{By: shown(by, l.Unit), Unit: l.Unit, Tone: "quiet"}
	if share != 0 {
		c.Share = share
	}
	switch {
	case by < 0 != better[l.ID] && by != 0:
		c.Tone = "good"
	case by != 0:
		c.Tone = "bad"
	}
	return c
}
