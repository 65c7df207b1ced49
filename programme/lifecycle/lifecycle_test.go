package lifecycle_test

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"diwan.example/casework/casetest"
	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/pack"
	"diwan.example/packs"
	"diwan.example/programme"
	"diwan.example/programme/lifecycle"
)

const day = 24 * time.Hour

var (
	authority = gov.Actor{Person: "a", Org: "iga", Roles: []gov.Role{gov.Authority}}
	head      = gov.Actor{Person: "h", Org: "moe", Roles: []gov.Role{gov.Head}}
	stranger  = gov.Actor{Person: "s", Org: "moh", Roles: []gov.Role{gov.Head, gov.Owner, gov.Supervisor}}
)

// world is a catalogue with packs and cases, followed by the life of services.
type world struct {
	*casetest.World
	cycle *lifecycle.Cycle
	seq   int
}

func newWorld(t *testing.T, d *db.DB) *world {
	c := casetest.New(t, d)
	w := &world{World: c, cycle: &lifecycle.Cycle{Packs: c.Cases.Packs, Zone: c.Country.Calendar.Zone}}
	w.Pump.Followers = append(w.Pump.Followers, programme.Follower(w.cycle.Zone), catalogue.Follower(), w.cycle.Follower())
	for kind, do := range w.cycle.Jobs() {
		w.Worker.Kinds[kind] = do
	}
	w.Do(gov.System, w.cycle.Start)
	return w
}

// enter puts a service of the Ministry of Education into the catalogue.
func (w *world) enter(id gov.ServiceID, more ...func(*catalogue.Entry)) {
	w.T.Helper()
	e := catalogue.Entry{ID: id, Organisation: "moe", Name: gov.T("خدمة", "Service"), Description: gov.T("وصف", "Description"), WorkingDays: 3,
		Channels: country.Channels{{Kind: "counter"}}, Outputs: country.Outputs{{Name: gov.T("شهادة", "Certificate")}}}
	for _, m := range more {
		m(&e)
	}
	w.Do(gov.System, func(tx *db.Tx) error { return catalogue.Enter(tx, e) })
}

// run publishes the product's pack of a service, changed.
func (w *world) run(id gov.ServiceID, replace ...string) {
	w.T.Helper()
	p, err := pack.Read(packs.Files, string(id), w.Cases.Packs.Options)
	if err != nil {
		w.T.Fatal(err)
	}
	files := map[string]string{}
	for name, text := range p.Files {
		files[name] = strings.NewReplacer(replace...).Replace(text)
	}
	w.Do(gov.System, func(tx *db.Tx) error {
		p, err := w.Cases.Packs.Publish(tx, files)
		if err != nil {
			return err
		}
		if err := catalogue.Publish(tx, p); err != nil {
			return err
		}
		return lifecycle.Give(tx, lifecycle.Evidence{Service: id, Name: "policies", Source: "policy", Words: gov.T("تستوفيها", "They hold")})
	})
}

// cases appends the facts of n cases that were asked and closed on a channel.
func (w *world) cases(id gov.ServiceID, channel gov.Channel, place string, n int, outcome string) {
	w.T.Helper()
	w.Do(gov.System, func(tx *db.Tx) error {
		for range n {
			w.seq++
			f := journal.Fact{Name: "case.submitted", Subject: "c" + strconv.Itoa(w.seq), Service: id, Organisation: "moe", Channel: channel, Place: place, Version: "1"}
			if err := journal.Append(tx, f); err != nil {
				return err
			}
			f.Name, f.Body = "case.closed", journal.Body(map[string]any{"outcome": outcome})
			if err := journal.Append(tx, f); err != nil {
				return err
			}
			if outcome == "granted" {
				f.Name, f.Body = "document.issued", nil
				if err := journal.Append(tx, f); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (w *world) now(id gov.ServiceID) (r lifecycle.Record, st lifecycle.Standing) {
	w.T.Helper()
	w.Do(gov.System, func(tx *db.Tx) (err error) { r, st, err = w.cycle.Now(tx, id); return err })
	return r, st
}

// kept is the stage that was last kept of a service.
func (w *world) kept(id gov.ServiceID, at time.Time) (p lifecycle.Place) {
	w.T.Helper()
	w.Do(gov.System, func(tx *db.Tx) error {
		list, err := lifecycle.At(tx, at, "")
		for _, x := range list {
			if x.Service == id {
				p = x
			}
		}
		return err
	})
	return p
}

func (w *world) want(id gov.ServiceID, s lifecycle.Stage, b lifecycle.Basis) {
	w.T.Helper()
	if p := w.kept(id, time.Time{}); p.Stage != s || p.Basis != b {
		w.T.Errorf("%s stands at %s (%s), want %s (%s)", id, p.Stage, p.Basis, s, b)
	}
}

func (w *world) sign(a gov.Actor, id gov.ServiceID, evidence string) error {
	w.T.Helper()
	return w.Try(a, func(tx *db.Tx) error {
		_, err := lifecycle.Sign(tx, id, evidence, "The team has looked at it.", "https://example.org/minutes")
		return err
	})
}

const certificate = gov.ServiceID("education/enrolment-certificate")

func TestAServiceRisesAndFallsWithItsEvidence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.enter(certificate, func(e *catalogue.Entry) { e.Outputs = nil })
		w.want(certificate, lifecycle.Entered, lifecycle.Proven)
		w.enter(certificate)
		w.want(certificate, lifecycle.Documented, lifecycle.Proven)
		for _, step := range []struct {
			evidence string
			to       lifecycle.Stage
		}{{"prioritised", lifecycle.Documented}, {"assessed", lifecycle.Prioritised}, {"planned", lifecycle.Planned}} {
			if err := w.sign(authority, certificate, step.evidence); err != nil {
				t.Fatal(err)
			}
			w.want(certificate, step.to, lifecycle.Proven)
		}
		before := w.Now()
		w.Pass(day)
		w.run(certificate)
		w.want(certificate, lifecycle.Tested, lifecycle.Proven)
		w.Pass(day)
		w.cases(certificate, gov.Counter, "capital", 3, "granted") // not online: proves nothing
		w.want(certificate, lifecycle.Tested, lifecycle.Proven)
		w.cases(certificate, gov.Portal, "capital", 1, "granted")
		w.want(certificate, lifecycle.Live, lifecycle.Proven)

		if err := w.sign(head, certificate, "counter-step"); err != nil {
			t.Fatal(err)
		}
		w.want(certificate, lifecycle.Tested, lifecycle.Proven)
		if err := w.Try(head, func(tx *db.Tx) error { return lifecycle.Withdraw(tx, certificate, "counter-step") }); err != nil {
			t.Fatal(err)
		}
		w.want(certificate, lifecycle.Live, lifecycle.Proven)
		w.run(certificate, `version: "3"`, `version: "4"`, "channels: [portal, counter, kiosk, phone, api]", "channels: [counter]")
		w.want(certificate, lifecycle.Designed, lifecycle.Proven)
		if p := w.kept(certificate, before); p.Stage != lifecycle.Planned {
			t.Errorf("before the pack it stood at %s", p.Stage)
		}
		if p := w.kept(certificate, time.Time{}); !slices.Equal(p.Went, []string{"online"}) {
			t.Errorf("it fell because %v went", p.Went)
		}
	})
}

func TestOnlineByWordOnlyIsDeclared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.enter("labour/permit", func(e *catalogue.Entry) {
			e.Online = country.Online{Level: 4, Declared: "2026-01-10", Link: "https://example.org", Points: map[country.Point]country.Answer{country.Decision: country.Yes}}
		})
		w.want("labour/permit", lifecycle.Live, lifecycle.Declared)
		r, st := w.now("labour/permit")
		if m := st.Levels; m.Proven.Level != 1 || m.Declared.Level != 4 || len(m.Proven.Points) != 0 || m.Declared.Points[country.Decision] != country.Yes || m.Declared.Since != "2026-01-10" || r.Runs() {
			t.Errorf("%+v", m)
		}
		w.enter("labour/permit", func(e *catalogue.Entry) { e.Online = country.Online{Level: 1, Declared: "2026-02-10"} })
		w.want("labour/permit", lifecycle.Documented, lifecycle.Proven)
		w.enter("labour/permit", func(e *catalogue.Entry) { e.Status = "ended" })
		w.want("labour/permit", lifecycle.Retired, lifecycle.Proven)
	})
}

func TestLevelsAreProvenByCasesAlone(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.enter(certificate, func(e *catalogue.Entry) { e.Online = country.Online{Level: 2, Declared: "2026-01-10"} })
	w.run(certificate)
	level := func() lifecycle.Online { _, st := w.now(certificate); return st.Levels.Proven }
	if o := level(); o.Level != 1 || o.Points[country.Application] != country.No {
		t.Errorf("without cases: %+v", o)
	}
	w.cases(certificate, gov.Portal, "capital", 2, "withdrawn")
	if o := level(); o.Level != 3 || o.Points[country.Application] != country.Yes || o.Points[country.Decision] != country.No {
		t.Errorf("asked online: %+v", o)
	}
	w.cases(certificate, gov.Portal, "capital", 1, "granted")
	o := level()
	if yes, of := o.PointsOnline(); o.Level != 4 || yes != 6 || of != 6 {
		t.Errorf("completed online: %+v", o)
	}
	_, st := w.now(certificate)
	if st.Levels.Declared.Level != 2 {
		t.Error("what is declared changed with what is proven")
	}
	w.Pass(400 * day) // evidence that people are served does not last for ever
	w.want(certificate, lifecycle.Tested, lifecycle.Proven)
	if o := level(); o.Level != 1 {
		t.Errorf("a year later: %+v", o)
	}
}

func TestWhoSignsWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.enter("education/transfer")
		for _, x := range []struct {
			who      gov.Actor
			evidence string
			want     gov.Kind
		}{
			{stranger, "assessed", gov.Denied}, {head, "assessed", gov.Denied}, {gov.Actor{}, "assessed", gov.Denied}, {stranger, "counter-step", gov.Denied}, {authority, "counter-step", gov.Denied},
			{authority, "described", gov.Invalid}, {authority, "nothing", gov.NotFound}, {authority, "assessed", ""}, {authority, "assessed", gov.Conflict},
		} {
			if err := w.sign(x.who, "education/transfer", x.evidence); gov.KindOf(err) != x.want {
				t.Errorf("%s signs %s: %v, want %q", x.who.Person, x.evidence, err, x.want)
			}
		}
		if err := w.sign(authority, "education/none", "assessed"); gov.KindOf(err) != gov.NotFound {
			t.Errorf("a service that is not there: %v", err)
		}
		for words, link := range map[string]string{"short": "", "long enough words": "javascript:alert(1)", strings.Repeat("ا", 2001): "", "\u202e\u202e\u202e\u202e\u202e\u202e\u202e\u202e\u202e\u202e": ""} {
			err := w.Try(authority, func(tx *db.Tx) error {
				_, err := lifecycle.Sign(tx, "education/transfer", "planned", words, link)
				return err
			})
			if gov.KindOf(err) != gov.Invalid {
				t.Errorf("%.20q %q: %v", words, link, err)
			}
		}
		if err := w.Try(stranger, func(tx *db.Tx) error { return lifecycle.Withdraw(tx, "education/transfer", "assessed") }); gov.KindOf(err) != gov.Denied {
			t.Errorf("a stranger withdraws: %v", err)
		}
		w.want("education/transfer", lifecycle.Assessed, lifecycle.Proven)
		w.Pass(25 * 31 * day) // the assessment holds for two years
		w.want("education/transfer", lifecycle.Documented, lifecycle.Proven)
		if err := w.Try(authority, func(tx *db.Tx) error { return lifecycle.Withdraw(tx, "education/transfer", "assessed") }); gov.KindOf(err) != gov.NotFound {
			t.Errorf("what has ended is withdrawn: %v", err)
		}
		if err := w.sign(authority, "education/transfer", "assessed"); err != nil {
			t.Errorf("it is signed anew: %v", err)
		}
	})
}

func TestOtherPartsGiveEvidence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.enter("education/transfer")
		if err := w.sign(authority, "education/transfer", "assessed"); err != nil {
			t.Fatal(err)
		}
		give := func(x lifecycle.Evidence) error {
			return w.Try(gov.System, func(tx *db.Tx) error { return lifecycle.Give(tx, x) })
		}
		x := lifecycle.Evidence{Service: "education/transfer", Name: "prioritised", Source: "priority", Words: gov.T("المرتبة 4", "Rank 4")}
		for range 2 {
			if err := give(x); err != nil {
				t.Fatal(err)
			}
		}
		w.want("education/transfer", lifecycle.Prioritised, lifecycle.Proven)
		if err := give(lifecycle.Evidence{Service: "education/transfer", Name: "planned", Source: "plan", Words: gov.T("الربع الأول", "First quarter"), Until: w.Now().Add(3 * day)}); err != nil {
			t.Fatal(err)
		}
		w.want("education/transfer", lifecycle.Planned, lifecycle.Proven)
		w.Pass(4 * day)
		w.want("education/transfer", lifecycle.Prioritised, lifecycle.Proven)
		for range 2 {
			if err := w.Try(gov.System, func(tx *db.Tx) error {
				return lifecycle.TakeBack(tx, "education/transfer", "prioritised", "priority")
			}); err != nil {
				t.Fatal(err)
			}
		}
		w.want("education/transfer", lifecycle.Assessed, lifecycle.Proven)
		w.Do(gov.System, func(tx *db.Tx) error {
			list, err := lifecycle.History(tx, "education/transfer")
			if len(list) != 6 || list[0].Number != 6 {
				t.Errorf("%d changes kept: %+v", len(list), list)
			}
			return err
		})
		for _, wrong := range []lifecycle.Evidence{{Service: "x/y", Name: "planned", Source: "plan", Words: x.Words}, {Service: x.Service, Name: "nothing", Source: "plan", Words: x.Words}, {Service: x.Service, Name: "planned", Words: x.Words}} {
			if err := give(wrong); err == nil {
				t.Errorf("%+v was taken", wrong)
			}
		}
	})
}

func TestADayLaterNothingIsKeptTwice(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.enter(certificate)
	w.run(certificate)
	for range 5 {
		w.Pass(day)
	}
	w.Do(gov.System, func(tx *db.Tx) error {
		list, err := lifecycle.History(tx, certificate)
		facts, _ := journal.Of(tx, string(certificate))
		moved := 0
		for _, f := range facts {
			if f.Name == lifecycle.FactMoved {
				moved++
			}
		}
		if len(list) != 2 || moved != 2 {
			t.Errorf("%d changes and %d facts, want 2 and 2", len(list), moved)
		}
		return err
	})
}

func TestTheTableOfStages(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.enter("education/transfer", func(e *catalogue.Entry) { e.Name = gov.T("=نقل", "=Transfer") })
	var b bytes.Buffer
	w.Do(gov.System, func(tx *db.Tx) error {
		list, err := lifecycle.At(tx, time.Time{}, "moe")
		if err != nil {
			return err
		}
		return w.cycle.WriteCSV(&b, list, lifecycle.Words{Service: func(gov.ServiceID) gov.Text { return gov.T("=نقل", "=Transfer") }, Organisation: func(gov.OrgID) gov.Text { return gov.T("م", "M") }})
	})
	if s := b.String(); !strings.HasPrefix(s, "\uFEFF") || !strings.Contains(s, "'=Transfer") || !strings.Contains(s, "موثّقة / Documented,proven,2026-11-23,1,") {
		t.Errorf("%q", s)
	}
}
