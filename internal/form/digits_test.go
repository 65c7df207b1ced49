package form

import (
	"testing"

	"diwan.example/gov"
)

// A number with a pattern is taken in Arabic-Indic digits and stored in the
// pattern's own; a text without one stays as it was typed.
func TestAPatternTakesArabicDigits(t *testing.T) {
	label := gov.T("رقم", "Number")
	f, issues := Compile([]Page{{Name: "p", Title: label, Questions: []Question{
		{Name: "report", Kind: ShortText, Label: label, Pattern: `[0-9]{4}/[0-9]{4}`},
		{Name: "words", Kind: ShortText, Label: label},
	}}}, Options{})
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	got, err := f.Check(t.Context(), Answers{"report": "٤٤١٧/٢٠٢٦", "words": "الدور ٣"}, Context{})
	if err != nil || got["report"] != "4417/2026" || got["words"] != "الدور ٣" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := f.Check(t.Context(), Answers{"report": "٤٤١٧-٢٠٢٦", "words": "x"}, Context{}); gov.KindOf(err) != gov.Invalid {
		t.Errorf("a number of another shape: %v", err)
	}
}
