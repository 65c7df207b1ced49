package papers

import (
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/document/archive"
	"diwan.example/document/inventory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/web/ui"
)

// bureau is the pages over a seeded catalogue, with the head of one entity at them.
type bureau struct {
	*testing.T
	db     *db.DB
	site   http.Handler
	actors map[string]gov.Actor
}

func newBureau(t *testing.T) *bureau {
	t.Helper()
	d := dbtest.SQLite(t)
	c, err := country.Bahrain()
	if err == nil {
		err = catalogue.New(d).Seed(gov.WithActor(t.Context(), gov.System), c)
	}
	if err != nil {
		t.Fatal(err)
	}
	b := &bureau{T: t, db: d, actors: map[string]gov.Actor{
		"head":      {Person: "h", Org: "moe", Roles: []gov.Role{gov.Head}, Channel: gov.Portal},
		"stranger":  {Person: "s", Org: "moh", Roles: []gov.Role{gov.Head}, Channel: gov.Portal},
		"authority": {Person: "a", Org: "iga", Roles: []gov.Role{gov.Authority}, Channel: gov.Portal},
	}}
	p := &Papers{DB: d, Limit: func(*http.Request, string) error { return nil }, Kinds: func(context.Context, gov.ServiceID) ([]inventory.Kind, error) { return nil, nil },
		Organisation: func(_ context.Context, id gov.OrgID) gov.Text { return c.Organisation(id).Name },
		Service:      func(_ context.Context, id gov.ServiceID) gov.Text { return gov.T(string(id), string(id)) },
		Offered: func(context.Context, gov.OrgID) ([]ui.Option, error) {
			return []ui.Option{{Value: "education/enrolment-certificate", Text: gov.T("شهادة قيد", "Enrolment certificate")}}, nil
		},
		Archive: &archive.Archive{DB: d, Secret: []byte("a secret of the tests"), Kind: func(tx *db.Tx, id string) (archive.Kind, bool, error) {
			k, err := inventory.Find(tx, id)
			if gov.KindOf(err) == gov.NotFound {
				return archive.Kind{}, false, nil
			}
			return archive.Kind{Organisation: k.Organisation, Name: k.Name}, true, err
		}}}
	s := &ui.Site{Country: ui.Country{Name: c.Name, Accent: c.Accent.Light, Currency: c.Currency, Calendar: &c.Calendar, Dial: c.Dial}, Clock: d.Now, Log: slog.New(slog.DiscardHandler),
		Areas: []ui.Area{Area()}, Actor: func(r *http.Request) (gov.Actor, string) { return b.actors[r.Header.Get("As")], r.Header.Get("As") }}
	mux := http.NewServeMux()
	s.Mount(mux, p.Routes()...)
	b.site = s.Handler(mux)
	return b
}

func (b *bureau) send(as string, r *http.Request, status int, want ...string) (body, to string) {
	b.Helper()
	r.Header.Set("As", as)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	body = w.Body.String()
	if w.Code != status {
		b.Fatalf("%s %s: %d, want %d: %.1500s", r.Method, r.URL, w.Code, status, body)
	}
	for _, x := range want {
		if !strings.Contains(body, x) {
			b.Errorf("%s %s lacks %q", r.Method, r.URL, x)
		}
	}
	for _, bad := range []string{"⟦", "no value", "ZgotmplZ", "%!"} {
		if strings.Contains(body, bad) {
			b.Errorf("%s %s shows %q", r.Method, r.URL, bad)
		}
	}
	return body, w.Header().Get("Location")
}

func (b *bureau) get(as, path string, status int, want ...string) string {
	b.Helper()
	body, _ := b.send(as, httptest.NewRequest("GET", path, nil), status, want...)
	return body
}

func (b *bureau) post(as, path string, form url.Values, status int, want ...string) string {
	b.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, to := b.send(as, r, status, want...)
	return to
}

// bring posts a register as a file.
func (b *bureau) bring(as, typ, name string, file []byte, status int, want ...string) string {
	b.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	m.WriteField("type", typ)
	f, err := m.CreateFormFile("file", name)
	if err != nil {
		b.Fatal(err)
	}
	f.Write(file)
	m.Close()
	r := httptest.NewRequest("POST", "/en/document-types/archive", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	out, _ := b.send(as, r, status, want...)
	return out
}

// entered writes a type of document down and returns its address.
func (b *bureau) entered(legal url.Values) string {
	b.Helper()
	form := url.Values{"name": {"شهادة قيد"}, "name_en": {"Enrolment certificate"}, "holders": {"person"}, "state": {"both"}, "since": {"2020-01-01"}, "outputs": {"education/enrolment-certificate"}}
	for k, v := range legal {
		form[k] = v
	}
	return strings.TrimPrefix(b.post("head", "/en/document-types/new", form, 303), "/en")
}
