package oversight

import (
	"net/http"
	"strconv"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	"diwan.example/web/ui"
)

// overview is the page of one period.
type overview struct {
	ask
	programme.Report
	Scope    []scope // what the page is narrowed to
	Own      bool    // the reader sees one organisation only
	Orgs     []catalogue.Organisation
	Channels []gov.Channel
	Places   []place
	Waits    []wait
	Urgent   []concern
	Trend    ui.Chart
	Lines    []line
	More     string // the next lines
	Drawn    bool   // there is a trend to draw
	Counted  time.Time
}

type scope struct {
	Text gov.Text
	Name string // of the query; "" when it cannot be taken back
}

type place struct {
	ID   string
	Name gov.Text
}

// wait is how long people waited for one party.
type wait struct {
	Whom        string
	Median, P90 lasting
}

type concern struct {
	programme.Concern
	Name, Owner gov.Text
	URL         string
}

// line is one group of the breakdown.
type line struct {
	Name   gov.Text
	URL    string // narrows the page to it
	At     ask
	F      programme.Figures
	Open   programme.Open
	Median lasting
	P90    lasting
	Timed  bool
	OnTime float64
}

// lines is how many groups are shown at once.
const lines = 40

func (o *Oversight) overview(w http.ResponseWriter, r *http.Request) error {
	v := &overview{ask: o.read(r), Channels: []gov.Channel{gov.Portal, gov.Counter, gov.Kiosk, gov.Phone, gov.API}, Counted: o.DB.Now()}
	var points []programme.Point
	step := programme.StepFor(v.ask.Filter)
	err := o.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		by := programme.Dimension(v.By)
		if v.By == byTime {
			by = programme.ByOrganisation
		}
		if v.Report, err = programme.Overview(tx, v.ask.Filter, by); err != nil {
			return err
		}
		points, err = programme.Trend(tx, v.ask.Filter, step)
		return err
	})
	if err != nil {
		return err
	}
	v.ask.Filter.Organisation = v.Report.Filter.Organisation
	n := o.names(r.Context())
	v.Own = !gov.ActorFrom(r.Context()).Has(programme.Everything...)
	if v.Orgs, err = o.Book.Organisations(r.Context()); err != nil {
		return err
	}
	for _, g := range o.Country.Governorates {
		v.Places = append(v.Places, place{g.ID, g.Name})
	}
	v.narrowed(n)
	v.waits()
	v.worry(n)
	v.draw(points, step)
	v.breakdown(n, points, step, r.URL.Query().Get("start"))
	if len(v.Problems) > 0 {
		return pages.RenderInvalid(w, r, "overview", v)
	}
	return pages.Render(w, r, "overview", v)
}

// narrowed says what the page is narrowed to.
func (v *overview) narrowed(n *names) {
	add := func(by programme.Dimension, id, name string) {
		if id != "" {
			v.Scope = append(v.Scope, scope{n.Of(by, id), name})
		}
	}
	org := "org"
	if v.Own {
		org = ""
	}
	f := v.ask.Filter
	add(programme.ByOrganisation, string(f.Organisation), org)
	add(programme.ByService, string(f.Service), "service")
	add(programme.ByChannel, string(f.Channel), "channel")
	add(programme.ByPlace, f.Place, "place")
}

func (v *overview) waits() {
	for _, x := range []struct {
		whom string
		w    programme.Wait
	}{{"ours", v.Ours}, {"theirs", v.Theirs}, {"others", v.Others}} {
		v.Waits = append(v.Waits, wait{x.whom, last(x.w.Median, v.Closed), last(x.w.P90, v.Closed)})
	}
}

func (v *overview) worry(n *names) {
	figures := map[programme.Why]string{programme.LateNow: "open-late", programme.LateClosed: "late", programme.Growing: "open"}
	for _, c := range v.Report.Concerns {
		x := concern{Concern: c, Name: n.service(c.Service), Owner: n.organisation(c.Organisation)}
		x.URL = v.ask.of("service", string(c.Service)).Rows(figures[c.Why])
		v.Urgent = append(v.Urgent, x)
	}
}

func (v *overview) draw(points []programme.Point, step programme.Step) {
	in, out := ui.Series{Name: pages.T("oversight.received")}, ui.Series{Name: pages.T("oversight.closed")}
	v.Trend = ui.Chart{Title: pages.T("oversight.trend." + string(step))}
	for _, p := range points {
		in.Values, out.Values = append(in.Values, float64(p.Submitted)), append(out.Values, float64(p.Closed))
		v.Trend.Labels = append(v.Trend.Labels, label(p, step))
		v.Trend.Links = append(v.Trend.Links, v.ask.during(p.From, p.To).Page(v.By))
	}
	v.Trend.Series = []ui.Series{in, out}
	v.Drawn = len(points) > 1
}

// breakdown fills the table from the groups, or from the steps of the trend.
func (v *overview) breakdown(n *names, points []programme.Point, step programme.Step, start string) {
	if v.By == byTime {
		for _, p := range points {
			at := v.ask.during(p.From, p.To)
			v.Lines = append(v.Lines, newLine(label(p, step), at, v.By, p.Figures))
		}
		return
	}
	from, _ := strconv.Atoi(start)
	from = min(max(from, 0), len(v.Groups))
	to := min(from+lines, len(v.Groups))
	if to < len(v.Groups) {
		v.More = strconv.Itoa(to)
	}
	for _, g := range v.Groups[from:to] {
		l := newLine(n.Of(programme.Dimension(v.By), g.Key), v.ask.of(v.By, g.Key), v.By, g.Figures)
		if g.Key == "" {
			l.URL = ""
		}
		l.Open, l.Median, l.P90 = g.Open, last(g.Ours.Median, g.Closed), last(g.Ours.P90, g.Closed)
		v.Lines = append(v.Lines, l)
	}
}

func newLine(name gov.Text, at ask, by string, f programme.Figures) line {
	l := line{Name: name, At: at, URL: at.Page(finer(by)), F: f}
	l.OnTime, l.Timed = f.OnTime()
	return l
}

// finer is the tab that says more about one group.
func finer(by string) string {
	switch by {
	case "organisation":
		return "service"
	case "service":
		return "channel"
	}
	return "organisation"
}

// Tabs are the ways to break figures down.
func (v *overview) Tabs() []string { return bys }

// OnTimeShare is the share of cases with a deadline that kept it.
func (v *overview) OnTimeShare() float64 { share, _ := v.OnTime(); return share }

// Linked reports whether a group has a name to be narrowed to.
func (l line) Linked() bool { return l.URL != "" }

// Share is the part of all services.
func (v *overview) Share(n int) float64 { return float64(n) / float64(max(v.Services.Services, 1)) }
