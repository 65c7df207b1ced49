package oversight

import (
	"net/http"
	"slices"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/programme/priority"
	"diwan.example/web/ui"
)

// backlogPage is what is still to come, broken down.
type backlogPage struct {
	ranked
	By    string
	Lines []backlogLine
	Chart ui.Chart
}

type backlogLine struct {
	priority.Group
	Name gov.Text
	URL  string // where its services are; "" when there is no such list
}

// backlogOf reads and breaks down what an address asks for.
func (o *Oversight) backlogOf(r *http.Request) (*backlogPage, error) {
	x, err := o.rank(r)
	if err != nil {
		return nil, err
	}
	v := &backlogPage{ranked: x, By: r.URL.Query().Get("by")}
	if !slices.Contains(priority.Groupings, v.By) {
		v.By = priority.ByEntity
	}
	events, err := o.Book.LifeEvents(r.Context())
	if err != nil {
		return nil, err
	}
	n := o.names(r.Context())
	for _, g := range v.Backlog(v.Table, v.By, func(s *catalogue.Service) bool { return v.Org == "" || s.Organisation == v.Org }) {
		l := backlogLine{Group: g}
		switch v.By {
		case priority.ByEntity:
			l.Name = n.organisation(gov.OrgID(g.Key))
			to := v.wish
			to.Org = gov.OrgID(g.Key)
			l.URL = to.Address("priorities")
		case priority.ByLevel:
			l.Name = pages.T("oversight.backlog.level", g.Key)
		default:
			l.Name = eventName(events, g.Key)
		}
		v.Lines = append(v.Lines, l)
	}
	return v, nil
}

func eventName(events []catalogue.LifeEvent, id string) gov.Text {
	for _, e := range events {
		if e.ID == id {
			return e.Name
		}
	}
	if id == "" {
		return pages.T("oversight.backlog.noevent")
	}
	return gov.T(id, id)
}

// drawnGroups is how many groups the chart shows.
const drawnGroups = 12

func (o *Oversight) backlog(w http.ResponseWriter, r *http.Request) error {
	v, err := o.backlogOf(r)
	if err != nil {
		return err
	}
	left, rest := ui.Series{Name: pages.T("oversight.backlog.left")}, ui.Series{Name: pages.T("oversight.backlog.online")}
	v.Chart = ui.Chart{Title: pages.T("oversight.backlog.chart")}
	for _, l := range v.Lines[:min(len(v.Lines), drawnGroups)] {
		v.Chart.Labels, v.Chart.Links = append(v.Chart.Labels, l.Name), append(v.Chart.Links, l.URL)
		left.Values, rest.Values = append(left.Values, float64(l.Left)), append(rest.Values, float64(l.Total-l.Left))
	}
	v.Chart.Series = []ui.Series{left, rest}
	return pages.Render(w, r, "backlog", v)
}

func (o *Oversight) backlogCSV(w http.ResponseWriter, r *http.Request) error {
	v, err := o.backlogOf(r)
	if err != nil {
		return err
	}
	var list []priority.Group
	words := map[string]string{}
	for _, l := range v.Lines {
		list, words[l.Key] = append(list, l.Group), l.Name[gov.Arabic]+" / "+l.Name[gov.English]
	}
	return priority.WriteBacklog(&download{w: w, name: "backlog.csv"}, list, func(key string) string { return words[key] })
}

// Page is the address of the same page by another grouping.
func (v *backlogPage) Page(by string) string { return "/oversight/backlog?" + v.query("by", by) }

// File is the address of the same figures as a file.
func (v *backlogPage) File() string { return "/oversight/backlog.csv?" + v.query("by", v.By) }

// Groupings are the ways to break the backlog down.
func (v *backlogPage) Groupings() []string { return priority.Groupings }
