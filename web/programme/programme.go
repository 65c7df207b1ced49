// Package programme is where the authority and the organisations plan the year
// together: framework and template, each organisation's plan from draft to
// closing, comments and support, the board of all plans, and what became of
// every promise. Who may do what is decided by programme/plan.
package programme

import (
	"context"
	"embed"
	"errors"
	"net/http"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/programme/plan"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Programme is the area. Every field is needed.
type Programme struct {
	DB           *db.DB
	Plans        *plan.Plans
	Organisation func(context.Context, gov.OrgID) gov.Text
}

// The guards of the area.
var (
	reader  = ui.Role(gov.Owner, gov.Head, gov.Authority, gov.Committee, gov.Auditor)
	writer  = ui.Role(gov.Owner, gov.Head)
	head    = ui.Role(gov.Head)
	lead    = ui.Role(gov.Authority)
	board   = ui.Role(gov.Committee)
	decider = ui.Role(gov.Authority, gov.Committee)
)

// largest is how many bytes a posted page of the area may have.
const largest = 1 << 20

// Routes are the addresses of the area.
func (p *Programme) Routes() []ui.Route {
	const cycle, one = "/programme/cycles/{year}", "/programme/plans/{year}/{org}"
	return []ui.Route{
		{Pattern: "GET /programme", Guard: reader, Page: p.home},
		{Pattern: "POST /programme/cycles", Guard: lead, Page: p.makeCycle, MaxBody: largest},
		{Pattern: "GET " + cycle, Guard: lead, Page: p.cycle},
		{Pattern: "POST " + cycle, Guard: lead, Page: p.saveCycle, MaxBody: largest},
		{Pattern: "POST " + cycle + "/open", Guard: lead.AndStepUp(), Page: p.openCycle, MaxBody: largest},
		{Pattern: "POST " + cycle + "/close", Guard: lead.AndStepUp(), Page: p.closeCycle, MaxBody: largest},
		{Pattern: "POST " + cycle + "/sections", Guard: lead, Page: p.addSection, MaxBody: largest},
		{Pattern: "GET " + cycle + "/sections/{section}", Guard: lead, Page: p.section},
		{Pattern: "POST " + cycle + "/sections/{section}", Guard: lead, Page: p.saveSection, MaxBody: largest},
		{Pattern: "GET /programme/board/{year}", Guard: reader, Page: p.board},
		{Pattern: "GET /programme/board/{year}/plans.csv", Guard: reader, Page: p.boardCSV},
		{Pattern: "GET " + one, Guard: reader, Page: p.plan},
		{Pattern: "POST " + one + "/begin", Guard: writer, Page: p.begin, MaxBody: largest},
		{Pattern: "GET " + one + "/write", Guard: writer, Page: p.write},
		{Pattern: "POST " + one + "/take", Guard: writer, Page: p.takeOver, MaxBody: largest},
		{Pattern: "GET " + one + "/sections/{section}", Guard: writer, Page: p.edit},
		{Pattern: "POST " + one + "/sections/{section}", Guard: writer, Page: p.save, MaxBody: largest},
		{Pattern: "POST " + one + "/submit", Guard: head.AndStepUp(), Page: p.submit, MaxBody: largest},
		{Pattern: "GET " + one + "/extend", Guard: lead, Page: p.extendForm},
		{Pattern: "POST " + one + "/extend", Guard: lead, Page: p.extend, MaxBody: largest},
		{Pattern: "POST " + one + "/comments", Guard: reader, Page: p.comment, MaxBody: largest},
		{Pattern: "POST " + one + "/comments/{comment}/settle", Guard: reader, Page: p.settle, MaxBody: largest},
		{Pattern: "POST " + one + "/return", Guard: decider, Page: p.giveBack, MaxBody: largest},
		{Pattern: "POST " + one + "/finalise", Guard: lead.AndStepUp(), Page: p.finalise, MaxBody: largest},
		{Pattern: "POST " + one + "/approve", Guard: board.AndStepUp(), Page: p.approve, MaxBody: largest},
		{Pattern: "GET " + one + "/changes", Guard: reader, Page: p.changes},
		{Pattern: "GET " + one + "/follow", Guard: reader, Page: p.follow},
		{Pattern: "GET " + one + "/reports/{part}", Guard: writer, Page: p.report},
		{Pattern: "POST " + one + "/reports/{part}", Guard: writer, Page: p.saveReport, MaxBody: largest},
		{Pattern: "POST " + one + "/account", Guard: head.AndStepUp(), Page: p.account, MaxBody: largest},
		{Pattern: "POST " + one + "/close", Guard: lead.AndStepUp(), Page: p.close, MaxBody: largest},
	}
}

// Area is the entry of this area in the header.
func Area() ui.Area {
	return ui.Area{Name: pages.T("programme.area"), Home: "/programme", Guard: reader, Links: []ui.Link{{Text: pages.T("programme.nav.plans"), URL: "/programme"}}}
}

// read runs fn in a transaction that reads.
func (p *Programme) read(r *http.Request, fn func(tx *db.Tx) error) error {
	return p.DB.Read(r.Context(), fn)
}

// change runs fn in a transaction that writes.
func (p *Programme) change(r *http.Request, fn func(tx *db.Tx) error) error {
	return p.DB.Write(r.Context(), fn)
}

// yearOf reads the year in an address. Errors: NotFound.
func yearOf(r *http.Request) (int, error) { return plan.ParseYear(r.PathValue("year")) }

// ref is a plan as an address names it.
type ref struct {
	Year int
	Org  gov.OrgID
}

func refOf(r *http.Request) (ref, error) {
	y, err := yearOf(r)
	return ref{y, gov.OrgID(r.PathValue("org"))}, err
}

// names finds out what people are called.
func names(tx *db.Tx, people ...gov.PersonID) (map[gov.PersonID]gov.Text, error) {
	out, err := identity.Names(tx, people...)
	if err == nil {
		out[gov.System.Person] = pages.T("programme.machine")
	}
	return out, err
}

// refused says whether an error belongs on the page that was sent, and what it
// says there. Everything else is another page's.
func refused(err error, field string) (gov.Problems, bool) {
	if list, ok := gov.ProblemsOf(err, field); ok {
		return list, true
	}
	var e *gov.Error
	if errors.As(err, &e) && e.Kind == gov.Conflict {
		return gov.Problems{{Field: field, Text: e.Public}}, true
	}
	return nil, false
}
