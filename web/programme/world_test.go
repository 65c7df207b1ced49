package programme

import (
	"context"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/programme/plan"
	"diwan.example/web/ui"
)

// office is the area over the sample country, with a clock that tests move.
type office struct {
	*testing.T
	d    *db.DB
	now  time.Time
	site http.Handler
}

var people = map[string]gov.Actor{
	"lead":      {Person: "lead", Org: "iga", Roles: []gov.Role{gov.Authority}},
	"committee": {Person: "member", Org: "iga", Roles: []gov.Role{gov.Committee}},
	"owner":     {Person: "owner", Org: "moe", Roles: []gov.Role{gov.Owner}},
	"head":      {Person: "head", Org: "moe", Roles: []gov.Role{gov.Head}},
	"neighbour": {Person: "neighbour", Org: "moh", Roles: []gov.Role{gov.Owner}},
	"officer":   {Person: "officer", Org: "moe", Roles: []gov.Role{gov.Officer}},
	"resident":  {Person: "resident"},
	"stranger":  {},
}

func newOffice(t *testing.T) *office {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{T: t, d: dbtest.SQLite(t), now: dbtest.Start}
	o.d.SetClock(func() time.Time { return o.now })
	if err := catalogue.New(o.d).Seed(gov.WithActor(t.Context(), gov.System), c); err != nil {
		t.Fatal(err)
	}
	p := &Programme{DB: o.d, Plans: &plan.Plans{Zone: c.Calendar.Zone, Currency: c.Currency}, Organisation: func(_ context.Context, id gov.OrgID) gov.Text {
		if x := c.Organisation(id); x != nil {
			return x.Name
		}
		return gov.T(string(id), string(id))
	}}
	s := &ui.Site{Country: ui.Country{Name: c.Name, Currency: c.Currency, Calendar: &c.Calendar, Accent: c.Accent.Light}, Log: slog.New(slog.NewTextHandler(o.Output(), &slog.HandlerOptions{Level: slog.LevelError})), Clock: o.d.Now,
		Areas: []ui.Area{Area()}, Actor: func(r *http.Request) (gov.Actor, string) {
			a := people[r.Header.Get("X-Who")]
			a.StepUp = o.now
			return a, ""
		}}
	mux := http.NewServeMux()
	s.Mount(mux, p.Routes()...)
	o.site = s.Handler(mux)
	return o
}

// page is what was answered.
type page struct {
	o    *office
	Code int
	To   string
	Body string
}

func (o *office) send(who string, r *http.Request) page {
	o.Helper()
	r.Header.Set("X-Who", who)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	rec := httptest.NewRecorder()
	o.site.ServeHTTP(rec, r)
	p := page{o, rec.Code, rec.Header().Get("Location"), html.UnescapeString(rec.Body.String())}
	if strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		for _, bad := range []string{"⟦", "no value", "ZgotmplZ", "map[", "%!", "programme."} {
			if i := strings.Index(p.Body, bad); i >= 0 {
				o.Errorf("%s %s: %q in …%s…", r.Method, r.URL.Path, bad, p.Body[max(0, i-80):min(len(p.Body), i+80)])
			}
		}
	}
	return p
}

func (o *office) get(who, path string) page {
	o.Helper()
	return o.send(who, httptest.NewRequest("GET", path, nil))
}

func (o *office) post(who, path string, pairs ...string) page {
	o.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return o.send(who, r)
}

var tags = regexp.MustCompile(`(?s)<head>.*</head>|<[^>]*>|\s+`)

func (p page) text() string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(p.Body, " ")), " ")
}

// is wants a status and words.
func (p page) is(code int, words ...string) page {
	p.o.Helper()
	if p.Code != code {
		p.o.Fatalf("answer %d (to %q), want %d: %s", p.Code, p.To, code, p.text())
	}
	for _, w := range words {
		if !strings.Contains(p.Body, w) {
			p.o.Fatalf("the page does not say %q: %s", w, p.text())
		}
	}
	return p
}

func (p page) hides(words ...string) page {
	p.o.Helper()
	for _, w := range words {
		if strings.Contains(p.Body, w) {
			p.o.Errorf("the page says %q: %s", w, p.text())
		}
	}
	return p
}

// leads wants a redirect.
func (p page) leads(to string) page {
	p.o.Helper()
	if p.Code != http.StatusSeeOther || p.To != to {
		p.o.Fatalf("answer %d to %q, want 303 to %q: %s", p.Code, p.To, to, p.text())
	}
	return p
}

var savesIn = regexp.MustCompile(`name="saves" value="(\d+)"`)

// saves is how often what a page edits was saved.
func (p page) saves() string {
	p.o.Helper()
	m := savesIn.FindStringSubmatch(p.Body)
	if m == nil {
		p.o.Fatalf("nothing to save: %s", p.text())
	}
	return m[1]
}
