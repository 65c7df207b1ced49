package draft

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"diwan.example/catalogue/gc"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/need"
	"diwan.example/pack"
)

func sample(t testing.TB) *country.Country {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func parse(t *testing.T, c *country.Country, in Input) *pack.Pack {
	t.Helper()
	files, err := Files(in)
	if err != nil {
		t.Fatalf("%s: %v", in.Service.ID, err)
	}
	p, err := pack.Parse(files, pack.Options{Currency: c.Currency, Langs: c.Languages})
	if err != nil {
		t.Fatalf("%s: %v\n%s", in.Service.ID, err, files["questions.yaml"])
	}
	return p
}

// Every documented service of the sample country becomes a pack that is right.
func TestSampleServicesBecomePacks(t *testing.T) {
	c := sample(t)
	for _, s := range c.Services {
		in := Input{Service: s, Organisation: *c.Organisation(s.Organisation), Languages: c.Languages, Currency: c.Currency}
		p := parse(t, c, in)
		if p.ID != s.ID || p.Organisation != s.Organisation || len(p.Examples) < 3 || len(p.Documents) != 1 {
			t.Errorf("%s: %d examples, %d documents", p.ID, len(p.Examples), len(p.Documents))
		}
		again, err := Files(in)
		if err != nil || !maps.Equal(again, p.Files) {
			t.Errorf("%s: a second draft differs", s.ID)
		}
	}
}

// The published Canadian inventory becomes packs in English and French.
func TestTheInventoryBecomesPacks(t *testing.T) {
	open := func(name string) *os.File {
		f, err := os.Open(need.Data(t, "canada-service-inventory", name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	inv, err := gc.Read(gc.Files{Services: open("si_2024.csv"), Standards: open("ss_2024.csv"), FiscalYear: "2023-2024"})
	if err != nil {
		t.Fatal(err)
	}
	orgs := map[gov.OrgID]country.Organisation{}
	for _, o := range inv.Organisations {
		orgs[o.ID] = o
	}
	c := sample(t)
	for i, e := range inv.Entries {
		if e.Internal || i%40 > 0 { // app publishes them all
			continue
		}
		o := orgs[e.Organisation]
		p := parse(t, c, Input{Service: e, Organisation: o, Languages: o.Languages, Currency: c.Currency})
		if !slices.Equal(p.Languages, []gov.Lang{"en", "fr"}) || p.Documents[0].Title["fr"] != "Lettre de décision" || p.Title["ar"] != "" {
			t.Errorf("%s: %v %v", e.ID, p.Languages, p.Documents[0].Title)
		}
		if days := p.Step("review").Within.WorkingDays; e.WorkingDays > 0 && days != e.WorkingDays || e.WorkingDays == country.NotSaid && days != DecisionDays {
			t.Errorf("%s: documented %d days, drafted %d", e.ID, e.WorkingDays, days)
		}
	}
}

// What a registry holds is fetched in a draft, and its paper asked for only while it
// cannot be.
func TestADraftFetchesWhatIsHeld(t *testing.T) {
	c := sample(t)
	for _, langs := range [][]gov.Lang{{"ar", "en"}, {"en", "ar"}} {
		s := country.Service{ID: "odd/1", Organisation: "mun", Name: gov.T("خدمة", "Service"), Description: gov.T("وصف", "Text"), WorkingDays: 3,
			Evidence: []country.Evidence{{ID: "card", Name: gov.T("صورة البطاقة", "Copy of the card"), Attribute: "card.number"}, {ID: "deed", Name: gov.T("صك", "Deed"), Attribute: "deed.number"},
				{ID: "birth", Name: gov.T("شهادة ميلاد", "Birth certificate"), Attribute: "person.birth"}}}
		holds := func(a gov.AttributeID) bool { return a != "deed.number" }
		p := parse(t, c, Input{Service: s, Organisation: country.Organisation{ID: "mun", Name: gov.T("جهة", "Body")}, Languages: langs, Currency: c.Currency, Holds: holds})
		got := map[gov.AttributeID]form.Away{}
		for _, q := range p.HeldQuestions() {
			got[q.Attribute] = q.Away
		}
		name := map[gov.Lang]gov.AttributeID{"ar": "person.name_ar", "en": "person.name_en"}[langs[0]]
		want := map[gov.AttributeID]form.Away{name: form.AwayAsk, "person.civil_number": form.AwayAsk, "card.number": form.AwayDocument, "person.birth": form.AwayDocument}
		if !maps.Equal(got, want) {
			t.Errorf("%v: %v", langs, got)
		}
	}
}

// Hostile words in an entry stay words.
func TestWordsOfAnEntryAreOnlyWords(t *testing.T) {
	c := sample(t)
	odd := "{number} \"x\": 'y' # - [a] & *b %s \u202e\u0000 \U0001F600 " + strings.Repeat("long ", 60)
	two := func() gov.Text { return gov.T("نص "+odd, odd) }
	s := country.Service{ID: "odd/1", Organisation: "mun", Name: two(), Description: two(), WorkingDays: 3,
		Evidence:     []country.Evidence{{ID: "case", Name: two()}, {ID: "case_", Name: two()}, {Name: gov.T("ا", "الف")}},
		Requirements: []country.Requirement{{ID: "true", Name: two(), Description: two()}, {ID: "1", Name: two(), Kind: "information"}},
		Outputs:      country.Outputs{{Name: two()}}, Legal: country.LegalResources{{Name: two()}},
		Costs: country.Costs{{Amount: 1, Rule: two()}}}
	p := parse(t, c, Input{Service: s, Organisation: country.Organisation{ID: "mun", Name: two()}, Languages: c.Languages, Currency: c.Currency})
	if len(p.Form.Questions()) < 9 {
		t.Errorf("%d questions", len(p.Form.Questions()))
	}
}

func TestAnEntryThatIsNotCompleteIsNotDrafted(t *testing.T) {
	c := sample(t)
	s := c.Services[0]
	s.Description = gov.Text{"ar": "وصف"}
	for _, langs := range [][]gov.Lang{{"ar", "en"}, {"ar", "de"}} {
		files, err := Files(Input{Service: s, Organisation: *c.Organisation(s.Organisation), Languages: langs, Currency: c.Currency})
		var list gov.Problems
		if !errors.As(err, &list) || files != nil || len(list) == 0 {
			t.Errorf("%v: %v", langs, err)
		}
		for _, x := range list {
			if len(x.Text.Missing("ar", "en")) > 0 || x.Field == "" {
				t.Errorf("%+v", x)
			}
		}
	}
}
