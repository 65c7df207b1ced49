package document

import (
	"fmt"
	"strconv"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// questionOf is how a claim's value is read and shown: as the question whose
// answer it repeats, in the kind that the pack gives the claim.
func questionOf(c pack.Claim) form.Question {
	q := form.Question{Name: c.Name, Kind: form.ShortText}
	if asked := c.Question(); asked != nil {
		q = *asked
	}
	if q.Kind == form.Computed && q.Gives != "" {
		q.Kind = q.Gives
	}
	if c.Kind != "" {
		q.Kind = c.Kind
	}
	return q
}

// shown writes a value for people in every language. A value that does not fit
// its kind is written as it is, so that nothing signed is ever hidden.
func (i *Issuer) shown(q form.Question, v any) gov.Text {
	if t, ok := asText(v); ok {
		return t
	}
	if q.Kind == form.ShortText {
		q.Kind = kindByValue(v)
	}
	out, said := gov.Text{}, false
	for _, l := range gov.Spoken {
		out[l] = form.Display(q, v, l, i.o.Currency)
		said = said || out[l] != ""
	}
	if !said {
		return plain(asWritten(v))
	}
	return out
}

// kindByValue is the kind of a value that a rule computed.
func kindByValue(v any) form.Kind {
	switch v.(type) {
	case bool:
		return form.YesNo
	case int, int64, float64:
		return form.Number
	case []any, []string:
		return form.ManyOf
	}
	return form.ShortText
}

func asWritten(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		s, _ := gov.CleanText(v)
		return s
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// whole reads an integer that may have become a float on its way through JSON.
func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case float64:
		return int64(v), v == float64(int64(v))
	}
	return 0, false
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

// plain is a value that reads the same in every language.
func plain(s string) gov.Text { return gov.T(s, s).French(s) }

// dateWords writes a day for people; t is already in the wanted zone.
func dateWords(t time.Time) gov.Text {
	day := func(l gov.Lang) string {
		return form.Display(form.Question{Kind: form.Date}, t.Format(time.DateOnly), l, gov.Currency{})
	}
	return gov.T(day(gov.Arabic), day(gov.English)).French(day(gov.French))
}
