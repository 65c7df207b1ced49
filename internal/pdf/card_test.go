package pdf

import (
	"strings"
	"testing"

	"diwan.example/gov"
)

// A name of three hundred letters stands on a card whole.
func TestLongNameOnACard(t *testing.T) {
	long := gov.T(strings.Repeat("عبدالرحمن ", 30), strings.Repeat("Abdulrahman ", 25))
	file, r := render(t, page(Block{Kind: Card, Text: gov.T("بطاقة", "Card"), Picture: portrait(), Fields: []Field{
		{gov.T("الاسم", "Name"), long}, {gov.T("الرقم", "Number"), same1("900312345")}, {gov.T("الميلاد", "Birth"), same1("1990-03-12")}}}))
	sane(t, file)
	if r.Pages != 1 {
		t.Errorf("%d pages", r.Pages)
	}
}
