package form

import (
	"fmt"
	"strconv"
	"strings"

	"diwan.example/gov"
)

var (
	wordYes      = gov.T("نعم", "Yes").French("Oui")
	wordNo       = gov.T("لا", "No").French("Non")
	wordAccepted = gov.T("تمت الموافقة", "Accepted").French("Accepté")
	wordEntries  = gov.T("عدد السجلات: %d", "Entries: %d").French("Lignes : %d")
	wordParts    = map[string]gov.Text{
		"block": gov.T("مجمع", "Block").French("îlot"), "road": gov.T("طريق", "Road").French("rue"), "building": gov.T("مبنى", "Building").French("bâtiment"), "flat": gov.T("شقة", "Flat").French("appartement"),
	}
)

// Shown is one answer as people read it.
type Shown struct {
	Name  string
	Kind  Kind
	Label string
	Value string // "" when there is no answer
}

// Display writes an answer for people: on summaries, the desk, in documents. An
// answer still as typed comes back as typed; no answer is "".
func Display(q Question, v any, l gov.Lang, cur gov.Currency) string {
	x, ok := loose(&q, v)
	if !ok {
		s, _ := v.(string)
		s, _ = gov.CleanText(s)
		return s
	}
	kind := q.Kind
	if kind == Computed {
		kind = q.Gives
	}
	switch kind {
	case Number:
		return strconv.FormatFloat(x.(float64), 'f', -1, 64)
	case Money:
		return cur.Format(gov.Money(x.(int64)), l)
	case Date:
		return dayText(x.(string)).In(l)
	case YesNo:
		return either(x.(bool), wordYes, wordNo).In(l)
	case Declaration:
		return either(x.(bool), wordAccepted, wordNo).In(l)
	case OneOf:
		return optionLabel(q, x.(string), l)
	case ManyOf:
		return labels(q, x.([]string), l)
	case Address:
		return addressLine(x.(map[string]any), l)
	case MapPoint:
		return pointLine(x.(map[string]any))
	case File:
		return fileNames(x.([]Attachment), l)
	case Country:
		return Nation(x.(string), l)
	case Group:
		return wordEntries.Sprintf(len(x.([]any))).In(l)
	}
	return x.(string)
}

// DisplayRows writes the rows of a group, each with every inner question.
func DisplayRows(q Question, v any, l gov.Lang, cur gov.Currency) [][]Shown {
	x, _ := loose(&q, v)
	list, _ := x.([]any)
	out := make([][]Shown, 0, len(list))
	for _, r := range list {
		row, _ := fields(r)
		line := make([]Shown, len(q.Questions))
		for i, inner := range q.Questions {
			line[i] = Shown{Name: inner.Name, Kind: inner.Kind, Label: inner.Label.In(l), Value: Display(inner, row[inner.Name], l, cur)}
		}
		out = append(out, line)
	}
	return out
}

func either(b bool, yes, no gov.Text) gov.Text {
	if b {
		return yes
	}
	return no
}

func comma(l gov.Lang) string {
	if l == gov.Arabic {
		return "، "
	}
	return ", "
}

func optionLabel(q Question, value string, l gov.Lang) string {
	for _, o := range q.Options {
		if o.Value == value {
			return o.Label.In(l)
		}
	}
	return value
}

func labels(q Question, values []string, l gov.Lang) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = optionLabel(q, v, l)
	}
	return strings.Join(out, comma(l))
}

func addressLine(o map[string]any, l gov.Lang) string {
	var out []string
	for _, name := range []string{"flat", "building", "road", "block"} {
		if s, _ := part(o[name]); s != "" {
			out = append(out, wordParts[name].In(l)+" "+s)
		}
	}
	return strings.Join(out, comma(l))
}

// pointLine isolates the figures, so that a minus sign stays on their left in Arabic.
func pointLine(o map[string]any) string {
	lat, okLat := looseNumber(o["lat"])
	lng, okLng := looseNumber(o["lng"])
	if !okLat || !okLng {
		return ""
	}
	return fmt.Sprintf("\u2066%s, %s\u2069", plainNumber(lat.(float64)), plainNumber(lng.(float64)))
}

func fileNames(files []Attachment, l gov.Lang) string {
	out := make([]string, len(files))
	for i, a := range files {
		out[i] = a.Name
	}
	return strings.Join(out, comma(l))
}
