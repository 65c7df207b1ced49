package form

import (
	"bytes"
	"encoding/json"
	"math"
	"time"

	"diwan.example/gov"
)

// Decode reads stored answers from JSON into their canonical Go shapes, without
// checking them. Answers to questions the form does not have stay as JSON gives
// them. Errors: Invalid when b is no JSON object.
func (f *Form) Decode(b []byte) (Answers, error) {
	out := Answers{}
	if len(bytes.TrimSpace(b)) == 0 {
		return out, nil
	}
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, gov.Fail(gov.Invalid, "الإجابات المحفوظة غير مقروءة", "The answers cannot be read").Because(err)
	}
	for name, v := range out {
		if q := f.scope.byName[name]; q != nil {
			if x, ok := loose(q.Question, v); ok {
				out[name] = x
			}
		}
	}
	return out, nil
}

// loose gives an answer of canonical structure its canonical Go shape, whatever
// the question's limits are; ok is false for anything else.
func loose(q *Question, v any) (any, bool) {
	switch q.Kind {
	case Number:
		return looseNumber(v)
	case Money:
		return looseMoney(v)
	case Date:
		return looseText(v, time.DateOnly)
	case Time:
		return looseText(v, "15:04")
	case YesNo, Declaration:
		b, ok := v.(bool)
		return b, ok
	case ManyOf:
		return looseWords(v)
	case Address, MapPoint:
		o, ok := fields(v)
		return o, ok
	case File:
		return attachments(v)
	case Group:
		return looseRows(q, v)
	case Computed:
		return loose(&Question{Kind: q.Gives}, v)
	}
	s, ok := v.(string)
	return s, ok
}

func looseNumber(v any) (any, bool) {
	switch x := v.(type) {
	case float64:
		return x, true
	case int64:
		return float64(x), true
	case int:
		return float64(x), true
	}
	return nil, false
}

func looseMoney(v any) (any, bool) {
	switch x := v.(type) {
	case int64:
		return x, true
	case gov.Money:
		return int64(x), true
	case int:
		return int64(x), true
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < largest {
			return int64(x), true
		}
	}
	return nil, false
}

func looseText(v any, layout string) (any, bool) {
	s, ok := v.(string)
	if !ok || len(s) != len(layout) {
		return nil, false
	}
	_, err := time.Parse(layout, s)
	return s, err == nil
}

func looseWords(v any) (any, bool) {
	if l, ok := v.([]string); ok {
		return l, true
	}
	l, ok := v.([]any)
	out := make([]string, len(l))
	for i, x := range l {
		s, is := x.(string)
		out[i], ok = s, ok && is
	}
	return out, ok
}

func looseRows(q *Question, v any) (any, bool) {
	l, ok := items(v)
	if !ok {
		return nil, false
	}
	out := make([]any, len(l))
	for i, x := range l {
		o, ok := fields(x)
		if !ok {
			return nil, false
		}
		row := make(map[string]any, len(o))
		for name, x := range o {
			row[name] = x
			for k := range q.Questions {
				if q.Questions[k].Name != name {
					continue
				}
				if c, ok := loose(&q.Questions[k], x); ok {
					row[name] = c
				}
			}
		}
		out[i] = row
	}
	return out, true
}
