package packs_test

import (
	"testing"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/pack"
	"diwan.example/packs"
)

func TestEveryPackIsRight(t *testing.T) {
	bh, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	o := pack.Options{Currency: bh.Currency, Langs: bh.Languages, Organisation: func(id gov.OrgID) bool { return bh.Organisation(id) != nil }}
	list, err := pack.ReadAll(packs.Files, o)
	if err != nil {
		t.Fatalf("%s", err)
	}
	if len(list) < 3 {
		t.Fatalf("%d packs, want three or more", len(list))
	}
	events := map[string]bool{}
	for _, e := range bh.LifeEvents {
		events[e.ID] = true
	}
	prefixes := map[string]gov.ServiceID{}
	for _, p := range list {
		if len(p.Examples) < 4 {
			t.Errorf("%s has %d examples, want four or more", p.ID, len(p.Examples))
		}
		if other := prefixes[p.Prefix]; other != "" {
			t.Errorf("%s and %s share the prefix %s", p.ID, other, p.Prefix)
		}
		prefixes[p.Prefix] = p.ID
		for _, e := range p.LifeEvents {
			if !events[e] {
				t.Errorf("%s names the life event %s, which the country does not have", p.ID, e)
			}
		}
	}
}
