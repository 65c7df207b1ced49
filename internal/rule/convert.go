package rule

import (
	"fmt"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"diwan.example/gov"
)

// inside turns a canonical value into CEL's shape; nil and values of another
// shape become the type's zero value.
func (t Type) inside(v any) any {
	switch t.base {
	case text, clock:
		s, _ := v.(string)
		return s
	case number:
		return float(v)
	case whole, money:
		return integer(v)
	case date, moment:
		return instant(v)
	case truth:
		b, _ := v.(bool)
		return b
	case list:
		return t.insideList(v)
	case mapping:
		return t.insideMap(v)
	case record:
		return t.insideRecord(v)
	}
	if v == nil {
		return types.NullValue
	}
	return v
}

func float(v any) float64 {
	switch n := v.(type) {
	case float64:
		return n
	case int64:
		return float64(n)
	case int:
		return float64(n)
	}
	return 0
}

func integer(v any) int64 {
	switch n := v.(type) {
	case int64:
		return n
	case gov.Money:
		return int64(n)
	case float64:
		return int64(n)
	case int:
		return int64(n)
	}
	return 0
}

var noDate = types.Timestamp{Time: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)}

func instant(v any) types.Timestamp {
	switch d := v.(type) {
	case string:
		if t, err := time.Parse(time.DateOnly, d); err == nil {
			return types.Timestamp{Time: t}
		}
		if t, err := time.Parse(time.RFC3339, d); err == nil {
			return types.Timestamp{Time: t}
		}
	case time.Time:
		if !d.IsZero() {
			return types.Timestamp{Time: d}
		}
	}
	return noDate
}

func (t Type) insideList(v any) any {
	elem := t.Elem()
	switch l := v.(type) {
	case []string:
		if elem.base == text {
			return l
		}
		out := make([]any, len(l))
		for i, x := range l {
			out[i] = elem.inside(x)
		}
		return out
	case []any:
		out := make([]any, len(l))
		for i, x := range l {
			out[i] = elem.inside(x)
		}
		return out
	case []map[string]any:
		out := make([]any, len(l))
		for i, x := range l {
			out[i] = elem.inside(x)
		}
		return out
	}
	return []string{}
}

func (t Type) insideRecord(v any) any {
	m, _ := v.(map[string]any)
	out := make(map[string]any, len(t.Fields()))
	for _, f := range t.Fields() {
		out[f.Name] = f.Type.inside(m[f.Name])
	}
	return out
}

func (t Type) insideMap(v any) any {
	out := map[string]any{}
	switch m := v.(type) {
	case map[string]string:
		for k, x := range m {
			out[k] = t.Elem().inside(x)
		}
	case map[string]any:
		for k, x := range m {
			out[k] = t.Elem().inside(x)
		}
	}
	zero := types.DefaultTypeAdapter.NativeToValue(t.Elem().inside(nil))
	return lenient{types.DefaultTypeAdapter.NativeToValue(out).(traits.Mapper), zero}
}

// lenient is a map that gives a zero value for a key it lacks.
type lenient struct {
	traits.Mapper
	zero ref.Val
}

// Find implements traits.Mapper.
func (l lenient) Find(k ref.Val) (ref.Val, bool) {
	if v, ok := l.Mapper.Find(k); ok {
		return v, true
	}
	return l.zero, true
}

// Get implements traits.Indexer.
func (l lenient) Get(k ref.Val) ref.Val {
	v, _ := l.Find(k)
	return v
}

// normal turns a result into the canonical shape of t.
func (t Type) normal(v ref.Val) (any, error) {
	switch x := v.(type) {
	case types.Double:
		return float64(x), nil
	case types.Int:
		if t.base == number {
			return float64(x), nil
		}
		return int64(x), nil
	case types.Timestamp:
		return t.normalTime(x.Time), nil
	case types.Bool, types.String, types.Null:
		return plainValue(x), nil
	case traits.Mapper:
		return t.normalMap(x)
	case traits.Lister:
		return t.normalList(x)
	}
	return nil, fmt.Errorf("a rule cannot give a value of type %s", v.Type().TypeName())
}

func plainValue(v ref.Val) any {
	switch x := v.(type) {
	case types.Bool:
		return bool(x)
	case types.String:
		return string(x)
	}
	return nil
}

// normalTime gives time.Time for a Moment, else the day, else RFC 3339 text. A
// date that is not known gives nil.
func (t Type) normalTime(at time.Time) any {
	at = at.UTC()
	switch {
	case at.Year() <= 1:
		return nil
	case t.base == moment:
		return at
	case t.base == date || at.Equal(at.Truncate(24*time.Hour)):
		return at.Format(time.DateOnly)
	}
	return at.Format(time.RFC3339)
}

func (t Type) normalList(l traits.Lister) (any, error) {
	elem := t.Elem()
	out := []any{}
	for it := l.Iterator(); it.HasNext() == types.True; {
		x, err := elem.normal(it.Next())
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	if elem.base != text {
		return out, nil
	}
	words := make([]string, len(out))
	for i, x := range out {
		words[i], _ = x.(string)
	}
	return words, nil
}

func (t Type) normalMap(m traits.Mapper) (any, error) {
	fields := map[string]Type{}
	for _, f := range t.Fields() {
		fields[f.Name] = f.Type
	}
	out := map[string]any{}
	for it := m.Iterator(); it.HasNext() == types.True; {
		k := it.Next()
		name, ok := k.(types.String)
		if !ok {
			return nil, fmt.Errorf("a rule cannot give a map whose keys are no texts")
		}
		elem := t.Elem()
		if f, known := fields[string(name)]; known {
			elem = f
		}
		x, err := elem.normal(m.Get(k))
		if err != nil {
			return nil, err
		}
		out[string(name)] = x
	}
	return out, nil
}
