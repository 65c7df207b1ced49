package form

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
)

const firstYear, lastYear = 1800, 2200 // of a date that a person may mean

func readDate(r *run, q *question, v any) (any, gov.Problems) {
	y, m, d, bad := dayParts(v)
	if bad != nil {
		return nil, bad
	}
	if bad := realDay(y, m, d); bad != nil {
		return nil, bad
	}
	s := fmt.Sprintf("%04d-%02d-%02d", y, m, d)
	if r.ymd(v) {
		s = v.(string) // already canonical: no new string
	}
	low, high := q.limits.low.day(r), q.limits.high.day(r)
	switch {
	case low != "" && s < low && q.limits.low.today:
		return nil, wrong(beforeToday)
	case low != "" && s < low:
		return nil, wrong(tooEarly.Sprintf(dayText(low)))
	case high != "" && s > high && q.limits.high.today:
		return nil, wrong(afterToday)
	case high != "" && s > high:
		return nil, wrong(tooLate.Sprintf(dayText(high)))
	}
	return s, nil
}

func (b bound) day(r *run) string {
	switch {
	case !b.set:
		return ""
	case b.today:
		return r.today
	}
	return b.text
}

// ymd reports whether v is written as dates are stored.
func (r *run) ymd(v any) bool {
	s, ok := v.(string)
	return ok && len(s) == 10 && s[4] == '-' && s[7] == '-' && allDigits(s[:4]) && allDigits(s[5:7]) && allDigits(s[8:])
}

// dayParts reads {"day","month","year"}, "2026-01-31", or day first: "31/1/2026".
func dayParts(v any) (y, m, d int, bad gov.Problems) {
	var parts [3]string // year, month, day
	if o, ok := fields(v); ok {
		for i, k := range []string{"year", "month", "day"} {
			parts[i], _ = part(o[k])
		}
	} else {
		s, ok := word(v, 20)
		if !ok {
			return 0, 0, 0, wrong(notDate)
		}
		p := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("-/. –،", r) })
		if len(p) != 3 {
			return 0, 0, 0, wrong(notDate)
		}
		if parts = [3]string(p); len(parts[0]) != 4 {
			parts[0], parts[2] = parts[2], parts[0]
		}
	}
	if allDigits(parts[0]) && len(parts[0]) == 2 {
		return 0, 0, 0, wrong(shortYear)
	}
	for i, n := range []*int{&y, &m, &d} {
		if !allDigits(parts[i]) || len(parts[i]) > 4 {
			return 0, 0, 0, wrong(notDate)
		}
		*n, _ = strconv.Atoi(parts[i])
	}
	return y, m, d, nil
}

// part reads one piece of a date or an address.
func part(v any) (string, bool) {
	switch x := v.(type) {
	case nil:
		return "", true
	case float64:
		return plainNumber(x), true
	case int:
		return strconv.Itoa(x), true
	case int64:
		return strconv.FormatInt(x, 10), true
	}
	return word(v, 40)
}

// realDay refuses what is on no calendar.
func realDay(y, m, d int) gov.Problems {
	switch {
	case m < 1 || m > 12:
		return wrong(noMonth.Sprintf(m))
	case d < 1 || d > 31:
		return wrong(noDay.Sprintf(d))
	case y < firstYear || y > lastYear:
		return wrong(noYear.Sprintf(y))
	}
	if last := time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day(); d > last {
		return wrong(noSuchDay.Sprintf(d, months[m-1], y, last))
	}
	return nil
}

// dayText writes a stored date for people.
func dayText(s string) gov.Text {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return gov.T(s, s)
	}
	name := months[t.Month()-1]
	out := gov.Text{}
	for l, m := range name {
		out[l] = fmt.Sprintf("%d %s %d", t.Day(), m, t.Year())
	}
	return out
}

func readTime(_ *run, q *question, v any) (any, gov.Problems) {
	s, ok := word(v, 20)
	if !ok {
		return nil, wrong(notTime)
	}
	s, ok = clockTime(s)
	if !ok {
		return nil, wrong(notTime)
	}
	switch l, h := q.limits.low, q.limits.high; {
	case l.set && s < l.text:
		return nil, wrong(tooEarly.Sprintf(l.text))
	case h.set && s > h.text:
		return nil, wrong(tooLate.Sprintf(h.text))
	}
	return s, nil
}

var halves = []struct {
	sign  string
	after bool
}{{"am", false}, {"pm", true}, {"ص", false}, {"م", true}, {"صباحا", false}, {"صباحًا", false}, {"مساء", true}, {"مساءً", true}}

// clockTime reads 9:30, 09:30, 09:30:00, 9:30 pm, ٩:٣٠ م.
func clockTime(s string) (string, bool) {
	s = strings.ToLower(s)
	half := -1
	for i, h := range halves {
		if rest, cut := strings.CutSuffix(s, h.sign); cut {
			s, half = strings.TrimSpace(rest), i
			break
		}
	}
	p := strings.Split(s, ":")
	if len(p) < 2 || len(p) > 3 || len(p[0]) > 2 || len(p[1]) != 2 || len(p) == 3 && p[2] != "00" {
		return "", false
	}
	if !allDigits(p[0]) || !allDigits(p[1]) {
		return "", false
	}
	h, _ := strconv.Atoi(p[0])
	m, _ := strconv.Atoi(p[1])
	if half >= 0 {
		if h < 1 || h > 12 {
			return "", false
		}
		if h %= 12; halves[half].after {
			h += 12
		}
	}
	if h > 23 || m > 59 {
		return "", false
	}
	return fmt.Sprintf("%02d:%02d", h, m), true
}
