package identity

import (
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
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
