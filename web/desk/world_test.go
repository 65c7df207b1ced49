package desk

import (
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"diwan.example/casework"
	"diwan.example/casework/casetest"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/web/ui"
	"diwan.example/web/ui/uitest"
)

func TestTexts(t *testing.T)  { uitest.CheckTexts(t, os.DirFS(".")) }
func TestRoutes(t *testing.T) { uitest.CheckRoutes(t, (&Desk{}).Routes()) }

// office is the desk over a world in which cases run, with staff who have names.
type office struct {
	*casetest.World
	desk    *Desk
	handler http.Handler
	actors  map[string]gov.Actor
}

func newOffice(t *testing.T) *office { return officeOn(t, dbtest.SQLite(t)) }

func officeOn(t *testing.T, d *db.DB) *office {
	o := &office{World: casetest.New(t, d), actors: map[string]gov.Actor{}}
	o.desk = &Desk{Cases: o.Cases, Organisation: func(_ context.Context, id gov.OrgID) gov.Text {
		if x := o.Country.Organisation(id); x != nil {
			return x.Name
		}
		return nil
	}}
	o.hire("officer", 40, "iga", gov.Officer)
	o.hire("colleague", 41, "iga", gov.Officer)
	o.hire("supervisor", 42, "iga", gov.Supervisor)
	o.hire("judge", 43, "mojiawaqf", gov.Officer, gov.Supervisor)
	o.hire("registrar", 44, "moic", gov.Officer)
	o.hire("teacher", 45, "moe", gov.Officer, gov.Supervisor)
	o.hire("auditor", 46, "iga", gov.Auditor)
	o.actors["resident"] = o.Resident(0)
	o.actors["stranger"] = gov.Actor{}
	c := o.Country
	s := &ui.Site{Country: ui.Country{Name: c.Name, Accent: c.Accent.Light, Currency: c.Currency, Calendar: &c.Calendar, Dial: c.Dial}, Clock: d.Now,
		Log:   slog.New(slog.DiscardHandler),
		Areas: []ui.Area{{Name: gov.T("مكتب الموظف", "Desk"), Home: "/desk", Guard: ui.Staff, Links: []ui.Link{{Text: gov.T("قائمة العمل", "Queue"), URL: "/desk"}, {Text: gov.T("بحث", "Search"), URL: "/desk/search"}, {Text: gov.T("الشباك", "Counter"), URL: "/desk/counter"}}}},
		Actor: func(r *http.Request) (gov.Actor, string) { return o.actors[r.Header.Get("X-Who")], "" }}
	mux := http.NewServeMux()
	s.Mount(mux, o.desk.Routes()...)
	o.handler = s.Handler(mux)
	return o
}

// hire registers somebody and appoints them.
func (o *office) hire(name string, n int, org gov.OrgID, roles ...gov.Role) {
	o.T.Helper()
	a := o.Resident(n)
	a.Org, a.Roles = org, roles
	o.Do(gov.System, func(tx *db.Tx) error { return identity.Appoint(tx, a.Person, org, roles...) })
	o.actors[name] = a
}

// answer is what a page answered.
type answer struct {
	o    *office
	Code int
	To   string
	Body string
	Head http.Header
}

func (o *office) send(who string, r *http.Request) answer {
	o.T.Helper()
	r.Header.Set("X-Who", who)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	rec := httptest.NewRecorder()
	o.handler.ServeHTTP(rec, r)
	if r.Method != http.MethodGet {
		o.Drain()
	}
	a := answer{o, rec.Code, rec.Header().Get("Location"), rec.Body.String(), rec.Header()}
	if strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		for _, bad := range []string{"⟦", "no value", "ZgotmplZ", "map[ar", "%!"} {
			if i := strings.Index(a.Body, bad); i >= 0 {
				o.T.Errorf("%s %s: %q in …%s…", r.Method, r.URL.Path, bad, a.Body[max(0, i-80):min(len(a.Body), i+80)])
			}
		}
	}
	return a
}

func (o *office) get(who, path string) answer {
	o.T.Helper()
	return o.send(who, httptest.NewRequest("GET", path, nil))
}

func (o *office) post(who, path string, pairs ...string) answer {
	o.T.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return o.send(who, r)
}

// attach posts a form with one file.
func (o *office) attach(who, path, field, name string, content []byte, pairs ...string) answer {
	o.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		m.WriteField(pairs[i], pairs[i+1])
	}
	f, _ := m.CreateFormFile(field, name)
	f.Write(content)
	m.Close()
	r := httptest.NewRequest("POST", path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return o.send(who, r)
}

func (a answer) is(code int, words ...string) answer {
	a.o.T.Helper()
	if a.Code != code {
		a.o.T.Fatalf("answer %d (to %q), want %d: %s", a.Code, a.To, code, text(a.Body))
	}
	return a.says(words...)
}

func (a answer) says(words ...string) answer {
	a.o.T.Helper()
	for _, w := range words {
		if !strings.Contains(a.Body, w) {
			a.o.T.Fatalf("the page does not say %q: %s", w, text(a.Body))
		}
	}
	return a
}

func (a answer) hides(words ...string) answer {
	a.o.T.Helper()
	for _, w := range words {
		if strings.Contains(a.Body, w) {
			a.o.T.Fatalf("the page says %q: %s", w, text(a.Body))
		}
	}
	return a
}

// leads checks a redirect after a post.
func (a answer) leads(to string) answer {
	a.o.T.Helper()
	if a.Code != http.StatusSeeOther || a.To != to {
		a.o.T.Fatalf("answer %d to %q, want 303 to %q: %s", a.Code, a.To, to, text(a.Body))
	}
	return a
}

var tags = regexp.MustCompile(`(?s)<head>.*</head>|<[^>]*>|\s+`)

func text(page string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(page, " ")), " ")
}

// renewal is a paid renewal of the n-th resident that waits for review.
func (o *office) renewal(n int) (*casework.Case, casework.Task) {
	o.T.Helper()
	who := o.Resident(n)
	c := o.Apply(who, "identity-card/renewal", o.Renewal(who))
	if o.Case(who, c.ID).Charge != "" { // some are exempt
		o.Pay(who, c.ID)
	}
	return c, o.Task(who, c.ID)
}

// seen is the revision that an officer's page carries.
func (o *office) seen(who string, t casework.Task) string {
	o.T.Helper()
	m := regexp.MustCompile(`name="do.seen" value="(\d+)"`).FindStringSubmatch(o.get(who, "/desk/tasks/"+string(t.ID)).is(200).Body)
	if m == nil {
		o.T.Fatal("no decision form")
	}
	return m[1]
}
