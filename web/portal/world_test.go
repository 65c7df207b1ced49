package portal

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"diwan.example/casework/casetest"
	"diwan.example/catalogue"
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
	"diwan.example/internal/translog"
	"diwan.example/pack"
	"diwan.example/payment/provider"
	"diwan.example/payment/provider/sandbox"
	"diwan.example/web/ui"
	"diwan.example/web/ui/uitest"
)

func TestTexts(t *testing.T)  { uitest.CheckTexts(t, os.DirFS(".")) }
func TestRoutes(t *testing.T) { uitest.CheckRoutes(t, (&Portal{}).Routes()) }

// town is the portal over a world in which cases run.
type town struct {
	*casetest.World
	portal *Portal
	gate   *identity.Gate
	site   http.Handler
	public *translog.Log
	codes  []string // one-time codes that were sent
}

var sixDigits = regexp.MustCompile(`[0-9]{6}`)

func newTown(t *testing.T) *town { return townOn(t, dbtest.SQLite(t)) }

func townOn(t *testing.T, d *db.DB) *town {
	t.Helper()
	w := &town{World: casetest.New(t, d)}
	quiet := slog.New(slog.DiscardHandler)
	w.gate = &identity.Gate{DB: d, Secret: bytes.Repeat([]byte("s"), 32), Origin: "http://localhost", Name: "Diwan", Log: quiet, OneClick: true,
		Send: func(_ *db.Tx, _ identity.Contact, text gov.Text) error {
			w.codes = append(w.codes, sixDigits.FindString(text.In(gov.English)))
			return nil
		}}
	for kind, k := range w.gate.Jobs() {
		w.Worker.Kinds[kind] = k
	}
	w.issuer()
	bank := &sandbox.Bank{DB: d, Currency: w.Country.Currency, Secret: []byte("bank secret of the tests"), Base: "/bank", Hook: "http://localhost/hooks/payment/sandbox", Log: quiet}
	w.Cases.Cashier.Providers, w.Cases.Cashier.Default = map[string]provider.Provider{sandbox.Name: bank}, sandbox.Name
	w.portal = &Portal{Engine: w.Cases, Book: w.book(), Gate: w.gate, Accounts: w.accounts}
	s := &ui.Site{Country: ui.Country{Name: w.Country.Name, Notice: w.Country.Notice, Accent: w.Country.Accent.Light, Currency: w.Country.Currency,
		Calendar: &w.Country.Calendar, Dial: w.Country.Dial}, Log: quiet, Clock: d.Now, Actor: w.who}
	mux := http.NewServeMux()
	s.Mount(mux, w.portal.Routes()...)
	root := http.NewServeMux()
	root.Handle("/bank/", http.StripPrefix("/bank", bank.Handler()))
	root.Handle("/", s.Handler(mux))
	w.site = root
	return w
}

// issuer replaces the world's issuer by one that knows mandates.
func (w *town) issuer() {
	w.T.Helper()
	vault, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		w.T.Fatal(err)
	}
	w.public, err = translog.New(translog.Options{DB: w.DB, Vault: vault, Name: translog.Documents, Origin: "localhost/log/documents"})
	if err != nil {
		w.T.Fatal(err)
	}
	w.Cases.Issuer, err = document.New(w.DB, document.Options{
		Public: w.public, Vault: vault, Blobs: w.Cases.Blobs, BaseURL: "http://localhost", Zone: w.Country.Calendar.Zone, Currency: w.Country.Currency,
		Types: func(tx *db.Tx, s gov.ServiceID, version, kind string) (*pack.Document, error) {
			p, err := w.Cases.Packs.At(tx, s, version)
			if err != nil {
				return nil, err
			}
			return p.Document(kind), nil
		},
		Acts: func(tx *db.Tx, holder gov.PersonID) (bool, error) {
			return identity.MayActFor(tx, tx.Actor().Person, string(holder), "", "")
		},
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

// book is the catalogue with the country's services and the packs that run.
func (w *town) book() *catalogue.Book {
	w.T.Helper()
	b := catalogue.New(w.DB)
	if err := b.Seed(gov.WithActor(context.Background(), gov.System), w.Country); err != nil {
		w.T.Fatal(err)
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
	w.Pump.Followers = append(w.Pump.Followers, catalogue.Follower())
	return b
}

func (w *town) who(r *http.Request) (gov.Actor, string) {
	a, p, _, err := w.gate.Actor(r.Context(), w.gate.Token(r))
	if err != nil {
		return gov.Actor{Channel: gov.Portal}, ""
	}
	return a, p.Name().In(ui.LangOf(r))
}

func (w *town) accounts(context.Context) ([]Account, error) {
	a := w.Resident(0)
	return []Account{{Person: a.Person, Kind: gov.T("مقيمة", "Resident"), Name: gov.T("ليلى", "Layla")}}, nil
}

// browser keeps cookies, as browsers do.
type browser struct {
	*town
	jar  map[string]string
	last *httptest.ResponseRecorder
}

func (w *town) browser() *browser { return &browser{town: w, jar: map[string]string{}} }

// as is a browser in which a person has signed in.
func (w *town) as(a gov.Actor) *browser {
	w.T.Helper()
	b := w.browser()
	token, err := w.gate.EnterDirectly(w.T.Context(), a.Person, identity.Client{Channel: gov.Portal})
	if err != nil {
		w.T.Fatal(err)
	}
	b.jar["diwan"] = token
	return b
}

func (b *browser) send(r *http.Request) *httptest.ResponseRecorder {
	b.T.Helper()
	for k, v := range b.jar {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	rec := httptest.NewRecorder()
	b.site.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.jar, c.Name)
		} else {
			b.jar[c.Name] = c.Value
		}
	}
	b.last = rec
	b.Drain()
	return rec
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	b.T.Helper()
	return b.send(httptest.NewRequest("GET", path, nil))
}

// page gets a page that must be there and sound.
func (b *browser) page(path string, want ...string) string {
	b.T.Helper()
	rec := b.get(path)
	if rec.Code != http.StatusOK {
		b.T.Fatalf("GET %s: %d %s %s", path, rec.Code, rec.Header().Get("Location"), text(rec.Body.String()))
	}
	return b.sound(path, want...)
}

func (b *browser) sound(what string, want ...string) string {
	b.T.Helper()
	page := b.last.Body.String()
	for _, bad := range []string{"⟦", "no value", "ZgotmplZ", "%!", "map[ar"} {
		if strings.Contains(page, bad) {
			i := strings.Index(page, bad)
			b.T.Errorf("%s contains %q: %s", what, bad, page[max(0, i-80):min(len(page), i+120)])
		}
	}
	for _, x := range want {
		if !strings.Contains(page, x) {
			b.T.Errorf("%s lacks %q in: %s", what, x, text(page))
		}
	}
	return page
}

var tags = regexp.MustCompile(`(?s)<head>.*</head>|<[^>]*>|\s+`)

func text(page string) string {
	s := tags.ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(s), " ")
}

func (b *browser) post(path string, pairs ...string) *httptest.ResponseRecorder {
	b.T.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

// sendFile posts a form with one file.
func (b *browser) sendFile(path, field, name string, content []byte, pairs ...string) *httptest.ResponseRecorder {
	b.T.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		m.WriteField(pairs[i], pairs[i+1])
	}
	f, err := m.CreateFormFile(field, name)
	if err != nil {
		b.T.Fatal(err)
	}
	f.Write(content)
	m.Close()
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return b.send(r)
}

// to checks that the last answer leads to a path (a beginning is enough), and returns all of it.
func (b *browser) to(prefix string) string {
	b.T.Helper()
	at := b.last.Header().Get("Location")
	if b.last.Code != http.StatusSeeOther || !strings.HasPrefix(at, prefix) {
		b.T.Fatalf("want a way to %s, got %d %q: %s", prefix, b.last.Code, at, text(b.last.Body.String()))
	}
	return at
}

func (b *browser) status(code int, want ...string) {
	b.T.Helper()
	if b.last.Code != code {
		b.T.Fatalf("want %d, got %d %s: %s", code, b.last.Code, b.last.Header().Get("Location"), text(b.last.Body.String()))
	}
	b.sound(fmt.Sprint(code), want...)
}

var png = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82")
