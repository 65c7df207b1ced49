package catalogue

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
)

// Typed is what stands in the box of a field, as a person would type it: one
// text, and several of Codes. l is the language of a text, and otherwise that
// of the reader.
func (f *Field) Typed(d Doc, l gov.Lang, c gov.Currency) []string {
	v := d.Get(f.ID)
	switch f.Kind {
	case Phrase, Prose:
		return []string{text(asDoc(v)[string(l)])}
	case Phrases:
		return []string{strings.Join(texts(asDoc(v)[string(l)]), comma(l)+" ")}
	case Codes:
		return texts(v)
	case Names:
		return []string{strings.Join(texts(v), ", ")}
	case Flag:
		if v == true {
			return []string{"true"}
		}
		return []string{""}
	case Days:
		if n := text(v); n != "-1" {
			return []string{n}
		}
		return []string{""}
	case Number:
		if n := text(v); n != "0" {
			return []string{n}
		}
		return []string{""}
	case Amount:
		n, err := strconv.ParseInt(text(v), 10, 64)
		if err != nil {
			return []string{""}
		}
		return []string{c.Decimal(gov.Money(n))}
	case Opening:
		return []string{openingIn(v, l)}
	}
	return []string{text(v)}
}

// Put reads what was typed into a field. What it answers is wrong with it, and
// then the field keeps its value; empty: nothing is.
func (f *Field) Put(d Doc, l gov.Lang, typed []string, c gov.Currency) gov.Text {
	s := ""
	if len(typed) > 0 {
		s, _ = gov.CleanText(strings.TrimSpace(strings.ReplaceAll(typed[0], "\r\n", "\n")))
	}
	switch f.Kind {
	case Phrase, Prose, Phrases:
		f.putText(d, l, s)
	case Codes:
		list := []any{}
		for _, x := range typed {
			if x != "" && !slices.Contains(list, any(x)) {
				list = append(list, x)
			}
		}
		d.Set(f.ID, list)
	case Names:
		d.Set(f.ID, split(s))
	case Flag:
		d.Set(f.ID, s == "true")
	case Days, Number, Amount:
		return f.putNumber(d, s, c)
	case Opening:
		list, wrong := readOpening(s)
		if wrong != nil {
			return wrong
		}
		d.Set(f.ID, list)
	default:
		return f.putLine(d, s)
	}
	return nil
}

func (f *Field) putText(d Doc, l gov.Lang, s string) {
	all := asDoc(d.Get(f.ID))
	if all == nil {
		all = Doc{}
	}
	switch {
	case s == "":
		delete(all, string(l))
	case f.Kind == Phrases:
		all[string(l)] = split(s)
	case f.Kind == Phrase:
		all[string(l)] = strings.Join(strings.Fields(s), " ")
	default:
		all[string(l)] = s
	}
	d.Set(f.ID, map[string]any(all))
}

func (f *Field) putLine(d Doc, s string) gov.Text {
	s = strings.Join(strings.Fields(s), " ")
	switch {
	case f.Whole && s == "":
		s = "0"
		fallthrough
	case f.Whole:
		if _, err := strconv.Atoi(s); err != nil {
			return gov.T("اختر من القائمة", "Choose from the list")
		}
		d.Set(f.ID, json.Number(s))
		return nil
	case f.Kind == Day && s != "":
		if _, err := time.Parse(time.DateOnly, gov.Digits(s)); err != nil {
			return gov.T("لا يوجد تاريخ كهذا؛ اكتبه بهذه الصيغة: \u20662026-03-01\u2069", "There is no such date; write it like 2026-03-01")
		}
		s = gov.Digits(s)
	}
	if path, _, inside := strings.Cut(f.ID, ".points."); inside && s == "" { // an answer that was not given stands nowhere
		delete(asDoc(d.Get(path+".points")), strings.TrimPrefix(f.ID, path+".points."))
		return nil
	}
	d.Set(f.ID, s)
	return nil
}

func (f *Field) putNumber(d Doc, s string, c gov.Currency) gov.Text {
	switch {
	case s == "" && f.Kind == Days:
		d.Set(f.ID, json.Number(strconv.Itoa(country.NotSaid)))
		return nil
	case s == "":
		d.Set(f.ID, json.Number("0"))
		return nil
	case f.Kind == Amount:
		m, err := c.Parse(s)
		if err != nil || m < 0 {
			return gov.T("المبلغ غير مفهوم، اكتبه بالأرقام، مثل \u206612.500\u2069", "This is not an amount; write it in figures, like 12.500")
		}
		d.Set(f.ID, json.Number(fmt.Sprint(int64(m))))
		return nil
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(gov.Digits(s), ",", ""), 10, 64)
	if err != nil || n < 0 || n > 1_000_000_000 {
		return gov.T("اكتب رقمًا صحيحًا من صفر فأكثر", "Write a whole number from 0 up")
	}
	d.Set(f.ID, json.Number(strconv.FormatInt(n, 10)))
	return nil
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func texts(v any) (out []string) {
	list, _ := v.([]any)
	for _, x := range list {
		out = append(out, text(x))
	}
	return out
}

func comma(l gov.Lang) string {
	if l == gov.Arabic {
		return "،"
	}
	return ","
}

// split takes a list apart at commas of either language and at line ends.
func split(s string) []any {
	out := []any{}
	for _, x := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",،;؛\n", r) }) {
		if x = strings.Join(strings.Fields(x), " "); x != "" {
			out = append(out, x)
		}
	}
	return out
}
