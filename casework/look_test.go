package casework_test

import (
	"testing"

	"diwan.example/casework"
	"diwan.example/casework/casetest"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
)

// Every exported read of a case, made by an officer, is a look of its own that
// says for which case, of which service, through which channel and why.
func TestEachReadOfACaseIsALook(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara := w.Resident(8)
		photo := w.Photo(sara)
		answers := w.Renewal(sara)
		answers["photo"] = photo
		c := w.Apply(sara, renewal, answers)
		w.Pay(sara, c.ID)
		task := w.Task(sara, c.ID)
		o := w.Officer("o1", "iga")
		var who identity.Person
		w.Do(gov.System, func(tx *db.Tx) (err error) { who, err = identity.Known(tx, sara.Person); return err })
		count := func() (n int, newest journal.Look) {
			w.Do(gov.System, func(tx *db.Tx) error {
				ls, err := journal.Looks(tx, sara.Person, 200)
				if len(ls) > 0 {
					newest = ls[0]
				}
				n = len(ls)
				return err
			})
			return n, newest
		}
		for _, x := range []struct {
			name string
			read func(tx *db.Tx) error
		}{
			{"Get", func(tx *db.Tx) error { _, err := w.Cases.Get(tx, c.ID); return err }},
			{"Task", func(tx *db.Tx) error { _, _, err := w.Cases.Task(tx, task.ID); return err }},
			{"ByRef", func(tx *db.Tx) error { _, err := w.Cases.ByRef(tx, c.Ref); return err }},
			{"Search by reference", func(tx *db.Tx) error { _, err := w.Cases.Search(tx, c.Ref, casework.Filter{}); return err }},
			{"Search by person", func(tx *db.Tx) error { _, err := w.Cases.Search(tx, who.CivilNumber, casework.Filter{}); return err }},
			{"Search by nothing", func(tx *db.Tx) error { _, err := w.Cases.Search(tx, "", casework.Filter{}); return err }},
			{"Decide", func(tx *db.Tx) error {
				_, err := w.Cases.Decide(tx, task.ID, casework.Verdict{Outcome: "approve"})
				return err
			}},
		} {
			before, _ := count()
			w.Do(o, x.read)
			n, l := count()
			if n <= before || l.Actor != "o1" || l.Organisation != "iga" || l.Case != c.ID || l.Service != renewal || l.Channel != gov.Portal || l.Purpose == "" || l.Machine {
				t.Errorf("%s: %d looks, then %d; the newest is %+v", x.name, before, n, l)
			}
		}
		before, _ := count()
		_, r, err := w.Cases.Attachment(gov.WithActor(t.Context(), o), c.ID, photo[0].Blob)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		if n, _ := count(); n != before+1 {
			t.Errorf("a file was opened without a look")
		}
	})
}

// What gives nobody's data leaves no look, and what a stranger asks for in vain
// leaves none either.
func TestAQueueIsNoLook(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara := w.Resident(8)
		c := w.Apply(sara, renewal, w.Renewal(sara))
		w.Pay(sara, c.ID)
		task := w.Task(sara, c.ID)
		for _, a := range []gov.Actor{w.Officer("o1", "iga"), w.Officer("o2", "moe"), sara} {
			w.Try(a, func(tx *db.Tx) error { _, err := w.Cases.Queue(tx, casework.QueueFilter{}); return err })
			w.Try(a, func(tx *db.Tx) error { _, err := w.Cases.TaskAlone(tx, task.ID); return err })
		}
		stranger := w.Officer("o2", "moe")
		wantKind(t, w.Try(stranger, func(tx *db.Tx) error { _, err := w.Cases.Get(tx, c.ID); return err }), gov.NotFound)
		wantKind(t, w.Try(stranger, func(tx *db.Tx) error {
			_, err := w.Cases.Message(tx, c.ID, "x", form.Answers{})
			return err
		}), gov.NotFound)
		w.Do(gov.System, func(tx *db.Tx) error {
			ls, err := journal.Looks(tx, sara.Person, 10)
			if len(ls) != 0 {
				t.Errorf("looks %+v", ls)
			}
			return err
		})
	})
}
