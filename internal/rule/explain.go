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
	Msg        string   // in English
	Words      gov.Text // the same in every language
	Suggestion string
}

func fault(line, col int, t gov.Text) *Error {
	return &Error{Line: line, Col: col, Msg: t[gov.English], Words: t}
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
	otherType    = regexp.MustCompile(`^expected type '(.*)' but found '(.*)'$`)
)

var functionNames = []string{
	"date", "date_add", "days", "months", "years", "years_between", "age", "money", "format", "round", "sum", "min", "max",
	"joined", "upper", "lower", "trim", "last_word", "before_last_word", "size", "string", "int", "double", "matches", "contains", "startsWith", "endsWith", "has",
	"all", "exists", "exists_one", "filter", "map",
}

// explain puts CEL's message into plain words.
func (e *Env) explain(x *cel.Error) *Error {
	t, meant := plain(x.Message), ""
	switch {
	case unknownName.MatchString(x.Message):
		name := unknownName.FindStringSubmatch(x.Message)[1]
		t = gov.T("%q ليس سؤالًا ولا كلمة تعرفها القواعد", "%q is neither a question nor a word that rules know").Sprintf(name)
		meant = Nearest(name, e.known())
	case unknownField.MatchString(x.Message):
		name := unknownField.FindStringSubmatch(x.Message)[1]
		t = gov.T("لا يوجد فيه %q", "there is no %q in it").Sprintf(name)
		meant = Nearest(name, e.fieldNames())
	case wrongTypes.MatchString(x.Message):
		m := wrongTypes.FindStringSubmatch(x.Message)
		t = operands(m[1], m[2])
	case otherType.MatchString(x.Message):
		m := otherType.FindStringSubmatch(x.Message)
		t = gov.T("المطلوب هنا %s، والمكتوب %s", "%s is needed here, but this is %s").Sprintf(plain(m[1]), plain(m[2]))
	case syntax.MatchString(x.Message):
		t = gov.T("القاعدة ناقصة أو فيها علامة زائدة: %s", "the rule is not complete or has a sign too many: %s").Sprintf(syntax.FindStringSubmatch(x.Message)[1])
	}
	out := fault(max(x.Location.Line(), 1), x.Location.Column()+1, t)
	out.Suggestion = meant
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

var (
	misfit       = gov.T("العملية %s لا تصلح مع %s", "%s does not work with %s")
	misfitMethod = gov.T("العملية %s لا تصلح على %s مع %s", "%s does not work on %s with %s")
	writeDay     = gov.T(`%s؛ واليوم يُكتب هكذا: date("2026-01-31")`, `%s; write a day as date("2026-01-31")`)
	writePoint   = gov.T("%s؛ والعدد العشري يُكتب بنقطته، مثل 5.0", "%s; write a decimal number with its point, like 5.0")
	andWord      = gov.T(" و", " and ")
)

func operands(op, types string) gov.Text {
	receiver, rest, method := strings.Cut(strings.Trim(types, "()"), ").(")
	if method {
		return misfitMethod.Sprintf(opName(op), plain(receiver), plain(rest))
	}
	args := gov.Text{}
	for l, s := range plain(receiver) {
		args[l] = strings.ReplaceAll(s, ", ", andWord[l])
	}
	t := misfit.Sprintf(opName(op), args)
	switch en := args[gov.English]; {
	case strings.Contains(en, "a date") && strings.Contains(en, "text"):
		return writeDay.Sprintf(t)
	case strings.Contains(en, "a number") && strings.Contains(en, "a whole number"):
		return writePoint.Sprintf(t)
	}
	return t
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
	word gov.Text
}{
	{regexp.MustCompile(`\bgoogle\.protobuf\.Timestamp\b|\btimestamp\b`), words[date]},
	{regexp.MustCompile(`\bgoogle\.protobuf\.Duration\b|\bduration\b`), gov.T("مدة", "a length of time")},
	{regexp.MustCompile(`\bstring\b`), words[text]},
	{regexp.MustCompile(`\bdouble\b`), words[number]},
	{regexp.MustCompile(`\bint\b`), words[whole]},
	{regexp.MustCompile(`\bbool\b`), words[truth]},
	{regexp.MustCompile(`\bdyn\b`), words[anything]},
	{regexp.MustCompile(`\blist\(`), gov.T("قائمة من (", "a list of (")},
	{regexp.MustCompile(`\brecord\.([A-Za-z0-9_]+)`), words[record].Sprintf("$1")},
}

// plain names CEL's types as people do.
func plain(s string) gov.Text {
	out := gov.T(s, s)
	for _, t := range typeWords {
		for l := range out {
			out[l] = t.cel.ReplaceAllString(out[l], t.word[l])
		}
	}
	return out
}

func mismatch(want Type, got *cel.Type) *Error {
	return fault(1, 1, gov.T("هذه القاعدة تعطي %s، والمطلوب هنا %s", "this rule gives %s, but %s is needed here").Sprintf(plain(got.String()), want.Words()))
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
		if msg := constant(c.FunctionName(), s, e.digits); msg != nil {
			at := tree.SourceInfo().GetStartLocation(c.Args()[0].ID())
			bad = fault(max(at.Line(), 1), at.Column()+1, msg)
		}
	}))
	if bad == nil {
		return nil
	}
	return bad
}

func constant(function string, s types.String, digits int) gov.Text {
	if function == "date" {
		if _, bad := dateOf(s).(*types.Err); bad {
			return gov.T(`تأخذ date(…) يومًا مثل "2026-01-31"`, `date(…) wants a day like "2026-01-31"`)
		}
		return nil
	}
	cur := gov.Currency{Digits: digits}
	if _, err := cur.Parse(string(s)); err != nil {
		return gov.T("تأخذ money(…) مبلغًا مثل %q", "money(…) wants an amount like %q").Sprintf(cur.Decimal(12_500))
	}
	return nil
}
