package oversight

import (
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/programme"
	"diwan.example/web/ui"
	"diwan.example/web/ui/uitest"
)

func TestTexts(t *testing.T)  { uitest.CheckTexts(t, os.DirFS(".")) }
func TestRoutes(t *testing.T) { uitest.CheckRoutes(t, new(Oversight).Routes()) }

// world is the sample country with a small history.
type world struct {
	testing.TB
	d    *db.DB
	now  time.Time
	site http.Handler
	who  gov.Actor
}

var (
	committee = gov.Actor{Person: "c", Org: "iga", Roles: []gov.Role{gov.Committee}}
	head      = gov.Actor{Person: "h", Org: "moe", Roles: []gov.Role{gov.Head}}
)

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldOn(t, dbtest.SQLite(t))
}

func newWorldOn(t testing.TB, d *db.DB) *world {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, d: d, now: time.Date(2026, 11, 2, 6, 0, 0, 0, time.UTC), who: committee}
	w.d.SetClock(func() time.Time { return w.now })
	o := &Oversight{DB: w.d, Book: catalogue.New(w.d), Country: c}
	if err := o.Book.Seed(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	s := &ui.Site{Country: ui.Country{Name: c.Name, Accent: c.Accent.Light, Currency: c.Currency, Calendar: &c.Calendar}, Log: slog.New(slog.DiscardHandler),
		Clock: w.d.Now, Actor: func(*http.Request) (gov.Actor, string) { return w.who, "" }, Areas: []ui.Area{Area()}}
	mux := http.NewServeMux()
	s.Mount(mux, o.Routes()...)
	w.site = s.Handler(mux)
	w.history()
	pump := &journal.Pump{DB: w.d, Log: s.Log, Followers: []journal.Follower{programme.Follower(c.Calendar.Zone), catalogue.Follower()}}
	if err := pump.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) history() {
	services := []struct {
		id  gov.ServiceID
		org gov.OrgID
	}{{"identity-card/renewal", "iga"}, {"education/enrolment-certificate", "moe"}, {"justice/small-claim", "mojiawaqf"}}
	places := []string{"capital", "muharraq", "northern", "southern"}
	for i := range 120 {
		s := services[i%3]
		k := journal.Fact{Service: s.id, Organisation: s.org, Channel: []gov.Channel{gov.Portal, gov.Portal, gov.Counter}[i%7%3], Place: places[i%4]}
		id := db.NewID(w.now)
		w.fact(k, "case.submitted", id, nil)
		if i%2 == 0 {
			w.fact(k, "payment.settled", db.NewID(w.now), map[string]any{"amount": 2000})
		}
		switch {
		case i%6 == 5:
			w.fact(k, "case.late", id, nil)
		case i%5 != 4:
			ours := time.Duration(i%40+1) * 5 * time.Hour
			w.fact(k, "case.closed", id, map[string]any{"outcome": []string{"granted", "granted", "refused"}[i%3], "ours": ours.Milliseconds(), "theirs": (ours / 3).Milliseconds(), "timed": s.org != "moe", "late": i%9 == 0 && s.org != "moe"})
			w.fact(k, "document.issued", db.NewID(w.now), map[string]any{"holder": "secret-person"})
		}
		w.now = w.now.Add(4 * time.Hour)
	}
}

func (w *world) fact(k journal.Fact, name, subject string, body map[string]any) {
	w.Helper()
	k.Name, k.Subject = name, subject
	if body != nil {
		k.Body = journal.Body(body)
	}
	if err := w.d.Write(gov.WithActor(w.Context(), gov.Actor{Person: "secret-person"}), func(tx *db.Tx) error { return journal.Append(tx, k) }); err != nil {
		w.Fatal(err)
	}
}

func (w *world) get(target string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, httptest.NewRequest("GET", target, nil))
	return rec
}

func TestEveryPageIsSoundInBothLanguages(t *testing.T) {
	w := newWorld(t)
	var all []string
	for _, by := range bys {
		all = append(all, "/oversight?by="+by, "/oversight?from=2025-01-01&to=2026-11-22&by="+by)
	}
	for _, g := range programme.All {
		all = append(all, "/oversight/rows?figure="+g.ID)
	}
	for _, s := range []string{"", "proven", "running", "declared", "offline"} {
		all = append(all, "/oversight/services?standing="+s)
	}
	for _, q := range []string{"", "?org=iga", "?service=identity-card/renewal", "?from=2026-01&to=2026-10", "?org=moe&service=education/enrolment-certificate"} {
		all = append(all, "/oversight/savings"+q)
	}
	for _, s := range []string{"identity-card/renewal", "culture/museum-visit", "justice/small-claim"} {
		all = append(all, "/oversight/services/"+s+"/procedure")
	}
	all = append(all, "/oversight?org=moe&channel=portal&place=capital&service=education/enrolment-certificate", "/oversight?org=nobody")
	all = append(all, programmePages...)
	for _, target := range all {
		for _, lang := range []string{"/ar", "/en"} {
			rec := w.get(lang + target)
			page := rec.Body.String()
			if rec.Code != 200 {
				t.Errorf("%s%s: %d", lang, target, rec.Code)
			}
			for _, bad := range []string{"⟦", "no value", "ZgotmplZ", "%!", "secret-person"} {
				if strings.Contains(page, bad) {
					t.Errorf("%s%s contains %q", lang, target, bad)
				}
			}
			if len(page) > 60<<10 {
				t.Errorf("%s%s weighs %d bytes", lang, target, len(page))
			}
		}
	}
}

func TestEveryFigureLeadsToAsManyRows(t *testing.T) {
	w := newWorld(t)
	page := w.get("/en/oversight").Body.String()
	for _, c := range []struct {
		figure string
		want   int
	}{{"submitted", 120}, {"closed", 80}, {"open", 40}, {"open-late", 20}, {"payments", 60}, {"documents", 80}} {
		rows, err := csv.NewReader(strings.NewReader(w.get("/oversight/rows.csv?figure=" + c.figure).Body.String())).ReadAll()
		if err != nil || len(rows) != c.want+1 {
			t.Errorf("%s: %d rows, %v", c.figure, len(rows)-1, err)
		}
		if c.figure != "open-late" && c.figure != "payments" && !strings.Contains(page, fmt.Sprintf("><bdi>%d</bdi></a>", c.want)) {
			t.Errorf("the page does not say %d for %s", c.want, c.figure)
		}
	}
	if !strings.Contains(page, "120.000") {
		t.Error("the page does not say what was collected")
	}
	list := w.get("/en/oversight/rows?figure=submitted").Body.String()
	if n := strings.Count(list, "<tr"); n != pageRows+1 || !strings.Contains(list, `rel="next"`) {
		t.Errorf("%d rows on the first page", n)
	}
}

func TestTheFileIsAFile(t *testing.T) {
	w := newWorld(t)
	for _, target := range []string{"/oversight/rows.csv?figure=closed", "/oversight/services.csv"} {
		rec := w.get(target)
		h := rec.Header()
		if rec.Code != 200 || h.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
			!strings.HasPrefix(rec.Body.String(), "\uFEFF") {
			t.Errorf("%s: %d %v", target, rec.Code, h)
		}
	}
	rec := w.get("/oversight/rows.csv?figure=nothing")
	if rec.Code != 404 || rec.Header().Get("Content-Disposition") != "" || !strings.Contains(rec.Body.String(), "</html>") {
		t.Errorf("an unknown figure: %d %v", rec.Code, rec.Header())
	}
}

func TestStrangersSeeNothing(t *testing.T) {
	w := newWorld(t)
	targets := []string{"/oversight", "/oversight/rows?figure=closed", "/oversight/rows.csv?figure=closed", "/oversight/services", "/oversight/services.csv",
		"/oversight/savings", "/oversight/savings.csv", "/oversight/services/identity-card/renewal/procedure", "/oversight/services/identity-card/renewal/procedure.csv"}
	for _, who := range []gov.Actor{{}, {Person: "resident"}, {Person: "o", Org: "iga", Roles: []gov.Role{gov.Officer, gov.Supervisor}},
		{Person: "p", Org: "iga", Roles: []gov.Role{gov.Operator}}, {Person: "x", Roles: []gov.Role{gov.Committee}}} {
		w.who = who
		for _, target := range targets {
			if rec := w.get(target); rec.Code == 200 || strings.Contains(rec.Body.String(), "80") && strings.Contains(rec.Body.String(), "figure-value") {
				t.Errorf("%+v gets %s: %d", who, target, rec.Code)
			}
		}
	}
}

func TestAHeadSeesTheirOwnOrganisationOnly(t *testing.T) {
	w := newWorld(t)
	for _, role := range []gov.Role{gov.Head, gov.Owner} {
		w.who = gov.Actor{Person: "h", Org: "moe", Roles: []gov.Role{role}}
		page := w.get("/en/oversight?by=service").Body.String()
		if !strings.Contains(page, "><bdi>40</bdi></a>") || strings.Contains(page, "identity-card/renewal") || strings.Contains(page, `name="org"`) {
			t.Errorf("%s: the page is not theirs", role)
		}
		if list := w.get("/oversight/rows.csv?figure=submitted").Body.String(); strings.Count(list, "\n") != 41 || strings.Contains(list, "identity-card") {
			t.Errorf("%s gets %d lines", role, strings.Count(list, "\n"))
		}
		if list := w.get("/oversight/services.csv").Body.String(); strings.Contains(list, "identity-card") || !strings.Contains(list, "education/") {
			t.Errorf("%s gets the services of others", role)
		}
		for _, target := range []string{"/oversight?org=iga", "/oversight/rows?figure=closed&org=iga", "/oversight/rows.csv?figure=closed&org=iga", "/oversight/services?org=iga", "/oversight/services.csv?org=iga",
			"/oversight/savings?org=iga", "/oversight/savings.csv?org=iga", "/oversight/services/identity-card/renewal/procedure", "/oversight/services/identity-card/renewal/procedure.csv"} {
			if rec := w.get(target); rec.Code != 404 {
				t.Errorf("%s gets %s: %d", role, target, rec.Code)
			}
		}
	}
}

func TestWrongDaysAreShownAsTyped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { wrongQueries(t, newWorldOn(t, d)) })
}

func wrongQueries(t *testing.T, w *world) {
	for _, c := range []struct{ query, want string }{
		{"from=2026-02-31", "2026-02-31"}, {"to=غدًا", "غدًا"}, {"from=2026-11-20&to=2026-11-01", "2026-11-20"},
		{"from=%3Cscript%3E", "&lt;script&gt;"},
	} {
		rec := w.get("/ar/oversight?" + c.query)
		if rec.Code != 422 || !strings.Contains(rec.Body.String(), `value="`+c.want+`"`) {
			t.Errorf("%s: %d", c.query, rec.Code)
		}
	}
	if rec := w.get("/oversight?from=٢٠٢٦-١١-٠١&to=٢٠٢٦-١١-٠٥"); rec.Code != 200 {
		t.Errorf("Arabic digits: %d", rec.Code)
	}
	for _, bad := range []string{"/oversight/rows?figure=closed&from=x", "/oversight/rows?figure=closed&after=x", "/oversight/rows.csv?figure=closed&to=x", "/oversight/rows?figure=closed&after=9999999999999999999999.1",
		"/oversight/savings?from=2026-13", "/oversight/savings.csv?to=x", "/oversight/savings?from=2026-11&to=2026-01", "/oversight/services/identity-card/renewal/procedure?from=x", "/oversight/services/identity-card/renewal/procedure.csv?from=x"} {
		if rec := w.get(bad); rec.Code != 422 && rec.Code != 400 {
			t.Errorf("%s: %d", bad, rec.Code)
		}
	}
	for _, odd := range []string{"from=0001-01-01&to=9999-12-31", "start=-5", "start=99999", "by=x", "org=%00", "place=%ff%fe", "channel=%E2%80%AE", "service=%27%3B--"} {
		if rec := w.get("/oversight?" + odd); rec.Code != 200 {
			t.Errorf("%s: %d", odd, rec.Code)
		}
	}
}
