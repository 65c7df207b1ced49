package consent

import (
	"slices"
	"sync"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

func TestAConsentIsGivenUsedAndWithdrawn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		if w.uses("sara", "A") {
			t.Error("it was used before it was given")
		}
		w.give("sara", "A")
		if !w.uses("sara", "A") || w.uses("sara", "B") || w.uses("ali", "A") {
			t.Error("it does not hold for what it was given for, or for more")
		}
		if err := w.as("sara", func(tx *db.Tx) error { return w.Give(tx, "sara", about("A")) }); gov.KindOf(err) != gov.Conflict {
			t.Errorf("given twice: %v", err)
		}
		w.do("sara", func(tx *db.Tx) error { return w.Withdraw(tx, "sara", "A") })
		if w.uses("sara", "A") {
			t.Error("it was used after it was withdrawn")
		}
		if err := w.as("sara", func(tx *db.Tx) error { return w.Withdraw(tx, "sara", "A") }); gov.KindOf(err) != gov.Conflict {
			t.Errorf("withdrawn twice: %v", err)
		}
		if err := w.as("sara", func(tx *db.Tx) error { return w.Withdraw(tx, "sara", "B") }); gov.KindOf(err) != gov.NotFound {
			t.Errorf("withdrawn before it was given: %v", err)
		}
		w.give("sara", "A")
		w.do("sara", func(tx *db.Tx) error {
			list, err := List(tx, "sara")
			if err != nil || len(list) != 1 || list[0].State != Given || list[0].Used != 1 || list[0].Consumer != "moe" || list[0].By != "sara" {
				t.Errorf("list %+v, %v", list, err)
			}
			said, err := History(tx, "sara")
			if err != nil || len(said) != 3 || said[1].Event != "withdraw" || said[2].Before == "" || said[2].Number != 3 {
				t.Errorf("history %+v, %v", said, err)
			}
			return nil
		})
		if r := w.verify(); len(r.Faults) != 0 || r.Revisions != 3 {
			t.Errorf("%+v", r)
		}
	})
}

func TestAConsentEndsByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		past := about("A")
		past.Until = w.now
		if err := w.as("sara", func(tx *db.Tx) error { return w.Give(tx, "sara", past) }); gov.KindOf(err) != gov.Invalid {
			t.Errorf("an end that has passed: %v", err)
		}
		w.give("sara", "A")
		w.now = w.now.AddDate(1, 0, 0)
		if w.uses("sara", "A") {
			t.Error("it was used after its end")
		}
		w.do("sara", func(tx *db.Tx) error {
			list, err := List(tx, "sara")
			if len(list) != 1 || list[0].State != Expired {
				t.Errorf("list %+v", list)
			}
			return err
		})
		longer := about("A")
		longer.Until = w.now.AddDate(1, 0, 0)
		w.do("sara", func(tx *db.Tx) error { return w.Give(tx, "sara", longer) })
		if !w.uses("sara", "A") {
			t.Error("it cannot be given again")
		}
	})
}

func TestNobodyConsentsForAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var mother, child gov.PersonID
		number := func(first8 string) string { n, _ := gov.CivilNumber(first8); return n }
		w.do("system", func(tx *db.Tx) error {
			all := []identity.Person{{CivilNumber: number("85010104"), NameAr: "مريم", NameEn: "Maryam", Birth: "1985-01-01"}, {CivilNumber: number("15010105"), NameAr: "علي", NameEn: "Ali", Birth: "2015-01-01"}}
			if err := identity.RegisterAll(tx, all); err != nil {
				return err
			}
			mother, child = all[0].ID, all[1].ID
			_, err := identity.Grant(tx, identity.Mandate{Holder: mother, For: string(child), Kind: identity.Guardian, Source: "test", From: time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)})
			return err
		})
		for _, who := range []gov.PersonID{"", "stranger", "officer"} {
			for what, f := range map[string]func(tx *db.Tx) error{
				"give":     func(tx *db.Tx) error { return w.Give(tx, child, about("A")) },
				"withdraw": func(tx *db.Tx) error { return w.Withdraw(tx, child, "A") },
				"list":     func(tx *db.Tx) error { _, err := List(tx, child); return err },
				"history":  func(tx *db.Tx) error { _, err := History(tx, child); return err },
			} {
				if err := w.as(who, f); gov.KindOf(err) != gov.Denied {
					t.Errorf("%s as %q: %v", what, who, err)
				}
			}
		}
		w.do(mother, func(tx *db.Tx) error { return w.Give(tx, child, about("A")) })
		if !w.uses(child, "A") || w.uses(mother, "A") {
			t.Error("the guardian's consent does not hold for the child alone")
		}
		w.do(mother, func(tx *db.Tx) error {
			list, err := List(tx, child)
			if len(list) != 1 || list[0].By != mother || list[0].Person != child {
				t.Errorf("list %+v", list)
			}
			return err
		})
	})
}

// A person withdraws while many reads are under way: whatever was read was read
// before, and nothing after.
func TestWithdrawalUnderLoad(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.give("sara", "A")
		var wg sync.WaitGroup
		var mu sync.Mutex
		var order []string
		note := func(s string) { mu.Lock(); order = append(order, s); mu.Unlock() }
		for i := range 40 {
			wg.Go(func() {
				if i == 20 {
					w.do("sara", func(tx *db.Tx) error { return w.Withdraw(tx, "sara", "A") })
					note("withdrawn")
					if w.uses("sara", "A") {
						t.Error("a read began after it was withdrawn")
					}
					return
				}
				if w.uses("sara", "A") {
					note("read")
				}
			})
		}
		wg.Wait()
		if !slices.Contains(order, "withdrawn") || w.uses("sara", "A") {
			t.Errorf("%v", order)
		}
		if r := w.verify(); len(r.Faults) != 0 {
			t.Errorf("%+v", r)
		}
	})
}
