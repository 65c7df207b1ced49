// Package life is the pages on how far services have come and whether they keep
// the five policies: the backlog by stage, one service with its evidence and its
// history, the matrix of entities and policies with what stands behind it, and
// the exceptions. Each can be seen as of a past day and downloads as CSV; what is
// proven and what is declared stand apart.
package life

import (
	"context"
	"embed"
	"encoding/csv"
	"net/http"
	"strings"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	"diwan.example/programme/lifecycle"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Life is the pages. Every field is needed.
type Life struct {
	DB    *db.DB
	Book  *catalogue.Book
	Cycle *lifecycle.Cycle
	Zone  *time.Location
}

// Guard lets in who may see figures: of everything, or of their own organisation.
var Guard = ui.Role(gov.Authority, gov.Committee, gov.Auditor, gov.Head, gov.Owner)

var (
	signers   = ui.Role(gov.Authority, gov.Head)
	authority = ui.Role(gov.Authority)
)

// Routes are the addresses of the pages.
func (l *Life) Routes() []ui.Route {
	const service = "/oversight/services/{area}/{name}"
	return []ui.Route{
		{Pattern: "GET /oversight/stages", Guard: Guard, Page: l.stages},
		{Pattern: "GET /oversight/stages.csv", Guard: Guard, Page: l.stagesCSV},
		{Pattern: "GET " + service, Guard: Guard, Page: l.service},
		{Pattern: "GET " + service + "/history.csv", Guard: Guard, Page: l.historyCSV},
		{Pattern: "GET " + service + "/sign/{evidence}", Guard: signers, Page: l.signForm},
		{Pattern: "POST " + service + "/sign/{evidence}", Guard: signers, Page: l.sign},
		{Pattern: "POST " + service + "/withdraw/{evidence}", Guard: signers, Page: l.withdraw},
		{Pattern: "GET " + service + "/counter", Guard: ui.Role(gov.Head), Page: l.counterForm},
		{Pattern: "POST " + service + "/counter", Guard: ui.Role(gov.Head), Page: l.counter},
		{Pattern: "GET /oversight/policies", Guard: Guard, Page: l.policies},
		{Pattern: "GET /oversight/policies.csv", Guard: Guard, Page: l.policiesCSV},
		{Pattern: "GET /oversight/policies/entity/{org}", Guard: Guard, Page: l.entity},
		{Pattern: "GET /oversight/policies/entity/{org}/results.csv", Guard: Guard, Page: l.entityCSV},
		{Pattern: "GET /oversight/policies/exceptions", Guard: Guard, Page: l.exceptions},
		{Pattern: "GET /oversight/policies/exceptions.csv", Guard: Guard, Page: l.exceptionsCSV},
		{Pattern: "GET /oversight/policies/exceptions/new", Guard: authority, Page: l.exceptForm},
		{Pattern: "POST /oversight/policies/exceptions/new", Guard: authority, Page: l.except},
		{Pattern: "POST /oversight/policies/exceptions/{id}/end", Guard: authority, Page: l.end},
	}
}

// asOf is the day that a page is shown for.
type asOf struct {
	Day   string    // as typed; empty: now
	At    time.Time // its end; zero: now
	Wrong gov.Text
	Today string
}

// Past reports whether a past day is shown.
func (a asOf) Past() bool { return !a.At.IsZero() }

// asked reads the day of a query. One that cannot be read is a problem, and now
// is shown instead.
func (l *Life) asked(r *http.Request) asOf {
	now := l.DB.Now()
	a := asOf{Day: clean(r, "at"), Today: programme.DayOf(now, l.Zone).String()}
	if a.Day == "" {
		return a
	}
	zone := l.Zone
	if zone == nil {
		zone = time.UTC
	}
	t, err := time.ParseInLocation(time.DateOnly, gov.Digits(a.Day), zone)
	switch end := t.AddDate(0, 0, 1).Add(-time.Millisecond).UTC(); {
	case err != nil || t.Year() < 2000 || t.Year() > 2100:
		a.Wrong = pages.T("life.at.wrong")
	case t.After(now):
		a.Wrong = pages.T("life.at.future")
	case end.Before(now):
		a.At = end
	}
	return a
}

// clean reads a word of a query.
func clean(r *http.Request, name string) string {
	s, _ := gov.CleanText(strings.TrimSpace(r.URL.Query().Get(name)))
	if len(s) > 120 {
		return ""
	}
	return s
}

// org names an organisation; one that nothing knows names itself.
func (l *Life) org(ctx context.Context, id gov.OrgID) gov.Text {
	if x, err := l.Book.Organisation(ctx, id); err == nil {
		return x.Name
	}
	return gov.T(string(id), string(id))
}

// sees reports whether the actor sees every organisation.
func sees(a gov.Actor) bool { return a.Has(programme.Everything...) }

// scope narrows an organisation to what the actor may see.
func scope(tx *db.Tx, org gov.OrgID) (gov.OrgID, error) {
	f, err := programme.Scope(tx.Actor(), programme.Filter{Organisation: org})
	return f.Organisation, err
}

// names are the names of all services by id.
func names(tx *db.Tx) (map[gov.ServiceID]catalogue.Service, error) {
	all, err := catalogue.Services(tx, catalogue.Filter{})
	out := make(map[gov.ServiceID]catalogue.Service, len(all))
	for _, s := range all {
		out[s.ID] = s
	}
	return out, err
}

// file sends a table as CSV that Excel opens rightly in Arabic.
func file(w http.ResponseWriter, name string, heads []gov.Text, rows [][]string) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	h.Set("Cache-Control", "no-store")
	if _, err := w.Write([]byte("\uFEFF")); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	head := make([]string, len(heads))
	for i, t := range heads {
		head[i] = both(t)
	}
	out.Write(head)
	for _, r := range rows {
		out.Write(programme.Plain(r...))
	}
	out.Flush()
	return out.Error()
}

func both(t gov.Text) string {
	if t[gov.Arabic] == t[gov.English] {
		return t[gov.Arabic]
	}
	return t[gov.Arabic] + " / " + t[gov.English]
}

func (l *Life) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return programme.DayOf(t, l.Zone).String()
}
