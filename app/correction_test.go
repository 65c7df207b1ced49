package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"diwan.example/app"
	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/registry"
)

// disputes plays corrections on a platform as it is served.
type disputes struct {
	*app.App
	t *testing.T
}

func (x *disputes) as(who gov.Actor, fn func(tx *db.Tx) error) error {
	x.t.Helper()
	err := x.DB.Write(gov.WithActor(x.t.Context(), who), fn)
	if drained := x.Drain(system); drained != nil {
		x.t.Fatal(drained)
	}
	return err
}

// recorded is a sample person of whom a registry holds a field, and their record.
func (x *disputes) recorded(id gov.RegistryID, field string) (who gov.Actor, r registry.Record) {
	x.t.Helper()
	err := x.as(gov.System, func(tx *db.Tx) error {
		for _, p := range x.Country.People(12) {
			known, err := identity.ByCivilNumber(tx, p.CivilNumber)
			if err != nil {
				return err
			}
			list, err := x.Records.OfPerson(tx, id, known.ID, tx.Now())
			if err != nil {
				return err
			}
			if len(list) > 0 && list[0].Values[field] != nil {
				who, r = gov.Actor{Person: known.ID, Channel: gov.Portal, StepUp: tx.Now()}, list[0]
				return nil
			}
		}
		x.t.Fatalf("nobody of the sample has %s in %s", field, id)
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return who, r
}

// brought is a dispute that the keeper's officer found right: it waits for the
// supervisor.
func (x *disputes) brought(who gov.Actor, keeper string, more form.Answers) *casework.Case {
	x.t.Helper()
	in := casework.Application{Service: "personal-data/correction", Answers: form.Answers{"keeper": keeper, "explanation": "هذا البيان غير صحيح منذ مدة", "truth": true}}
	for k, v := range more {
		in.Answers[k] = v
	}
	var c *casework.Case
	if err := x.as(who, func(tx *db.Tx) (err error) { c, err = x.Cases.Apply(tx, in); return err }); err != nil {
		x.t.Fatal(err)
	}
	officer := gov.Actor{Person: "officer", Org: gov.OrgID(keeper), Roles: []gov.Role{gov.Officer}, Channel: gov.Portal}
	if err := x.decide(officer, c.ID, casework.Verdict{Outcome: "agree"}); err != nil {
		x.t.Fatal(err)
	}
	return c
}

func (x *disputes) decide(who gov.Actor, id gov.CaseID, v casework.Verdict) error {
	x.t.Helper()
	var task gov.TaskID
	err := x.as(gov.System, func(tx *db.Tx) error {
		_, tasks, err := x.Cases.Peek(tx, id)
		for _, t := range tasks {
			if t.State == casework.TaskOpen {
				task = t.ID
			}
		}
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return x.as(who, func(tx *db.Tx) error { _, err := x.Cases.Decide(tx, task, v); return err })
}

func (x *disputes) approve(keeper string, id gov.CaseID) error {
	return x.decide(gov.Actor{Person: "supervisor", Org: gov.OrgID(keeper), Roles: []gov.Role{gov.Supervisor}, Channel: gov.Portal}, id, casework.Verdict{Outcome: "done"})
}

// versions are a person's record with what it was before, newest first.
func (x *disputes) versions(who gov.Actor, id gov.RegistryID, record string) (out []registry.Record) {
	x.t.Helper()
	err := x.as(who, func(tx *db.Tx) error {
		all, err := x.Records.Own(tx, id, who.Person)
		for _, v := range all {
			if v[0].ID == record {
				out = v
			}
		}
		return err
	})
	if err != nil || len(out) == 0 {
		x.t.Fatalf("%s: %v, %v", id, out, err)
	}
	return out
}

func (x *disputes) facts(c gov.CaseID) (n int) {
	x.t.Helper()
	err := x.as(gov.System, func(tx *db.Tx) error {
		all, err := journal.Select(tx, journal.Query{Name: "registry.corrected", Limit: 100})
		for _, f := range all {
			if strings.Contains(string(f.Body), string(c)) {
				n++
			}
		}
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return n
}

func (x *disputes) cookie(who gov.Actor) *http.Cookie {
	x.t.Helper()
	token, err := x.Gate.EnterDirectly(x.t.Context(), who.Person, identity.Client{Address: "127.0.0.1", Channel: gov.Portal})
	if err != nil {
		x.t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	x.Gate.SetCookie(rec, token)
	return rec.Result().Cookies()[0]
}

// corrected has a dispute approved and looks at all that must follow from it.
func (x *disputes) corrected(who gov.Actor, was registry.Record, keeper, field, shows string, more form.Answers) {
	x.t.Helper()
	more["registry"], more["record"], more["field"] = string(was.Registry), was.Key, field
	c := x.brought(who, keeper, more)
	before := len(x.versions(who, was.Registry, was.ID))
	if before != int(was.Version) {
		x.t.Error("it was corrected before it was approved")
	}
	if err := x.approve(keeper, c.ID); err != nil {
		x.t.Fatalf("%s.%s: %v", was.Registry, field, err)
	}
	all := x.versions(who, was.Registry, was.ID)
	d, err := x.Records.Definition(was.Registry)
	if err != nil {
		x.t.Fatal(err)
	}
	if len(all) != before+1 || all[0].Version != was.Version+1 || all[0].Source != "case:"+string(c.ID) {
		x.t.Fatalf("%s.%s: %+v", was.Registry, field, all)
	}
	if changed := d.Differing(&all[1], &all[0]); len(changed) != 1 || changed[0] != field {
		x.t.Errorf("%s: %v changed", was.Registry, changed)
	}
	if n := x.facts(c.ID); n != 1 {
		x.t.Errorf("%d facts tell of the correction", n)
	}
	page := ask(x.App, "GET", "/account/data", x.cookie(who)).Body.String()
	for _, want := range []string{shows, "/cases/" + string(c.ID)} {
		if !strings.Contains(page, want) {
			x.t.Errorf("my data does not show %q", want)
		}
	}
	err = x.as(gov.System, func(tx *db.Tx) error {
		v, _, err := x.Cases.Peek(tx, c.ID)
		if err == nil && v.Outcome != casework.Granted {
			x.t.Errorf("the case ended as %q", v.Outcome)
		}
		return err
	})
	if err != nil {
		x.t.Error(err)
	}
}

// A person disputes what a registry holds; when its keeper approves, the case
// itself writes what is right, and nothing else.
func TestAnApprovedDisputeCorrectsTheRegistry(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App) {
		a.Gate.OneClick = true
		x := &disputes{a, t}
		who, was := x.recorded("population", "address")
		began := send(a, "/account/data/dispute", x.cookie(who), url.Values{"registry": {"population"}, "record": {was.ID}, "field": {"address"}})
		if to := began.Header().Get("Location"); began.Code != http.StatusSeeOther || !strings.HasSuffix(to, "/apply/record") {
			t.Errorf("the dispute begins with %d and leads to %s", began.Code, to)
		} else if page := ask(a, "GET", to, x.cookie(who)).Body.String(); !strings.Contains(page, `value="population" selected`) && !strings.Contains(page, `value="population" checked`) {
			t.Error("the registry is not filled in")
		}
		x.corrected(who, was, "iga", "address", "8123", form.Answers{"right_address": map[string]any{"block": "304", "road": "412", "building": "8123"}})
		pupil, entry := x.recorded("enrolment", "school")
		right := "s08"
		if entry.Values["school"] == right {
			right = "s07"
		}
		x.corrected(pupil, entry, "moe", "school", map[string]string{"s07": "مدرسة الأفق الخاصة", "s08": "مدرسة البستان الخاصة"}[right], form.Answers{"right_school": right})
	})
}

// What the registry does not take comes back to who approved it, with nothing
// done; nobody corrects what is not theirs, and no other entity approves.
func TestDisputesThatCorrectNothing(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App) {
		x := &disputes{a, t}
		who, was := x.recorded("population", "marital_status")
		pupil, entry := x.recorded("enrolment", "grade")
		field := func(r registry.Record, name, value string) form.Answers {
			return form.Answers{"registry": string(r.Registry), "record": r.Key, "field": name, "correct_value": value}
		}
		for name, c := range map[string]struct {
			who    gov.Actor
			keeper string
			of     registry.Record
			more   form.Answers
			kind   gov.Kind
			ar, en string
		}{
			"no such option":      {who, "iga", was, field(was, "marital_status", "سعيد"), gov.Invalid, "لا يقبل «سجل السكان» هذا التصحيح: الحالة الاجتماعية", "Population register does not take this correction: Marital status"},
			"no such grade":       {pupil, "moe", entry, field(entry, "grade", "99"), gov.Invalid, "لا يقبل «سجل الطلبة» هذا التصحيح", "Pupil register does not take this correction"},
			"another's record":    {pupil, "iga", was, field(was, "marital_status", "أرمل"), gov.Conflict, "ليس لصاحب المعاملة", "not about the person"},
			"another keeper":      {who, "moe", was, field(was, "marital_status", "أرمل"), gov.Denied, "الجهة التي تحفظ السجل", "entity that keeps the registry"},
			"a record not there":  {who, "iga", was, form.Answers{"registry": "fine", "record": "F-00000000", "field": "offence", "correct_value": "x"}, gov.Denied, "الجهة التي تحفظ السجل", "entity that keeps"},
			"a number not theirs": {pupil, "moe", entry, form.Answers{"registry": "enrolment", "record": "P-999999", "field": "grade", "correct_value": "5"}, gov.NotFound, "", ""},
		} {
			owner := who
			if c.of.Registry == "enrolment" {
				owner = pupil
			}
			one := x.brought(c.who, c.keeper, c.more)
			err := x.approve(c.keeper, one.ID)
			if said := gov.PublicOf(err); gov.KindOf(err) != c.kind || !strings.Contains(said[gov.Arabic], c.ar) || !strings.Contains(said[gov.English], c.en) {
				t.Errorf("%s: %v: %v", name, gov.KindOf(err), said)
			}
			if n := len(x.versions(owner, c.of.Registry, c.of.ID)); n != int(c.of.Version) || x.facts(one.ID) != 0 {
				t.Errorf("%s: something was written", name)
			}
			if err := x.decide(gov.Actor{Person: "supervisor", Org: gov.OrgID(c.keeper), Roles: []gov.Role{gov.Supervisor}, Channel: gov.Portal}, one.ID, casework.Verdict{Outcome: "more", Reason: "not_taken", Words: "اكتب القيمة كما في المستند"}); err != nil {
				t.Errorf("%s: the task is gone: %v", name, err)
			}
		}
		words := x.brought(who, "iga", field(was, "marital_status", "أرمل"))
		if err := x.approve("iga", words.ID); err != nil || x.versions(who, "population", was.ID)[0].Values["marital_status"] != "widowed" {
			t.Errorf("the label of an option: %v", err)
		}
	})
}
