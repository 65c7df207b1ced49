package app

import (
	"context"
	"net/http"

	"diwan.example/api"
	"diwan.example/catalogue/cpsvap"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/notify"
	"diwan.example/programme/lifecycle"
	"diwan.example/web/admin"
	"diwan.example/web/committee"
	"diwan.example/web/desk"
	"diwan.example/web/exchange"
	"diwan.example/web/life"
	"diwan.example/web/linkage"
	"diwan.example/web/oversight"
	"diwan.example/web/papers"
	"diwan.example/web/portal"
	"diwan.example/web/procedure"
	"diwan.example/web/programme"
	entries "diwan.example/web/register"
	"diwan.example/web/registry"
	"diwan.example/web/transparency"
	"diwan.example/web/ui"
)

// areas are the parts of the site with their navigation.
func areas() []ui.Area {
	return []ui.Area{
		{Name: gov.T("الخدمات", "Services"), Home: "/", Guard: ui.Anyone, Links: []ui.Link{
			{Text: gov.T("الخدمات", "Services"), URL: "/services"},
			{Text: gov.T("الجهات", "Entities"), URL: "/entities"},
			{Text: gov.T("طلباتي", "My applications"), URL: "/cases", Guard: ui.Resident},
			{Text: gov.T("وثائقي", "My documents"), URL: "/documents", Guard: ui.Resident},
			{Text: gov.T("تحقق من وثيقة", "Verify a document"), URL: "/verify"},
		}},
		{Name: gov.T("مكتب العمل", "Desk"), Home: "/desk", Guard: ui.Role(gov.Officer, gov.Supervisor), Links: []ui.Link{
			{Text: gov.T("قائمة العمل", "Queue"), URL: "/desk", Guard: ui.Role(gov.Officer, gov.Supervisor)},
			{Text: gov.T("بحث", "Search"), URL: "/desk/search", Guard: ui.Role(gov.Officer, gov.Supervisor)},
			{Text: gov.T("الشباك", "Counter"), URL: "/desk/counter", Guard: ui.Role(gov.Officer, gov.Supervisor)},
		}},
		entries.Area(),
		programme.Area(),
		oversight.Area(),
		committee.Area(),
		registry.Area(),
		papers.Area(),
		linkage.Area(),
		exchange.Area(),
		{Name: gov.T("الإدارة", "Administration"), Home: "/admin", Guard: ui.Role(gov.Operator, gov.Owner, gov.Auditor, gov.Head)},
	}
}

// mountPages mounts the page packages.
func (a *App) mountPages(mux *http.ServeMux) error {
	a.Site.Mount(mux, (&committee.Committees{Chamber: a.Chamber, Book: a.Book, Country: a.Country}).Routes()...)
	p := &portal.Portal{Engine: a.Cases, Book: a.Book, Gate: a.Gate, Accounts: a.entrances, Profile: cpsvap.ProfileOf(a.Country), Records: a.Records, Agreements: a.Agreements, Presentations: a.Presentations, Wallets: a.Wallets}
	d := &desk.Desk{Cases: a.Cases, Organisation: a.orgName, Closed: lifecycle.ClosedCounters, Registry: a.registryName}
	o := &oversight.Oversight{DB: a.DB, Book: a.Book, Country: a.Country, Packs: a.Packs}
	ad := &admin.Admin{Cases: a.Cases, Gate: a.Gate, Office: a.Office, Country: a.Country, Book: a.Book, Draft: a.Draft, Try: a.tryEach, Publish: a.Publish, Scopes: scopes(), Watch: a.Watch, OneClick: a.Config.OneClick}
	rg := &entries.Register{DB: a.DB, Book: a.Book, Country: a.Country}
	steps := &procedure.Procedure{DB: a.DB, Book: a.Book, Country: a.Country}
	pr := &programme.Programme{DB: a.DB, Plans: a.Plans, Organisation: a.orgName}
	li := &life.Life{DB: a.DB, Book: a.Book, Cycle: a.Cycle, Zone: a.Country.Calendar.Zone}
	a.Site.Mount(mux, (&registry.Registries{Book: a.Records, Currency: a.Country.Currency, Organisation: a.orgName, Service: a.serviceName}).Routes()...)
	a.Site.Mount(mux, a.linkage().Routes()...)
	a.Site.Mount(mux, a.papers().Routes()...)
	a.Site.Mount(mux, (&exchange.Exchange{DB: a.DB, Centre: a.Centre, Organisations: a.organisationOptions, Logs: a.messageLogs, Diagnose: a.Diagnose, Call: a.SampleCall, Events: "/agreements/events"}).Routes()...)
	a.Site.Mount(mux, (&transparency.Transparency{DB: a.DB, Logs: a.logs(), Issuer: a.Issuer, Origin: a.Config.Origin}).Routes()...)
	for _, routes := range [][]ui.Route{p.Routes(), d.Routes(), rg.Routes(), steps.Routes(), pr.Routes(), o.Routes(), li.Routes(), ad.Routes()} {
		a.Site.Mount(mux, routes...)
	}
	return nil
}

// scopes are what an API token may be allowed.
func scopes() (out []ui.Option) {
	for _, s := range api.Scopes() {
		out = append(out, ui.Option{Value: s.Name, Text: s.Words})
	}
	return out
}

func (a *App) orgName(_ context.Context, id gov.OrgID) gov.Text { return a.OrganisationName(id) }

// homes are the pages at which the sample people of an office begin.
var homes = map[gov.Role]string{
	gov.Officer: "/desk", gov.Supervisor: "/desk", gov.Owner: "/admin", gov.Head: "/oversight", gov.Authority: "/oversight",
	gov.Committee: "/oversight", gov.Auditor: "/admin", gov.Operator: "/admin",
}

// entrances are the sample people whom anybody may enter as under diwan try.
func (a *App) entrances(ctx context.Context) (out []portal.Account, err error) {
	all, err := a.Accounts(ctx)
	for _, x := range all {
		e := portal.Account{Person: x.ID, Kind: x.Label, Name: x.Name, Org: x.Org}
		if len(x.Roles) > 0 {
			e.Home = homes[x.Roles[0]]
		}
		out = append(out, e)
	}
	return out, err
}

// unread counts the messages in the inbox of whoever asks.
func (a *App) unread(ctx context.Context) (n int) {
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { n, err = notify.Unread(tx); return err })
	if err != nil {
		a.Log.WarnContext(ctx, "app: unread messages", "err", err)
	}
	return n
}
