package policy

import (
	"testing"

	"diwan.example/gov"
)

func TestEvidenceIsShownInWords(t *testing.T) {
	for evidence, want := range map[string]gov.Text{
		"portal, api":      gov.T("البوابة، الربط الإلكتروني", "Portal, API"),
		"ar, en":           gov.T("العربية، الإنجليزية", "Arabic, English"),
		"phone, starts_on": gov.T("\u2066phone\u2069، \u2066starts_on\u2069", "\u2066phone\u2069, \u2066starts_on\u2069"),
		"92 %":             gov.T("\u206692 %\u2069", "\u206692 %\u2069"),
	} {
		if got := (Result{Shows: evidence}).Shown(); got[gov.Arabic] != want[gov.Arabic] || got[gov.English] != want[gov.English] {
			t.Errorf("%s: %v", evidence, got)
		}
	}
	if got := (Finding{}).Shown(); got != nil {
		t.Error(got)
	}
}
