package procedure

import (
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
)

func TestWhatCasesDidNotAskForIsCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		follow := SparedFollower(time.UTC)
		write := func(a gov.Actor, do func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(gov.WithActor(t.Context(), a), do); err != nil {
				t.Fatal(err)
			}
		}
		now := d.Now()
		fact := func(seq int64, id string, s gov.ServiceID, org gov.OrgID, body string) journal.Fact {
			return journal.Fact{Seq: seq, Name: "case.spared", Subject: id, Service: s, Organisation: org, Channel: gov.Portal, At: now, Body: []byte(body)}
		}
		write(gov.System, func(tx *db.Tx) error {
			for _, f := range []journal.Fact{
				fact(1, "a", "e/x", "moe", `{"questions":3,"papers":1,"visits":2,"reference":"X-1"}`),
				fact(2, "a", "e/x", "moe", `{"questions":1,"papers":0,"visits":0,"reference":"X-1"}`), // a registry answered late
				fact(3, "b", "e/y", "moe", `{"questions":2,"papers":0,"visits":0,"reference":"Y-1"}`),
				fact(4, "c", "i/z", "iga", `{"questions":1,"papers":0,"visits":0,"reference":"Z-1"}`),
			} {
				if err := follow.Handle(tx, f); err != nil {
					return err
				}
			}
			return nil
		})
		all := Period{From: 200001, To: 210012}
		authority := gov.Actor{Person: "a", Org: "iga", Roles: []gov.Role{gov.Authority}}
		write(authority, func(tx *db.Tx) error {
			_, groups, sum, err := SparedIn(tx, all)
			if err != nil || sum != (Spared{Cases: 3, Questions: 7, Papers: 1, Visits: 2}) || len(groups) != 2 || groups[0].Key != "moe" && groups[1].Key != "moe" {
				t.Errorf("%+v %+v %v", sum, groups, err)
			}
			of := all
			of.Service = "e/x"
			if _, groups, sum, err = SparedIn(tx, of); err != nil || sum.Cases != 1 || sum.Questions != 4 || len(groups) != 1 {
				t.Errorf("%+v %+v %v", sum, groups, err)
			}
			rows, err := SparedRows(tx, all, 4, 2)
			if err != nil || len(rows) != 2 || rows[0].Reference != "Y-1" || rows[1].Seq != 2 {
				t.Errorf("%+v %v", rows, err)
			}
			return nil
		})
		write(gov.Actor{Person: "h", Org: "moe", Roles: []gov.Role{gov.Head}}, func(tx *db.Tx) error { // a head sees their own only
			p, _, sum, err := SparedIn(tx, all)
			if err != nil || p.Organisation != "moe" || sum.Cases != 2 {
				t.Errorf("%+v %+v %v", p, sum, err)
			}
			return nil
		})
		write(gov.Actor{Person: "x"}, func(tx *db.Tx) error {
			if _, _, _, err := SparedIn(tx, all); gov.KindOf(err) != gov.Denied {
				t.Errorf("a stranger: %v", err)
			}
			wrong := Period{From: 202612, To: 202601}
			if _, _, _, err := SparedIn(tx.As(authority), wrong); gov.KindOf(err) != gov.Invalid {
				t.Errorf("months in the wrong order: %v", err)
			}
			return nil
		})
	})
}
