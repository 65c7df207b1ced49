package lifecycle_test

import (
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/programme/lifecycle"
)

// axe is a report of axe-core on two pages.
const axe = `[{"testEngine":{"name":"axe-core","version":"4.10.2"},"url":"https://example.org/ar","passes":[{"id":"label"},{"id":"region"}],"violations":[]},
	{"testEngine":{"name":"axe-core","version":"4.10.2"},"url":"https://example.org/en","passes":[{"id":"label"}],"violations":[]}]`

func (w *world) report(id gov.ServiceID, text string) {
	w.T.Helper()
	r, err := lifecycle.ReadReport(strings.NewReader(text))
	if err != nil {
		w.T.Fatal(err)
	}
	w.Do(gov.System, func(tx *db.Tx) error { _, _, err := lifecycle.KeepReport(tx, id, r); return err })
}

func TestACounterClosesWhenItsMeasuresAllowAndReopensByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.enter(certificate)
		w.run(certificate)
		close := func(a gov.Actor) error {
			return w.Try(a, func(tx *db.Tx) error {
				return w.cycle.CloseCounter(tx, certificate, "Decision 4: nobody comes any more.", "")
			})
		}
		refused := func(field string) {
			t.Helper()
			err := close(head)
			list, _ := err.(*gov.Error)
			if gov.KindOf(err) != gov.Conflict || list == nil || list.Field != field {
				t.Errorf("closing: %v, want a conflict at %q", err, field)
			}
		}
		refused("") // not live
		w.cases(certificate, gov.Portal, "capital", 99, "granted")
		refused("cases")
		w.cases(certificate, gov.Counter, "northern", 10, "granted")
		refused("coverage")
		w.cases(certificate, gov.Kiosk, "northern", 1, "granted")
		refused("accessibility")
		w.report(certificate, axe)
		w.cases(certificate, gov.Portal, "capital", 30, "withdrawn")
		refused("failure")
		w.cases(certificate, gov.Portal, "capital", 80, "granted")
		for _, a := range []gov.Actor{stranger, authority, {}} {
			if err := close(a); gov.KindOf(err) != gov.Denied {
				t.Errorf("%q closes: %v", a.Person, err)
			}
		}
		if err := close(head); err != nil {
			t.Fatal(err)
		}
		w.want(certificate, lifecycle.Closed, lifecycle.Proven)
		if err := close(head); gov.KindOf(err) != gov.Conflict {
			t.Errorf("twice: %v", err)
		}
		w.cases(certificate, gov.Counter, "capital", 15, "granted") // below what closes, above what reopens
		w.Pass(day)
		w.want(certificate, lifecycle.Closed, lifecycle.Proven)
		w.cases(certificate, gov.Counter, "capital", 60, "granted")
		w.Pass(day)
		w.want(certificate, lifecycle.Live, lifecycle.Proven)
		w.Do(gov.System, func(tx *db.Tx) error {
			events, err := lifecycle.CounterOf(tx, certificate)
			if len(events) != 2 || events[0].State != lifecycle.CounterOpen || events[0].Actor != gov.System.Person || events[0].Measures["digital"] >= 0.8 {
				t.Errorf("%+v", events)
			}
			facts, _ := journal.Of(tx, string(certificate))
			said := ""
			for _, f := range facts {
				if f.Name == lifecycle.FactCounterReopened {
					said += string(f.Body)
				}
			}
			if !strings.Contains(said, "digital") || !strings.Contains(said, "trigger") {
				t.Errorf("the fact says %s", said)
			}
			return err
		})
	})
}

func TestANewVersionMustShowItsAccessibilityAgain(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.enter(certificate)
	w.run(certificate)
	has := func() bool {
		r, _ := w.now(certificate)
		for _, g := range r.Given {
			if g.Name == "accessibility" {
				return true
			}
		}
		return false
	}
	w.report(certificate, axe)
	if !has() {
		t.Error("a clean report is no evidence")
	}
	w.run(certificate, `version: "3"`, `version: "4"`)
	if has() {
		t.Error("the report of version 2 counts for version 3")
	}
	w.report(certificate, axe)
	w.report(certificate, strings.Replace(axe, `"violations":[]`, `"violations":[{"id":"color-contrast","help":"Contrast","nodes":[{},{}]}]`, 1))
	if has() {
		t.Error("a report with a violation left the evidence in place")
	}
}

func TestWhatIsNoReport(t *testing.T) {
	for _, text := range []string{"", "[]", "{}", "null", "<html>", `{"testEngine":{"name":"mine","version":"1"},"url":"x","passes":[{"id":"a"}],"violations":[]}`,
		strings.Replace(axe, `"passes":[{"id":"label"}]`, `"passes":[]`, 1), strings.ReplaceAll(axe, `"violations":[]`, `"x":1`), axe[:len(axe)-3], strings.Repeat("[", 100000)} {
		if _, err := lifecycle.ReadReport(strings.NewReader(text)); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%.60q: %v", text, err)
		}
	}
	if r, err := lifecycle.ReadReport(strings.NewReader("\uFEFF" + axe)); err != nil || len(r.Pages) != 2 || r.Rules != 2 || r.Engine != "4.10.2" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestTheMovesAllowEveryWayThatEvidenceCanGo(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.enter(certificate)
	w.run(certificate)
	w.cases(certificate, gov.Portal, "capital", 1, "granted")
	w.want(certificate, lifecycle.Live, lifecycle.Proven)
	w.run(certificate, `version: "3"`, `version: "4"`) // a later version: it improves
	w.want(certificate, lifecycle.Improving, lifecycle.Proven)
	w.Pass(400 * day)
	w.want(certificate, lifecycle.Tested, lifecycle.Proven)
	if p := w.kept(certificate, w.Now().Add(-time.Hour-399*day)); p.Stage != lifecycle.Improving {
		t.Errorf("a year before it stood at %s", p.Stage)
	}
}
