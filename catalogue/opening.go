package catalogue

import (
	"regexp"
	"strings"

	"diwan.example/country"
	"diwan.example/gov"
)

// Opening hours are typed and shown as people say them: the days, then from
// when to when; several, with a semicolon between them.

var (
	openingLine = regexp.MustCompile(`^(.+?)[:،,]?\s*\b(\d{1,2}:\d{2})\s*(?:-|–|—|to|إلى|حتى)\s*(\d{1,2}:\d{2})$`)
	openingDays = regexp.MustCompile(`\s*(?:-|–|—|\bto\b|إلى|حتى)\s*`)
)

var errOpening = gov.T("اكتب الأيام ثم من متى إلى متى، مثل: الأحد-الخميس 07:00-14:15", "Write the days, then from when to when, like: Sunday-Thursday 07:00-14:15")

// readOpening reads opening hours as they are typed.
func readOpening(s string) ([]any, gov.Text) {
	out := []any{}
	for _, line := range strings.FieldsFunc(gov.Digits(s), func(r rune) bool { return strings.ContainsRune(";؛\n", r) }) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		m := openingLine.FindStringSubmatch(line)
		if m == nil {
			return nil, errOpening
		}
		days, ok := readDays(m[1])
		if !ok {
			return nil, errOpening
		}
		out = append(out, map[string]any{"days": days, "opens": clock(m[2]), "closes": clock(m[3])})
	}
	return out, nil
}

func clock(s string) string {
	if len(s) == 4 {
		return "0" + s
	}
	return s
}

func readDays(s string) (out []any, ok bool) {
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",،", r) }) {
		ends := openingDays.Split(strings.TrimSpace(part), -1)
		from, to := dayNumber(ends[0]), dayNumber(ends[len(ends)-1])
		if len(ends) > 2 || from < 0 || to < 0 {
			return nil, false
		}
		for i := from; ; i = (i + 1) % 7 {
			out = append(out, country.Weekdays[i])
			if i == to {
				break
			}
		}
	}
	return out, len(out) > 0
}

var foldDay = strings.NewReplacer("أ", "ا", "إ", "ا", "ال", "")

// dayNumber understands the names of days in both languages, also in short; -1
// for anything else.
func dayNumber(s string) int {
	s = strings.ToLower(foldDay.Replace(strings.TrimSpace(s)))
	for i, d := range DayWords {
		en := strings.ToLower(d.Text[gov.English])
		if s == foldDay.Replace(d.Text[gov.Arabic]) || len(s) >= 3 && strings.HasPrefix(en, s) {
			return i
		}
	}
	return -1
}

// openingIn writes opening hours in one language.
func openingIn(v any, l gov.Lang) string {
	list, _ := v.([]any)
	var out []string
	for _, x := range list {
		h := asDoc(x)
		out = append(out, daysIn(texts(h["days"]), l)+" "+text(h["opens"])+"-"+text(h["closes"]))
	}
	if l == gov.Arabic {
		return strings.Join(out, "؛ ")
	}
	return strings.Join(out, "; ")
}

// daysIn names days, those that follow each other as a range.
func daysIn(days []string, l gov.Lang) string {
	var out []string
	for i := 0; i < len(days); {
		k := i
		for k+1 < len(days) && follows(days[k], days[k+1]) {
			k++
		}
		name := InWords(DayWords, days[i]).In(l)
		switch {
		case k == i+1:
			name += comma(l) + " " + InWords(DayWords, days[k]).In(l)
		case k > i+1:
			name += "-" + InWords(DayWords, days[k]).In(l)
		}
		out = append(out, name)
		i = k + 1
	}
	return strings.Join(out, comma(l)+" ")
}

func follows(a, b string) bool {
	for i, d := range country.Weekdays {
		if d == a {
			return i+1 < len(country.Weekdays) && country.Weekdays[i+1] == b
		}
	}
	return false
}
