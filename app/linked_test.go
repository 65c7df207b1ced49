package app_test

import (
	"testing"

	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Both sides read in their inboxes that an agreement was revoked, once, and not
// whoever revoked it; nobody else does.
func TestOrganisationsReadHowTheirAgreementsMove(t *testing.T) {
	a := tried(t)
	if err := a.SeedAgreements(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	subjects := func(org gov.OrgID) []string { return subjectsRead(t, a, org) }
	var x agreement.Agreement
	head := gov.Actor{Person: "head", Org: "moe", Roles: []gov.Role{gov.Head}, StepUp: a.DB.Now()}
	err := a.DB.Write(gov.WithActor(t.Context(), head), func(tx *db.Tx) error {
		list, err := agreement.List(tx, agreement.Filter{Provider: "moe", Consumer: "uob", States: []agreement.State{agreement.Active}})
		if err != nil || len(list) == 0 {
			return err
		}
		x, err = a.Agreements.Revoke(tx, list[0].ID, "لم تعد القراءة لازمة")
		return err
	})
	if err == nil {
		err = a.Drain(t.Context())
	}
	if err != nil || x.State != agreement.Revoked {
		t.Fatal(x.State, err)
	}
	const told = "An agreement was revoked; reading stopped at once"
	for org, want := range map[gov.OrgID]int{"uob": 1, "moe": 0, a.Country.Authority: 1, "moh": 0} {
		n := 0
		for _, s := range subjects(org) {
			if s == told {
				n++
			}
		}
		if n != want {
			t.Errorf("%s reads it %d times, not %d: %v", org, n, want, subjects(org))
		}
	}
}
