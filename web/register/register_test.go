package register

import (
	"bytes"
	"html"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/web/ui"
	"diwan.example/web/ui/uitest"
)

func TestTexts(t *testing.T)  { uitest.CheckTexts(t, os.DirFS(".")) }
func TestRoutes(t *testing.T) { uitest.CheckRoutes(t, new(Register).Routes()) }

const renewal = "/register/identity-card/renewal"

// office is the register over the sample country.
type office struct {
	*testing.T
	d      *db.DB
	now    time.Time
	g      *Register
	site   http.Handler
	actors map[string]gov.Actor
}

func newOffice(t *testing.T, d *db.DB) *office {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{T: t, d: d, now: time.Date(2026, 11, 2, 6, 0, 0, 0, time.UTC), actors: map[string]gov.Actor{}}
	d.SetClock(func() time.Time { o.now = o.now.Add(time.Second); return o.now })
	o.g = &Register{DB: d, Book: catalogue.New(d), Country: c}
	if err := o.g.Book.Seed(gov.WithActor(t.Context(), gov.System), c); err != nil {
		t.Fatal(err)
	}
	s := &ui.Site{Country: ui.Country{Name: c.Name, Accent: c.Accent.Light, Currency: c.Currency, Calendar: &c.Calendar}, Log: slog.New(slog.DiscardHandler),
		Clock: d.Now, Actor: func(r *http.Request) (gov.Actor, string) { return o.actors[r.Header.Get("As")], "" }, Areas: []ui.Area{Area()}}
	mux := http.NewServeMux()
	s.Mount(mux, o.g.Routes()...)
	o.site = s.Handler(mux)
	o.hire("owner", "iga", gov.Owner)
	o.hire("second", "iga", gov.Owner)
	o.hire("head", "iga", gov.Head)
	o.hire("authority", "iga", gov.Authority)
	o.hire("auditor", "iga", gov.Auditor)
	o.hire("stranger", "moe", gov.Owner)
	o.hire("officer", "iga", gov.Officer)
	return o
}

func each(t *testing.T, fn func(o *office)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(newOffice(t, d)) })
}

func (o *office) hire(name string, org gov.OrgID, roles ...gov.Role) {
	o.Helper()
	a := gov.Actor{Org: org, Roles: roles, Channel: gov.Portal, Session: name}
	err := o.d.Write(gov.WithActor(o.Context(), gov.System), func(tx *db.Tx) (err error) {
		if a.Person, err = identity.Register(tx, identity.Person{NameAr: "موظف " + name, NameEn: "Employee " + name, Lang: gov.Arabic}); err != nil {
			return err
		}
		return identity.Appoint(tx, a.Person, org, roles...)
	})
	if err != nil {
		o.Fatal(err)
	}
	o.actors[name] = a
}

func (o *office) send(as string, r *http.Request) *httptest.ResponseRecorder {
	o.Helper()
	r.Header.Set("As", as)
	w := httptest.NewRecorder()
	o.site.ServeHTTP(w, r)
	return w
}

func (o *office) get(as, path string) *httptest.ResponseRecorder {
	o.Helper()
	return o.send(as, httptest.NewRequest("GET", "/en"+path, nil))
}

func (o *office) post(as, path string, form url.Values) *httptest.ResponseRecorder {
	o.Helper()
	r := httptest.NewRequest("POST", "/en"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return o.send(as, r)
}

func (o *office) upload(as, path, name string, content []byte) *httptest.ResponseRecorder {
	o.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	f, err := m.CreateFormFile("file", name)
	if err != nil {
		o.Fatal(err)
	}
	f.Write(content)
	m.Close()
	r := httptest.NewRequest("POST", "/en"+path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return o.send(as, r)
}

// page demands a sound page that says all of want.
func (o *office) page(w *httptest.ResponseRecorder, status int, want ...string) string {
	o.Helper()
	body := w.Body.String()
	if w.Code != status {
		o.Fatalf("%d, want %d: %.1500s", w.Code, status, body)
	}
	for _, bad := range []string{"⟦", "no value", "ZgotmplZ", "%!", "style=", "&lt;nil&gt;"} {
		if strings.Contains(body, bad) {
			o.Errorf("the page contains %q", bad)
		}
	}
	for _, x := range want {
		if !strings.Contains(html.UnescapeString(body), x) {
			o.Errorf("the page lacks %q", x)
		}
	}
	return body
}

// led demands a redirect.
func (o *office) led(w *httptest.ResponseRecorder, to string) {
	o.Helper()
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/en"+to {
		o.Fatalf("%d to %q, want 303 to %q: %.900s", w.Code, w.Header().Get("Location"), to, w.Body)
	}
}

var (
	control = regexp.MustCompile(`(?s)<input\b([^>]*)>|<(textarea|select)\b([^>]*)>(.*?)</(?:textarea|select)>`)
	attr    = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	chosen  = regexp.MustCompile(`<option value="([^"]*)" selected`)
)

// boxes are what a browser would post of a page as it stands.
func boxes(page string) url.Values {
	out := url.Values{}
	_, page, _ = strings.Cut(page, "<main")
	for _, m := range control.FindAllStringSubmatch(page, -1) {
		a := map[string]string{}
		for _, x := range attr.FindAllStringSubmatch(m[1]+m[3], -1) {
			a[x[1]] = html.UnescapeString(x[2])
		}
		tick := a["type"] == "radio" || a["type"] == "checkbox"
		switch {
		case a["name"] == "" || tick && !strings.Contains(m[1], " checked"):
		case m[2] == "textarea":
			out.Add(a["name"], html.UnescapeString(m[4]))
		case m[2] == "select":
			if c := chosen.FindStringSubmatch(m[4]); c != nil {
				out.Add(a["name"], c[1])
			}
		default:
			out.Add(a["name"], a["value"])
		}
	}
	return out
}

// draft is the entry as it is being written.
func (o *office) draft(id gov.ServiceID) (r catalogue.Revision) {
	o.Helper()
	err := o.d.Read(gov.WithActor(o.Context(), o.actors["auditor"]), func(tx *db.Tx) (err error) { r, err = catalogue.Written(tx, id); return err })
	if err != nil {
		o.Fatal(err)
	}
	return r
}
