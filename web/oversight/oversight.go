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
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Oversight is the area. Every field is needed.
type Oversight struct {
	DB      *db.DB
	Book    *catalogue.Book
	Country *country.Country // its zone, money, governorates and organisations
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
	}
}

// Area is the entry of this area in the header.
func Area() ui.Area {
	return ui.Area{Name: pages.T("oversight.area"), Home: "/oversight", Guard: Guard, Links: []ui.Link{
		{Text: pages.T("oversight.nav.figures"), URL: "/oversight"},
		{Text: pages.T("oversight.nav.services"), URL: "/oversight/services"},
	}}
}
