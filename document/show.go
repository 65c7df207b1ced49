package document

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// kindOf is how a claim is shown: as the pack says, else as the question whose
// answer it repeats, else as a line of text.
func kindOf(c pack.Claim) form.Kind {
	q := c.Question()
	switch {
	case c.Kind != "":
		return c.Kind
	case q != nil && q.Kind == form.Computed && q.Gives != "":
		return q.Gives
	case q != nil:
		return q.Kind
	}
	return form.ShortText
}

// shown writes a claim's value for people in both languages.
func (i *Issuer) shown(c pack.Claim, v any) gov.Text {
	var options []form.Option
	if q := c.Question(); q != nil {
		options = q.Options
	}
	return i.words(kindOf(c), options, v)
}

// words writes a value of a kind. A value that the kind does not know is
// written as it is, so that nothing signed is ever hidden.
func (i *Issuer) words(k form.Kind, options []form.Option, v any) gov.Text {
	if t, ok := asText(v); ok {
		return t
	}
	switch v := v.(type) {
	case string:
		return i.wordsOfString(k, options, v)
	case bool:
		if v {
			return gov.T("نعم", "Yes")
		}
		return gov.T("لا", "No")
	case int, int64, float64:
		return i.wordsOfNumber(k, v)
	case []any:
		return i.wordsOfList(k, options, v)
	case []string:
		list := make([]any, len(v))
		for n, s := range v {
			list[n] = s
		}
		return i.wordsOfList(k, options, list)
	case map[string]any:
		return wordsOfParts(k, v)
	}
	return plain(fmt.Sprint(v))
}

func (i *Issuer) wordsOfString(k form.Kind, options []form.Option, s string) gov.Text {
	switch k {
	case form.Date:
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			return dateWords(t)
		}
	case form.OneOf, form.ManyOf:
		for _, o := range options {
			if o.Value == s {
				return o.Label
			}
		}
	}
	return plain(s)
}

func (i *Issuer) wordsOfNumber(k form.Kind, v any) gov.Text {
	if n, ok := whole(v); ok {
		if k == form.Money {
			m := gov.Money(n)
			return gov.T(i.o.Currency.Format(m, gov.Arabic), i.o.Currency.Format(m, gov.English))
		}
		return plain(strconv.FormatInt(n, 10))
	}
	f, _ := v.(float64)
	return plain(strconv.FormatFloat(f, 'f', -1, 64))
}

// whole reads an integer that may have become a float on its way through JSON.
func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	case float64:
		return int64(v), v == float64(int64(v))
	}
	return 0, false
}

func (i *Issuer) wordsOfList(k form.Kind, options []form.Option, list []any) gov.Text {
	var ar, en []string
	for _, x := range list {
		t := i.words(k, options, x)
		ar, en = append(ar, t.In(gov.Arabic)), append(en, t.In(gov.English))
	}
	return gov.T(strings.Join(ar, "، "), strings.Join(en, ", "))
}

// addressParts name the parts of an address in the order people read them.
var addressParts = []struct {
	key  string
	name gov.Text
}{
	{"flat", gov.T("شقة", "Flat")},
	{"building", gov.T("مبنى", "Building")},
	{"road", gov.T("طريق", "Road")},
	{"block", gov.T("مجمع", "Block")},
}

func wordsOfParts(k form.Kind, m map[string]any) gov.Text {
	switch k {
	case form.File:
		return plain(fmt.Sprint(m["name"]))
	case form.MapPoint:
		return plain(fmt.Sprintf("%v, %v", m["lat"], m["lng"]))
	}
	var ar, en []string
	for _, p := range addressParts {
		if s, ok := m[p.key].(string); ok && s != "" {
			ar, en = append(ar, p.name[gov.Arabic]+" "+s), append(en, p.name[gov.English]+" "+s)
		}
	}
	return gov.T(strings.Join(ar, "، "), strings.Join(en, ", "))
}

// asText recognises a value that is itself a phrase in several languages.
func asText(v any) (gov.Text, bool) {
	if t, ok := v.(gov.Text); ok {
		return t, true
	}
	m, ok := v.(map[string]any)
	if !ok || len(m) == 0 {
		return nil, false
	}
	t := gov.Text{}
	for l, s := range m {
		word, isWord := s.(string)
		if len(l) != 2 || !isWord {
			return nil, false
		}
		t[gov.Lang(l)] = word
	}
	return t, true
}

// plain is a value that reads the same in both languages.
func plain(s string) gov.Text { return gov.T(s, s) }

var arabicMonths = [...]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"}

// dateWords writes a day for people; t is already in the wanted zone.
func dateWords(t time.Time) gov.Text {
	return gov.T(fmt.Sprintf("%d %s %d", t.Day(), arabicMonths[t.Month()-1], t.Year()), t.Format("2 January 2006"))
}
