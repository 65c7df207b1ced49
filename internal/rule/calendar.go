package rule

import (
	"fmt"
	"reflect"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// period is a number of months: what months(n) and years(n) give. It is added
// to a date by the calendar, 31 January and a month being 28 February.
type period int

var periodType = cel.OpaqueType("period")

func (p period) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("a period is no %v", t)
}
func (p period) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return periodType
	}
	return types.NewErr("a period cannot become %s", t.TypeName())
}
func (p period) Equal(o ref.Val) ref.Val { return types.Bool(o == ref.Val(p)) }
func (p period) Type() ref.Type          { return periodType }
func (p period) Value() any              { return int(p) }

func shift(sign int) operation {
	return func(d, p ref.Val) ref.Val {
		return stamp(addMonths(d.(types.Timestamp).Time, sign*int(p.(period))))
	}
}

// addMonths keeps the day of the month, or takes the month's last day.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month(), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC).AddDate(0, n, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

func stamp(t time.Time) ref.Val {
	if t.Year() < 1 || t.Year() > 9999 {
		return types.NewErr("the date leaves the calendar")
	}
	return types.Timestamp{Time: t}
}

// years counts whole years from a to b; 0 when either is not known.
func years(a, b time.Time) int64 {
	if a.Year() <= 1 || b.Year() <= 1 {
		return 0
	}
	n := b.Year() - a.Year()
	if addMonths(a, 12*n).After(b) {
		n--
	}
	return int64(n)
}

const maxSteps = 12 * 10_000 // no calendar rule reaches further

func within(n types.Int, unit int, give func(int) ref.Val) ref.Val {
	if n > maxSteps || n < -maxSteps {
		return types.NewErr("%d is too far for the calendar", int64(n))
	}
	return give(int(n) * unit)
}

func calendar() []cel.EnvOption {
	ts, n := cel.TimestampType, cel.IntType
	months := func(unit int) func(ref.Val) ref.Val {
		return func(v ref.Val) ref.Val {
			return within(v.(types.Int), unit, func(n int) ref.Val { return period(n) })
		}
	}
	days := func(v ref.Val) ref.Val {
		return within(v.(types.Int), 24, func(n int) ref.Val { return types.Duration{Duration: time.Duration(n) * time.Hour} })
	}
	return []cel.EnvOption{
		cel.Function("date", unary("date_of_text", cel.StringType, ts, dateOf), unary("date_of_moment", ts, ts, dayOf)),
		cel.Function("days", unary("days_of_whole", n, cel.DurationType, days)),
		cel.Function("months", unary("months_of_whole", n, periodType, months(1))),
		cel.Function("years", unary("years_of_whole", n, periodType, months(12))),
		cel.Function("years_between", binary("years_between_moments", ts, ts, n, func(a, b ref.Val) ref.Val {
			return types.Int(years(a.(types.Timestamp).Time, b.(types.Timestamp).Time))
		})),
		cel.Function("date_add", cel.Overload("date_add_moment_whole_text", []*cel.Type{ts, n, cel.StringType}, ts, cel.FunctionBinding(dateAdd))),
		cel.Macros(cel.GlobalMacro("age", 1, func(f cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
			return f.NewCall("years_between", args[0], f.NewIdent("today")), nil
		})),
	}
}

func dateOf(v ref.Val) ref.Val {
	t, err := time.Parse(time.DateOnly, string(v.(types.String)))
	if err != nil {
		return types.NewErr("date(…) wants a day like \"2026-01-31\"")
	}
	return stamp(t)
}

func dayOf(v ref.Val) ref.Val {
	return types.Timestamp{Time: v.(types.Timestamp).Time.UTC().Truncate(24 * time.Hour)}
}

func dateAdd(args ...ref.Val) ref.Val {
	t, n := args[0].(types.Timestamp).Time, args[1].(types.Int)
	return within(n, 1, func(n int) ref.Val {
		switch args[2].(types.String) {
		case "day", "days":
			return stamp(t.AddDate(0, 0, n))
		case "week", "weeks":
			return stamp(t.AddDate(0, 0, 7*n))
		case "month", "months":
			return stamp(addMonths(t, n))
		case "year", "years":
			return stamp(addMonths(t, 12*n))
		}
		return types.NewErr("date_add knows days, weeks, months and years")
	})
}
