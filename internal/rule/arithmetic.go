package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// standard is CEL's own library without the four operations that arithmetic
// declares again, so that whole numbers and decimals mix.
func standard() []cel.EnvOption {
	var without []*env.Function
	for _, name := range []string{operators.Add, operators.Subtract, operators.Multiply, operators.Divide} {
		without = append(without, &env.Function{Name: name})
	}
	return []cel.EnvOption{
		cel.StdLib(cel.StdLibSubset(&env.LibrarySubset{ExcludeFunctions: without})),
		cel.CrossTypeNumericComparisons(true),
		cel.DefaultUTCTimeZone(true),
		cel.ParserRecursionLimit(100),
		cel.ParserExpressionSizeLimit(MaxSource),
	}
}

type operation func(a, b ref.Val) ref.Val

func arithmetic() []cel.EnvOption {
	add := func(a, b ref.Val) ref.Val { return a.(traits.Adder).Add(b) }
	sub := func(a, b ref.Val) ref.Val { return a.(traits.Subtractor).Subtract(b) }
	mul := func(a, b ref.Val) ref.Val { return a.(traits.Multiplier).Multiply(b) }
	div := func(a, b ref.Val) ref.Val { return a.(traits.Divider).Divide(b) }
	element := cel.ListType(cel.TypeParamType("A"))
	return []cel.EnvOption{
		cel.Function(operators.Add, slicesOf(numeric("add", add),
			binary("add_text", cel.StringType, cel.StringType, cel.StringType, add),
			binary("add_list", element, element, element, add),
			binary("add_moment_duration", cel.TimestampType, cel.DurationType, cel.TimestampType, add),
			binary("add_duration_moment", cel.DurationType, cel.TimestampType, cel.TimestampType, add),
			binary("add_durations", cel.DurationType, cel.DurationType, cel.DurationType, add),
			binary("add_moment_period", cel.TimestampType, periodType, cel.TimestampType, shift(1)))...),
		cel.Function(operators.Subtract, slicesOf(numeric("subtract", sub),
			binary("subtract_moments", cel.TimestampType, cel.TimestampType, cel.DurationType, sub),
			binary("subtract_moment_duration", cel.TimestampType, cel.DurationType, cel.TimestampType, sub),
			binary("subtract_durations", cel.DurationType, cel.DurationType, cel.DurationType, sub),
			binary("subtract_moment_period", cel.TimestampType, periodType, cel.TimestampType, shift(-1)))...),
		cel.Function(operators.Multiply, numeric("multiply", mul)...),
		cel.Function(operators.Divide, numeric("divide", div)...),
	}
}

func slicesOf(a []cel.FunctionOpt, more ...cel.FunctionOpt) []cel.FunctionOpt {
	return append(a, more...)
}

// numeric declares op for whole numbers, decimals and their mixtures.
func numeric(name string, op operation) []cel.FunctionOpt {
	mixed := func(a, b ref.Val) ref.Val { return op(decimal(a), decimal(b)) }
	return []cel.FunctionOpt{
		binary(name+"_whole", cel.IntType, cel.IntType, cel.IntType, op),
		binary(name+"_number", cel.DoubleType, cel.DoubleType, cel.DoubleType, op),
		binary(name+"_whole_number", cel.IntType, cel.DoubleType, cel.DoubleType, mixed),
		binary(name+"_number_whole", cel.DoubleType, cel.IntType, cel.DoubleType, mixed),
	}
}

func decimal(v ref.Val) ref.Val {
	if n, ok := v.(types.Int); ok {
		return types.Double(n)
	}
	return v
}

func binary(id string, a, b, result *cel.Type, op operation) cel.FunctionOpt {
	return cel.Overload(id, []*cel.Type{a, b}, result, cel.BinaryBinding(func(x, y ref.Val) ref.Val { return op(x, y) }))
}

func unary(id string, a, result *cel.Type, op func(ref.Val) ref.Val) cel.FunctionOpt {
	return cel.Overload(id, []*cel.Type{a}, result, cel.UnaryBinding(op))
}
