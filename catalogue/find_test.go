package catalogue

import (
	"strings"
	"testing"

	"diwan.example/internal/db/dbtest"
)

func lower(list []string) (out []string) {
	for _, s := range list {
		out = append(out, strings.ToLower(s))
	}
	return out
}

// TestPeopleFindWhatTheyMean asks the questions of the sample country. Whoever
// changes the search may lose none of those that it answers today.
func TestPeopleFindWhatTheyMean(t *testing.T) {
	c := sample(t)
	b := seeded(t, dbtest.SQLite(t))
	r, err := b.Answers(t.Context(), c.Questions)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Missed {
		t.Logf("%q finds %v, want %s first", m.Ask, m.Found, m.Want)
	}
	if r.First < 0.95 || r.Among5 < 0.98 || r.Asked < 100 {
		t.Errorf("of %d questions %.3f find what is meant first, %.3f among five", r.Asked, r.First, r.Among5)
	}
}

func TestNonsenseFindsNothing(t *testing.T) {
	b := seeded(t, dbtest.SQLite(t))
	for _, q := range []string{"غواصة نووية", "quantum submarine"} {
		f, err := b.Search(t.Context(), Query{Text: q})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range f.Services {
			t.Errorf("%q finds %s", q, s.ID)
		}
	}
}

func TestFacetsOfASearch(t *testing.T) {
	b := seeded(t, dbtest.SQLite(t))
	f, err := b.Search(t.Context(), Query{Text: "شهادة", Facets: map[string][]string{ByOrganisation: {"moe"}}})
	if err != nil || f.Total == 0 {
		t.Fatalf("%d %v", f.Total, err)
	}
	for _, s := range f.Services {
		if s.Organisation != "moe" {
			t.Errorf("%s is not of the ministry asked for", s.ID)
		}
	}
	if f.Counts[ByOrganisation]["moe"] != f.Total || f.Counts[ByOrganisation]["iga"] == 0 {
		t.Errorf("counts: %v of %d", f.Counts[ByOrganisation], f.Total)
	}
	free, err := b.Search(t.Context(), Query{Facets: map[string][]string{ByCost: {"free"}}})
	if err != nil || free.Total == 0 || free.Total == len(sample(t).Services) {
		t.Errorf("%d free services, %v", free.Total, err)
	}
}
