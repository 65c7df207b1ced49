package oversight

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	"diwan.example/programme/procedure"
	"diwan.example/web/ui"
)

// savingsPage is what was spared in some months.
type savingsPage struct {
	procedure.Savings
	months
	Org     gov.OrgID
	Service gov.ServiceID
	Where   gov.Text // whose savings
	Lines   []savingLine
	Ways    []savingLine // by channel
	Ahead   []plannedLine
	Chart   ui.Chart
	Tariffs []tariff
	names   *names
}

// savingLine is one group of the table.
type savingLine struct {
	procedure.Saving
	Name gov.Text
	URL  string // one level down
	Rows string // its cases
}

// plannedLine is one service that does not run here yet.
type plannedLine struct {
	procedure.Planned
	Owner gov.Text
}

// Money rounds an amount to whole minor units.
func (v *savingsPage) Money(f float64) any { return shown(f, "money") }

// Tenth rounds to one decimal.
func (v *savingsPage) Tenth(f float64) any { return shown(f, "number") }

// Self is the address of this page for the same organisation and service.
func (v *savingsPage) Self() string { return "/oversight/savings" }

// CSV is the address of the table as a file.
func (v *savingsPage) CSV() string { return "/oversight/savings.csv?" + v.query() }

// Up is one level up, or empty.
func (v *savingsPage) Up() string {
	up := *v
	switch {
	case v.Service != "":
		up.Service = ""
	case v.Org != "":
		up.Org = ""
	default:
		return ""
	}
	return "/oversight/savings?" + up.query()
}

// Dimension is how the table is broken down, for its words.
func (v *savingsPage) Dimension() string { return string(v.By) }

func (v *savingsPage) query() string {
	q := url.Values{"from": {v.months.From.String()}, "to": {v.months.To.String()}}
	if v.Org != "" {
		q.Set("org", string(v.Org))
	}
	if v.Service != "" {
		q.Set("service", string(v.Service))
	}
	return q.Encode()
}

func (o *Oversight) saved(r *http.Request) (*savingsPage, error) {
	q := r.URL.Query()
	v := &savingsPage{months: o.readMonths(r), Org: gov.OrgID(id(q, "org")), Service: gov.ServiceID(id(q, "service")), names: o.names(r.Context())}
	p := procedure.Period{From: v.months.From, To: v.months.To, Organisation: v.Org, Service: v.Service}
	err := o.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.Savings, err = procedure.Save(tx, p, o.rates(p.To), o.asOf(p.To))
		return err
	})
	if err != nil {
		return nil, err
	}
	v.Org = v.Savings.Period.Organisation
	v.Where = pages.T("oversight.everyone")
	if v.Org != "" {
		v.Where = v.names.organisation(v.Org)
	}
	if v.Service != "" {
		v.Where = v.names.service(v.Service)
	}
	v.Tariffs = tariffs(v.Savings.Rates)
	for _, g := range v.Groups {
		v.Lines = append(v.Lines, v.line(g, v.By))
	}
	for _, g := range v.Channels {
		v.Ways = append(v.Ways, v.line(g, programme.ByChannel))
	}
	for _, p := range v.Planned {
		v.Ahead = append(v.Ahead, plannedLine{p, v.names.organisation(p.Organisation)})
	}
	v.draw()
	return v, nil
}

func (v *savingsPage) line(g procedure.Saving, by programme.Dimension) savingLine {
	a := ask{Filter: programme.Filter{From: v.months.From.First(), To: v.months.To.Last(), Organisation: v.Org, Service: v.Service}}.of(string(by), g.Key)
	down := *v
	switch by {
	case programme.ByOrganisation:
		down.Org = gov.OrgID(g.Key)
	case programme.ByService:
		down.Service = gov.ServiceID(g.Key)
	}
	x := savingLine{Saving: g, Name: v.names.Of(by, g.Key), Rows: a.Rows("closed")}
	if by != programme.ByChannel {
		x.URL = "/oversight/savings?" + down.query()
	}
	return x
}

// most is how many groups a chart shows.
const most = 10

// draw charts what was spared by group; a group that costs more than before has
// no bar, its figure stands in the table.
func (v *savingsPage) draw() {
	c := ui.Chart{Title: pages.T("oversight.savings.chart"), Unit: "money", Series: []ui.Series{{Name: pages.T("oversight.savings.people")}, {Name: pages.T("oversight.savings.state")}}}
	for _, x := range v.Lines {
		if s := x.Saved(); x.Cases > 0 && len(c.Labels) < most {
			c.Labels, c.Links = append(c.Labels, x.Name), append(c.Links, x.URL)
			c.Series[0].Values = append(c.Series[0].Values, max(s.Person, 0))
			c.Series[1].Values = append(c.Series[1].Values, max(s.State, 0))
		}
	}
	v.Chart = c
}

func (o *Oversight) savings(w http.ResponseWriter, r *http.Request) error {
	v, err := o.saved(r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(v.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return pages.RenderStatus(w, r, status, "savings", v)
}

// savingHeaders of the file, in both languages.
var savingHeaders = []string{"الرمز / Id", "الاسم / Name (Arabic)", "الاسم بالإنجليزية / Name", "معاملات / Cases (proven)", "خارج الحساب / Left out (proven)", "الناس قبل / People before (estimated)", "الناس بعد / People after (estimated)",
	"الدولة قبل / State before (estimated)", "الدولة بعد / State after (estimated)", "زيارات لم تلزم / Visits spared (declared)", "مستندات لم تُطلب / Documents no longer asked (declared)", "ساعات الناس / Hours of people (estimated)", "العملة / Currency"}

func (o *Oversight) savingsCSV(w http.ResponseWriter, r *http.Request) error {
	v, err := o.saved(r)
	if err != nil {
		return err
	}
	if len(v.Problems) > 0 {
		return gov.Fail(gov.Invalid, v.Problems[0].Text[gov.Arabic], v.Problems[0].Text[gov.English])
	}
	d := &download{w: w, name: fmt.Sprintf("savings-%s-%s.csv", v.months.From, v.months.To)}
	if _, err := d.Write([]byte("\uFEFF")); err != nil {
		return err
	}
	out := csv.NewWriter(d)
	out.UseCRLF = true
	out.Write(savingHeaders)
	money := func(f float64) string { return o.decimal(f, "money") }
	for _, x := range v.Lines {
		out.Write(programme.Plain(x.Key, x.Name[gov.Arabic], x.Name[gov.English], strconv.FormatInt(x.Cases, 10), strconv.FormatInt(x.Left, 10), money(x.Before.Person), money(x.After.Person),
			money(x.Before.State), money(x.After.State), o.decimal(x.Visits, ""), o.decimal(x.Documents, ""), o.decimal(x.Hours, ""), o.Country.Currency.Code))
	}
	out.Flush()
	return out.Error()
}

// Whole is all of the page's cases as one line.
func (v *savingsPage) Whole() savingLine { return v.line(v.Total, "") }
