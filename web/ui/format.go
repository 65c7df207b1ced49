package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
)

// Format writes values for people in one language of one country.
type Format struct {
	Lang     gov.Lang
	Zone     *time.Location
	Currency gov.Currency
	Arab     bool // Arabic-Indic digits
	Now      func() time.Time
}

// Format returns how the site writes values in l.
func (s *Site) Format(l gov.Lang) Format {
	return Format{Lang: l, Zone: s.Zone(), Currency: s.Country.Currency, Arab: s.Country.ArabicDigits && l == gov.Arabic, Now: s.now}
}

var monthsAr = [...]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"}

var weekdaysAr = [...]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"}

// Month is the name of m as the Gulf calls it.
func (f Format) Month(m time.Month) string {
	if f.Lang == gov.Arabic {
		return monthsAr[m-1]
	}
	return m.String()
}

// Text writes a phrase or any simple value.
func (f Format) Text(a any) string {
	switch x := a.(type) {
	case gov.Text:
		return x.In(f.Lang)
	case map[gov.Lang]string:
		return gov.Text(x).In(f.Lang)
	case error:
		return gov.PublicOf(x).In(f.Lang)
	}
	return plain(a)
}

// at reads what pages hold as a time: time.Time, epoch milliseconds, "2006-01-02".
func (f Format) at(v any) (time.Time, bool) {
	switch x := v.(type) {
	case time.Time:
		return x.In(f.Zone), !x.IsZero()
	case *time.Time:
		if x == nil {
			return time.Time{}, false
		}
		return x.In(f.Zone), !x.IsZero()
	case int64:
		return time.UnixMilli(x).In(f.Zone), x != 0
	case string:
		if t, err := time.ParseInLocation(time.DateOnly, x, f.Zone); err == nil {
			return t, true
		}
		t, err := time.Parse(time.RFC3339, x)
		return t.In(f.Zone), err == nil
	}
	return time.Time{}, false
}

// Date writes "23 نوفمبر 2026"; an unset time is "—".
func (f Format) Date(v any) string {
	t, ok := f.at(v)
	if !ok {
		return "—"
	}
	return f.digits(fmt.Sprintf("%d %s %d", t.Day(), f.Month(t.Month()), t.Year()))
}

// LongDate adds the weekday.
func (f Format) LongDate(v any) string {
	t, ok := f.at(v)
	if !ok {
		return "—"
	}
	day, comma := t.Weekday().String(), ", "
	if f.Lang == gov.Arabic {
		day, comma = weekdaysAr[t.Weekday()], "، "
	}
	return day + comma + f.Date(t)
}

// Time writes "14:05".
func (f Format) Time(v any) string {
	t, ok := f.at(v)
	if !ok {
		return "—"
	}
	return f.digits(t.Format("15:04"))
}

// DateTime writes date and time of day.
func (f Format) DateTime(v any) string {
	if _, ok := f.at(v); !ok {
		return "—"
	}
	comma := ", "
	if f.Lang == gov.Arabic {
		comma = "، "
	}
	return f.Date(v) + comma + f.Time(v)
}

// Money writes an amount with the country's currency.
func (f Format) Money(v any) string {
	var m gov.Money
	switch x := v.(type) {
	case gov.Money:
		m = x
	case int64:
		m = gov.Money(x)
	case int:
		m = gov.Money(x)
	case *gov.Money:
		if x == nil {
			return "—"
		}
		m = *x
	default:
		return plain(v)
	}
	whole, frac, cut := strings.Cut(f.Currency.Decimal(m), ".")
	figure := group(whole)
	if cut {
		figure += "." + frac
	}
	if f.Lang == gov.Arabic { // only the figure is isolated: the symbol keeps its side
		return f.signed(figure) + "\u00a0" + f.Currency.Symbol.In(f.Lang)
	}
	return f.Currency.Symbol.In(f.Lang) + "\u00a0" + f.signed(figure)
}

// Number writes a count with thousands separated, a fraction with at most two decimals.
func (f Format) Number(v any) string {
	if n, ok := whole(v); ok {
		return f.signed(group(strconv.FormatInt(n, 10)))
	}
	switch x := v.(type) {
	case float64:
		s := strconv.FormatFloat(x, 'f', 2, 64)
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
		whole, frac, has := strings.Cut(s, ".")
		if has {
			frac = "." + frac
		}
		return f.signed(group(whole) + frac)
	case uint64:
		return f.digits(group(strconv.FormatUint(x, 10)))
	}
	return f.digits(plain(v))
}

// Percent writes 0.364 as "36%" (one decimal below ten).
func (f Format) Percent(share float64) string {
	s := strconv.FormatFloat(share*100, 'f', 0, 64)
	if share > 0 && share < 0.1 {
		s = strings.TrimSuffix(strconv.FormatFloat(share*100, 'f', 1, 64), ".0")
	}
	return "\u2066" + f.digits(s) + "%\u2069"
}

// Bytes writes a file size.
func (f Format) Bytes(n int64) string {
	units := []string{"B", "KB", "MB", "GB"}
	if f.Lang == gov.Arabic {
		units = []string{"بايت", "ك.ب", "م.ب", "ج.ب"}
	}
	v, u := float64(n), 0
	for v >= 1024 && u < len(units)-1 {
		v, u = v/1024, u+1
	}
	if u < 2 {
		return f.digits(strconv.FormatFloat(v, 'f', 0, 64)) + " " + units[u]
	}
	return f.digits(strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")) + " " + units[u]
}

// signed isolates a negative number: its sign would wander in Arabic.
func (f Format) signed(s string) string {
	s = f.digits(s)
	if strings.HasPrefix(s, "-") {
		return "\u2066−" + s[1:] + "\u2069"
	}
	return s
}

func (f Format) digits(s string) string {
	if !f.Arab {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '٠' + (r - '0')
		}
		return r
	}, s)
}

func group(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}
