package pack

import (
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

func TestCredentialsThatNobodyIssuesAreSaid(t *testing.T) {
	card := &Document{ID: "card_slip", Claims: []Claim{{Name: "name_ar"}, {Name: "civil_number", Kind: form.CivilNumber}, {Name: "until", Kind: form.Date}, {Name: "photo", Kind: form.File}}}
	known := Types{"identity-card/renewal#card_slip": card, "a/b#bare": {ID: "bare"}}
	for want, c := range map[string]form.Presentation{
		"": {Type: "identity-card/renewal#card_slip", Claims: []form.ShownClaim{{Name: "name_ar"}, {Name: "until", Kind: form.Date}}},
		`no service issues a document of the type "identity-card/renewal#card_slp"; did you mean "identity-card/renewal#card_slip"`: {Type: "identity-card/renewal#card_slp"},
		`has no claim named "name_a"; did you mean "name_ar"`:                                                                       {Type: "identity-card/renewal#card_slip", Claims: []form.ShownClaim{{Name: "name_a"}}},
		`the claim "until" is of another kind`:                                                                                      {Type: "identity-card/renewal#card_slip", Claims: []form.ShownClaim{{Name: "until"}}},
		`the claim "photo" is of another kind`:                                                                                      {Type: "identity-card/renewal#card_slip", Claims: []form.ShownClaim{{Name: "photo"}}},
		`does not state its holder's civil number`:                                                                                  {Type: "a/b#bare"},
	} {
		p := &Pack{Pages: []form.Page{{Questions: []form.Question{{Name: "evidence", Kind: form.File, Label: gov.T("س", "Q"), Credential: &c}}}}}
		got := p.Unpresentable(known)
		if (want == "") != (len(got) == 0) || want != "" && !strings.Contains(got.Error(), want) {
			t.Errorf("%s: %v", want, got)
		}
	}
}
