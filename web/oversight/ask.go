package oversight

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/programme"
)

// ask is what an address asks for.
type ask struct {
	programme.Filter
	By       string // a dimension, or "time"
	Today    programme.Day
	Problems gov.Problems
	Typed    map[string]string // days as they were typed
}

// byTime breaks figures down by time.
const byTime = "time"

// bys are the tabs.
var bys = []string{"organisation", "service", "channel", "place", byTime}

// read understands the query. What cannot be understood is a problem, and the
// present month is shown instead.
func (o *Oversight) read(r *http.Request) ask {
	q := r.URL.Query()
	today := programme.DayOf(o.DB.Now(), o.Country.Calendar.Zone)
	a := ask{By: q.Get("by"), Today: today, Typed: map[string]string{"from": q.Get("from"), "to": q.Get("to")}, Filter: programme.Filter{
		Organisation: gov.OrgID(id(q, "org")), Service: gov.ServiceID(id(q, "service")), Channel: gov.Channel(id(q, "channel")), Place: id(q, "place"),
	}}
	if !slices.Contains(bys, a.By) {
		a.By = bys[0]
	}
	a.From, a.To = a.day("from", today.First()), a.day("to", today)
	if a.Typed["to"] == "" && a.From > a.To {
		a.To = a.From.Last()
	}
	if a.From > a.To && len(a.Problems) == 0 {
		a.Problems = append(a.Problems, gov.Problem{Field: "from", Text: pages.T("oversight.wrong.order")})
	}
	if len(a.Problems) > 0 {
		a.From, a.To = today.First(), today
	}
	return a
}

// id reads an id from a query, without what no id contains.
func id(q url.Values, name string) string {
	s, _ := gov.CleanText(q.Get(name))
	return s
}

// earliest and latest bound the days an address may ask for.
const (
	earliest programme.Day = 20000101
	latest   programme.Day = 21001231
)

func (a *ask) day(name string, otherwise programme.Day) programme.Day {
	s := strings.TrimSpace(a.Typed[name])
	if s == "" {
		return otherwise
	}
	d, err := programme.ParseDay(s)
	if err != nil {
		a.Problems = append(a.Problems, gov.Problem{Field: name, Text: gov.PublicOf(err)})
		return otherwise
	}
	return min(max(d, earliest), latest)
}

// query writes the filter as a query.
func (a ask) query(more ...string) string {
	q := url.Values{"from": {a.From.String()}, "to": {a.To.String()}}
	for k, v := range map[string]string{"org": string(a.Organisation), "service": string(a.Service), "channel": string(a.Channel), "place": a.Place} {
		if v != "" {
			q.Set(k, v)
		}
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
		if more[i+1] == "" {
			q.Del(more[i])
		}
	}
	return q.Encode()
}

// Rows is the address of a figure's rows.
func (a ask) Rows(figure string) string { return "/oversight/rows?" + a.query("figure", figure) }

// CSV is the address of a figure's rows as a file.
func (a ask) CSV(figure string) string { return "/oversight/rows.csv?" + a.query("figure", figure) }

// Page is the address of the overview, by another tab.
func (a ask) Page(by string) string { return "/oversight?" + a.query("by", by) }

// Without is the overview with one narrowing taken back.
func (a ask) Without(name string) string { return "/oversight?" + a.query("by", a.By, name, "") }

// Standing is the address of the services that stand so.
func (a ask) Standing(standing string) string {
	q := url.Values{}
	for k, v := range map[string]string{"standing": standing, "org": string(a.Organisation)} {
		if v != "" {
			q.Set(k, v)
		}
	}
	return "/oversight/services?" + q.Encode()
}

// of narrows to one group of a dimension.
func (a ask) of(by, key string) ask {
	switch programme.Dimension(by) {
	case programme.ByOrganisation:
		a.Organisation = gov.OrgID(key)
	case programme.ByService:
		a.Service = gov.ServiceID(key)
	case programme.ByChannel:
		a.Channel = gov.Channel(key)
	case programme.ByPlace:
		a.Place = key
	}
	return a
}

// during is the same filter for other days.
func (a ask) during(from, to programme.Day) ask {
	a.From, a.To = from, to
	return a
}

// period is a ready choice of days.
type period struct {
	Name     string
	From, To programme.Day
}

// Periods are the ready choices; the first is what one sees without choosing.
func (a ask) Periods() []period {
	before := a.Today.First().Add(-1)
	year := programme.DayOf(time.Date(int(a.Today)/10000, 1, 1, 0, 0, 0, 0, time.UTC), nil)
	back := programme.DayOf(a.Today.First().Time().AddDate(0, -11, 0), nil)
	return []period{{"month", a.Today.First(), a.Today}, {"before", before.First(), before}, {"year", year, a.Today}, {"twelve", back, a.Today}}
}

// During is the address of the overview for a period.
func (a ask) During(p period) string {
	b := a.during(p.From, p.To)
	return "/oversight?" + b.query("by", a.By)
}

// Chosen reports whether a period is the one shown.
func (a ask) Chosen(p period) bool { return a.From == p.From && a.To == p.To }

// Value is what a field of days shows: what was typed, else what is meant.
func (a ask) Value(name string) string {
	d := a.From
	if name == "to" {
		d = a.To
	}
	return cmp.Or(a.Typed[name], d.String())
}

// Wrong is the problem of a field.
func (a ask) Wrong(name string) gov.Text {
	for _, p := range a.Problems {
		if p.Field == name {
			return p.Text
		}
	}
	return nil
}
