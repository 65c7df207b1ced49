package seal

import (
	"encoding/json"
	"math"
	"unicode/utf8"

	"diwan.example/gov"
)

// deepest bounds lists inside lists.
const deepest = 3

// plain brings a claim's value into the few shapes that a seal has.
func plain(v any, depth int) (any, error) {
	if depth > deepest {
		return nil, errClaim
	}
	switch v := v.(type) {
	case string:
		if !utf8.ValidString(v) {
			return nil, errClaim
		}
		return v, nil
	case bool, int64:
		return v, nil
	case int:
		return int64(v), nil
	case float64:
		return number(v)
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return nil, errClaim
		}
		return number(f)
	case gov.Text:
		return phrase(v)
	case map[string]string:
		return phrase(v)
	case map[any]any:
		return spoken(v)
	case []any:
		out := make([]any, len(v))
		for n := range v {
			var err error
			if out[n], err = plain(v[n], depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return nil, errClaim
}

// number prefers whole numbers, which JSON may have made floats.
func number(f float64) (any, error) {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return nil, errClaim
	case f == math.Trunc(f) && math.Abs(f) < 1<<53:
		return int64(f), nil
	}
	return f, nil
}

// phrase keeps the languages of a text.
func phrase[L ~string](t map[L]string) (map[string]string, error) {
	out := map[string]string{}
	for l, s := range t {
		if len(l) != 2 || !utf8.ValidString(s) {
			return nil, errClaim
		}
		out[string(l)] = s
	}
	if len(out) == 0 {
		return nil, errClaim
	}
	return out, nil
}

// spoken is a phrase as it comes out of CBOR.
func spoken(m map[any]any) (map[string]string, error) {
	t := map[string]string{}
	for l, s := range m {
		lang, isLang := l.(string)
		word, isWord := s.(string)
		if !isLang || !isWord {
			return nil, errClaim
		}
		t[lang] = word
	}
	return phrase(t)
}
