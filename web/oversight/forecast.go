package oversight

import (
	"net/http"
	"strconv"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	"diwan.example/programme/priority"
	"diwan.example/web/ui"
)

// forecastPage says when all services will be online, by each basis apart.
type forecastPage struct {
	wish
	Own    bool
	Owner  gov.Text
	Orgs   []catalogue.Organisation
	Target int // 0: all
	List   []forecast
}

type forecast struct {
	priority.Forecast
	Chart ui.Chart
	Drawn bool
}

// foreseen reads the history an address asks for and looks ahead.
func (o *Oversight) foreseen(r *http.Request) (*forecastPage, error) {
	w, err := wished(r.URL.Query())
	if err != nil {
		return nil, err
	}
	v := &forecastPage{wish: w}
	v.Problems = nil
	typed, _ := gov.CleanText(r.URL.Query().Get("target"))
	v.Typed["target"] = typed
	if n, err := strconv.Atoi(gov.Digits(typed)); typed != "" && (err != nil || n < 1 || n > 1_000_000) {
		v.Problems = gov.Problems{{Field: "target", Text: pages.T("oversight.forecast.target.wrong")}}
	} else {
		v.Target = n
	}
	err = o.DB.Read(r.Context(), func(tx *db.Tx) error {
		f, err := programme.Scope(tx.Actor(), programme.Filter{Organisation: v.Org})
		if err != nil {
			return err
		}
		v.Org, v.Own = f.Organisation, !tx.Actor().Has(programme.Everything...)
		past, err := priority.Histories(tx, v.Org, o.Country.Calendar.Zone)
		for _, h := range past {
			x := forecast{Forecast: h.Forecast(v.Target)}
			x.draw()
			v.List = append(v.List, x)
		}
		return err
	})
	if v.Org != "" {
		v.Owner = o.names(r.Context()).organisation(v.Org)
	}
	return v, err
}

// draw makes a line of what was and two of what may come.
func (f *forecast) draw() {
	was := ui.Series{Name: pages.T("oversight.forecast.was")}
	half, least := ui.Series{Name: pages.T("oversight.forecast.half")}, ui.Series{Name: pages.T("oversight.forecast.least")}
	past := f.Past()
	for i, p := range past {
		f.Chart.Labels = append(f.Chart.Labels, p.Quarter.Words())
		was.Values = append(was.Values, float64(p.Online))
		ahead := ui.Absent
		if i == len(past)-1 {
			ahead = float64(p.Online)
		}
		half.Values, least.Values = append(half.Values, ahead), append(least.Values, ahead)
	}
	for _, b := range f.Ahead {
		f.Chart.Labels = append(f.Chart.Labels, b.Quarter.Words())
		half.Values, least.Values = append(half.Values, float64(b.Half)), append(least.Values, float64(b.Least))
	}
	f.Chart.Title = pages.T("oversight.forecast.chart")
	if f.Chart.Series = []ui.Series{was}; len(f.Ahead) > 0 {
		f.Chart.Series = append(f.Chart.Series, half, least)
	}
	f.Drawn = len(f.Chart.Labels) > 1
}

func (o *Oversight) forecast(w http.ResponseWriter, r *http.Request) error {
	v, err := o.foreseen(r)
	if err != nil {
		return err
	}
	if v.Orgs, err = o.Book.Organisations(r.Context()); err != nil {
		return err
	}
	if len(v.Problems) > 0 {
		return pages.RenderInvalid(w, r, "forecast", v)
	}
	return pages.Render(w, r, "forecast", v)
}

func (o *Oversight) forecastCSV(w http.ResponseWriter, r *http.Request) error {
	v, err := o.foreseen(r)
	if err != nil {
		return err
	}
	if len(v.Problems) > 0 {
		return v.Problems
	}
	var list []priority.Forecast
	for _, f := range v.List {
		list = append(list, f.Forecast)
	}
	return priority.WriteForecasts(&download{w: w, name: "forecast.csv"}, list)
}

// Box is what the box of the target shows.
func (v *forecastPage) Box(name string) string { return v.Typed[name] }

// File is the address of the same figures as a file.
func (v *forecastPage) File() string {
	return "/oversight/forecast.csv?" + v.query("target", v.Typed["target"])
}
