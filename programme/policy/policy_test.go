package policy_test

import (
	"slices"
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
	"diwan.example/programme/policy"
)

const (
	day         = 24 * time.Hour
	certificate = gov.ServiceID("education/enrolment-certificate")
)

var (
	authority = gov.Actor{Person: "a", Org: "iga", Roles: []gov.Role{gov.Authority}}
	owner     = gov.Actor{Person: "o", Org: "moe", Roles: []gov.Role{gov.Owner, gov.Head}}
)

type world struct {
	*casetest.World
	office *policy.Office
}

func newWorld(t *testing.T, d *db.DB) *world {
	c := casetest.New(t, d)
	cycle := &lifecycle.Cycle{Packs: c.Cases.Packs, Zone: c.Country.Calendar.Zone}
	w := &world{c, &policy.Office{Cycle: cycle}}
	w.Pump.Followers = append(w.Pump.Followers, programme.Follower(cycle.Zone), catalogue.Follower(), w.office.Follower(), cycle.Follower())
	for kind, do := range w.office.Jobs() {
		w.Worker.Kinds[kind] = do
	}
	w.Do(gov.System, w.office.Start)
	w.Do(gov.System, func(tx *db.Tx) error {
		for i, o := range w.Country.Organisations {
			if err := catalogue.PutOrganisation(tx, i, o); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

// publish publishes a pack of the product, changed, as the platform does.
func (w *world) publish(id gov.ServiceID, replace ...string) error {
	w.T.Helper()
	p, err := pack.Read(packs.Files, string(id), w.Cases.Packs.Options)
	if err != nil {
		w.T.Fatal(err)
	}
	files := map[string]string{}
	for name, text := range p.Files {
		files[name] = strings.NewReplacer(replace...).Replace(text)
	}
	return w.Try(gov.System, func(tx *db.Tx) error {
		p, err := w.Cases.Packs.Publish(tx, files)
		if err != nil {
			return err
		}
		_, err = policy.Publish(tx, p)
		return err
	})
}

// state is what a check found of a service at a moment; "" when it did not apply.
func (w *world) state(id gov.ServiceID, check string, at time.Time) (s policy.State) {
	w.T.Helper()
	w.Do(gov.System, func(tx *db.Tx) error {
		list, err := policy.At(tx, at, "")
		for _, r := range list {
			if r.Service == id && r.Check == check {
				s = r.State
			}
		}
		return err
	})
	return s
}

// pageless is a question about what the account holds, not filled from it.
const pageless = "      - name: mobile\n        kind: short-text\n        optional: true\n        label: {ar: الجوال, en: Mobile}\n"

func TestThePacksOfTheProductKeepTheBindingChecks(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for _, id := range []gov.ServiceID{certificate, "identity-card/renewal", "justice/small-claim"} {
		if err := w.publish(id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// Every binding check refuses a pack that breaks it, in both languages, and
// leaves the version before in force.
func TestABrokenBindingCheckRefusesThePublication(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		if err := w.publish(certificate); err != nil {
			t.Fatal(err)
		}
		for want, replace := range map[string][]string{
			"asked for on the portal":        {"channels: [portal, counter, kiosk, phone, api]", "channels: [counter]"},
			"Every refusal has a reason":     {"reason: {ar: لا يُثبت سجل الطلبة القيد المطلوب., en: The pupil register does not show the enrolment asked for.}", ""},
			"Nothing is asked that the acco": {"      - name: truth\n", pageless + "      - name: truth\n"},
		} {
			err := w.publish(certificate, append(replace, `version: "3"`, `version: "4"`)...)
			text := gov.PublicOf(err)
			if gov.KindOf(err) != gov.Invalid || !strings.Contains(text[gov.English], want) || !strings.Contains(text[gov.Arabic], "لا تُنشر الخدمة") {
				t.Errorf("%s: %v", want, err)
			}
			w.Do(gov.System, func(tx *db.Tx) error {
				p, err := w.Cases.Packs.Current(tx, certificate)
				if err == nil && p.Version != "3" {
					t.Errorf("%s: version %s is in force", want, p.Version)
				}
				s, _ := catalogue.Find(tx, certificate)
				if s.Version != "3" {
					t.Errorf("%s: the catalogue announces %s", want, s.Version)
				}
				return err
			})
		}
	})
}

func TestARefusalWithoutAnAppealIsRefused(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	p, err := pack.Read(packs.Files, string(certificate), w.Cases.Packs.Options)
	if err != nil {
		t.Fatal(err)
	}
	admit := func() (err error) {
		w.Do(gov.System, func(tx *db.Tx) error {
			_, err = policy.Admit(tx, catalogue.Service{Entry: catalogue.Entry{ID: p.ID, Organisation: p.Organisation, Name: p.Title}}, p)
			return nil
		})
		return err
	}
	if err := admit(); err != nil {
		t.Error(err)
	}
	p.AppealTo, p.AppealDays = "", 0
	if err := admit(); gov.KindOf(err) != gov.Invalid || !strings.Contains(gov.PublicOf(err)[gov.English], "A refusal can be appealed") {
		t.Error(err)
	}
}

func TestAnExceptionAllowsUntilItsDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		if err := w.publish(certificate); err != nil {
			t.Fatal(err)
		}
		x := policy.Exception{Service: certificate, Check: "portal", Legal: "Decision 12 of 2026", Reason: "The school year ends before the portal is ready.", DecidedBy: "Supreme committee"}
		except := func(a gov.Actor, x policy.Exception, from, until string) (out policy.Exception, err error) {
			err = w.Try(a, func(tx *db.Tx) (err error) { out, err = policy.Except(tx, x, from, until, time.UTC); return err })
			return out, err
		}
		if _, err := except(owner, x, "2026-11-23", "2026-12-01"); gov.KindOf(err) != gov.Denied {
			t.Errorf("the owner excepts itself: %v", err)
		}
		for field, change := range map[string]func(x *policy.Exception, from, until *string){
			"legal": func(x *policy.Exception, _, _ *string) { x.Legal = " " }, "reason": func(x *policy.Exception, _, _ *string) { x.Reason = "why" },
			"decided_by": func(x *policy.Exception, _, _ *string) { x.DecidedBy = "" }, "link": func(x *policy.Exception, _, _ *string) { x.Link = "javascript:1" },
			"from": func(_ *policy.Exception, from, _ *string) { *from = "2026-02-31" }, "until": func(_ *policy.Exception, _, until *string) { *until = "" },
		} {
			y, from, until := x, "2026-11-23", "2026-12-01"
			change(&y, &from, &until)
			_, err := except(authority, y, from, until)
			list, ok := gov.ProblemsOf(err, "")
			if !ok || !slices.ContainsFunc(list, func(p gov.Problem) bool { return p.Field == field }) {
				t.Errorf("wrong %s: %v", field, err)
			}
		}
		for _, days := range [][2]string{{"2026-12-02", "2026-12-01"}, {"2026-01-01", "2026-02-01"}, {"2026-11-23", "2036-11-23"}} {
			if _, err := except(authority, x, days[0], days[1]); gov.KindOf(err) != gov.Invalid {
				t.Errorf("%v: %v", days, err)
			}
		}
		if _, err := except(authority, policy.Exception{Organisation: "nobody", Check: "portal", Legal: x.Legal, Reason: x.Reason, DecidedBy: x.DecidedBy}, "2026-11-23", "2026-12-01"); gov.KindOf(err) != gov.NotFound {
			t.Errorf("an organisation that is not there: %v", err)
		}
		if _, err := except(authority, x, "٢٠٢٦-١١-٢٣", "2026-11-26"); err != nil {
			t.Fatal(err)
		}
		if _, err := except(authority, x, "2026-11-25", "2026-12-01"); gov.KindOf(err) != gov.Conflict {
			t.Errorf("twice: %v", err)
		}
		if err := w.publish(certificate, `version: "3"`, `version: "4"`, "channels: [portal, counter, kiosk, phone, api]", "channels: [counter]"); err != nil {
			t.Fatal(err)
		}
		if s := w.state(certificate, "portal", time.Time{}); s != policy.Excepted {
			t.Errorf("under the exception the check is %q", s)
		}
		during := w.Now()
		for range 5 { // nobody does anything: it ends by itself
			w.Pass(day)
		}
		if s := w.state(certificate, "portal", time.Time{}); s != policy.Fail {
			t.Errorf("after its last day the check is %q", s)
		}
		if s := w.state(certificate, "portal", during); s != policy.Excepted {
			t.Errorf("as of then the check was %q", s)
		}
		if err := w.publish(certificate, `version: "3"`, `version: "5"`, "channels: [portal, counter, kiosk, phone, api]", "channels: [kiosk]"); gov.KindOf(err) != gov.Invalid {
			t.Errorf("published after the exception ended: %v", err)
		}
	})
}

func TestAnExceptionForAnEntityAndItsEarlyEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		if err := w.publish(certificate); err != nil {
			t.Fatal(err)
		}
		if s := w.state(certificate, "consulted", time.Time{}); s != policy.Fail {
			t.Fatalf("nobody was consulted, yet the check is %q", s)
		}
		x := policy.Exception{Organisation: "moe", Check: "consulted", Legal: "Decision 12 of 2026", Reason: "Consultations begin with the new year.", DecidedBy: "Committee"}
		w.Do(authority, func(tx *db.Tx) (err error) {
			x, err = policy.Except(tx, x, "2026-11-23", "2027-11-22", time.UTC)
			return err
		})
		if s := w.state(certificate, "consulted", time.Time{}); s != policy.Excepted {
			t.Errorf("under the entity's exception the check is %q", s)
		}
		end := func(a gov.Actor) error { return w.Try(a, func(tx *db.Tx) error { return policy.End(tx, x.ID) }) }
		if err := end(owner); gov.KindOf(err) != gov.Denied {
			t.Errorf("the owner ends it: %v", err)
		}
		w.Pass(day)
		if err := end(authority); err != nil {
			t.Error(err)
		}
		if err := end(authority); gov.KindOf(err) != gov.NotFound {
			t.Errorf("ended twice: %v", err)
		}
		if s := w.state(certificate, "consulted", time.Time{}); s != policy.Fail {
			t.Errorf("after its end the check is %q", s)
		}
		head := gov.Actor{Person: "h", Org: "moe", Roles: []gov.Role{gov.Head}}
		w.Do(head, func(tx *db.Tx) error {
			_, err := lifecycle.Sign(tx, certificate, "consulted", "1,200 parents answered the survey.", "https://example.org/survey")
			return err
		})
		if s := w.state(certificate, "consulted", time.Time{}); s != policy.Pass {
			t.Errorf("after the statement the check is %q", s)
		}
	})
}

func TestTheMatrixKeepsProvenAndDeclaredApart(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	if err := w.publish(certificate); err != nil {
		t.Fatal(err)
	}
	w.Do(gov.System, func(tx *db.Tx) error {
		return catalogue.Enter(tx, catalogue.Entry{ID: "education/transfer", Organisation: "moe", Name: gov.T("نقل", "Transfer"), Description: gov.T("نقل", "Transfer"), WorkingDays: 5,
			Evidence: []country.Evidence{{ID: "birth", Name: gov.T("شهادة ميلاد", "Birth certificate"), Issuer: "moh"}, {ID: "own", Name: gov.T("تقرير", "Report"), Issuer: "moe"}}})
	})
	w.Do(gov.System, func(tx *db.Tx) error {
		list, err := policy.At(tx, time.Time{}, "")
		if err != nil {
			return err
		}
		rows, all := policy.Matrix(list)
		if len(rows) != 1 || rows[0].Organisation != "moe" || rows[0].Services != 2 || all.Services != 2 {
			t.Errorf("%+v", rows)
		}
		once := all.Cells["ask-once"]
		if once.Proven != (policy.Tally{Pass: 3}) || once.Declared.Fail != 1 {
			t.Errorf("ask once: %+v", once)
		}
		for _, r := range list {
			if r.Check == "issued-by-government" && r.Service == "education/transfer" && r.Shows != "birth" {
				t.Errorf("it shows %q", r.Shows)
			}
		}
		return nil
	})
}

func TestNothingIsKeptTwice(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	if err := w.publish(certificate); err != nil {
		t.Fatal(err)
	}
	count := func() (results, judged int) {
		w.Do(gov.System, func(tx *db.Tx) error {
			list, err := policy.Of(tx, certificate)
			facts, _ := journal.Of(tx, string(certificate))
			for _, f := range facts {
				if f.Name == policy.FactJudged {
					judged++
				}
			}
			results = len(list)
			return err
		})
		return results, judged
	}
	r, j := count()
	for range 4 {
		w.Pass(day)
	}
	if r2, j2 := count(); r2 != r || j2 != j || j == 0 {
		t.Errorf("%d results and %d facts became %d and %d", r, j, r2, j2)
	}
}
