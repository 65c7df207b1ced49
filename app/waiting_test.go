package app_test

import (
	"testing"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Whoever signs in to the sample as an officer of these finds work that waits.
func TestTheSamplesOfficersHaveWork(t *testing.T) {
	a := peopled(t, 160)
	if err := a.SeedAgreements(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.SeedPast(t.Context()); err != nil {
		t.Fatal(err)
	}
	for org, want := range map[gov.OrgID]string{"iga": "review", "moe": "review", "mojiawaqf": "schedule"} {
		officer := gov.Actor{Person: "somebody", Org: org, Roles: []gov.Role{gov.Officer}, Channel: gov.Portal}
		var tasks []casework.Task
		err := a.DB.Read(gov.WithActor(t.Context(), officer), func(tx *db.Tx) (err error) {
			tasks, err = a.Cases.Queue(tx, casework.QueueFilter{Free: true, Limit: 50})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, k := range tasks {
			found = found || k.Step == want && k.Role == gov.Officer
		}
		if !found {
			t.Errorf("no %s waits at %s: %d tasks", want, org, len(tasks))
		}
	}
}
