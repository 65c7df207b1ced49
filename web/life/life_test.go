package life

import (
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"diwan.example/casework/casetest"
	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/pack"
	"diwan.example/packs"
	"diwan.example/programme"
	"diwan.example/programme/lifecycle"
	"diwan.example/programme/policy"
	"diwan.example/web/ui"
	"diwan.example/web/ui/uitest"
)

func TestTexts(t *testing.T)  { uitest.CheckTexts(t, os.DirFS(".")) }
func TestRoutes(t *testing.T) { uitest.CheckRoutes(t, new(Life).Routes()) }

const certificate = "/oversight/services/education/enrolment-certificate"

var (
	committee = gov.Actor{Person: "c", Org: "iga", Roles: []gov.Role{gov.Committee}}
	team      = gov.Actor{Person: "a", Org: "iga", Roles: []gov.Role{gov.Authority}}
	head      = gov.Actor{Person: "h", Org: "moe", Roles: []gov.Role{gov.Head}}
	other     = gov.Actor{Person: "o", Org: "moh", Roles: []gov.Role{gov.Head}}
)

// world is the sample country with one service that people used.
type world struct {
	*casetest.World
	site http.Handler
	who  gov.Actor
}

func newWorld(t *testing.T) *world {
	c := casetest.New(t, dbtest.SQLite(t))
	cycle := &lifecycle.Cycle{Packs: c.Cases.Packs, Zone: c.Country.Calendar.Zone}
	office := &policy.Office{Cycle: cycle}
	w := &world{World: c, who: committee}
	w.Pump.Followers = append(w.Pump.Followers, programme.Follower(cycle.Zone), catalogue.Follower(), office.Follower(), cycle.Follower())
	for kind, do := range cycle.Jobs() {
		w.Worker.Kinds[kind] = do
	}
	l := &Life{DB: w.DB, Book: catalogue.New(w.DB), Cycle: cycle, Zone: cycle.Zone}
	ctx := gov.WithActor(t.Context(), gov.System)
	if err := l.Book.Seed(ctx, c.Country); err != nil {
		t.Fatal(err)
	}
	p, err := pack.Read(packs.Files, "education/enrolment-certificate", c.Cases.Packs.Options)
	if err != nil {
		t.Fatal(err)
	}
	w.Do(gov.System, func(tx *db.Tx) error { return catalogue.Publish(tx, p) })
	w.cases(gov.Portal, 110)
	w.Do(gov.System, cycle.Start)
	s := &ui.Site{Country: ui.Country{Name: c.Country.Name, Accent: c.Country.Accent.Light, Currency: c.Country.Currency, Calendar: &c.Country.Calendar}, Log: slog.New(slog.DiscardHandler),
		Clock: w.DB.Now, Actor: func(*http.Request) (gov.Actor, string) { return w.who, "" }}
	mux := http.NewServeMux()
	s.Mount(mux, l.Routes()...)
	w.site = s.Handler(mux)
	return w
}

// cases appends the facts of n cases that were asked and granted on a channel.
func (w *world) cases(channel gov.Channel, n int) {
	w.T.Helper()
	w.Do(gov.System, func(tx *db.Tx) error {
		for i := range n {
			f := journal.Fact{Subject: fmt.Sprint(channel, i), Service: "education/enrolment-certificate", Organisation: "moe", Channel: channel, Place: "capital", Version: "1"}
			for _, name := range []string{"case.submitted", "case.closed", "document.issued"} {
				f.Name, f.Body = name, nil
				if name == "case.closed" {
					f.Body = journal.Body(map[string]string{"outcome": "granted"})
				}
				if err := journal.Append(tx, f); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (w *world) get(path string) (int, string) {
	w.T.Helper()
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
	return rec.Code, rec.Body.String()
}

func (w *world) post(path string, pairs ...string) (int, string) {
	w.T.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "http://localhost"+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, r)
	w.Drain()
	return rec.Code, rec.Body.String()
}

func (w *world) want(path string, code int, words ...string) {
	w.T.Helper()
	got, body := w.get(path)
	if got != code {
		w.T.Errorf("%s as %s answers %d, want %d", path, w.who.Person, got, code)
	}
	for _, x := range words {
		if !strings.Contains(body, x) {
			w.T.Errorf("%s as %s does not say %q", path, w.who.Person, x)
		}
	}
}

func TestPagesSayWhereServicesStand(t *testing.T) {
	w := newWorld(t)
	for _, lang := range []string{"", "/en"} {
		for _, path := range []string{"/oversight/stages", "/oversight/stages?stage=documented", "/oversight/policies", "/oversight/policies/entity/moe?policy=ask-once", "/oversight/policies/exceptions", certificate} {
			w.want(lang+path, 200)
		}
	}
	w.want("/en/oversight/stages?stage=live", 200, "Enrolment certificate", "Proven from records", "Declared by the entity")
	w.want("/en"+certificate, 200, "Live", "Online from start to end", "Proven from records", "Nothing is asked that the account alone holds", "at least")
	w.want("/en"+certificate+"?at=2020-01-01", 200, "It was not in the catalogue on that day")
	for _, path := range []string{"/en/oversight/stages?at=31.12.2026", "/en/oversight/policies?at=2026-02-30", "/en" + certificate + "?at=x"} {
		w.want(path, 422, "Write the day like 2026-11-23")
	}
	w.want("/oversight/stages?stage=nowhere", 404)
	w.want("/oversight/services/education/nothing", 404)
	w.want("/oversight/policies/entity/nobody", 404)
	w.want("/oversight/policies/entity/moe?policy=nothing", 404)
}

func TestHeadsSeeTheirOwnOnly(t *testing.T) {
	w := newWorld(t)
	w.who = other
	w.want(certificate, 404)
	w.want(certificate+"/history.csv", 404)
	w.want(certificate+"/sign/counter-step", 404)
	w.want(certificate+"/counter", 404)
	w.want("/oversight/policies/entity/moe", 404)
	w.want("/oversight/stages?org=moe", 404)
	if code, _ := w.post(certificate+"/sign/counter-step", "words", "It went back to us."); code != 404 {
		t.Errorf("a stranger signs: %d", code)
	}
	if code, _ := w.post(certificate+"/counter", "words", "It closes from today."); code != 404 {
		t.Errorf("a stranger closes: %d", code)
	}
	for _, path := range []string{"/en/oversight/stages?stage=live", "/en/oversight/policies"} {
		if _, body := w.get(path); strings.Contains(body, "Enrolment certificate") || strings.Contains(body, "Ministry of Education") {
			t.Errorf("%s shows another entity's", path)
		}
	}
	w.who = head
	w.want(certificate, 200)
	w.want("/oversight/policies/exceptions/new", 403)
	w.who = gov.Actor{Person: "r"}
	w.want("/oversight/stages", 403)
}

func TestAStatementIsSignedAndWithdrawn(t *testing.T) {
	w := newWorld(t)
	w.who = head
	w.want("/en"+certificate+"/sign/counter-step", 200, "What you state")
	if code, body := w.post("/en"+certificate+"/sign/counter-step", "words", "short", "link", "http://no"); code != 422 || !strings.Contains(body, "short") || !strings.Contains(body, "10 to 2000") {
		t.Errorf("what is wrong: %d", code)
	}
	if code, _ := w.post(certificate+"/sign/counter-step", "words", "The stamp is asked for at the school again."); code != 303 {
		t.Errorf("signing: %d", code)
	}
	w.want("/en"+certificate, 200, "Tested", "The stamp is asked for at the school again.", "None of its steps went back to the counter", "Withdraw it")
	if code, _ := w.post(certificate+"/sign/assessed", "words", "We assess ourselves here."); code != 403 {
		t.Errorf("a head signs for the authority: %d", code)
	}
	if code, _ := w.post(certificate + "/withdraw/counter-step"); code != 303 {
		t.Errorf("withdrawing: %d", code)
	}
	w.want("/en"+certificate, 200, "Live", "Holds no more")
}

func TestAnExceptionIsRecordedOnThePage(t *testing.T) {
	w := newWorld(t)
	w.who = team
	w.want("/en/oversight/policies/exceptions/new", 200, "Law or decision")
	form := []string{"check", "consulted", "service", "education/enrolment-certificate", "legal", "Decision 7 of 2026", "reason", "Consultation begins next year.", "decided_by", "Committee", "from", "2026-11-23", "until", ""}
	if code, body := w.post("/en/oversight/policies/exceptions/new", form...); code != 422 || !strings.Contains(body, "Every exception ends") || !strings.Contains(body, "Decision 7 of 2026") {
		t.Errorf("without an end: %d", code)
	}
	form[len(form)-1] = "2026-12-31"
	if code, _ := w.post("/oversight/policies/exceptions/new", form...); code != 303 {
		t.Errorf("recording: %d", code)
	}
	if code, body := w.post("/en/oversight/policies/exceptions/new", form...); code != 422 || !strings.Contains(body, "holds already") {
		t.Errorf("twice: %d", code)
	}
	form[3] = "education/nothing"
	if code, _ := w.post("/oversight/policies/exceptions/new", form...); code != 422 {
		t.Errorf("a service that is not there: %d", code)
	}
	w.want("/en/oversight/policies/exceptions", 200, "Decision 7 of 2026", "Holds", "End it now")
	w.want("/en/oversight/policies/entity/moe?policy=participation", 200, "Excepted by decision")
	w.who = committee
	if _, body := w.get("/en/oversight/policies/exceptions"); strings.Contains(body, "End it now") {
		t.Error("a committee member may end it")
	}
	if code, _ := w.post("/oversight/policies/exceptions/x/end"); code != 403 {
		t.Errorf("a committee member ends it: %d", code)
	}
}

func TestTablesDownload(t *testing.T) {
	w := newWorld(t)
	for path, least := range map[string]int{"/oversight/stages.csv": 70, certificate + "/history.csv": 2, "/oversight/policies.csv": 50, "/oversight/policies/entity/moe/results.csv": 20, "/oversight/policies/exceptions.csv": 1} {
		code, body := w.get(path)
		text, bom := strings.CutPrefix(body, "\uFEFF")
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if code != 200 || !bom || err != nil || len(rows) < least {
			t.Errorf("%s: %d, bom %v, %d rows, %v", path, code, bom, len(rows), err)
		}
	}
}

func TestACounterIsClosedOnThePageAndReopensByItself(t *testing.T) {
	w := newWorld(t)
	w.who = head
	if code, body := w.post("/en"+certificate+"/counter", "words", "Everybody uses the portal now."); code != 409 || !strings.Contains(body, "Accessibility shown") {
		t.Errorf("without an accessibility report: %d", code)
	}
	w.Do(gov.System, func(tx *db.Tx) error {
		return lifecycle.Give(tx, lifecycle.Evidence{Service: "education/enrolment-certificate", Name: "accessibility", Source: "axe@3", Words: gov.T("بلا مخالفة", "Without a violation")})
	})
	w.want("/en"+certificate, 200, "Close the counter")
	if code, _ := w.post(certificate+"/counter", "words", "Everybody uses the portal now."); code != 303 {
		t.Errorf("closing: %d", code)
	}
	w.want("/en"+certificate, 200, "Counter closed", "The counter is closed", "Everybody uses the portal now.", "Reopen the counter")
	w.cases(gov.Counter, 60) // people come all the same
	w.Pass(24 * time.Hour)
	w.want("/en"+certificate, 200, "The counter is open", "reopened by itself")
}
