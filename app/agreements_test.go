package app_test

import (
	"testing"

	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The sample's agreements come to stand as its data says, and let the packs'
// organisations obtain what they need.
func TestTheSamplesAgreements(t *testing.T) {
	a := tried(t)
	for range 2 { // the second time it does nothing
		if err := a.SeedAgreements(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx := gov.WithActor(t.Context(), gov.System)
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := agreement.List(tx, agreement.Filter{})
		if err != nil {
			return err
		}
		states, want := map[agreement.State]int{}, 0
		for _, x := range a.Country.Agreements {
			want += len(x.Consumers)
		}
		for _, x := range list {
			states[x.State]++
		}
		if len(list) != want || states[agreement.Active] < 25 || states[agreement.Expiring] != 1 || states[agreement.Revoked] != 1 || states[agreement.Proposed] != 1 || states[agreement.Agreed] != 1 {
			t.Errorf("%d agreements, want %d: %v", len(list), want, states)
		}
		for _, c := range []struct {
			org     gov.OrgID
			service gov.ServiceID
			name    gov.AttributeID
			want    bool
		}{
			{"moe", "education/enrolment-certificate", "person.name", true}, {"moe", "education/enrolment-certificate", "person.guardians", true},
			{"mojiawaqf", "justice/small-claim", "business.name", true}, {"mojiawaqf", "justice/small-claim", "card.expires", true},
			{"iga", "identity-card/renewal", "property.address", true}, {"npra", "", "fine.amount", false}, {"mohup", "", "property.owner", false},
		} {
			if got, err := agreement.MayObtain(tx, c.org, c.service, c.name); err != nil || got != c.want {
				t.Errorf("%+v: %v, %v", c, got, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
