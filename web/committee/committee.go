// Package committee is where committees meet on pages: their agenda, papers and
// minutes, what they decided and what it changed, who owes what, the five-minute
// page of a member, and the pack of a meeting as PDF. Who may see and do what is
// decided by programme/committee.
package committee

import (
	"context"
	"embed"
	"net/http"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/programme"
	council "diwan.example/programme/committee"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Committees is the area. Every field is needed.
type Committees struct {
	Chamber *council.Chamber
	Book    *catalogue.Book
	Country *country.Country
}

// Guard lets in members, the authority, auditors, and those who answer for an
// organisation. What each of them sees is decided by programme/committee.
var Guard = ui.Role(gov.Authority, gov.Committee, gov.Auditor, gov.Head, gov.Owner)

// largestUpload is a paper and the form around it.
const largestUpload = council.LargestPaper + 1<<20

// Routes are the addresses of the area.
func (c *Committees) Routes() []ui.Route {
	return append(c.forumRoutes(), []ui.Route{
		{Pattern: "GET /committees", Guard: Guard, Page: c.home},
		{Pattern: "GET /committees/brief", Guard: Guard, Page: c.brief},
		{Pattern: "GET /committees/meetings/{meeting}/pack.pdf", Guard: Guard, Page: c.pack},
		{Pattern: "GET /committees/of/{board}", Guard: Guard, Page: c.board},
		{Pattern: "GET /committees/of/{board}/plan", Guard: Guard, Page: c.planForm},
		{Pattern: "POST /committees/of/{board}/plan", Guard: Guard, Page: c.plan},
		{Pattern: "GET /committees/meetings/{meeting}", Guard: Guard, Page: c.meeting},
		{Pattern: "GET /committees/meetings/{meeting}/edit", Guard: Guard, Page: c.editForm},
		{Pattern: "POST /committees/meetings/{meeting}/edit", Guard: Guard, Page: c.edit},
		{Pattern: "POST /committees/meetings/{meeting}/call", Guard: Guard, Page: c.call},
		{Pattern: "GET /committees/meetings/{meeting}/off/{event}", Guard: Guard, Page: c.offForm},
		{Pattern: "POST /committees/meetings/{meeting}/off/{event}", Guard: Guard, Page: c.off},
		{Pattern: "GET /committees/meetings/{meeting}/attendance", Guard: Guard, Page: c.holdForm},
		{Pattern: "POST /committees/meetings/{meeting}/attendance", Guard: Guard, Page: c.hold},
		{Pattern: "GET /committees/meetings/{meeting}/minutes", Guard: Guard, Page: c.minutesForm},
		{Pattern: "POST /committees/meetings/{meeting}/minutes", Guard: Guard, Page: c.minutes},
		{Pattern: "POST /committees/meetings/{meeting}/approve", Guard: Guard, Page: c.approve},
		{Pattern: "GET /committees/meetings/{meeting}/decide", Guard: Guard, Page: c.decideForm},
		{Pattern: "POST /committees/meetings/{meeting}/decide", Guard: Guard, Page: c.decide},
		{Pattern: "GET /committees/meetings/{meeting}/papers", Guard: Guard, Page: c.paperForm},
		{Pattern: "POST /committees/meetings/{meeting}/papers", Guard: Guard, Page: c.attach, MaxBody: largestUpload},
		{Pattern: "GET /committees/meetings/{meeting}/papers/{paper}", Guard: Guard, Page: c.paper},
		{Pattern: "POST /committees/meetings/{meeting}/papers/{paper}/remove", Guard: Guard, Page: c.detach},
		{Pattern: "POST /committees/meetings/{meeting}/comments", Guard: Guard, Page: c.comment},
		{Pattern: "GET /committees/decisions", Guard: Guard, Page: c.decisions},
		{Pattern: "GET /committees/decisions/{decision}", Guard: Guard, Page: c.decision},
		{Pattern: "GET /committees/decisions/{decision}/assign", Guard: Guard, Page: c.assignForm},
		{Pattern: "POST /committees/decisions/{decision}/assign", Guard: Guard, Page: c.assign},
		{Pattern: "GET /committees/decisions/{decision}/revoke", Guard: Guard, Page: c.revokeForm},
		{Pattern: "POST /committees/decisions/{decision}/revoke", Guard: Guard, Page: c.revoke},
		{Pattern: "GET /committees/decisions/{decision}/take", Guard: Guard, Page: c.takeForm},
		{Pattern: "POST /committees/decisions/{decision}/take", Guard: Guard, Page: c.take},
		{Pattern: "GET /committees/actions", Guard: Guard, Page: c.actions},
		{Pattern: "GET /committees/actions.csv", Guard: Guard, Page: c.actionsCSV},
		{Pattern: "GET /committees/actions/{action}", Guard: Guard, Page: c.action},
		{Pattern: "GET /committees/actions/{action}/{event}", Guard: Guard, Page: c.stepForm},
		{Pattern: "POST /committees/actions/{action}/{event}", Guard: Guard, Page: c.step},
	}...)
}

// Area is the entry of this area in the header.
func Area() ui.Area {
	return ui.Area{Name: pages.T("committee.area"), Home: "/committees", Also: []string{"/forum"}, Guard: Guard, Links: []ui.Link{
		{Text: pages.T("committee.area"), URL: "/committees"},
		{Text: pages.T("committee.brief"), URL: "/committees/brief", Guard: ui.Role(gov.Authority, gov.Committee, gov.Auditor)},
		{Text: pages.T("committee.decisions"), URL: "/committees/decisions"},
		{Text: pages.T("committee.actions"), URL: "/committees/actions"},
		{Text: pages.T("committee.forum"), URL: "/forum"},
	}}
}

func (c *Committees) read(r *http.Request, fn func(tx *db.Tx) error) error {
	return c.Chamber.DB.Read(r.Context(), fn)
}

func (c *Committees) write(r *http.Request, fn func(tx *db.Tx) error) error {
	return c.Chamber.DB.Write(r.Context(), fn)
}

// org names an organisation.
func (c *Committees) org(id gov.OrgID) gov.Text {
	if id == "" {
		return nil
	}
	if x, err := c.Book.Organisation(context.Background(), id); err == nil {
		return x.Name
	}
	return gov.T(string(id), string(id))
}

// service names a service; an id that nothing knows any more names itself.
func (c *Committees) service(ctx context.Context, id gov.ServiceID) gov.Text {
	if s, err := c.Book.Service(ctx, id); err == nil {
		return s.Name
	}
	return gov.T(string(id), string(id))
}

// opens reports whether somebody may open the rows of every organisation's
// figures; a head who sits in a committee sees the figures only.
func opens(a gov.Actor) bool { return a.Has(programme.Everything...) }

func (c *Committees) today() programme.Day {
	return programme.DayOf(c.Chamber.DB.Now(), c.Country.Calendar.Zone)
}

// noon is a moment of a day that shows as that day in the country.
func (c *Committees) noon(d programme.Day) time.Time {
	if d == 0 {
		return time.Time{}
	}
	t := d.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, c.Country.Calendar.Zone)
}

// people are names of people who acted for the state.
type people map[gov.PersonID]gov.Text

func named(tx *db.Tx, ids ...gov.PersonID) (people, error) {
	p, err := identity.Names(tx, ids...)
	if p == nil {
		p = people{}
	}
	p[gov.System.Person] = pages.T("committee.machine")
	return p, err
}

// of names a person.
func (p people) of(id gov.PersonID) gov.Text {
	if t, ok := p[id]; ok {
		return t
	}
	return pages.T("committee.somebody")
}

// organisations are the choices of a question about an organisation.
func (c *Committees) organisations() (out []ui.Option) {
	list, err := c.Book.Organisations(context.Background())
	if err != nil {
		return nil
	}
	for _, o := range list {
		out = append(out, ui.Option{Value: string(o.ID), Text: o.Name})
	}
	return out
}
