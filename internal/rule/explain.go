package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"diwan.example/gov"
)

// Error is why a text is no rule: where (line and column from 1, in
// characters), what, and what was perhaps meant.
type Error struct {
	Line, Col  int
	Msg        string
	Suggestion string
}

// Error is line:col: message, with the suggestion.
func (e *Error) Error() string {
	s := fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Msg)
	if e.Suggestion != "" {
		s += fmt.Sprintf(" — did you mean %q?", e.Suggestion)
	}
	return s
}

var (
	unknownName  = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	unknownField = regexp.MustCompile(`^undefined field '([^']*)'`)
	wrongTypes   = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '(.*)'$`)
	syntax       = regexp.MustCompile(`^Syntax error: (.*)`)
)

var functionNames = []string{
	"date", "date_add", "days", "months", "years", "years_between", "age", "money", "format", "round", "sum", "min", "max",
	"joined", "upper", "lower", "trim", "size", "string", "int", "double", "matches", "contains", "startsWith", "endsWith", "has",
	"all", "exists", "exists_one", "filter", "map",
}

// explain puts CEL's message into plain words.
func (e *Env) explain(x *cel.Error) *Error {
	out := &Error{Line: max(x.Location.Line(), 1), Col: x.Location.Column() + 1, Msg: plain(x.Message)}
	switch {
	case unknownName.MatchString(x.Message):
		name := unknownName.FindStringSubmatch(x.Message)[1]
		out.Msg = fmt.Sprintf("%q is neither a question nor a word that rules know", name)
		out.Suggestion = Nearest(name, e.known())
	case unknownField.MatchString(x.Message):
		name := unknownField.FindStringSubmatch(x.Message)[1]
		out.Msg = fmt.Sprintf("there is no %q in it", name)
		out.Suggestion = Nearest(name, e.fieldNames())
	case wrongTypes.MatchString(x.Message):
		m := wrongTypes.FindStringSubmatch(x.Message)
		out.Msg = operands(m[1], m[2])
	case syntax.MatchString(x.Message):
		out.Msg = "the rule is not complete or has a sign too many: " + syntax.FindStringSubmatch(x.Message)[1]
	}
	return out
}

func (e *Env) known() []string {
	out := slices.Clone(functionNames)
	for _, v := range e.vars {
		out = append(out, v.Name)
	}
	return out
}

func (e *Env) fieldNames() (out []string) {
	for _, fields := range e.records.fields {
		for _, f := range fields {
			out = append(out, f.Name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func operands(op, args string) string {
	args = strings.Trim(plain(args), "()")
	receiver, rest, method := strings.Cut(args, ").(")
	if method {
		return fmt.Sprintf("%s does not work on %s with %s", opName(op), receiver, rest)
	}
	msg := fmt.Sprintf("%s does not work with %s", opName(op), strings.ReplaceAll(args, ", ", " and "))
	switch {
	case strings.Contains(args, "a date") && strings.Contains(args, "text"):
		msg += `; write a day as date("2026-01-31")`
	case strings.Contains(args, "a number") && strings.Contains(args, "a whole number"):
		msg += "; write a decimal number with its point, like 5.0"
	}
	return msg
}

var signs = strings.NewReplacer("@in", "in", "_", "")

func opName(op string) string {
	if op == "_?_:_" {
		return "? :"
	}
	if strings.HasPrefix(op, "_") || strings.HasPrefix(op, "@") || strings.HasSuffix(op, "_") {
		return signs.Replace(op)
	}
	return op
}

var typeWords = []struct {
	cel  *regexp.Regexp
	word string
}{
	{regexp.MustCompile(`\bgoogle\.protobuf\.Timestamp\b|\btimestamp\b`), "a date"},
	{regexp.MustCompile(`\bgoogle\.protobuf\.Duration\b|\bduration\b`), "a length of time"},
	{regexp.MustCompile(`\bstring\b`), "text"},
	{regexp.MustCompile(`\bdouble\b`), "a number"},
	{regexp.MustCompile(`\bint\b`), "a whole number"},
	{regexp.MustCompile(`\bbool\b`), "true or false"},
	{regexp.MustCompile(`\bdyn\b`), "anything"},
	{regexp.MustCompile(`\blist\(`), "a list of ("},
	{regexp.MustCompile(`\brecord\.([a-z0-9_]+)`), "a record $1"},
}

// plain names CEL's types as people do.
func plain(s string) string {
	for _, t := range typeWords {
		s = t.cel.ReplaceAllString(s, t.word)
	}
	return s
}

func mismatch(want Type, got *cel.Type) *Error {
	return &Error{Line: 1, Col: 1, Msg: fmt.Sprintf("this rule gives %s, but %s is needed here", plain(got.String()), want)}
}

// constants refuses money("x") and date("x") whose text can never be read.
func (e *Env) constants(tree *ast.AST) error {
	var bad *Error
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(x ast.Expr) {
		if bad != nil || x.Kind() != ast.CallKind {
			return
		}
		c := x.AsCall()
		if n := c.FunctionName(); (n != "money" && n != "date") || len(c.Args()) != 1 || c.Args()[0].Kind() != ast.LiteralKind {
			return
		}
		s, ok := c.Args()[0].AsLiteral().(types.String)
		if !ok {
			return
		}
		if msg := constant(c.FunctionName(), s, e.digits); msg != "" {
			at := tree.SourceInfo().GetStartLocation(c.Args()[0].ID())
			bad = &Error{Line: max(at.Line(), 1), Col: at.Column() + 1, Msg: msg}
		}
	}))
	if bad == nil {
		return nil
	}
	return bad
}

func constant(function string, s types.String, digits int) string {
	if function == "date" {
		if v, bad := dateOf(s).(*types.Err); bad {
			return v.String()
		}
		return ""
	}
	cur := gov.Currency{Digits: digits}
	if _, err := cur.Parse(string(s)); err != nil {
		return fmt.Sprintf("money(…) wants an amount like %q", cur.Decimal(12_500))
	}
	return ""
}
