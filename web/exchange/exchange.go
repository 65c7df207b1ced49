// Package exchange is the pages on the signed exchange: who takes part and how
// their gateways do, forms to register them, what a gateway's certificates have
// left, its maintenance and its diagnosis, and where a message stands in the log.
package exchange

import (
	"context"
	"embed"
	"net/http"
	"strings"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/messagelog"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Exchange is the pages. Every field but Events is needed.
type Exchange struct {
	DB            *db.DB
	Centre        *directory.Centre
	Organisations func(context.Context) []ui.Option
	Logs          func() []messagelog.Folder // of the gateways on this machine
	Diagnose      func(context.Context, xroad.ServerID) []directory.Finding
	Call          func() string // a command that shows it work; "": no sample is connected
	Events        string        // address of the page of what was not delivered; empty: none
}

// Guard lets in those who run or inspect the exchange.
var Guard = ui.Role(gov.Operator, gov.Authority, gov.Auditor)

var managers = ui.Role(gov.Operator, gov.Authority)

const server = "/exchange/servers/{class}/{member}/{server}"

// Routes are the addresses of the pages.
func (e *Exchange) Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /exchange", Guard: Guard, Page: e.home},
		{Pattern: "GET /exchange/anchor.json", Guard: Guard, Page: e.anchor},
		{Pattern: "GET /exchange/messages", Guard: Guard, Page: e.messages},
		{Pattern: "GET /exchange/new/{kind}", Guard: managers, Page: e.newForm},
		{Pattern: "POST /exchange/new/{kind}", Guard: managers, Page: e.register},
		{Pattern: "GET /exchange/move", Guard: managers, Page: e.moveForm},
		{Pattern: "POST /exchange/move", Guard: managers, Page: e.move},
		{Pattern: "GET " + server, Guard: Guard, Page: e.server},
		{Pattern: "POST " + server + "/diagnose", Guard: Guard, Page: e.diagnose},
		{Pattern: "POST " + server + "/token", Guard: managers, Page: e.token},
		{Pattern: "POST " + server + "/maintenance", Guard: managers, Page: e.maintain},
	}
}

// Area is this package's part of the site's navigation.
func Area() ui.Area {
	return ui.Area{Name: pages.T("exchange.area"), Home: "/exchange", Guard: Guard, Links: []ui.Link{
		{Text: pages.T("exchange.members"), URL: "/exchange"},
		{Text: pages.T("exchange.messages"), URL: "/exchange/messages"},
	}}
}

// gatewayLine is one gateway in the list.
type gatewayLine struct {
	directory.ServerEntry
	URL    string
	State  string // working, silent, never, maintenance, suspended, ended
	Days   int    // that its certificate has left; -1: it has none
	Serves []xroad.ClientID
}

// Tone is the colour of the state.
func (g gatewayLine) Tone() string {
	switch g.State {
	case "working":
		return "good"
	case "silent":
		return "bad"
	case "ended":
		return ""
	}
	return "warn"
}

// Short reports whether its certificate needs somebody to look.
func (g gatewayLine) Short() bool { return g.State != "ended" && g.Days >= 0 && g.Days < 30 }

// memberLine is a member with what belongs to it.
type memberLine struct {
	directory.MemberEntry
	Subsystems []subsystemLine
}

type subsystemLine struct {
	directory.SubsystemEntry
	Services []directory.ServiceEntry
}

type homePage struct {
	May      bool // the reader may change the directory
	Members  []memberLine
	Gateways []gatewayLine
	Grants   []directory.GrantEntry
	Version  int64
	Today    int64
	Services int
	Short    []gatewayLine
	Chart    ui.Chart
	Events   string
	Call     string
	Done     string
}

// silent is after how long without a word a gateway counts as silent.
const silent = 5 * time.Minute

func lineOf(r *directory.Register, s directory.ServerEntry, now time.Time) gatewayLine {
	g := gatewayLine{ServerEntry: s, URL: pathOf(s.ID), State: "working", Days: -1, Serves: r.Serves(s.ID)}
	for _, c := range r.CertificatesOf(s.ID.String()) {
		if c.State == directory.Active && c.Use == directory.UseTLS {
			g.Days = max(g.Days, int(c.Expires.Sub(now)/(24*time.Hour)))
		}
	}
	switch {
	case s.State != directory.Active:
		g.State = string(s.State)
	case s.Maintenance.Holds(now):
		g.State = "maintenance"
	case s.Seen.IsZero():
		g.State = "never"
	case now.Sub(s.Seen) > silent:
		g.State = "silent"
	}
	return g
}

// pathOf is the address of a gateway's page.
func pathOf(id xroad.ServerID) string {
	return "/exchange/servers/" + xroad.ClientID{Instance: id.Class, Class: id.Member, Member: id.Server}.String()
}

func (e *Exchange) home(w http.ResponseWriter, r *http.Request) error {
	p := &homePage{May: directory.MayManage(gov.ActorFrom(r.Context())), Events: e.Events, Call: e.Call(), Done: asked(r, "done")}
	err := e.DB.Read(r.Context(), func(tx *db.Tx) error {
		all, err := e.Centre.Read(tx)
		if err != nil {
			return err
		}
		p.Version, p.Members = all.Version, membersOf(&all)
		for _, s := range all.Servers {
			g := lineOf(&all, s, tx.Now())
			p.Gateways = append(p.Gateways, g)
			if g.Short() {
				p.Short = append(p.Short, g)
			}
		}
		for _, g := range all.Grants {
			if g.State == directory.Active {
				p.Grants = append(p.Grants, g)
			}
		}
		for _, s := range all.Services {
			if s.State == directory.Active {
				p.Services++
			}
		}
		days, err := e.Centre.Traffic(tx, xroad.ServerID{}, 14)
		p.Chart, p.Today = chartOf(days, tx.Now())
		return err
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "home", p)
}

func membersOf(all *directory.Register) (out []memberLine) {
	for _, m := range all.Members {
		line := memberLine{MemberEntry: m}
		for _, s := range all.Subsystems {
			if s.ID.Owner() != m.ID || s.State == directory.Ended {
				continue
			}
			sub := subsystemLine{SubsystemEntry: s}
			for _, x := range all.Services {
				if x.ID.ClientID == s.ID && x.State != directory.Ended {
					sub.Services = append(sub.Services, x)
				}
			}
			line.Subsystems = append(line.Subsystems, sub)
		}
		if m.State != directory.Ended {
			out = append(out, line)
		}
	}
	return out
}

// chartOf draws the days, the oldest first, and says how many messages there were today.
func chartOf(days []directory.Day, now time.Time) (c ui.Chart, today int64) {
	c = ui.Chart{Title: pages.T("exchange.perday"), Series: []ui.Series{{}}}
	for i := len(days) - 1; i >= 0; i-- {
		c.Labels = append(c.Labels, gov.T(days[i].Day, days[i].Day))
		c.Series[0].Values = append(c.Series[0].Values, float64(days[i].Messages))
		if days[i].Day == now.UTC().Format(time.DateOnly) {
			today = days[i].Messages
		}
	}
	return c, today
}

// anchor is the file that gateways are handed over.
func (e *Exchange) anchor(w http.ResponseWriter, r *http.Request) error {
	var a *directory.Anchor
	err := e.DB.Write(r.Context(), func(tx *db.Tx) (err error) { // the centre's keys are made when they are first needed
		if err := e.Centre.Publish(tx); err != nil {
			return err
		}
		a, err = e.Centre.Anchor(tx)
		return err
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="anchor.json"`)
	_, err = w.Write([]byte(db.JSON(a)))
	return err
}

// asked reads a word of a query.
func asked(r *http.Request, name string) string {
	s, _ := gov.CleanText(strings.TrimSpace(r.URL.Query().Get(name)))
	if len(s) > 600 {
		return ""
	}
	return s
}
