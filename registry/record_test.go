package registry_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/registry"
)

const purpose = "فحص طلب التجديد"

// desk is a country with its registries, one person and those who work for keepers.
type desk struct {
	*registry.Book
	t      *testing.T
	now    time.Time
	person gov.PersonID
	civil  string
}

var (
	officer    = gov.Actor{Person: "officer", Org: "iga", Roles: []gov.Role{gov.Officer}}
	supervisor = gov.Actor{Person: "supervisor", Org: "iga", Roles: []gov.Role{gov.Supervisor}}
	foreign    = gov.Actor{Person: "foreign", Org: "moe", Roles: []gov.Role{gov.Officer, gov.Supervisor}}
	resident   = gov.Actor{Person: "somebody"}
)

func open(t *testing.T, d *db.DB) *desk {
	t.Helper()
	k := &desk{Book: book(t), t: t, now: dbtest.Start, civil: civil(t, "90010100")}
	k.DB, k.Secret = d, []byte(strings.Repeat("k", 32))
	d.SetClock(func() time.Time { return k.now })
	k.must(gov.System, func(tx *db.Tx) (err error) {
		k.person, err = identity.Register(tx, identity.Person{CivilNumber: k.civil, NameAr: "أحمد حسن", NameEn: "Ahmed Hasan"})
		return err
	})
	return k
}

func civil(t testing.TB, first8 string) string {
	t.Helper()
	n, ok := gov.CivilNumber(first8)
	if !ok {
		t.Fatalf("no civil number begins with %s", first8)
	}
	return n
}

func (k *desk) as(a gov.Actor, do func(tx *db.Tx) error) error {
	return k.DB.Write(gov.WithActor(k.t.Context(), a), do)
}

func (k *desk) must(a gov.Actor, do func(tx *db.Tx) error) {
	k.t.Helper()
	if err := k.as(a, do); err != nil {
		k.t.Fatal(err)
	}
}

func (k *desk) values() map[string]any {
	return map[string]any{"civil_number": k.civil, "name_ar": "أحمد بن حسن المنامي", "name_en": "Ahmed Hasan Almanami", "birth": "1990-01-01", "sex": "m", "nationality": "BH",
		"address": map[string]any{"block": "305", "road": "0511", "building": "12"}}
}

// write has a case of the renewal write values into the population register.
func (k *desk) write(values map[string]any, more ...func(*registry.Change)) (r *registry.Record, err error) {
	c := registry.Change{Registry: "population", Key: k.civil, Values: values, Case: "case-1", Service: "identity-card/renewal"}
	for _, f := range more {
		f(&c)
	}
	err = k.as(gov.System, func(tx *db.Tx) error { r, err = k.Write(tx, c); return err })
	return r, err
}

func (k *desk) written() *registry.Record {
	k.t.Helper()
	r, err := k.write(k.values())
	if err != nil {
		k.t.Fatal(err)
	}
	return r
}

func (k *desk) lookup(a gov.Actor, ask registry.Ask) (r *registry.Record, err error) {
	err = k.as(a, func(tx *db.Tx) error { r, err = k.Lookup(tx, ask); return err })
	return r, err
}

func (k *desk) facts(subject string) (names []string, last journal.Fact) {
	k.t.Helper()
	k.must(gov.System, func(tx *db.Tx) error {
		list, err := journal.Of(tx, subject)
		for _, f := range list {
			names, last = append(names, f.Name), f
		}
		return err
	})
	return names, last
}

func (k *desk) looks() (out []journal.Look) {
	k.t.Helper()
	k.must(gov.System, func(tx *db.Tx) (err error) { out, err = journal.Looks(tx, k.person, 100); return err })
	return out
}

func each(t *testing.T, test func(t *testing.T, k *desk)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, open(t, d)) })
}

func TestACaseWritesARecordWithItsFact(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		r := k.written()
		if r.Version != 1 || r.Person != k.person || r.Source != "case:case-1" || r.Key != k.civil || !r.From.Equal(k.now) {
			t.Fatalf("%+v", r)
		}
		names, fact := k.facts(r.ID)
		if !slices.Equal(names, []string{"registry.recorded"}) || fact.Organisation != "iga" || fact.Service != "identity-card/renewal" {
			t.Errorf("facts %v %+v", names, fact)
		}
		var body struct {
			Registry string
			Version  int
			Fields   []string
		}
		if err := json.Unmarshal(fact.Body, &body); err != nil || body.Registry != "population" || !slices.Contains(body.Fields, "birth") {
			t.Errorf("%s: %v", fact.Body, err)
		}
		for _, secret := range []string{k.civil, "1990", "Ahmed", "أحمد"} {
			if strings.Contains(string(fact.Body)+fact.Subject, secret) {
				t.Errorf("the fact gives personal data away: %s", fact.Body)
			}
		}
	})
}

func TestOnlyDeclaredServicesWrite(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		if _, err := k.write(k.values(), func(c *registry.Change) { c.Service = "justice/small-claim" }); gov.KindOf(err) != gov.Denied {
			t.Errorf("a service that is no writer: %v", err)
		}
		if _, err := k.write(k.values(), func(c *registry.Change) { c.Registry = "fine" }); gov.KindOf(err) != gov.Denied {
			t.Errorf("a registry it does not write: %v", err)
		}
		if _, err := k.write(k.values(), func(c *registry.Change) { c.Registry = "weather" }); gov.KindOf(err) != gov.NotFound {
			t.Errorf("no registry: %v", err)
		}
	})
}

func TestAChangeMakesAVersionAndKeepsTheEarlier(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		k.written()
		moved := map[string]any{"address": map[string]any{"block": "410", "road": "1020", "building": "7"}, "name_en": nil}
		k.now = k.now.AddDate(0, 1, 0)
		r, err := k.write(moved)
		if err != nil || r.Version != 2 || r.Values["name_en"] != nil || r.Values["birth"] != "1990-01-01" {
			t.Fatalf("%+v %v", r, err)
		}
		k.now = k.now.AddDate(0, 1, 0)
		again, err := k.write(moved)
		if err != nil || again.Version != 2 {
			t.Errorf("the same written twice: %+v %v", again, err)
		}
		if names, _ := k.facts(r.ID); len(names) != 2 {
			t.Errorf("facts %v", names)
		}
		old, err := k.lookup(officer, registry.Ask{Registry: "population", Key: k.civil, Purpose: purpose, AsOf: dbtest.Start.AddDate(0, 0, 3)})
		if err != nil || old.Version != 1 || old.Values["address"].(map[string]any)["block"] != "305" {
			t.Errorf("as of three days after the start: %+v %v", old, err)
		}
		if _, err := k.lookup(officer, registry.Ask{Registry: "population", Key: k.civil, Purpose: purpose, AsOf: dbtest.Start.AddDate(0, 0, -1)}); gov.KindOf(err) != gov.NotFound {
			t.Errorf("before anything was recorded: %v", err)
		}
		k.must(officer, func(tx *db.Tx) error {
			list, err := k.History(tx, "population", k.civil)
			if len(list) != 2 || list[0].Version != 2 || list[1].Version != 1 || list[1].Values["name_en"] != "Ahmed Hasan Almanami" {
				t.Errorf("history %+v", list)
			}
			return err
		})
	})
}

func TestWhatIsWrongIsRefusedExactly(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		for name, x := range map[string]struct {
			change map[string]any
			field  string
		}{
			"no such day":    {map[string]any{"birth": "1990-02-30"}, "birth"},
			"birth to come":  {map[string]any{"birth": "2190-01-01"}, "birth"},
			"no such option": {map[string]any{"sex": "x"}, "sex"},
			"unknown field":  {map[string]any{"shoe_size": "43"}, "shoe_size"},
			"missing":        {map[string]any{"name_ar": nil}, "name_ar"},
			"another key":    {map[string]any{"civil_number": "850101017"}, "civil_number"},
			"bad guardian":   {map[string]any{"guardians": []any{map[string]any{"civil_number": "123"}}}, "guardians.0.civil_number"},
		} {
			values := k.values()
			for f, v := range x.change {
				values[f] = v
			}
			_, err := k.write(values)
			list, ok := gov.ProblemsOf(err, "")
			if !ok || len(list) == 0 || list[0].Field != x.field || list[0].Text[gov.Arabic] == "" || list[0].Text[gov.English] == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := k.write(map[string]any{}, func(c *registry.Change) { c.Key = "" }); gov.KindOf(err) != gov.Invalid {
			t.Errorf("no key: %v", err)
		}
		if _, err := k.lookup(officer, registry.Ask{Registry: "population", Key: k.civil, Purpose: purpose}); gov.KindOf(err) != gov.NotFound {
			t.Errorf("something was half done: %v", err)
		}
	})
}

func TestOutOfOrderOvertakenAndEnded(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		k.written()
		from := func(at time.Time) func(*registry.Change) { return func(c *registry.Change) { c.From = at } }
		if _, err := k.write(map[string]any{"marital_status": "married"}, from(k.now.AddDate(0, 0, -1))); gov.KindOf(err) != gov.Conflict {
			t.Errorf("older than what is recorded: %v", err)
		}
		if _, err := k.write(map[string]any{"marital_status": "married"}, func(c *registry.Change) { c.Base = 7 }); gov.KindOf(err) != gov.Conflict {
			t.Errorf("made from another version: %v", err)
		}
		end := func(c *registry.Change) { c.End = true }
		r, err := k.write(map[string]any{"death": "2026-11-20"}, end)
		if err != nil || !r.Ended(k.now) {
			t.Fatalf("%+v %v", r, err)
		}
		if names, _ := k.facts(r.ID); names[len(names)-1] != "registry.ended" {
			t.Errorf("facts %v", names)
		}
		if r, err = k.write(nil, end); err != nil || r.Version != 2 {
			t.Errorf("ended twice: %+v %v", r, err)
		}
		if _, err := k.write(map[string]any{"marital_status": "married"}); gov.KindOf(err) != gov.Conflict {
			t.Errorf("changed after its end: %v", err)
		}
		k.must(gov.System, func(tx *db.Tx) error {
			list, err := k.OfPerson(tx, "population", k.person, time.Time{})
			if len(list) != 0 {
				t.Errorf("an ended record is given as if it stood: %v", list)
			}
			return err
		})
	})
}

func TestEveryLookIsInThePersonsLog(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		r := k.written()
		for name, a := range map[string]gov.Actor{"resident": resident, "another organisation": foreign, "nobody": {}} {
			if _, err := k.lookup(a, registry.Ask{Registry: "population", Key: k.civil, Purpose: purpose}); gov.KindOf(err) != gov.NotFound {
				t.Errorf("%s: %v", name, err)
			}
			err := k.as(a, func(tx *db.Tx) error { _, err := k.History(tx, "population", k.civil); return err })
			if gov.KindOf(err) != gov.NotFound {
				t.Errorf("%s reads the history: %v", name, err)
			}
			err = k.as(a, func(tx *db.Tx) error {
				_, err := k.Search(tx, "population", map[string]any{"name_ar": "احمد", "birth": "1990-01-01"}, purpose)
				return err
			})
			if gov.KindOf(err) != gov.NotFound {
				t.Errorf("%s searches: %v", name, err)
			}
		}
		if _, err := k.lookup(officer, registry.Ask{Registry: "population", Key: k.civil}); gov.KindOf(err) != gov.Invalid {
			t.Errorf("no purpose: %v", err)
		}
		if n := len(k.looks()); n != 0 {
			t.Errorf("%d looks where nothing was read", n)
		}
		got, err := k.lookup(officer, registry.Ask{Registry: "population", Key: " " + arabicDigits(k.civil), Purpose: purpose})
		if err != nil || got.ID != r.ID {
			t.Fatalf("%+v %v", got, err)
		}
		l := k.looks()
		if len(l) != 1 || l[0].What != "record" || l[0].Registry != "population" || l[0].Subject != r.ID || l[0].Actor != "officer" || l[0].Organisation != "iga" || l[0].Purpose != purpose || l[0].Machine {
			t.Errorf("looks %+v", l)
		}
	})
}

func arabicDigits(s string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '٠' }, s)
}

func TestOnlyAllowedSearches(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		k.written()
		search := func(wanted map[string]any) (list []registry.Record, err error) {
			err = k.as(officer, func(tx *db.Tx) error { list, err = k.Search(tx, "population", wanted, purpose); return err })
			return list, err
		}
		for _, name := range []string{"احمد", "أحمد المنامى", "إحمد  حسن"} { // other spellings of the same words
			list, err := search(map[string]any{"name_ar": name, "birth": "1/1/1990"})
			if err != nil || len(list) != 1 || list[0].Person != k.person {
				t.Errorf("%s: %v %v", name, list, err)
			}
		}
		if list, err := search(map[string]any{"name_en": "AHMED", "birth": "1990-01-01"}); err != nil || len(list) != 1 {
			t.Errorf("in English: %v %v", list, err)
		}
		for _, w := range []map[string]any{{"name_ar": "احمد علي", "birth": "1990-01-01"}, {"name_ar": "احمد", "birth": "1990-01-02"}} {
			if list, err := search(w); err != nil || len(list) != 0 {
				t.Errorf("%v finds %v %v", w, list, err)
			}
		}
		if n := len(k.looks()); n != 4 {
			t.Errorf("%d looks after four finds", n)
		}
		for _, w := range []map[string]any{{"birth": "1990-01-01"}, {"name_ar": "احمد"}, {"nationality": "BH"}, {}, {"name_ar": "احمد", "birth": "1990-01-01", "sex": "m"}} {
			if _, err := search(w); gov.KindOf(err) != gov.Denied {
				t.Errorf("a search that is not allowed, %v: %v", w, err)
			}
		}
		for _, w := range []map[string]any{{"name_ar": "ا", "birth": "1990-01-01"}, {"name_ar": "احمد", "birth": "soon"}, {"name_ar": "--", "birth": "1990-01-01"}} {
			if _, err := search(w); gov.KindOf(err) != gov.Invalid {
				t.Errorf("%v: %v", w, err)
			}
		}
		if _, err := k.write(map[string]any{"name_ar": "سالم راشد"}); err != nil {
			t.Fatal(err)
		}
		if list, _ := search(map[string]any{"name_ar": "احمد", "birth": "1990-01-01"}); len(list) != 0 {
			t.Error("found by a name that is no longer theirs")
		}
		if list, _ := search(map[string]any{"name_ar": "راشد", "birth": "1990-01-01"}); len(list) != 1 {
			t.Error("not found by the new name")
		}
	})
}

func TestTheKeepersSupervisorCorrects(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		k.written()
		change := registry.Change{Registry: "population", Key: k.civil, Values: map[string]any{"birth": "1990-10-01"}, From: k.now.AddDate(-5, 0, 0), Reason: "خطأ في إدخال الشهر", Base: 1}
		correct := func(a gov.Actor, c registry.Change) (r *registry.Record, err error) {
			err = k.as(a, func(tx *db.Tx) error { r, err = k.Correct(tx, c); return err })
			return r, err
		}
		proved := func(a gov.Actor) gov.Actor { a.StepUp = k.now.Add(-time.Minute); return a }
		for name, x := range map[string]struct {
			actor  gov.Actor
			reason string
			kind   gov.Kind
		}{
			"officer":              {proved(officer), change.Reason, gov.NotFound},
			"another organisation": {proved(foreign), change.Reason, gov.NotFound},
			"resident":             {proved(resident), change.Reason, gov.NotFound},
			"no fresh proof":       {supervisor, change.Reason, gov.SignIn},
			"no reason":            {proved(supervisor), "خطأ", gov.Invalid},
			"their own record":     {proved(gov.Actor{Person: k.person, Org: "iga", Roles: []gov.Role{gov.Supervisor}}), change.Reason, gov.Denied},
		} {
			c := change
			c.Reason = x.reason
			if _, err := correct(x.actor, c); gov.KindOf(err) != x.kind {
				t.Errorf("%s: %v", name, err)
			}
		}
		r, err := correct(proved(supervisor), change)
		if err != nil || r.Version != 2 || r.Values["birth"] != "1990-10-01" || r.Source != "correction:supervisor" || r.Reason != change.Reason {
			t.Fatalf("%+v %v", r, err)
		}
		if names, fact := k.facts(r.ID); names[1] != "registry.corrected" || strings.Contains(string(fact.Body), "1990") || strings.Contains(string(fact.Body), "خطأ") {
			t.Errorf("facts %v %s", names, fact.Body)
		}
		if _, err := correct(proved(supervisor), change); gov.KindOf(err) != gov.Conflict {
			t.Errorf("twice from the same version: %v", err)
		}
	})
}

func TestPeopleFindTheirRecordsOnceTheyHaveAnAccount(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		child := civil(t, "15030200")
		v := k.values()
		v["civil_number"], v["birth"] = child, "2015-03-02"
		v["guardians"] = []any{map[string]any{"civil_number": k.civil}}
		r, err := k.write(v, func(c *registry.Change) { c.Key = child })
		if err != nil || r.Person != "" {
			t.Fatalf("%+v %v", r, err)
		}
		k.must(gov.System, func(tx *db.Tx) error {
			id, err := identity.Register(tx, identity.Person{CivilNumber: child, NameAr: "سارة"})
			if err != nil {
				return err
			}
			list, err := k.OfPerson(tx, "population", id, time.Time{})
			if len(list) != 1 || list[0].Person != id || list[0].ID != r.ID {
				t.Errorf("%+v", list)
			}
			byID, err2 := k.ByID(tx, r.ID)
			if err2 != nil || byID.Key != child {
				t.Errorf("%+v %v", byID, err2)
			}
			if _, err := k.ByID(tx, "nothing"); gov.KindOf(err) != gov.NotFound {
				t.Errorf("%v", err)
			}
			return err
		})
	})
}

func TestRecordsGoWhenTheyWereKeptLongEnough(t *testing.T) {
	each(t, func(t *testing.T, k *desk) {
		fine := func(number string, end bool) (r *registry.Record) {
			k.must(gov.System, func(tx *db.Tx) error {
				list, err := k.EnterAll(tx, "fine", []registry.Change{{Values: map[string]any{"number": number, "civil_number": k.civil, "offence": "تجاوز السرعة", "amount": "50", "date": "2026-11-01", "paid": end}, End: end}}, "sample")
				r = list[0]
				return err
			})
			return r
		}
		ended, open := fine("F-00000001", true), fine("F-00000002", false)
		retain := func() (n int) {
			k.must(gov.System, func(tx *db.Tx) (err error) { n, err = k.Retain(tx); return err })
			return n
		}
		k.now = k.now.AddDate(0, 0, 1825)
		if n := retain(); n != 0 {
			t.Errorf("%d removed too early", n)
		}
		k.now = k.now.AddDate(0, 0, 2)
		if n := retain(); n != 1 {
			t.Errorf("%d removed", n)
		}
		if names, _ := k.facts(ended.ID); names[len(names)-1] != "registry.removed" {
			t.Errorf("facts %v", names)
		}
		k.must(gov.System, func(tx *db.Tx) error {
			list, err := k.OfPerson(tx, "fine", k.person, time.Time{})
			if len(list) != 1 || list[0].ID != open.ID {
				t.Errorf("left: %+v", list)
			}
			return err
		})
	})
}

func TestCountsAreKeptForAMinute(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	k.written()
	if c, err := k.Counts(context.Background()); err != nil || c["population"] != 1 || c["fine"] != 0 {
		t.Errorf("%v %v", c, err)
	}
}
