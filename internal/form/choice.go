package form

import (
	"strings"

	"diwan.example/gov"
)

func readYesNo(_ *run, _ *question, v any) (any, gov.Problems) {
	b, ok := yes(v)
	if !ok {
		return nil, wrong(missing[YesNo])
	}
	return b, nil
}

// yes reads a truth as people and machines write it.
func yes(v any) (yes, ok bool) {
	if b, is := v.(bool); is {
		return b, true
	}
	s, ok := word(v, 10)
	if !ok {
		return false, false
	}
	switch strings.ToLower(s) {
	case "true", "yes", "on", "1", "نعم":
		return true, true
	case "false", "no", "off", "0", "لا":
		return false, true
	}
	return false, false
}

// readDeclaration takes nothing but consent.
func readDeclaration(_ *run, _ *question, v any) (any, gov.Problems) {
	if b, ok := yes(v); !ok || !b {
		return nil, wrong(missing[Declaration])
	}
	return true, nil
}

func readOneOf(r *run, q *question, v any) (any, gov.Problems) {
	s, ok := v.(string)
	if !ok {
		if l, is := items(v); is && len(l) == 1 {
			s, ok = l[0].(string)
		}
	}
	if !ok || len(s) > 1_000 {
		return nil, wrong(notOffered)
	}
	s = strings.TrimSpace(s)
	for i := range q.options {
		if q.options[i].Value == s && r.offered(&q.options[i]) {
			return q.options[i].Value, nil
		}
	}
	return nil, wrong(notOffered)
}

func readManyOf(r *run, q *question, v any) (any, gov.Problems) {
	chosen, ok := choices(v)
	if !ok || len(chosen) > 1_000 {
		return nil, wrong(notOffered)
	}
	out := make([]string, 0, len(chosen))
	for i := range q.options {
		o := &q.options[i]
		if _, yes := chosen[o.Value]; yes && r.offered(o) {
			out = append(out, o.Value)
			delete(chosen, o.Value)
		}
	}
	if len(chosen) > 0 {
		return nil, wrong(notOffered)
	}
	return out, nil
}

// choices gathers what was chosen; the same option twice is one.
func choices(v any) (map[string]struct{}, bool) {
	if s, one := v.(string); one {
		v = []string{s}
	}
	l, ok := items(v)
	if !ok {
		return nil, false
	}
	out := make(map[string]struct{}, len(l))
	for _, x := range l {
		s, ok := x.(string)
		if !ok || len(s) > 1_000 {
			return nil, false
		}
		if s = strings.TrimSpace(s); s != "" {
			out[s] = struct{}{}
		}
	}
	return out, len(out) > 0
}

func (r *run) offered(o *option) bool { return o.when == nil || r.holds(o.when) }
