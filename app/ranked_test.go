package app_test

import (
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/lifecycle"
	"diwan.example/programme/priority"
)

// When the committee decides on the weights, every service that is not online
// has its place in the list as evidence of its life cycle.
func TestDecidedWeightsPrioritise(t *testing.T) {
	a := tried(t)
	ctx := gov.WithActor(t.Context(), gov.Actor{Person: "member", Org: "iga", Roles: []gov.Role{gov.Committee}})
	given := func() (n int) {
		err := a.DB.Read(ctx, func(tx *db.Tx) error {
			places, err := lifecycle.At(tx, time.Time{}, "")
			for _, p := range places {
				if p.Held["prioritised"] == lifecycle.ByGiven {
					n++
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := given(); n > 0 {
		t.Fatalf("%d services have a place before any decision", n)
	}
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := priority.Default()
		if err != nil {
			return err
		}
		_, err = priority.Weigh(tx, w, "أول قرار", 0)
		return err
	})
	if err == nil {
		err = a.Drain(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	if n := given(); n < 10 {
		t.Errorf("only %d services have a place", n)
	}
}
