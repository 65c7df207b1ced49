package rule

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types/ref"
	"diwan.example/gov"
)

// MaxSource is how long a rule may be, in characters.
const MaxSource = 4_000

// maxCost bounds a rule with loops: some milliseconds at most.
const maxCost = 200_000

// Program is a rule ready to run. It may be used by many goroutines.
type Program struct {
	source   string
	want     Type
	env      *Env
	program  cel.Program
	loops    bool
	uses     []string
	answered []string
	anyAnswr bool
}

// Compile checks that src is a rule over the Env's names and gives want. The
// error is always an *Error. Compiling the same text again costs nothing.
func (e *Env) Compile(src string, want Type) (*Program, error) {
	key := cacheKey{src, want}
	e.mu.RLock()
	p := e.cache[key]
	e.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	p, err := e.compile(src, want)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	e.cache[key] = p
	e.mu.Unlock()
	return p, nil
}

func (e *Env) compile(src string, want Type) (*Program, error) {
	if strings.TrimSpace(src) == "" {
		return nil, fault(1, 1, gov.T("القاعدة فارغة", "the rule is empty"))
	}
	if utf8.RuneCountInString(src) > MaxSource {
		return nil, fault(1, 1, gov.T("القاعدة طويلة، والحد الأقصى لعدد أحرفها %d", "the rule is longer than %d characters").Sprintf(MaxSource))
	}
	tree, issues := e.cel.Compile(src)
	if err := issues.Err(); err != nil {
		return nil, e.explain(issues.Errors()[0])
	}
	if !want.takes(tree.OutputType()) {
		return nil, mismatch(want, tree.OutputType())
	}
	p := &Program{source: src, want: want, env: e}
	p.walk(tree.NativeRep())
	opts := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	if p.loops {
		opts = append(opts, cel.CostLimit(maxCost), cel.InterruptCheckFrequency(100))
	}
	var err error
	if p.program, err = e.cel.Program(tree, opts...); err != nil {
		return nil, fault(1, 1, plain(err.Error()))
	}
	return p, e.constants(tree.NativeRep())
}

// walk notes what the rule uses and whether it loops.
func (p *Program) walk(tree *ast.AST) {
	seen := map[string]bool{}
	literal := map[int64]bool{} // "x" in answered: the name answered itself
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(x ast.Expr) {
		switch x.Kind() {
		case ast.ComprehensionKind:
			p.loops = true
		case ast.CallKind:
			if name, list, ok := answeredTest(x.AsCall()); ok {
				p.answered = append(p.answered, name)
				literal[list] = true
			}
		case ast.IdentKind:
			name := x.AsIdent()
			if _, declared := p.env.types[name]; declared && !seen[name] {
				seen[name] = true
				p.uses = append(p.uses, name)
			}
			p.anyAnswr = p.anyAnswr || name == Answered && !literal[x.ID()]
		}
	}))
}

// Answered is the name of the list of answered questions; `"x" in answered` is
// understood when a rule says what it depends on.
const Answered = "answered"

func answeredTest(c ast.CallExpr) (name string, list int64, ok bool) {
	if c.FunctionName() != operators.In || len(c.Args()) != 2 {
		return "", 0, false
	}
	lit, in := c.Args()[0], c.Args()[1]
	if lit.Kind() != ast.LiteralKind || in.Kind() != ast.IdentKind || in.AsIdent() != Answered {
		return "", 0, false
	}
	name, ok = lit.AsLiteral().Value().(string)
	return name, in.ID(), ok
}

// Source is the rule as written.
func (p *Program) Source() string { return p.source }

// Uses lists the declared names that the rule mentions.
func (p *Program) Uses() []string { return p.uses }

// AsksAnswered lists the names that the rule looks up in answered; all is true
// when it uses the list in a way that may depend on any question.
func (p *Program) AsksAnswered() (names []string, all bool) { return p.answered, p.anyAnswr }

// Eval runs the rule. A declared name that vars lacks has its type's zero
// value. A rule that loops stops at its cost limit or when ctx ends. The result
// is canonical for the wanted type. An error means the rule met a value it
// cannot work with (division by zero, index out of range); it holds no values.
func (p *Program) Eval(ctx context.Context, vars map[string]any) (any, error) {
	var out ref.Val
	var err error
	in := names{vars: vars, env: p.env}
	if p.loops {
		out, _, err = p.program.ContextEval(ctx, in)
	} else {
		out, _, err = p.program.Eval(in)
	}
	if err != nil {
		return nil, fmt.Errorf("rule %q: %s", p.source, plain(err.Error())[gov.English])
	}
	return p.want.normal(out)
}

// True runs a rule compiled for Bool.
func (p *Program) True(ctx context.Context, vars map[string]any) (bool, error) {
	v, err := p.Eval(ctx, vars)
	b, _ := v.(bool)
	return b, err
}

// names gives CEL the values of names, in CEL's shapes, as it asks for them.
type names struct {
	vars map[string]any
	env  *Env
}

// ResolveName implements cel.Activation.
func (n names) ResolveName(name string) (any, bool) {
	t, declared := n.env.types[name]
	if !declared {
		return nil, false
	}
	v := n.vars[name]
	if later, lazy := v.(func() any); lazy {
		v = later()
	}
	if r, is := v.(ready); is {
		return r.value, true
	}
	return t.inside(v), true
}

// ready is a value that already has CEL's shape.
type ready struct{ value any }

// Ready converts a canonical value once, for names that many rules will read:
// vars[name] = rule.Ready(t, v). A value in vars may also be a func() any that
// gives it when a rule first asks.
func Ready(t Type, v any) any { return ready{t.inside(v)} }

// Parent implements cel.Activation.
func (n names) Parent() cel.Activation { return nil }
