package form

import (
	"strings"

	"diwan.example/gov"
)

func readCivilNumber(_ *run, _ *question, v any) (any, gov.Problems) {
	s, ok := word(v, 40)
	s = squeeze(s)
	if !ok || !allDigits(s) {
		return nil, wrong(notCivil)
	}
	if gov.CivilNumberValid(s) {
		return s, nil
	}
	if country, foreign := foreignCivil(s); foreign {
		return nil, wrong(civilForeign.Sprintf(country))
	}
	if len(s) != 9 {
		return nil, wrong(civilLength.Sprintf(len(s)))
	}
	return nil, wrong(civilCheck)
}

// foreignCivil tells the civil numbers of neighbours by their form.
func foreignCivil(s string) (gov.Text, bool) {
	switch {
	case len(s) == 10 && (s[0] == '1' || s[0] == '2'):
		return gov.T("المملكة العربية السعودية", "Saudi Arabia"), true
	case len(s) == 15 && strings.HasPrefix(s, "784"):
		return gov.T("دولة الإمارات العربية المتحدة", "the United Arab Emirates"), true
	case len(s) == 12 && (s[0] == '1' || s[0] == '2' || s[0] == '3'):
		return gov.T("دولة الكويت", "Kuwait"), true
	case len(s) == 11 && (s[0] == '2' || s[0] == '3'):
		return gov.T("دولة قطر", "Qatar"), true
	case len(s) == 14 && (s[0] == '2' || s[0] == '3'):
		return gov.T("جمهورية مصر العربية", "Egypt"), true
	}
	return nil, false
}

func readPassport(_ *run, _ *question, v any) (any, gov.Problems) {
	s, ok := word(v, 40)
	s = strings.ToUpper(squeeze(s))
	digits := 0
	for i := range len(s) {
		switch {
		case s[i] >= '0' && s[i] <= '9':
			digits++
		case s[i] < 'A' || s[i] > 'Z':
			ok = false
		}
	}
	if !ok || len(s) < 5 || len(s) > 15 || digits == 0 {
		return nil, wrong(notPassport)
	}
	return s, nil
}

// ibanLengths by country: the SWIFT registry of IBAN formats, the countries
// whose accounts people here use. Others pass with 15 to 34 characters.
var ibanLengths = map[string]int{
	"BH": 22, "SA": 24, "AE": 23, "KW": 30, "QA": 29, "OM": 23, "JO": 30, "LB": 28, "EG": 29, "IQ": 23, "TN": 24, "PS": 29, "MR": 27, "LY": 25,
	"SD": 18, "TR": 26, "PK": 24, "GB": 22, "IE": 22, "DE": 22, "FR": 27, "IT": 27, "ES": 24, "NL": 18, "BE": 16, "CH": 21, "AT": 20, "SE": 24,
	"NO": 15, "DK": 18, "FI": 18, "PT": 25, "GR": 27, "PL": 28, "CY": 28, "MT": 31, "LU": 20,
}

func readIBAN(_ *run, _ *question, v any) (any, gov.Problems) {
	s, ok := word(v, 60)
	s = strings.ToUpper(squeeze(s))
	if !ok || len(s) < 5 || !isUpper(s[:2]) || !allDigits(s[2:4]) {
		return nil, wrong(notIBAN)
	}
	country := s[:2]
	if n, listed := ibanLengths[country]; listed && len(s) != n {
		return nil, wrong(ibanLength.Sprintf(country, n, len(s)))
	}
	if len(s) < 15 || len(s) > 34 {
		return nil, wrong(notIBAN)
	}
	rest, ok := mod97(s)
	if !ok {
		return nil, wrong(notIBAN)
	}
	if rest != 1 {
		return nil, wrong(ibanCheck)
	}
	return s, nil
}

func isUpper(s string) bool {
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

// mod97 is ISO 13616: the first four characters go to the end, letters become
// 10 to 35, and the remainder by 97 must be 1.
func mod97(s string) (rest int, ok bool) {
	for _, half := range []string{s[4:], s[:4]} {
		for i := range len(half) {
			switch c := half[i]; {
			case c >= '0' && c <= '9':
				rest = (rest*10 + int(c-'0')) % 97
			case c >= 'A' && c <= 'Z':
				rest = (rest*100 + int(c-'A') + 10) % 97
			default:
				return 0, false
			}
		}
	}
	return rest, true
}
