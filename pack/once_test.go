package pack_test

import (
	"errors"
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

var meanings = []pack.Meaning{
	{ID: "person.birth", Label: gov.T("تاريخ الميلاد", "Date of birth"), Kind: form.Date, Words: []string{"birthday", "date de naissance", "الميلاد"}},
	{ID: "person.address", Label: gov.T("عنوان السكن", "Home address"), Kind: form.Address},
	{ID: "pupil.graduated", Label: gov.T("شهادة التخرج", "Graduation certificate"), Kind: form.Date},
}

// held says that the population register holds births, which only iga may obtain.
func held(org gov.OrgID, a gov.AttributeID) (gov.RegistryID, bool) {
	if a != "person.birth" {
		return "", false
	}
	return "population", org == "iga"
}

func asking(t *testing.T, org gov.OrgID, questions ...string) map[string]string {
	t.Helper()
	files, err := pack.New("test/asking", org, gov.T("سؤال", "Asking"))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range questions {
		files["questions.yaml"] = strings.Replace(files["questions.yaml"], "    questions:\n", "    questions:\n      - "+q+"\n", 1)
	}
	return files
}

func TestWhatARegistryHoldsIsNotAskedFor(t *testing.T) {
	const birth = "{name: born, kind: date, optional: true, label: {ar: الميلاد, en: Birth}, attribute: person.birth"
	for name, c := range map[string]struct {
		org      gov.OrgID
		question string
		want     string // in the English text; "" is right
	}{
		"typed":                        {"iga", birth + "}", "fetch it with away"},
		"fetched":                      {"iga", birth + ", away: ask}", ""},
		"not obtainable, typed":        {"moe", birth + "}", ""},
		"not obtainable, asked":        {"moe", birth + ", away: ask}", ""},
		"not obtainable, waits":        {"moe", birth + ", away: wait}", "no agreement lets"},
		"held by nobody":               {"iga", "{name: home, kind: address, optional: true, label: {ar: سكن, en: Abode}, attribute: person.address}", ""},
		"held by nobody, waits":        {"iga", "{name: home, kind: address, optional: true, label: {ar: سكن, en: Abode}, attribute: person.address, away: wait}", "nobody would ever answer"},
		"a legal reason":               {"iga", birth + `, asked: {legal: {ar: قانون, en: Law}, until: "2026-12-31"}}`, ""},
		"a legal reason that ended":    {"iga", birth + `, asked: {legal: {ar: قانون, en: Law}, until: "2026-10-31"}}`, "ended on 2026-10-31"},
		"a reason without a day":       {"iga", birth + `, asked: {legal: {ar: قانون, en: Law}, until: soon}}`, "a date looks like"},
		"a reason in one language":     {"iga", birth + `, asked: {legal: {ar: قانون}, until: "2026-12-31"}}`, "missing"},
		"fetched and typed":            {"iga", birth + `, away: ask, asked: {legal: {ar: قانون, en: Law}, until: "2026-12-31"}}`, "either fetched"},
		"an attribute nobody knows":    {"iga", strings.Replace(birth, "person.birth", "person.brith", 1) + "}", "no attribute"},
		"an attribute of another kind": {"iga", strings.Replace(birth, "kind: date", "kind: short-text", 1) + ", away: ask}", "is of kind date"},
		"a way that is none":           {"iga", birth + ", away: later}", "away is wait, ask or document"},
		"a way without an attribute":   {"iga", "{name: x, kind: date, label: {ar: س, en: X}, away: ask}", "names its attribute"},
		"a paper for what is held":     {"iga", "{name: paper, kind: file, optional: true, label: {ar: ورقة, en: Paper}, attribute: person.birth}", "fetch it with away"},
		"a paper in its place":         {"iga", "{name: paper, kind: file, optional: true, label: {ar: ورقة, en: Paper}, attribute: person.birth, away: document}", ""},
		"a file that is typed":         {"iga", "{name: paper, kind: file, optional: true, label: {ar: ورقة, en: Paper}, attribute: person.birth, away: ask}", "a file is not typed"},
		"in a group":                   {"iga", "{name: rows, kind: group, optional: true, label: {ar: صفوف, en: Rows}, questions: [{name: b, kind: date, label: {ar: م, en: B}, attribute: person.birth}]}", "no attribute"},
	} {
		_, err := pack.Parse(asking(t, c.org, c.question), pack.Options{Meanings: meanings, Source: held, Today: "2026-11-23"})
		var list pack.Problems
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !errors.As(err, &list) || !strings.Contains(list.In(gov.English), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
			continue
		}
		if x := list[0]; x.File != "questions.yaml" || x.Line < 2 || x.Col < 2 || x.Text[gov.Arabic] == "" {
			t.Errorf("%s: it stands at %s:%d:%d, %v", name, x.File, x.Line, x.Col, x.Text)
		}
	}
}

func TestAnAttributeIsSuggested(t *testing.T) {
	_, err := pack.Parse(asking(t, "iga", "{name: born, kind: date, label: {ar: م, en: B}, attribute: person.brith}"), pack.Options{Meanings: meanings})
	var list pack.Problems
	if !errors.As(err, &list) || list[0].Suggestion != "person.birth" {
		t.Errorf("%v", err)
	}
}

func TestQuestionsThatLackTheirNameAreFound(t *testing.T) {
	for question, want := range map[string]string{
		"{name: q1, kind: date, optional: true, label: {ar: ما تاريخ ميلادك؟, en: When were you born?}}":                            "person.birth",
		"{name: q1, kind: date, optional: true, label: {ar: يوم, en: Your birthday}}":                                               "person.birth",
		"{name: birth, kind: date, optional: true, label: {ar: يوم, en: Day}}":                                                      "",
		"{name: q1, kind: address, optional: true, label: {ar: عُنوان السَّكن الحالي, en: Place}}":                                  "person.address",
		"{name: q1, kind: short-text, optional: true, label: {ar: اسم, en: Home address}}":                                          "kind: address, attribute: person.address",
		"{name: q1, kind: long-text, optional: true, label: {ar: تاريخ الميلاد, en: Day}}":                                          "kind: date, attribute: person.birth",
		"{name: q1, kind: number, optional: true, label: {ar: تاريخ الميلاد, en: Day}}":                                             "",
		"{name: q1, kind: file, optional: true, label: {ar: صورة مصدّقة من شهادة الميلاد, en: Paper}}":                              "person.birth",
		"{name: q1, kind: file, optional: true, label: {ar: ورقة, en: Proof of your home address}}":                                 "person.address",
		"{name: q1, kind: file, optional: true, label: {ar: صورة شخصية حديثة, en: A recent photo}}":                                 "",
		"{name: q1, kind: file, optional: true, label: {ar: شهادة التخرّج, en: Diploma}}":                                           "pupil.graduated",
		"{name: q1, kind: date, optional: true, label: {ar: تاريخ ميلاد الطفل, en: Date of birth of the child}}":                    "",
		"{name: q1, kind: date, optional: true, label: {ar: تاريخ الميلاد, en: Date of birth}, attribute: person.birth, away: ask}": "",
	} {
		p, err := pack.Parse(asking(t, "iga", question), pack.Options{Meanings: meanings})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(p.Warnings) > 0 {
			got = strings.TrimPrefix(p.Warnings[0].Suggestion, "attribute: ")
		}
		if got != want {
			t.Errorf("%s: found %q, want %q", question, got, want)
		}
	}
}
