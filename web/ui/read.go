package ui

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
)

// Read takes the answers to fields out of a posted form, as typed: strings;
// dates as "2006-01-02" where they can be read; []string for many-of; maps for
// address and map-point; []map[string]any for groups. Locked, computed and file
// fields are left out. A pressed add or remove button of a group is carried out.
func Read(form url.Values, fields []Field) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		if f.Locked || f.Kind == "computed" || f.Kind == "file" {
			continue
		}
		out[lastName(f.Name)] = readOne(form, f)
	}
	return out
}

func lastName(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

func readOne(form url.Values, f Field) any {
	switch f.Kind {
	case "date":
		return ReadDate(form, f.Name)
	case "many-of":
		return append([]string{}, form[f.Name]...)
	case "address", "map-point":
		m := map[string]any{}
		for _, p := range partNames[f.Kind] {
			if s := form.Get(f.Name + "." + p); s != "" {
				m[p] = s
			}
		}
		return m
	case "group":
		return readRows(form, f)
	}
	return form.Get(f.Name)
}

var partNames = map[string][]string{
	"date": {"day", "month", "year"}, "address": {"building", "flat", "road", "block"}, "map-point": {"lat", "lng"},
}

func readRows(form url.Values, f Field) []map[string]any {
	n, _ := strconv.Atoi(form.Get(f.Name + "._rows"))
	rows := []map[string]any{}
	for i := range min(n, 200) {
		if form.Get("_remove") == fmt.Sprintf("%s.%d", f.Name, i) {
			continue
		}
		rows = append(rows, Read(form, at(f, i)))
	}
	if form.Get("_add") == f.Name {
		rows = append(rows, map[string]any{})
	}
	return rows
}

// at returns the inner fields of f named for row i.
func at(f Field, i int) []Field {
	out := make([]Field, len(f.Inner))
	for j, in := range f.Inner {
		in.Name = fmt.Sprintf("%s.%d.%s", f.Name, i, lastName(in.Name))
		out[j] = in
	}
	return out
}

// Rearranged reports whether the form was sent by an add or remove button: show
// it again without complaining about what is missing. It names what to remove.
func Rearranged(form url.Values) (removed string, yes bool) {
	return form.Get("_remove"), form.Has("_add") || form.Has("_remove")
}

// ReadDate joins the three boxes of a date: "2026-11-23". Arabic-Indic digits
// and month names in Arabic and English are understood. What cannot be read is
// joined as typed, so that the check says so; nothing typed gives "".
func ReadDate(form url.Values, name string) string {
	if v := strings.TrimSpace(form.Get(name)); v != "" {
		return v
	}
	d, m, y := part(form, name, "day"), part(form, name, "month"), part(form, name, "year")
	if d+m+y == "" {
		return ""
	}
	if n := monthNumber(m); n > 0 {
		m = strconv.Itoa(n)
	}
	day, err1 := strconv.Atoi(d)
	month, err2 := strconv.Atoi(m)
	year, err3 := strconv.Atoi(y)
	if err1 != nil || err2 != nil || err3 != nil || day < 0 || month < 0 || year < 0 {
		return y + "-" + m + "-" + d
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

func part(form url.Values, name, p string) string {
	return strings.TrimSpace(gov.Digits(form.Get(name + "." + p)))
}

// monthNumber understands month names: those of the Gulf, of the Levant, and English ones.
func monthNumber(s string) int {
	s = foldMonth(s)
	if s == "" {
		return 0
	}
	for i := range 12 {
		en := strings.ToLower(time.Month(i + 1).String())
		if s == foldMonth(monthsAr[i]) || s == foldMonth(monthsLevant[i]) || s == en || s == en[:3] {
			return i + 1
		}
	}
	return 0
}

var monthsLevant = [...]string{"كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"}

var foldAlef = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ى", "ي")

func foldMonth(s string) string { return strings.ToLower(foldAlef.Replace(strings.TrimSpace(s))) }

// ReadForm reads a posted form, files included. Errors: Invalid.
func ReadForm(r *http.Request) error {
	err := r.ParseMultipartForm(4 << 20)
	if err == nil || errors.Is(err, http.ErrNotMultipart) {
		return nil
	}
	return gov.Fail(gov.Invalid, "تعذّرت قراءة النموذج", "The form could not be read").Because(err)
}
