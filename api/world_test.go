package api

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"diwan.example/casework/casetest"
	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/notify"
	"diwan.example/payment/provider"
	"diwan.example/payment/provider/sandbox"
)

// world is a small country with an API.
type world struct {
	*casetest.World
	api   *API
	serve http.Handler
}

func newWorld(t testing.TB, d *db.DB) *world {
	w := &world{World: casetest.New(t, d)}
	quiet := slog.New(slog.DiscardHandler)
	book := catalogue.New(d)
	if err := book.Seed(gov.WithActor(t.Context(), gov.System), w.Country); err != nil {
		t.Fatal(err)
	}
	w.Do(gov.System, func(tx *db.Tx) error {
		all, err := w.Cases.Packs.Published(tx, "")
		for _, p := range all {
			if err == nil {
				err = catalogue.Publish(tx, p)
			}
		}
		return err
	})
	w.api = &API{
		DB: d, Cases: w.Cases, Book: book, Origin: "https://portal.example", Log: quiet, PerMinute: 1 << 30, PublicPerMinute: 1 << 30,
		Gate: &identity.Gate{DB: d, Secret: bytes.Repeat([]byte("k"), 32), Origin: "https://portal.example", Log: quiet,
			Send: func(*db.Tx, identity.Contact, gov.Text) error { return nil }},
		Office: &notify.Office{DB: d, Secret: bytes.Repeat([]byte("k"), 32), Events: []string{"case.submitted", "case.closed"}, AllowPrivate: true, Log: quiet},
	}
	k := w.Cases.Cashier
	k.Log, k.Default = quiet, sandbox.Name
	k.Providers = map[string]provider.Provider{sandbox.Name: &sandbox.Bank{DB: d, Currency: w.Country.Currency, Secret: []byte("bank"), Base: "https://portal.example/bank", Log: quiet}}
	w.serve = w.api.Handler()
	return w
}

func eachEngine(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, newWorld(t, d)) })
}

// staff registers the n-th resident as staff of an organisation.
func (w *world) staff(n int, org gov.OrgID, roles ...gov.Role) gov.Actor {
	a := w.Resident(n)
	w.Do(gov.System, func(tx *db.Tx) error { return identity.Appoint(tx, a.Person, org, roles...) })
	a.Org, a.Roles = org, roles
	return a
}

// officer is staff who may do nearly everything in an organisation.
func (w *world) officer(n int, org gov.OrgID) gov.Actor {
	return w.staff(n, org, gov.Officer, gov.Supervisor, gov.Owner, gov.Head)
}

// token makes an API token for somebody; without scopes it may do everything.
func (w *world) token(a gov.Actor, scopes ...string) string {
	w.T.Helper()
	if scopes == nil {
		for _, s := range Scopes() {
			scopes = append(scopes, s.Name)
		}
	}
	a.StepUp = w.Now()
	secret, err := w.api.Gate.CreateToken(gov.WithActor(w.T.Context(), a), identity.Token{Org: a.Org, Name: "تجربة", Scopes: scopes, Until: w.Now().AddDate(0, 6, 0)})
	if err != nil {
		w.T.Fatal(err)
	}
	return secret
}

// reply is an answer of the API.
type reply struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

// call sends a request; body is text as it is, or something to write as JSON.
// Further arguments are header names and values.
func (w *world) call(token, method, path string, body any, header ...string) reply {
	w.T.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			w.T.Fatal(err)
		}
		r = bytes.NewReader(text)
	}
	req := httptest.NewRequest(method, path, r)
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	w.serve.ServeHTTP(rec, req)
	return reply{w.T, rec.Code, rec.Header(), rec.Body.Bytes()}
}

// want checks the status and reads the answer into v.
func (r reply) want(status int, v ...any) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, not %d: %s", r.status, status, r.body)
	}
	for _, x := range v {
		if err := json.Unmarshal(r.body, x); err != nil {
			r.t.Fatalf("%v: %s", err, r.body)
		}
	}
	return r
}

// problem reads the answer as problem details, which must say everything in both languages.
func (r reply) problem(status int) (p Problem) {
	r.t.Helper()
	r.want(status, &p)
	if ct := r.header.Get("Content-Type"); ct != "application/problem+json" || p.Status != status || p.Type != "about:blank" || p.Title == "" || p.Detail == "" || p.Instance == "" {
		r.t.Fatalf("%s: %s", ct, r.body)
	}
	texts := []gov.Text{p.Texts}
	for _, e := range p.Errors {
		texts = append(texts, e.Texts)
	}
	for _, x := range texts {
		if len(x.Missing(gov.Arabic, gov.English)) > 0 {
			r.t.Fatalf("a text lacks a language: %s", r.body)
		}
	}
	return p
}

const day = 24 * time.Hour

func clientHere() identity.Client { return identity.Client{Address: "127.0.0.1", Channel: gov.Portal} }

// bare is a world without anything, for what needs no database.
func bare(t testing.TB) *casetest.World { return &casetest.World{T: t} }
