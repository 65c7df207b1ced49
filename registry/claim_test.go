package registry_test

import (
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/registry"
)

// follow has the registry hear of all that happened to somebody, once more each time.
func (k *desk) follow(subject string) {
	k.t.Helper()
	f := k.Follower()
	k.must(gov.System, func(tx *db.Tx) error {
		list, err := journal.Of(tx, subject)
		for _, x := range list {
			for _, name := range f.Names {
				if x.Name != name {
					continue
				}
				if err := f.Handle(tx, x); err != nil {
					return err
				}
			}
		}
		return err
	})
}

func (k *desk) looksAt(p gov.PersonID) (out []journal.Look) {
	k.t.Helper()
	k.must(gov.System, func(tx *db.Tx) (err error) { out, err = journal.Looks(tx, p, 100); return err })
	return out
}

func TestLooksBeforeAnAccountBecomeThePersonsOwn(t *testing.T) {
	for _, how := range []string{"registered", "imported"} {
		t.Run(how, func(t *testing.T) { each(t, func(t *testing.T, k *desk) { k.claims(how) }) })
	}
}

func (k *desk) claims(how string) {
	known, number, other := k.person, civil(k.t, "91020203"), civil(k.t, "92030304")
	for _, n := range []string{number, other} {
		values := k.values()
		values["civil_number"] = n
		if _, err := k.write(values, func(c *registry.Change) { c.Key = n }); err != nil {
			k.t.Fatal(err)
		}
		if r, err := k.lookup(officer, registry.Ask{Registry: "population", Key: n, Purpose: purpose}); err != nil || r.Person != "" {
			k.t.Fatalf("%+v, %v", r, err)
		}
	}
	if mark := k.Unclaimed(number); strings.Contains(mark, number) || mark == k.Unclaimed(other) || len(mark) != 64 {
		k.t.Errorf("the digest is %q", mark)
	}
	k.follow(string(known))
	if got := k.looksAt(known); len(got) != 0 {
		k.t.Errorf("somebody else was given them: %+v", got)
	}
	people := []identity.Person{{CivilNumber: number, NameAr: "ليلى علي"}}
	k.must(gov.System, func(tx *db.Tx) (err error) {
		if how == "imported" {
			return identity.RegisterAll(tx, people)
		}
		people[0].ID, err = identity.Register(tx, people[0])
		return err
	})
	subject := map[string]string{"registered": string(people[0].ID), "imported": "people"}[how]
	for range 2 {
		k.follow(subject)
		got := k.looksAt(people[0].ID)
		if len(got) != 1 || got[0].Actor != officer.Person || got[0].Purpose != purpose || got[0].Registry != "population" || got[0].Unclaimed != "" {
			k.t.Fatalf("their access log: %+v", got)
		}
	}
	if some := k.unclaimed(); !some {
		k.t.Error("the other's look is gone")
	}
}

func (k *desk) unclaimed() (some bool) {
	k.t.Helper()
	k.must(gov.System, func(tx *db.Tx) (err error) { some, err = journal.Unclaimed(tx); return err })
	return some
}
