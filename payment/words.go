package payment

import (
	"strings"
	"unicode/utf8"

	"diwan.example/gov"
)

// words cleans what an officer wrote and checks that it says something.
func words(s string, most int, field string) (string, error) {
	s, _ = gov.CleanText(s)
	s = strings.TrimSpace(s)
	if s == "" {
		return "", gov.Fail(gov.Invalid, "هذا الحقل مطلوب", "This is required").At(field)
	}
	if utf8.RuneCountInString(s) > most {
		return "", gov.Fail(gov.Invalid, "النص أطول من المسموح", "This is longer than allowed").At(field)
	}
	return s, nil
}
