package registry_test

import (
	"testing"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/registry"
)

func TestSampleRecordsAreOfTheSamplePeople(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	people := c.People(120)
	for _, e := range c.Staff() {
		people = append(people, e.Person)
	}
	k.must(gov.System, func(tx *db.Tx) error { return k.Sample(tx, people) })
	n, err := k.Counts(t.Context())
	if err != nil || n["population"] != len(people) || n["identity-card"] == 0 || n["enrolment"] == 0 || n["property-address"] == 0 || n["business"] == 0 || n["fine"] == 0 {
		t.Fatalf("%v %v", n, err)
	}
	var child country.Person
	for _, p := range people {
		if p.Pupil != nil && len(p.Guardians) == 2 {
			child = p
			break
		}
	}
	k.must(gov.System, func(tx *db.Tx) error {
		id, err := identity.Register(tx, identity.Person{CivilNumber: child.CivilNumber, NameAr: "طفل"})
		if err != nil {
			return err
		}
		list, err := k.OfPerson(tx, "enrolment", id, time.Time{})
		if err != nil || len(list) != 1 || list[0].Values["grade"] != float64(child.Pupil.Grade) || list[0].Values["school"] != child.Pupil.School {
			t.Errorf("enrolment %+v %v", list, err)
		}
		list, err = k.OfPerson(tx, "population", id, time.Time{})
		if err != nil || len(list) != 1 || len(list[0].Values["guardians"].([]any)) != 2 {
			t.Errorf("population %+v %v", list, err)
		}
		return nil
	})
}

// Invented records have a past: the pupil was a grade lower last year, and a card
// was valid until it ended.
func TestSampleRecordsWereKnownLongAgo(t *testing.T) {
	k := open(t, dbtest.SQLite(t))
	k.now = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	people := c.People(120)
	k.must(gov.System, func(tx *db.Tx) error { return k.Sample(tx, people) })
	one := func(id gov.RegistryID, civil string, then time.Time) map[string]any {
		t.Helper()
		var list []registry.Record
		k.must(gov.System, func(tx *db.Tx) (err error) { list, err = k.OfCivil(tx, id, civil, then); return err })
		if len(list) != 1 {
			t.Fatalf("%s %s as of %s: %+v", id, civil, then, list)
		}
		return list[0].Values
	}
	spring := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	pupils, ended := 0, 0
	for _, p := range people {
		one("population", p.CivilNumber, spring)
		if p.Pupil != nil && p.Pupil.Last != "" {
			pupils++
			then, now := one("enrolment", p.CivilNumber, spring), one("enrolment", p.CivilNumber, k.now)
			if then["grade"] != float64(p.Pupil.Grade-1) || then["school"] != p.Pupil.Last || then["school_year"] != "2025-2026" {
				t.Errorf("last year: %v of %+v", then, p.Pupil)
			}
			if now["grade"] != float64(p.Pupil.Grade) || now["school"] != p.Pupil.School || now["school_year"] != p.Pupil.Year {
				t.Errorf("this year: %v of %+v", now, p.Pupil)
			}
		}
		if p.CardExpires > "2026-04-01" && p.CardExpires < "2026-11-19" {
			ended++
			if then, now := one("identity-card", p.CivilNumber, spring)["status"], one("identity-card", p.CivilNumber, k.now)["status"]; then != "valid" || now != "expired" {
				t.Errorf("a card that ended on %s was %v and is %v", p.CardExpires, then, now)
			}
		}
	}
	if pupils == 0 || ended == 0 {
		t.Fatalf("%d pupils, %d ended cards", pupils, ended)
	}
}
