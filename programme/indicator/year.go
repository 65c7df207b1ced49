package indicator

import (
	"regexp"
	"slices"
	"strconv"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

var (
	fiscalYear   = regexp.MustCompile(`^(\d{4})-(\d{4})$`)
	calendarYear = regexp.MustCompile(`^\d{4}$`)
)

func (s *Scheme) takes(year string) bool {
	if s.Standing() {
		return false
	}
	if s.Year == "calendar" {
		return calendarYear.MatchString(year)
	}
	m := fiscalYear.FindStringSubmatch(year)
	if m == nil {
		return false
	}
	from, _ := strconv.Atoi(m[1])
	to, _ := strconv.Atoi(m[2])
	return to == from+1
}

// year is the year asked for, or the year with the most statements among those
// of the scheme's kind, the latest of equals: a few early ones do not hide the
// year that was reported whole.
func (s *Scheme) year(tx *db.Tx, asked string) (string, error) {
	if asked = gov.Digits(asked); asked == "" && s.Standing() {
		return "", nil
	}
	if asked != "" {
		if !s.takes(asked) {
			return "", gov.Fail(gov.Invalid, "السنة تُكتب هكذا: \u20662023-2024\u2069 للمالية أو \u20662026\u2069", "A year is written like 2023-2024 when it is fiscal, or like 2026").At("fiscal-year")
		}
	}
	years, err := catalogue.Years(tx)
	if err != nil {
		return "", err
	}
	if asked != "" {
		if len(years) > 0 && !s.Standing() && !slices.ContainsFunc(years, func(y catalogue.StatedYear) bool { return y.Year == asked }) {
			return "", gov.Fail(gov.NotFound, "لا بيانات لهذه السنة في الدليل، وآخر سنة فيه \u2066"+years[0].Year+"\u2069", "The catalogue has no statements of this year; its latest is "+years[0].Year)
		}
		return asked, nil
	}
	best, most := "", 0
	for _, y := range years {
		if s.takes(y.Year) && y.Statements > most {
			best, most = y.Year, y.Statements
		}
	}
	if best == "" {
		return "", gov.Fail(gov.NotFound, "لا بيانات سنوية في الدليل بعد، فلا شيء يُحسب", "The catalogue has no yearly statements yet, so there is nothing to count")
	}
	return best, nil
}
