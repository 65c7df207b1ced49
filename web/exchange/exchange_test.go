package exchange

import (
	"context"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"diwan.example/country"
	"diwan.example/exchange/directory"
	"diwan.example/exchange/messagelog"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
	"diwan.example/web/ui"
	"diwan.example/web/ui/uitest"
)

func TestTexts(t *testing.T)  { uitest.CheckTexts(t, os.DirFS(".")) }
func TestRoutes(t *testing.T) { uitest.CheckRoutes(t, new(Exchange).Routes()) }

var (
	operator = gov.Actor{Person: "operator", Org: "iga", Roles: []gov.Role{gov.Operator}}
	auditor  = gov.Actor{Person: "auditor", Org: "iga", Roles: []gov.Role{gov.Auditor}}
	officer  = gov.Actor{Person: "officer", Org: "moe", Roles: []gov.Role{gov.Officer, gov.Head}}
	schools  = xroad.ServerID{Instance: "BH", Class: "GOV", Member: "moe", Server: "gw"}
)

// world is a centre with its pages and no entry yet.
type world struct {
	*testing.T
	e    *Exchange
	site http.Handler
	who  gov.Actor
	now  time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	vault, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, who: operator, now: dbtest.Start}
	d := dbtest.SQLite(t)
	d.SetClock(func() time.Time { return w.now })
	w.e = &Exchange{DB: d, Centre: &directory.Centre{DB: d, Vault: vault, Instance: "BH", Origin: "https://centre.example"},
		Organisations: func(context.Context) []ui.Option {
			return []ui.Option{{Value: "moe", Text: gov.T("التربية", "Education")}}
		},
		Call: func() string { return "curl it" },
		Logs: func() []messagelog.Folder { return []messagelog.Folder{messagelog.In(t.TempDir())} },
		Diagnose: func(context.Context, xroad.ServerID) []directory.Finding {
			return []directory.Finding{{What: gov.T("الساعة", "The clock"), Say: gov.T("متأخرة", "It is slow"), Do: gov.T("اضبطها", "Set it")}}
		}}
	if err := d.Write(gov.WithActor(t.Context(), gov.System), w.e.Centre.Start); err != nil {
		t.Fatal(err)
	}
	s := &ui.Site{Country: ui.Country{Name: c.Name, Currency: c.Currency, Calendar: &c.Calendar}, Log: slog.New(slog.DiscardHandler),
		Clock: d.Now, Actor: func(*http.Request) (gov.Actor, string) { return w.who, "" }}
	mux := http.NewServeMux()
	s.Mount(mux, w.e.Routes()...)
	w.site = s.Handler(mux)
	return w
}

func (w *world) do(r *http.Request, code int, words ...string) string {
	w.Helper()
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, r)
	body := html.UnescapeString(rec.Body.String())
	if rec.Code != code {
		w.Errorf("%s %s as %s answers %d, want %d: %s", r.Method, r.URL, w.who.Person, rec.Code, code, body)
	}
	for _, x := range words {
		if !strings.Contains(body, x) {
			w.Errorf("%s %s as %s does not say %q:\n%s", r.Method, r.URL, w.who.Person, x, body)
		}
	}
	return body
}

func (w *world) get(path string, code int, words ...string) string {
	w.Helper()
	return w.do(httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil), code, words...)
}

func (w *world) post(path string, code int, pairs []string, words ...string) string {
	w.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "http://localhost"+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return w.do(r, code, words...)
}

// entered registers a member with everything a call needs, by the forms.
func entered(w *world) {
	w.post("/exchange/new/member", 303, []string{"class", "GOV", "code", "moe", "name", "التربية", "name_en", "Education", "organisation", "moe"})
	w.post("/exchange/new/server", 303, []string{"member", "BH/GOV/moe", "code", "gw", "address", "gw.moe.example:5500"})
	w.post("/exchange/new/subsystem", 303, []string{"member", "BH/GOV/moe", "code", "schools", "name", "المدارس", "name_en", "Schools", "server", "BH/GOV/moe/gw", "plain", "false"})
	w.post("/exchange/new/service", 303, []string{"subsystem", "BH/GOV/moe/schools", "code", "pupils", "url", "https://api.moe.example/v1", "timeout", "٢٠", "methods", "get post"})
	w.post("/exchange/new/right", 303, []string{"client", "BH/GOV/moe/schools", "service", "BH/GOV/moe/schools/pupils", "methods", "GET", "paths", "/pupils/*، /schools/**", "days", "30", "bodies", "false"})
}

func TestTheExchangeIsRegisteredByForms(t *testing.T) {
	w := newWorld(t)
	w.get("/exchange", 200, "لا أحد بعد", "curl it")
	entered(w)
	w.get("/exchange?done=registered", 200, "صدر دليل جديد", "التربية", "gw.moe.example:5500", "https://api.moe.example/v1", "/schools/**", "لم تتصل بعد")
	var all directory.Register
	err := w.e.DB.Read(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) (err error) { all, err = w.e.Centre.Read(tx); return err })
	if err != nil {
		t.Fatal(err)
	}
	s, g := all.Services[0], all.Grants[0]
	if s.Timeout != 20_000 || len(s.Methods) != 2 || s.Methods[0] != "GET" || len(g.Paths) != 2 || !g.Until.Equal(w.now.AddDate(0, 0, 30)) || len(all.Serves(schools)) != 1 {
		t.Errorf("%+v %+v", s, g)
	}
	// What is wrong stands at its place, and nothing typed is lost.
	w.post("/en/exchange/new/server", 422, []string{"member", "BH/GOV/moe", "code", "gw2", "address", "nowhere"}, "A host and a port are needed", `value="nowhere"`, `value="gw2"`)
	w.post("/en/exchange/new/member", 422, []string{"class", "GOV", "code", "a/b", "name", "س", "name_en", "S"}, "A part of the X-Road identifier is empty, too long or has a character that is not allowed")
	w.post("/en/exchange/new/service", 422, []string{"subsystem", "BH/GOV/moe/schools", "code", "x", "url", "file:///etc/passwd"}, "A whole http or https address")
	w.post("/en/exchange/new/service", 422, []string{"subsystem", "BH/GOV/moe/schools", "code", "x", "url", "https://x.example", "trust", "nonsense"}, "A certificate in PEM is needed")
	w.post("/en/exchange/new/right", 422, []string{"client", "", "service", ""}, "Choose one of the list")
	w.post("/en/exchange/new/right", 422, []string{"client", "BH/GOV", "service", ""}, "does not have the right number of parts")
	w.get("/exchange/new/planet", 404)
	w.get("/en/exchange/new/right", 200, `value="BH/GOV/moe/schools/pupils"`, "Digests always are")
}

func TestAGatewaysPage(t *testing.T) {
	w := newWorld(t)
	entered(w)
	const page = "/en/exchange/servers/GOV/moe/gw"
	w.get(page, 200, "BH/GOV/moe/gw", "Never seen", "The gateway has not enrolled yet", "BH/GOV/moe/schools")
	w.get("/exchange/servers/GOV/moe/none", 404)
	if body := w.post(page+"/token", 200, nil, "It is shown once", "--token "); strings.Contains(w.get(page, 200), "--token ") || body == "" {
		t.Error("the token is shown again")
	}
	w.post(page+"/diagnose", 200, nil, "The clock", "It is slow", "Set it", "Wrong")
	w.post(page+"/maintenance", 422, []string{"notice", "تحديث", "notice_en", ""}, "A notice in Arabic and English is needed", `value="تحديث"`)
	w.post(page+"/maintenance", 422, []string{"notice", "تحديث", "notice_en", "Update", "hours", "0"}, "from 1 to 720")
	w.post(page+"/maintenance", 303, []string{"notice", "تحديث", "notice_en", "Update", "hours", "2"})
	w.get(page, 200, "In maintenance", "Update")
	w.now = w.now.Add(3 * time.Hour)
	w.get(page, 200, "Never seen")
	w.post(page+"/maintenance", 303, []string{"off", "1"})
	w.get("/en/exchange/move?kind=server&entry=BH/GOV/moe/gw&event=end", 200, "BH/GOV/moe/gw", "certificates are revoked")
	w.get("/exchange/move?kind=server&entry=BH/GOV/moe/gw&event=explode", 404)
	w.post("/exchange/move", 303, []string{"kind", "server", "entry", "BH/GOV/moe/gw", "event", "suspend"})
	w.get(page, 200, "Suspended")
	w.post("/exchange/move", 409, []string{"kind", "server", "entry", "BH/GOV/moe/gw", "event", "suspend"})
	w.post("/exchange/move", 303, []string{"kind", "right", "entry", "BH/GOV/moe/schools BH/GOV/moe/schools/pupils", "event", "end"})
	w.post("/exchange/move", 303, []string{"kind", "service", "entry", "BH/GOV/moe/schools/pupils", "event", "suspend"})
	w.post("/exchange/move", 303, []string{"kind", "subsystem", "entry", "BH/GOV/moe/schools", "event", "end"})
	w.post("/exchange/move", 303, []string{"kind", "member", "entry", "BH/GOV/moe", "event", "end"})
	w.post("/exchange/move", 404, []string{"kind", "certificate", "entry", "00", "event", "revoke"})
}

func TestWhoSeesTheExchange(t *testing.T) {
	w := newWorld(t)
	entered(w)
	w.who = auditor
	if body := w.get("/en/exchange", 200, "BH/GOV/moe/gw", "Download the anchor"); strings.Contains(body, "/exchange/new/") || strings.Contains(body, "/exchange/move") {
		t.Error("an auditor is offered to change the exchange")
	}
	w.get("/exchange/anchor.json", 200, `"instance":"BH"`, `"centre":"https://centre.example"`)
	w.get("/en/exchange/messages", 200, "Message log")
	w.get("/en/exchange/messages?id=nobody", 200, "No message with this id here")
	w.get("/exchange/new/member", 403)
	w.post("/exchange/move", 403, []string{"kind", "member", "entry", "BH/GOV/moe", "event", "end"})
	w.post("/exchange/servers/GOV/moe/gw/token", 403, nil)
	w.who = officer
	w.get("/exchange", 403)
	w.get("/exchange/messages?id=x", 403)
}
