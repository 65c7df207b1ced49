// Package oversight is the page of those who follow the transformation: a
// committee member with five minutes sees how many services are online, what was
// received and decided, how long people waited and for whom, what was paid and
// issued, and what needs a decision next. Every figure opens to its rows and
// downloads as CSV. Who sees which organisation is decided by programme.
package oversight

import (
	"embed"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Oversight is the area. Every field is needed.
type Oversight struct {
	DB      *db.DB
	Book    *catalogue.Book
	Country *country.Country // its zone, money, tariffs, governorates and organisations
	Packs   *pack.Library    // what runs, for procedures that nobody has written
}

// Guard lets in who may see figures: of everything, or of their own organisation.
var Guard = ui.Role(gov.Authority, gov.Committee, gov.Auditor, gov.Head, gov.Owner)

// Routes are the addresses of the area.
func (o *Oversight) Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /oversight", Guard: Guard, Page: o.overview},
		{Pattern: "GET /oversight/rows", Guard: Guard, Page: o.rows},
		{Pattern: "GET /oversight/rows.csv", Guard: Guard, Page: o.rowsCSV},
		{Pattern: "GET /oversight/services", Guard: Guard, Page: o.services},
		{Pattern: "GET /oversight/services.csv", Guard: Guard, Page: o.servicesCSV},
		{Pattern: "GET /oversight/priorities", Guard: Guard, Page: o.priorities},
		{Pattern: "GET /oversight/priorities.csv", Guard: Guard, Page: o.prioritiesCSV},
		{Pattern: "GET /oversight/priorities/why/{area}/{name}", Guard: Guard, Page: o.why},
		{Pattern: "GET /oversight/priorities/schedule", Guard: Guard, Page: o.schedule},
		{Pattern: "GET /oversight/priorities/schedule.csv", Guard: Guard, Page: o.scheduleCSV},
		{Pattern: "GET /oversight/backlog", Guard: Guard, Page: o.backlog},
		{Pattern: "GET /oversight/backlog.csv", Guard: Guard, Page: o.backlogCSV},
		{Pattern: "GET /oversight/forecast", Guard: Guard, Page: o.forecast},
		{Pattern: "GET /oversight/forecast.csv", Guard: Guard, Page: o.forecastCSV},
		{Pattern: "GET /oversight/priorities/weights", Guard: Guard, Page: o.weights},
		{Pattern: "POST /oversight/priorities/weights", Guard: weighers, Page: o.weigh},
		{Pattern: "GET /oversight/indicators", Guard: Guard, Page: o.indicators},
		{Pattern: "GET /oversight/indicators/{scheme}", Guard: Guard, Page: o.scheme},
		{Pattern: "GET /oversight/indicators/{scheme}/figures.csv", Guard: Guard, Page: o.schemeCSV},
		{Pattern: "GET /oversight/indicators/{scheme}/rows", Guard: Guard, Page: o.indicatorRows},
		{Pattern: "GET /oversight/services/{area}/{name}/procedure", Guard: Guard, Page: o.procedure},
		{Pattern: "GET /oversight/services/{area}/{name}/procedure.csv", Guard: Guard, Page: o.procedureCSV},
		{Pattern: "GET /oversight/once", Guard: Guard, Page: o.once},
		{Pattern: "GET /oversight/once.csv", Guard: Guard, Page: o.onceCSV},
		{Pattern: "GET /oversight/savings", Guard: Guard, Page: o.savings},
		{Pattern: "GET /oversight/savings.csv", Guard: Guard, Page: o.savingsCSV},
	}
}

// Area is the entry of this area in the header.
func Area() ui.Area {
	return ui.Area{Name: pages.T("oversight.area"), Home: "/oversight", Guard: Guard, Links: []ui.Link{
		{Text: pages.T("oversight.nav.figures"), URL: "/oversight"},
		{Text: pages.T("oversight.nav.services"), URL: "/oversight/services"},
		{Text: pages.T("oversight.savings"), URL: "/oversight/savings", Also: []string{"/oversight/once"}},
		{Text: pages.T("oversight.nav.stages"), URL: "/oversight/stages"},
		{Text: pages.T("oversight.nav.policies"), URL: "/oversight/policies"},
		{Text: pages.T("oversight.nav.priorities"), URL: "/oversight/priorities", Also: []string{"/oversight/backlog", "/oversight/forecast"}},
		{Text: pages.T("oversight.nav.indicators"), URL: "/oversight/indicators"},
	}}
}
