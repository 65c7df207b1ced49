package registry

import (
	"context"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/registries"
	records "diwan.example/registry"
	"diwan.example/web/ui"
	"diwan.example/web/ui/uitest"
)

func TestTexts(t *testing.T)  { uitest.CheckTexts(t, os.DirFS(".")) }
func TestRoutes(t *testing.T) { uitest.CheckRoutes(t, new(Registries).Routes()) }

var (
	officer    = gov.Actor{Person: "officer", Org: "iga", Roles: []gov.Role{gov.Officer}}
	supervisor = gov.Actor{Person: "supervisor", Org: "iga", Roles: []gov.Role{gov.Supervisor}}
	foreign    = gov.Actor{Person: "foreign", Org: "moe", Roles: []gov.Role{gov.Officer, gov.Supervisor, gov.Owner}}
	planner    = gov.Actor{Person: "planner", Org: "iga", Roles: []gov.Role{gov.Authority}}
	resident   = gov.Actor{Person: "resident"}
)

// world is the sample country's registries with some of its people.
type world struct {
	t    *testing.T
	db   *db.DB
	site http.Handler
	who  gov.Actor
	me   country.Person
	id   gov.PersonID
}

func newWorld(t *testing.T) *world {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: dbtest.SQLite(t), me: c.People(20)[0]}
	b, err := records.Load(registries.Files, records.Options{Currency: c.Currency})
	if err != nil {
		t.Fatal(err)
	}
	b.DB, b.Zone = w.db, c.Calendar.Zone
	err = w.db.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) (err error) {
		if w.id, err = identity.Register(tx, identity.Person{CivilNumber: w.me.CivilNumber, NameAr: "صاحب القيد"}); err != nil {
			return err
		}
		return b.Sample(tx, c.People(20))
	})
	if err != nil {
		t.Fatal(err)
	}
	p := &Registries{Book: b, Currency: c.Currency,
		Organisation: func(_ context.Context, id gov.OrgID) gov.Text { return gov.T(string(id), string(id)) },
		Service:      func(_ context.Context, id gov.ServiceID) gov.Text { return gov.T(string(id), string(id)) }}
	s := &ui.Site{Country: ui.Country{Name: c.Name, Currency: c.Currency, Calendar: &c.Calendar}, Log: slog.New(slog.DiscardHandler),
		Clock: w.db.Now, Actor: func(*http.Request) (gov.Actor, string) { return w.who, "" }}
	mux := http.NewServeMux()
	s.Mount(mux, p.Routes()...)
	w.site = s.Handler(mux)
	return w
}

func (w *world) do(r *http.Request, code int, words ...string) string {
	w.t.Helper()
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, r)
	body := html.UnescapeString(rec.Body.String())
	if rec.Code != code {
		w.t.Errorf("%s %s as %s answers %d, want %d: %s", r.Method, r.URL, w.who.Person, rec.Code, code, body)
	}
	for _, x := range words {
		if !strings.Contains(body, x) {
			w.t.Errorf("%s %s as %s does not say %q:\n%s", r.Method, r.URL, w.who.Person, x, body)
		}
	}
	return body + rec.Header().Get("Location")
}

func (w *world) get(path string, code int, words ...string) string {
	w.t.Helper()
	return w.do(httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil), code, words...)
}

func (w *world) post(path string, code int, pairs []string, words ...string) string {
	w.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "http://localhost"+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return w.do(r, code, words...)
}

func (w *world) looks() (out []journal.Look) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context(), func(tx *db.Tx) (err error) { out, err = journal.Looks(tx, w.id, 50); return err }); err != nil {
		w.t.Fatal(err)
	}
	return out
}

const why = "مراجعة طلب تجديد"

func TestWhoSeesWhatOfRegistries(t *testing.T) {
	w := newWorld(t)
	w.who = officer
	w.get("/registries", 200, "سجلات جهتك", "سجل السكان", "سجلات الجهات الأخرى")
	w.get("/en/registries/population", 200, "Look up a record", "person.birth", "Authoritative", "Applications for identity-card/renewal")
	if body := w.get("/en/registries/fine", 200, "Traffic fine register"); strings.Contains(body, "Look up") {
		t.Error("an officer of another organisation is offered to look records up")
	}
	w.get("/registries/vocabulary", 403)
	w.get("/registries/weather", 404)
	w.who = planner
	w.get("/en/registries/vocabulary", 200, "person.birth", "Population register", "birthday", "Sensitive")
	for _, a := range []gov.Actor{resident, {}} {
		if w.who = a; a.Person == "" {
			continue
		}
		w.get("/registries", 403)
		w.post("/registries/population/lookup", 403, []string{"key", w.me.CivilNumber, "purpose", why})
	}
	w.who = foreign
	if body := w.post("/registries/population/lookup", 404, []string{"key", w.me.CivilNumber, "purpose", why}); strings.Contains(body, w.me.Name[gov.Arabic]) {
		t.Error("an officer of another organisation reads a record")
	}
	if n := len(w.looks()); n != 0 {
		t.Errorf("%d looks, but nobody has seen a record", n)
	}
}

func TestAnOfficerLooksARecordUp(t *testing.T) {
	w := newWorld(t)
	w.who = officer
	for name, x := range map[string]struct {
		pairs []string
		says  string
	}{
		"no purpose": {[]string{"key", w.me.CivilNumber}, "Write why you look"},
		"no key":     {[]string{"purpose", why}, "key is missing"},
		"not there":  {[]string{"key", gov19(t), "purpose", why}, "no record under this key"},
		"wrong":      {[]string{"key", "12", "purpose", why}, "9 figures"},
		"wrong day":  {[]string{"key", w.me.CivilNumber, "purpose", why, "at", "soon"}, "Write the day like"},
		"too early":  {[]string{"key", w.me.CivilNumber, "purpose", why, "at", "1999-01-01"}, "no record under this key"},
	} {
		body := w.post("/en/registries/population/lookup", 422, x.pairs)
		if !strings.Contains(body, x.says) {
			t.Errorf("%s is not told that %q", name, x.says)
		}
	}
	body := w.post("/en/registries/population/lookup", 200, []string{"key", w.me.CivilNumber, "purpose", why}, w.me.Name[gov.Arabic], "The record began", "Sample data", why)
	if strings.Contains(body, "/correct") {
		t.Error("an officer is offered to correct")
	}
	if l := w.looks(); len(l) != 1 || l[0].Purpose != why || l[0].Registry != "population" || l[0].Actor != "officer" {
		t.Errorf("looks %+v", l)
	}
}

// gov19 is the civil number of somebody who is in no register.
func gov19(t *testing.T) string {
	t.Helper()
	for i := 1000; i < 9999; i++ {
		if n, ok := gov.CivilNumber("4001" + time.Unix(int64(i), 0).UTC().Format("0405")); ok {
			return n
		}
	}
	t.Fatal("no civil number")
	return ""
}

func TestAnOfficerSearches(t *testing.T) {
	w := newWorld(t)
	w.who = officer
	given := strings.Fields(w.me.Name[gov.Arabic])[0]
	day := strings.Split(w.me.Born, "-")
	at := func(name string) []string {
		return []string{"_set", "_a", "name_ar_a", name, "birth_a.year", day[0], "birth_a.month", day[1], "birth_a.day", day[2], "purpose_a", why}
	}
	body := w.post("/en/registries/population/search", 200, at(given), "Found", w.me.Name[gov.Arabic])
	id := regexp.MustCompile(`name="record" value="([0-9A-Z]{26})"`).FindStringSubmatch(body)
	if id == nil {
		t.Fatal("no record is offered")
	}
	w.post("/en/registries/population/lookup", 200, []string{"record", id[1], "purpose", why}, w.me.CivilNumber)
	w.post("/en/registries/fine/lookup", 404, []string{"record", id[1], "purpose", why})
	w.post("/en/registries/population/search", 200, at("قيصر"), "No record matches")
	w.post("/en/registries/population/search", 422, at(""), given[:0])
	w.post("/en/registries/population/search", 422, append(at(given), "purpose_a", ""), "Write why you look")
	w.post("/en/registries/population/search", 422, []string{"_set", "_z"})
	if n := len(w.looks()); n != 2 {
		t.Errorf("%d looks, want one of the search and one of the record", n)
	}
}

func TestASupervisorCorrects(t *testing.T) {
	w := newWorld(t)
	w.who = supervisor
	body := w.post("/en/registries/population/lookup", 200, []string{"key", w.me.CivilNumber, "purpose", why}, "/correct")
	path := regexp.MustCompile(`/en(/registries/population/records/[0-9A-Z]{26}/correct)`).FindStringSubmatch(body)
	if path == nil {
		t.Fatal("no correction is offered")
	}
	w.get("/en"+path[1], 303)
	w.who.StepUp = w.db.Now()
	w.get("/en"+path[1], 200, "Reason of the correction", w.me.Name[gov.Arabic])
	day := strings.Split(w.me.Born, "-")
	pairs := func(name, reason string) []string {
		return []string{"_base", "1", "name_ar", name, "birth.year", day[0], "birth.month", day[1], "birth.day", day[2], "sex", w.me.Sex, "nationality", w.me.Nationality, "_reason", reason}
	}
	w.who.StepUp = time.Time{}
	w.post("/en"+path[1], 401, pairs("سالم راشد", "خطأ في كتابة الاسم"))
	w.who.StepUp = w.db.Now()
	w.post("/en"+path[1], 422, pairs("سالم راشد", "خطأ"), "at least ten letters")
	w.post("/en"+path[1], 422, pairs("", "خطأ في كتابة الاسم"))
	w.post("/en"+path[1], 303, pairs("سالم راشد", "خطأ في كتابة الاسم"), "")
	w.post("/en"+path[1], 422, pairs("سالم سعيد", "خطأ في كتابة الاسم"), "changed in the meantime")
	w.get("/en/registries/population?done=corrected", 200, "The correction is recorded")
	w.post("/en/registries/population/lookup", 200, []string{"key", w.me.CivilNumber, "purpose", why}, "سالم راشد", "Corrected by its keeper", "خطأ في كتابة الاسم")
	for _, a := range []gov.Actor{officer, foreign} {
		w.who = a
		w.who.StepUp = w.db.Now()
		w.get("/en"+path[1], 404)
	}
}
