package procedure

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/web/ui"
	"diwan.example/web/ui/uitest"
)

func TestTexts(t *testing.T)  { uitest.CheckTexts(t, os.DirFS(".")) }
func TestRoutes(t *testing.T) { uitest.CheckRoutes(t, new(Procedure).Routes()) }

type office struct {
	testing.TB
	d    *db.DB
	site http.Handler
	who  gov.Actor
}

var (
	owner = gov.Actor{Person: "w", Org: "iga", Roles: []gov.Role{gov.Owner}}
	other = gov.Actor{Person: "x", Org: "moe", Roles: []gov.Role{gov.Owner}}
)

const (
	page = "/en/register/identity-card/renewal/procedure"
	asIs = page + "/as-is"
)

func newOffice(t testing.TB, d *db.DB) *office {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	d.SetClock(func() time.Time { return dbtest.Start })
	o := &office{TB: t, d: d, who: owner}
	p := &Procedure{DB: d, Book: catalogue.New(d), Country: c}
	if err := p.Book.Seed(gov.WithActor(t.Context(), gov.System), c); err != nil {
		t.Fatal(err)
	}
	s := &ui.Site{Country: ui.Country{Name: c.Name, Accent: c.Accent.Light, Currency: c.Currency, Calendar: &c.Calendar}, Log: slog.New(slog.DiscardHandler),
		Clock: d.Now, Actor: func(*http.Request) (gov.Actor, string) { return o.who, "" }}
	mux := http.NewServeMux()
	s.Mount(mux, p.Routes()...)
	o.site = s.Handler(mux)
	return o
}

func (o *office) get(target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	o.site.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
	return w
}

func (o *office) post(target string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	o.site.ServeHTTP(w, r)
	return w
}

// two steps as somebody types them.
func typed(saves int) url.Values {
	f := url.Values{"saves": {fmt.Sprint(saves)}, "since": {"2020-01-01"}, "steps._rows": {"2"}}
	for k, v := range map[string]string{
		"0.id": "come", "0.kind": "apply", "0.title_ar": "حضور", "0.title_en": "Come", "0.next": "look", "0.visit": "yes", "0.channel": "counter", "0.days": "١٫5", "0.theirs": "٩٠", "0.documents": "1",
		"1.id": "look", "1.kind": "review", "1.title_ar": "نظر", "1.title_en": "Look", "1.ours": "20", "1.role": "supervisor", "1.spent": "0.500",
	} {
		f.Set("steps."+k, v)
	}
	f.Set("steps.0.days", "1.5")
	return f
}

func (o *office) draft() (r catalogue.Revision) {
	o.Helper()
	err := o.d.Read(gov.WithActor(o.Context(), owner), func(tx *db.Tx) (err error) {
		r, err = catalogue.Written(tx, "identity-card/renewal")
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
	return r
}

func TestAProcedureIsTyped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		if w := o.get(page); w.Code != 200 || !strings.Contains(w.Body.String(), "Coming to the centre") || !strings.Contains(w.Body.String(), "Start editing") {
			t.Fatalf("%d", w.Code)
		}
		if w := o.get(asIs); w.Code != 404 {
			t.Errorf("nothing is begun: %d", w.Code)
		}
		if w := o.post(page+"/begin", nil); w.Code != 303 {
			t.Fatalf("%d", w.Code)
		}
		w := o.get(asIs)
		if w.Code != 200 || !strings.Contains(w.Body.String(), `name="steps.7.title_ar"`) || strings.Contains(w.Body.String(), "⟦") {
			t.Fatalf("%d", w.Code)
		}
		before := o.draft()
		if w := o.post(asIs, typed(before.Saves)); w.Code != 303 || w.Header().Get("Location") != page+"?saved=1" {
			t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
		}
		got := o.draft()
		if len(got.AsIs.Steps) != 2 || got.ToBe == nil || got.AsIs.Since != "2020-01-01" {
			t.Fatalf("%+v", got.AsIs)
		}
		a, b := got.AsIs.Steps[0], got.AsIs.Steps[1]
		if a.Theirs != 90 || a.Days != 1.5 || !a.Visit || len(a.Documents) != 1 || a.Next[0] != "look" || b.Spent != 500 || b.Role != gov.Supervisor || b.Ours != 20 {
			t.Errorf("%+v %+v", a, b)
		}
	})
}

func TestWrongInputIsShownAtItsPlace(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.post(page+"/begin", nil)
	for field, bad := range map[string]string{"0.theirs": "-5", "0.days": "ten", "0.share": "101", "1.spent": "1.2345", "1.ours": "99999999999999999999", "0.ours": "1e5"} {
		f := typed(o.draft().Saves)
		f.Set("steps."+field, bad)
		w := o.post(asIs, f)
		body := w.Body.String()
		id := "f-steps-" + strings.ReplaceAll(field, ".", "-")
		if w.Code != 422 || !strings.Contains(body, id+"-error") || !strings.Contains(body, `value="`+bad+`"`) || !strings.Contains(body, `value="Come"`) {
			t.Errorf("%s=%s: %d", field, bad, w.Code)
		}
	}
	f := typed(o.draft().Saves)
	f.Set("steps.0.id", "Bad Id")
	f.Set("steps.1.kind", "dance")
	f.Set("steps.0.next", "nowhere")
	f.Set("since", "yesterday")
	f.Set("steps.1.title_en", "")
	w := o.post(asIs, f)
	if w.Code != 303 || !strings.HasSuffix(w.Header().Get("Location"), "?check=1") {
		t.Fatalf("a draft may break rules: %d %s", w.Code, w.Body)
	}
	body := o.get(asIs + "?check=1").Body.String()
	for _, id := range []string{"f-steps-0-id-error", "f-steps-1-kind-error", "f-steps-0-next-error", "f-since-error", "f-steps-1-title_en-error"} {
		if !strings.Contains(body, id) {
			t.Errorf("%s is missing", id)
		}
	}
}

func TestRowsWithoutScripts(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.post(page+"/begin", nil)
	f := typed(o.draft().Saves)
	f.Set("_add", "steps")
	f.Set("steps.0.theirs", "many") // nobody complains before it is saved
	body := o.post(asIs, f).Body.String()
	if !strings.Contains(body, `name="steps.2.id"`) || !strings.Contains(body, `value="many"`) || strings.Contains(body, "f-steps-0-theirs-error") {
		t.Error("no row was added")
	}
	f.Del("_add")
	f.Set("_remove", "steps.0")
	body = o.post(asIs, f).Body.String()
	if strings.Contains(body, `name="steps.1.id"`) || !strings.Contains(body, `value="Look"`) {
		t.Error("the row was not removed")
	}
	if got := o.draft(); len(got.AsIs.Steps) == 2 {
		t.Error("adding rows saved something")
	}
}

func TestTwoPeopleWriteAtOnce(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.post(page+"/begin", nil)
	n := o.draft().Saves
	if w := o.post(asIs, typed(n)); w.Code != 303 {
		t.Fatal(w.Code)
	}
	mine := typed(n)
	mine.Set("steps.0.title_en", "Mine")
	w := o.post(asIs, mine)
	if w.Code != 409 || !strings.Contains(w.Body.String(), `value="Mine"`) || o.draft().AsIs.Steps[0].Title["en"] != "Come" {
		t.Fatalf("%d", w.Code)
	}
	mine.Set("saves", fmt.Sprint(n+1))
	if w := o.post(asIs, mine); w.Code != 303 || o.draft().AsIs.Steps[0].Title["en"] != "Mine" {
		t.Errorf("%d", w.Code)
	}
	mine.Set("saves", "x")
	if w := o.post(asIs, mine); w.Code != 409 {
		t.Errorf("no number of saves: %d", w.Code)
	}
}

func TestStrangersWriteNothing(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.post(page+"/begin", nil)
	n := o.draft().Saves
	for _, who := range []gov.Actor{{}, {Person: "r"}, {Person: "o", Org: "iga", Roles: []gov.Role{gov.Officer}}, other,
		{Person: "h", Org: "iga", Roles: []gov.Role{gov.Head}}, {Person: "a", Org: "moe", Roles: []gov.Role{gov.Authority}}} {
		o.who = who
		for _, w := range []*httptest.ResponseRecorder{o.get(asIs), o.post(asIs, typed(n)), o.post(page+"/begin", nil)} {
			if w.Code < 300 || w.Code == 303 && !strings.Contains(w.Header().Get("Location"), "/sign-in") {
				t.Errorf("%+v: %d", who, w.Code)
			}
		}
	}
	o.who = other
	if w := o.get(page); w.Code != 404 {
		t.Errorf("another's procedures: %d", w.Code)
	}
	o.who = owner
	if o.draft().Saves != n {
		t.Error("somebody wrote")
	}
	if w := o.get(page + "/sideways"); w.Code != 404 {
		t.Errorf("an unknown procedure: %d", w.Code)
	}
	for _, target := range []string{page, asIs, strings.Replace(asIs, "/en", "/ar", 1)} {
		if w := o.get(target); w.Code != 200 || w.Body.Len() > 400<<10 || strings.Contains(w.Body.String(), "⟦") {
			t.Errorf("%s: %d, %d bytes", target, w.Code, w.Body.Len())
		}
	}
}
