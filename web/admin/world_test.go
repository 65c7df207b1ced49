package admin

import (
	"bytes"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"diwan.example/casework/casetest"
	"diwan.example/catalogue"
	drafts "diwan.example/catalogue/draft"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal/unusual"
	"diwan.example/notify"
	"diwan.example/pack"
	"diwan.example/web/ui"
	"diwan.example/web/ui/uitest"

	"context"
)

func TestTexts(t *testing.T)  { uitest.CheckTexts(t, os.DirFS(".")) }
func TestRoutes(t *testing.T) { uitest.CheckRoutes(t, (&Admin{}).Routes()) }

// hall is the admin area over a world in which cases run.
type hall struct {
	*casetest.World
	admin  *Admin
	site   http.Handler
	actors map[string]gov.Actor
	proved bool // requests come with a fresh proof
}

var scopes = []ui.Option{{Value: "cases:read", Text: gov.T("الاطلاع على الطلبات", "Read cases")}, {Value: "cases:write", Text: gov.T("تقديم الطلبات", "Make cases")}}

func newHall(t *testing.T) *hall { return hallOn(t, dbtest.SQLite(t)) }

func hallOn(t *testing.T, d *db.DB) *hall {
	t.Helper()
	h := &hall{World: casetest.New(t, d), actors: map[string]gov.Actor{}, proved: true}
	quiet := slog.New(slog.DiscardHandler)
	gate := &identity.Gate{DB: d, Secret: bytes.Repeat([]byte("s"), 32), Origin: "http://localhost", Name: "Diwan", Log: quiet}
	office := &notify.Office{DB: d, Secret: bytes.Repeat([]byte("n"), 32), Origin: "http://localhost", Log: quiet, Events: []string{"case.submitted", "document.issued"}}
	h.admin = &Admin{Cases: h.Cases, Gate: gate, Office: office, Country: h.Country, Book: catalogue.New(d), Draft: h.draft, Publish: h.publish, Scopes: scopes,
		Watch: &unusual.Watch{DB: d, Calendar: &h.Country.Calendar, Kin: unusual.Related}}
	h.Cases.Packs.Options.Organisation = func(o gov.OrgID) bool { return h.Country.Organisation(o) != nil }
	s := &ui.Site{Country: ui.Country{Name: h.Country.Name, Currency: h.Country.Currency, Calendar: &h.Country.Calendar, Dial: h.Country.Dial, Accent: h.Country.Accent.Light},
		Log: quiet, Clock: d.Now, Actor: h.who}
	mux := http.NewServeMux()
	s.Mount(mux, h.admin.Routes()...)
	h.site = s.Handler(mux)
	if err := catalogue.New(d).Seed(gov.WithActor(t.Context(), gov.System), h.Country); err != nil {
		t.Fatal(err)
	}
	h.hire("operator", "iga", gov.Operator)
	h.hire("auditor", "iga", gov.Auditor)
	h.hire("owner", "moe", gov.Owner)
	h.hire("head", "moe", gov.Head)
	h.hire("stranger", "mojiawaqf", gov.Head, gov.Owner)
	h.hire("officer", "moe", gov.Officer)
	h.actors["resident"] = h.Resident(3)
	return h
}

// draft is what app does, without its refusals.
func (h *hall) draft(ctx context.Context, id gov.ServiceID) (files map[string]string, err error) {
	err = h.DB.Read(ctx, func(tx *db.Tx) error {
		s, err := catalogue.Find(tx, id)
		if err != nil {
			return err
		}
		org, err := catalogue.FindOrganisation(tx, s.Organisation)
		if err != nil {
			return err
		}
		langs, err := catalogue.Languages(tx, s.Organisation)
		if err == nil {
			files, err = drafts.Files(drafts.Input{Service: s.Entry, Organisation: org, Languages: langs, Currency: h.Country.Currency})
		}
		return err
	})
	return files, err
}

// publish is what app does.
func (h *hall) publish(ctx context.Context, files map[string]string) error {
	return h.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := h.Cases.Packs.Publish(tx, files)
		if err == nil {
			err = catalogue.Publish(tx, p)
		}
		return err
	})
}

// hire makes an employee of an organisation.
func (h *hall) hire(name string, org gov.OrgID, roles ...gov.Role) {
	h.T.Helper()
	a := gov.Actor{Org: org, Roles: roles, Channel: gov.Portal, Session: name}
	h.Do(gov.System, func(tx *db.Tx) (err error) {
		if a.Person, err = identity.Register(tx, identity.Person{NameAr: "موظف " + name, NameEn: "Employee " + name, Lang: gov.Arabic}); err != nil {
			return err
		}
		return identity.Appoint(tx, a.Person, org, roles...)
	})
	h.actors[name] = a
}

func (h *hall) who(r *http.Request) (gov.Actor, string) {
	a := h.actors[r.Header.Get("As")]
	if h.proved {
		a.StepUp = h.Now()
	}
	return a, r.Header.Get("As")
}

func (h *hall) send(as string, r *http.Request) *httptest.ResponseRecorder {
	h.T.Helper()
	r.Header.Set("As", as)
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, r)
	h.Drain()
	return w
}

func (h *hall) get(as, path string) *httptest.ResponseRecorder {
	h.T.Helper()
	return h.send(as, httptest.NewRequest("GET", path, nil))
}

func (h *hall) post(as, path string, form url.Values) *httptest.ResponseRecorder {
	h.T.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.send(as, r)
}

// upload posts files, by the name each is sent under.
func (h *hall) upload(as, path string, files ...[2]string) *httptest.ResponseRecorder {
	h.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, f := range files {
		w, err := m.CreateFormFile("files", f[0])
		if err != nil {
			h.T.Fatal(err)
		}
		w.Write([]byte(f[1]))
	}
	m.Close()
	r := httptest.NewRequest("POST", path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return h.send(as, r)
}

// page demands a sound page that says all of want.
func (h *hall) page(w *httptest.ResponseRecorder, status int, want ...string) string {
	h.T.Helper()
	body := w.Body.String()
	if w.Code != status {
		h.T.Fatalf("%d, want %d: %.900s", w.Code, status, body)
	}
	for _, bad := range []string{"⟦", "no value", "ZgotmplZ", "%!", "style="} {
		if strings.Contains(body, bad) {
			h.T.Errorf("the page contains %q", bad)
		}
	}
	for _, x := range want {
		if !strings.Contains(body, x) {
			h.T.Errorf("the page lacks %q", x)
		}
	}
	return body
}

// led demands a redirect.
func (h *hall) led(w *httptest.ResponseRecorder, to string) {
	h.T.Helper()
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
		h.T.Fatalf("%d to %q, want 303 to %q: %.600s", w.Code, w.Header().Get("Location"), to, w.Body)
	}
}

func (h *hall) status(w *httptest.ResponseRecorder, want ...int) {
	h.T.Helper()
	for _, x := range want {
		if w.Code == x {
			return
		}
	}
	h.T.Errorf("%d, want %v: %.300s", w.Code, want, w.Body)
}

// enrolment are the files of the enrolment certificate in force.
func (h *hall) enrolment() map[string]string {
	h.T.Helper()
	var p *pack.Pack
	h.Do(gov.System, func(tx *db.Tx) (err error) {
		p, err = h.Cases.Packs.Current(tx, "education/enrolment-certificate")
		return err
	})
	out := map[string]string{}
	for n, s := range p.Files {
		out[n] = s
	}
	return out
}

func typed(files map[string]string) url.Values {
	v := url.Values{}
	for n, s := range files {
		v.Set("file."+n, s)
	}
	return v
}
