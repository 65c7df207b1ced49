package register

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
)

var years = regexp.MustCompile(`^(\d{4})(?:-(\d{4}))?$`)

// year is a year, "2026", or two that follow each other, "2026-2027".
func (a *reader) year() string {
	s := gov.Digits(a.said("year"))
	m := years.FindStringSubmatch(s)
	if m != nil && m[2] != "" {
		one, _ := strconv.Atoi(m[1])
		two, _ := strconv.Atoi(m[2])
		if two != one+1 {
			m = nil
		}
	}
	if m == nil {
		a.fail("year", "اكتب السنة، مثل 2026 أو 2026-2027", "Write the year, like 2026 or 2026-2027")
	}
	return s
}

func (a *reader) day(name string) string {
	s := gov.Digits(a.said(name))
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		a.fail(name, "اكتب اليوم والشهر والسنة", "Write day, month and year")
	}
	return s
}

func (a *reader) link(name string) string {
	s := a.said(name)
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(s) > 2000 {
		a.fail(name, "اكتب عنوانًا يبدأ بـ\u2066https://\u2069", "Write an address that begins with https://")
	}
	return s
}

// count is a number from 0 up; nil when none was typed.
func (a *reader) count(name string) *int64 {
	s := strings.ReplaceAll(gov.Digits(a.said(name)), ",", "")
	if s == "" {
		return nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > 10_000_000_000 {
		a.fail(name, "اكتب رقمًا صحيحًا من صفر فأكثر", "Write a whole number from 0 up")
		return nil
	}
	return &n
}

func (a *reader) answer(name string) country.Answer {
	x := country.Answer(a.said(name))
	if x != country.Yes && x != country.No && x != country.NotApplicable {
		a.fail(name, "اختر إجابة", "Choose an answer")
		return ""
	}
	return x
}
