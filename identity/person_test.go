package identity

import (
	"fmt"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
)

func TestAPersonIsRegisteredOnceAndCleanly(t *testing.T) {
	each(t, func(w *town) {
		var id gov.PersonID
		w.write(gov.System, func(tx *db.Tx) (err error) {
			id, err = Register(tx, Person{CivilNumber: number(4), NameAr: "خالد\u202e  يوسف", Marks: []string{"disability"}})
			return err
		})
		w.write(gov.System, func(tx *db.Tx) error {
			p, err := ByCivilNumber(tx, number(4))
			if err != nil {
				return err
			}
			f := p.Form()
			if p.ID != id || p.NameAr != "خالد يوسف" || p.Lang != gov.Arabic || len(f.Marks) != 1 || f.CivilNumber != number(4) {
				t.Errorf("%+v", p)
			}
			return nil
		})
		again := w.try(gov.System, func(tx *db.Tx) error {
			_, err := Register(tx, Person{CivilNumber: number(4), NameAr: "آخر"})
			return err
		})
		w.want(again, gov.Conflict)
		bad := w.try(gov.System, func(tx *db.Tx) error {
			_, err := Register(tx, Person{CivilNumber: "850100012", Birth: "2026-02-31", Email: "a@b\nBcc: c@d", Phone: "12"})
			return err
		})
		if p, ok := bad.(gov.Problems); !ok || len(p) != 5 {
			t.Errorf("want five problems, got %v", bad)
		}
		stranger := w.try(gov.Actor{Person: w.sara}, func(tx *db.Tx) error { _, err := Register(tx, Person{NameAr: "x"}); return err })
		w.want(stranger, gov.Denied)
	})
}

func TestEveryLookAtSomebodyElseIsRecorded(t *testing.T) {
	each(t, func(w *town) {
		officer := gov.Actor{Person: w.head, Org: "moe", Roles: []gov.Role{gov.Officer}}
		w.write(officer, func(tx *db.Tx) error { _, err := Look(tx, w.sara, "education/enrolment"); return err })
		w.write(gov.Actor{Person: w.sara}, func(tx *db.Tx) error { _, err := Look(tx, w.sara, ""); return err })
		w.want(w.try(gov.Actor{Person: w.ali}, func(tx *db.Tx) error { _, err := Look(tx, w.sara, ""); return err }), gov.NotFound)
		w.want(w.try(gov.Actor{}, func(tx *db.Tx) error { _, err := Look(tx, w.sara, ""); return err }), gov.SignIn)
		w.pass(time.Second)
		w.write(officer, func(tx *db.Tx) error {
			got, err := Find(tx, "الخليفه سارة", "counter")
			if err != nil || len(got) != 1 || got[0].ID != w.sara {
				t.Errorf("found %v %v", got, err)
			}
			looks, err := journal.Looks(tx, w.sara, 10)
			if err != nil || len(looks) != 2 || looks[0].What != "search" || looks[1].Purpose != "education/enrolment" || looks[1].Organisation != "moe" {
				t.Errorf("looks %+v %v", looks, err)
			}
			return nil
		})
	})
}

func TestOfficersFindByNumberAndFoldedNames(t *testing.T) {
	each(t, func(w *town) {
		a := gov.Actor{Person: w.head, Org: "moe", Roles: []gov.Role{gov.Officer}}
		for q, want := range map[string]int{number(2): 1, "حسن علي": 2, "HASAN": 2, "مريم": 1, "زيد": 0, "' OR 1=1 --": 0, "سَارَة": 1} {
			w.write(a, func(tx *db.Tx) error {
				got, err := Find(tx, q, "")
				if err != nil || len(got) != want {
					t.Errorf("%q: %d %v", q, len(got), err)
				}
				return nil
			})
		}
		w.want(w.try(a, func(tx *db.Tx) error { _, err := Find(tx, "عل", ""); return err }), gov.Invalid)
		w.want(w.try(gov.Actor{Person: w.sara}, func(tx *db.Tx) error { _, err := Find(tx, "علي", ""); return err }), gov.Denied)
	})
}

func TestHeadsAppointInTheirOwnHouseOnly(t *testing.T) {
	each(t, func(w *town) {
		head := gov.Actor{Person: w.head, Org: "moe", Roles: []gov.Role{gov.Head}}
		op := gov.Actor{Person: w.operator, Org: "iga", Roles: []gov.Role{gov.Operator}}
		appoint := func(a gov.Actor, p gov.PersonID, o gov.OrgID, r ...gov.Role) error {
			return w.try(a, func(tx *db.Tx) error { return Appoint(tx, p, o, r...) })
		}
		w.want(appoint(head, w.ali, "moe", gov.Officer, gov.Supervisor), "")
		w.want(appoint(head, w.ali, "moh", gov.Officer), gov.Denied)
		w.want(appoint(head, w.ali, "moe", gov.Auditor), gov.Denied)
		w.want(appoint(head, w.head, "moe", gov.Head, gov.Owner), gov.Denied)
		w.want(appoint(gov.Actor{Person: w.ali, Org: "moe", Roles: []gov.Role{gov.Officer}}, w.sara, "moe", gov.Officer), gov.Denied)
		w.want(appoint(gov.Actor{}, w.sara, "moe", gov.Officer), gov.Denied)
		w.want(appoint(op, w.sara, "moe", gov.Auditor), "")
		w.want(appoint(head, w.sara, "moe", gov.Officer), gov.Denied) // would take the auditor's role away
		w.want(appoint(op, w.sara, "moe"), gov.Invalid)
		w.want(appoint(op, w.sara, "moe", "king"), gov.Invalid)
		w.want(appoint(op, "nobody", "moe", gov.Officer), gov.NotFound)
		w.pass(time.Second)
		w.want(w.try(head, func(tx *db.Tx) error { return Dismiss(tx, w.ali, "moe") }), "")
		w.write(gov.System, func(tx *db.Tx) error {
			all, err := Staff(tx, "moe")
			if err != nil || len(all) != 2 {
				t.Errorf("%v %v", all, err)
			}
			facts, err := journal.Of(tx, string(w.ali))
			if err != nil || len(facts) != 2 || facts[1].Name != "identity.dismissed" || facts[1].Organisation != "moe" || facts[1].Actor != w.head {
				t.Errorf("%v %v", facts, err)
			}
			return nil
		})
	})
}

func TestOperatorsCloseReopenAndSignOut(t *testing.T) {
	each(t, func(w *town) {
		op := gov.Actor{Person: w.operator, Org: "iga", Roles: []gov.Role{gov.Operator}}
		do := func(a gov.Actor, f func(*db.Tx, gov.PersonID) error) error {
			return w.try(a, func(tx *db.Tx) error { return f(tx, w.sara) })
		}
		token := w.enter(number(1))
		for _, f := range []func(*db.Tx, gov.PersonID) error{Close, Reopen, SignOut} {
			w.want(do(gov.Actor{Person: w.ali}, f), gov.Denied)
			w.want(do(gov.Actor{}, f), gov.Denied)
		}
		w.want(do(op, Reopen), gov.NotFound)
		w.want(do(op, SignOut), "")
		_, _, _, err := w.Actor(background, token)
		w.want(err, gov.SignIn)
		w.want(do(op, Close), "")
		letters := len(w.letters)
		_, err = w.AskCode(background, number(1), Client{})
		w.want(err, "")
		w.work()
		if len(w.letters) != letters {
			t.Error("a closed account was sent a code")
		}
		w.want(do(op, Reopen), "")
		w.enter(number(1))
	})
}

func TestNamesStandBesideActs(t *testing.T) {
	each(t, func(w *town) {
		ids := []gov.PersonID{"nobody", w.sara}
		for range 50 {
			ids = append(ids, w.ali)
		}
		w.write(gov.System, func(tx *db.Tx) error {
			got, err := Names(tx, ids...)
			if err != nil || len(got) != 2 || got[w.ali][gov.English] != "Ali Hasan" || got[w.sara] == nil {
				t.Error(got, err)
			}
			none, err := Names(tx)
			if err != nil || len(none) != 0 {
				t.Error(none, err)
			}
			return nil
		})
	})
}

func BenchmarkRegisterAndFind(b *testing.B) {
	d := dbtest.SQLite(b)
	first, last := []string{"علي", "أحمد", "سارة", "مريم", "حسن", "يوسف"}, []string{"الخليفة", "البنا", "العلوي", "الموسوي", "المدني"}
	people := make([]Person, 20000)
	for i := range people {
		people[i] = Person{NameAr: fmt.Sprintf("%s %s %s ع%d", first[i%6], first[i/6%6], last[i%5], i), NameEn: fmt.Sprintf("Person N%d", i)}
	}
	ctx := gov.WithActor(b.Context(), gov.System)
	start := time.Now()
	if err := d.Write(ctx, func(tx *db.Tx) error { return RegisterAll(tx, people) }); err != nil {
		b.Fatal(err)
	}
	rate := float64(len(people)) / time.Since(start).Seconds()
	for b.Loop() {
		err := d.Read(ctx, func(tx *db.Tx) error { _, err := findPeople(tx, folded("سارة الخليفة"), found); return err })
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rate, "people/s")
}
