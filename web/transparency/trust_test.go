package transparency

import (
	"testing"

	"diwan.example/document/trust"
	"diwan.example/gov"
)

func TestAnIssuerIsShownWithWhatItMayIssue(t *testing.T) {
	title := gov.T("شهادة قيد", "Enrolment certificate")
	keys := []trust.Key{
		{ID: "moe-1", State: trust.Retired, Types: []string{"education/c#c", "gone/x#y"}},
		{ID: "moe-2", State: trust.Active, Types: []string{"education/c#c"}},
		{ID: "moe-3", State: trust.Revoked, Reason: trust.Compromise, Use: "pdf"},
	}
	got := shownIssuer(&trust.List{Types: []trust.Type{{ID: "education/c#c", Title: title}}}, trust.Entity{Keys: keys})
	if len(got.Types) != 1 || got.Types[0][gov.Arabic] != title[gov.Arabic] || len(got.Keys) != 3 || !got.Keys[2].Pages() || got.Keys[0].Pages() {
		t.Errorf("%+v", got)
	}
	words := map[string]bool{}
	for _, k := range got.Keys {
		words[k.Words()[gov.Arabic]] = true
	}
	if len(words) != 3 {
		t.Errorf("retired, active and compromised read alike: %v", words)
	}
}
