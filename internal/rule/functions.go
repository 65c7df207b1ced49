package rule

import (
	"math"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"diwan.example/gov"
)

func amounts(digits int) []cel.EnvOption {
	cur := gov.Currency{Digits: digits}
	return []cel.EnvOption{
		cel.Function("money", unary("money_of_text", cel.StringType, cel.IntType, func(v ref.Val) ref.Val {
			m, err := cur.Parse(string(v.(types.String)))
			if err != nil {
				return types.NewErr("money(…) wants an amount like %q", cur.Decimal(12_500))
			}
			return types.Int(m)
		})),
		cel.Function("format", unary("format_money", cel.IntType, cel.StringType, func(v ref.Val) ref.Val {
			return types.String(cur.Decimal(gov.Money(v.(types.Int))))
		})),
		cel.Function("round", unary("round_number", cel.DoubleType, cel.IntType, round), unary("round_whole", cel.IntType, cel.IntType, same)),
	}
}

func same(v ref.Val) ref.Val { return v }

func round(v ref.Val) ref.Val {
	f := math.Round(float64(v.(types.Double)))
	if math.IsNaN(f) || math.Abs(f) > 1<<53 {
		return types.NewErr("round: the number is too large")
	}
	return types.Int(int64(f))
}

func lists() []cel.EnvOption {
	lower := func(a, b ref.Val) ref.Val { return pick(a, b, types.IntNegOne) }
	higher := func(a, b ref.Val) ref.Val { return pick(a, b, types.IntOne) }
	sum := func(a, b ref.Val) ref.Val { return a.(traits.Adder).Add(b) }
	return []cel.EnvOption{
		cel.Function("min", extremes("min", lower)...),
		cel.Function("max", extremes("max", higher)...),
		cel.Function("sum",
			unary("sum_whole", cel.ListType(cel.IntType), cel.IntType, over(sum, types.IntZero)),
			unary("sum_number", cel.ListType(cel.DoubleType), cel.DoubleType, over(sum, types.Double(0)))),
		cel.Function("joined", binary("joined_texts", cel.ListType(cel.StringType), cel.StringType, cel.StringType, joined)),
	}
}

func extremes(name string, op operation) []cel.FunctionOpt {
	out := numeric(name, op)
	for _, t := range []*cel.Type{cel.TimestampType, cel.DurationType} {
		out = append(out, binary(name+"_"+t.TypeName(), t, t, t, op))
	}
	for _, t := range []*cel.Type{cel.IntType, cel.DoubleType, cel.TimestampType} {
		out = append(out, unary(name+"_list_"+t.TypeName(), cel.ListType(t), t, over(op, nil)))
	}
	return out
}

// pick gives b when comparing it with a gives want, else a.
func pick(a, b ref.Val, want types.Int) ref.Val {
	if b.(traits.Comparer).Compare(a) == want {
		return b
	}
	return a
}

// over runs op along a list from start; without start the list must not be empty.
func over(op operation, start ref.Val) func(ref.Val) ref.Val {
	return func(v ref.Val) ref.Val {
		acc := start
		for it := v.(traits.Lister).Iterator(); it.HasNext() == types.True; {
			x := it.Next()
			if acc == nil {
				acc = x
				continue
			}
			if acc = op(acc, x); types.IsError(acc) {
				return acc
			}
		}
		if acc == nil {
			return types.NewErr("the list is empty: it has neither a smallest nor a largest value")
		}
		return acc
	}
}

func joined(v, between ref.Val) ref.Val {
	var b strings.Builder
	first := true
	for it := v.(traits.Lister).Iterator(); it.HasNext() == types.True; first = false {
		if !first {
			b.WriteString(string(between.(types.String)))
		}
		s, ok := it.Next().(types.String)
		if !ok {
			return types.NewErr("joined wants a list of texts")
		}
		b.WriteString(string(s))
	}
	return types.String(b.String())
}

func letters() []cel.EnvOption {
	word := func(name string, f func(string) string) cel.EnvOption {
		return cel.Function(name, unary(name+"_text", cel.StringType, cel.StringType, func(v ref.Val) ref.Val {
			return types.String(f(string(v.(types.String))))
		}))
	}
	return []cel.EnvOption{word("upper", strings.ToUpper), word("lower", strings.ToLower), word("trim", strings.TrimSpace),
		word("last_word", func(s string) string { _, last := lastWord(s); return last }),
		word("before_last_word", func(s string) string { before, _ := lastWord(s); return before })}
}

// lastWord cuts a text, such as a name, before its last word.
func lastWord(s string) (before, last string) {
	words := strings.Fields(s)
	if len(words) == 0 {
		return "", ""
	}
	n := len(words) - 1
	return strings.Join(words[:n], " "), words[n]
}
