package app_test

import (
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/plan"
)

// The sample's plans stand where their file says, entered by its own people.
func TestTheSampleHasItsPlans(t *testing.T) {
	a := tried(t)
	began := time.Now()
	for range 2 { // entering them again changes nothing
		if err := a.SeedPlans(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("entered in %v", time.Since(began))
	year := time.Now().In(a.Country.Calendar.Zone).Year()
	err := a.DB.Read(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
		for _, c := range a.Country.Cycles {
			b, err := a.Plans.Board(tx, year+c.Ahead)
			if err != nil {
				return err
			}
			stands := map[gov.OrgID]plan.State{}
			for _, e := range b.Entities {
				stands[e.Organisation.ID] = e.Plan.State
			}
			for _, p := range c.Plans {
				got := stands[p.Organisation]
				if want := plan.State(p.State); got != want && !(want == plan.Followed && got == plan.Approved) { // before the first quarter ends
					t.Errorf("%s in %d is %s, want %s", p.Organisation, year+c.Ahead, got, want)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
