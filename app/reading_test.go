package app_test

import (
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal/unusual"
)

// The sample's past shows every rule about unusual reading.
func TestTheSampleShowsEveryUnusualReading(t *testing.T) {
	a := peopled(t, 160)
	if err := a.SeedPast(t.Context()); err != nil {
		t.Fatal(err)
	}
	shown := map[string]gov.OrgID{}
	auditor := gov.Actor{Person: "auditor", Org: "iga", Roles: []gov.Role{gov.Auditor}}
	err := a.DB.Read(gov.WithActor(t.Context(), auditor), func(tx *db.Tx) error {
		list, err := unusual.Findings(tx, unusual.Filter{Limit: 200})
		for _, f := range list {
			for _, r := range f.Reasons {
				shown[r.Rule] = f.Organisation
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range unusual.Rules() {
		if shown[rule] == "" {
			t.Errorf("nobody stands out by %q; found %v", rule, shown)
		}
	}
}
