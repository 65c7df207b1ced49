package app

import (
	"context"
	"net/http"

	"diwan.example/api"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/notify"
	"diwan.example/web/admin"
	"diwan.example/web/desk"
	"diwan.example/web/oversight"
	"diwan.example/web/portal"
	"diwan.example/web/ui"
)

// areas are the parts of the site with their navigation.
func areas() []ui.Area {
	return []ui.Area{
		{Name: gov.T("الخدمات", "Services"), Home: "/", Guard: ui.Anyone, Links: []ui.Link{
			{Text: gov.T("الخدمات", "Services"), URL: "/services"},
			{Text: gov.T("الجهات", "Organisations"), URL: "/entities"},
			{Text: gov.T("طلباتي", "My applications"), URL: "/cases", Guard: ui.Resident},
			{Text: gov.T("وثائقي", "My documents"), URL: "/documents", Guard: ui.Resident},
			{Text: gov.T("تحقق من وثيقة", "Verify a document"), URL: "/verify"},
		}},
		{Name: gov.T("مكتب العمل", "Desk"), Home: "/desk", Guard: ui.Role(gov.Officer, gov.Supervisor), Links: []ui.Link{
			{Text: gov.T("قائمة العمل", "Queue"), URL: "/desk"},
			{Text: gov.T("بحث", "Search"), URL: "/desk/search"},
			{Text: gov.T("الشباك", "Counter"), URL: "/desk/counter"},
		}},
		oversight.Area(),
		{Name: gov.T("الإدارة", "Administration"), Home: "/admin", Guard: ui.Role(gov.Operator, gov.Owner, gov.Auditor, gov.Head)},
	}
}

// mountPages mounts the page packages.
func (a *App) mountPages(mux *http.ServeMux) error {
	p := &portal.Portal{Engine: a.Cases, Book: a.Book, Gate: a.Gate, Accounts: a.entrances}
	d := &desk.Desk{Cases: a.Cases, Organisation: a.orgName}
	o := &oversight.Oversight{DB: a.DB, Book: a.Book, Country: a.Country}
	ad := &admin.Admin{Cases: a.Cases, Gate: a.Gate, Office: a.Office, Country: a.Country, Publish: a.Publish, Scopes: scopes(), OneClick: a.Config.OneClick}
	for _, routes := range [][]ui.Route{p.Routes(), d.Routes(), o.Routes(), ad.Routes()} {
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

func (a *App) orgName(_ context.Context, id gov.OrgID) gov.Text {
	name, _ := a.organisationName(nil, id)
	return name
}

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
