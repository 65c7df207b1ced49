package programme_test

import (
	"testing"
	"time"

	"diwan.example/casework"
	"diwan.example/casework/casetest"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/programme"
)

// The figures move because real cases moved: one decided in time, one late, one
// still open past its deadline, one never paid.
func TestFiguresOfCasesOnTheRealEngine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := casetest.New(t, d)
		w.Pump.Followers = append(w.Pump.Followers, programme.Follower(w.Country.Calendar.Zone))
		officer := w.Officer("o1", "iga", gov.Supervisor)
		decide := func(a gov.Actor, c *casework.Case, v casework.Verdict) {
			t.Helper()
			if err := w.Decide(officer, w.Task(a, c.ID).ID, v); err != nil {
				t.Fatal(err)
			}
		}
		people := []gov.Actor{w.Resident(8), w.Resident(9), w.Resident(10), w.Resident(11)}
		cases := make([]*casework.Case, len(people))
		for i, p := range people {
			cases[i] = w.Apply(p, "identity-card/renewal", w.Renewal(p))
		}
		w.Pass(12 * time.Hour) // everybody owes the fee for half a day
		for i, p := range people[:3] {
			w.Pay(p, cases[i].ID)
		}
		w.Pass(24 * time.Hour)
		decide(people[0], cases[0], casework.Verdict{Outcome: "approve"})
		w.Pass(9 * day)
		decide(people[1], cases[1], casework.Verdict{Outcome: "approve"})

		var r programme.Report
		read := func() {
			t.Helper()
			if err := d.Read(gov.WithActor(t.Context(), committee), func(tx *db.Tx) (err error) {
				r, err = programme.Overview(tx, programme.Filter{}, programme.ByService)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		read()
		if r.Submitted != 4 || r.Closed != 3 || r.Lapsed != 1 || r.Timed != 2 || r.Late != 1 || r.Paid != 3 || r.Collected == 0 || r.Documents != 2 || r.Granted != 2 {
			t.Errorf("%+v", r.Figures)
		}
		if r.Open.Cases != 4-r.Closed || r.Open.Late != 1 || len(r.Concerns) != 1 || r.Concerns[0].Why != programme.LateNow {
			t.Errorf("open %+v, concerns %+v", r.Open, r.Concerns)
		}
		if r.Theirs.Median < 11*time.Hour || r.Theirs.Median > 13*time.Hour || r.Ours.P90 < 9*day || r.Ours.P90 > 11*day {
			t.Errorf("waits: theirs %+v, ours %+v", r.Theirs, r.Ours)
		}
	})
}
