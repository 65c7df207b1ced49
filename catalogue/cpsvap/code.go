package cpsvap

import (
	"slices"
	"strings"

	"golang.org/x/text/language"

	"diwan.example/country"
	"diwan.example/gov"
)

// codeList is a controlled list of words of the model, published as a concept
// scheme. A list without words takes any code.
type codeList struct {
	id    string
	name  gov.Text
	words []string
	names map[string]gov.Text
	at    string // where its concepts are named; empty: under ours
}

// The code lists. Those without words only say in what a code is meant.
var (
	statuses = &codeList{id: "status", name: gov.T("حالة الخدمة", "Status of a service"), words: country.Statuses, names: map[string]gov.Text{
		"active": gov.T("مقدمة", "Active"), "development": gov.T("قيد الإعداد", "Under development"), "suspended": gov.T("موقوفة مؤقتًا", "Suspended"), "ended": gov.T("منتهية", "Ended"),
	}}
	audiences = &codeList{id: "audience", name: gov.T("المستفيدون", "Audience"), words: country.Audiences, names: map[string]gov.Text{
		"citizen": gov.T("مواطن", "Citizen"), "resident": gov.T("مقيم", "Resident"), "business": gov.T("منشأة", "Business"), "visitor": gov.T("زائر", "Visitor"),
		"government": gov.T("جهة حكومية", "Government"), "organisation": gov.T("جمعية أو هيئة", "Organisation"),
	}}
	channelKinds = &codeList{id: "channel", name: gov.T("نوع القناة", "Type of channel"), words: country.ChannelKinds, names: map[string]gov.Text{
		"portal": gov.T("بوابة إلكترونية", "Website"), "counter": gov.T("مكتب", "Service counter"), "kiosk": gov.T("جهاز خدمة ذاتية", "Kiosk"), "phone": gov.T("هاتف", "Telephone"),
		"app": gov.T("تطبيق جوال", "Mobile app"), "api": gov.T("ربط آلي", "Programming interface"), "mail": gov.T("بريد", "Post"), "email": gov.T("بريد إلكتروني", "E-mail"),
		"fax": gov.T("فاكس", "Fax"), "other": gov.T("قناة أخرى", "Other channel"),
	}}
	organisationKinds = &codeList{id: "organisation-kind", name: gov.T("نوع الجهة", "Type of organisation"), words: country.OrganisationKinds, names: map[string]gov.Text{
		"ministry": gov.T("وزارة", "Ministry"), "authority": gov.T("هيئة", "Authority"), "bureau": gov.T("جهاز", "Bureau"), "directorate": gov.T("إدارة عامة", "Directorate"),
		"university": gov.T("جامعة", "University"), "council": gov.T("مجلس", "Council"), "department": gov.T("دائرة", "Department"),
	}}
	weekdays = &codeList{id: "weekday", name: gov.T("أيام الأسبوع", "Days of the week"), words: country.Weekdays, at: nsSchema, names: map[string]gov.Text{
		"sunday": gov.T("الأحد", "Sunday"), "monday": gov.T("الاثنين", "Monday"), "tuesday": gov.T("الثلاثاء", "Tuesday"), "wednesday": gov.T("الأربعاء", "Wednesday"),
		"thursday": gov.T("الخميس", "Thursday"), "friday": gov.T("الجمعة", "Friday"), "saturday": gov.T("السبت", "Saturday"),
	}}
	serviceTypes    = &codeList{id: "service-type"}
	themes          = &codeList{id: "theme"}
	sectors         = &codeList{id: "sector"}
	classes         = &codeList{id: "class"}
	outputTypes     = &codeList{id: "output-type"}
	evidenceTypes   = &codeList{id: "evidence-type"}
	requirementType = &codeList{id: "requirement-type"}
	ruleTypes       = &codeList{id: "rule-type"}
	eventTypes      = &codeList{id: "event-type"}
	roles           = &codeList{id: "role"}
	currencies      = &codeList{id: "currency", at: euCurrency}
)

// iri names a word or code as a concept.
func (l *codeList) iri(word string) string {
	if !slices.Contains(l.words, word) {
		return resource(word)
	}
	if l.at == nsSchema {
		return l.at + strings.ToUpper(word[:1]) + word[1:]
	}
	return ours + l.id + ":" + word
}

// word is what iri made a concept of.
func (l *codeList) word(iri string) string {
	for _, w := range l.words {
		if l.iri(w) == iri {
			return w
		}
	}
	return value(iri)
}

// languageIRI names a language as the EU's authority list does, else by a code
// of ours.
func languageIRI(l gov.Lang) string {
	if b, err := language.ParseBase(string(l)); err == nil && b.String() == string(l) {
		if code := b.ISO3(); languageOf(euLanguages+strings.ToUpper(code)) == l {
			return euLanguages + strings.ToUpper(code)
		}
	}
	return resource(string(l))
}

// languageOf is the language that an IRI of the usual lists names; the code
// itself when it is ours.
func languageOf(iri string) gov.Lang {
	for _, list := range []string{euLanguages, "http://id.loc.gov/vocabulary/iso639-1/", "http://id.loc.gov/vocabulary/iso639-2/", "http://lexvo.org/id/iso639-3/", "http://www.lexvo.org/id/iso639-3/", "http://lexvo.org/id/iso639-1/"} {
		if code, ok := strings.CutPrefix(iri, list); ok {
			if b, err := language.ParseBase(strings.ToLower(code)); err == nil {
				return gov.Lang(b.String())
			}
			return ""
		}
	}
	if strings.HasPrefix(iri, codes) {
		return gov.Lang(value(iri))
	}
	return ""
}

// countryIRI names a country by its two letters as the EU's authority list does.
func countryIRI(code string) string {
	if r, err := language.ParseRegion(code); err == nil && r.IsCountry() && r.ISO3() != "" {
		return euCountries + r.ISO3()
	}
	return resource(code)
}
