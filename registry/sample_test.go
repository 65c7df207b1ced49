package registry_test

import (
	"testing"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
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
