package document

import (
	"strconv"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// Whoever reads a document elsewhere reads in the trust list what its choices mean.
func TestTheTrustListExplainsChoicesAndTables(t *testing.T) {
	label := gov.T("المادة", "Subject")
	subject := form.Question{Name: "subject", Kind: form.OneOf, Label: label, Options: []form.Option{{Value: "maths", Label: gov.T("الرياضيات", "Mathematics")}}}
	got := described("marks", gov.T("الدرجات", "Marks"), form.Question{Kind: form.Group, Questions: []form.Question{subject, {Name: "final", Kind: form.Number, Label: label}}})
	if got.Kind != "group" || len(got.Claims) != 2 || got.Claims[0].Name != "subject" || len(got.Claims[0].Options) != 1 || got.Claims[0].Options[0].Label.In(gov.English) != "Mathematics" || got.Claims[1].Kind != "number" {
		t.Errorf("%+v", got)
	}
	for n := range mostOptions + 1 {
		subject.Options = append(subject.Options[:n:n], form.Option{Value: strconv.Itoa(n), Label: label})
	}
	if got := described("subject", label, subject); len(got.Options) != 0 {
		t.Errorf("%d values travel with every page", len(got.Options))
	}
}
