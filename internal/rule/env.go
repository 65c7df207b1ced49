package rule

import (
	"fmt"
	"slices"
	"sync"

	"cel.dev/cel-go/cel"
)

// Env is a set of declared names over which rules are compiled. It keeps every
// rule it has compiled. It may be used by many goroutines.
type Env struct {
	vars    []Var
	types   map[string]Type
	digits  int
	cel     *cel.Env
	records *records

	mu    sync.RWMutex
	cache map[cacheKey]*Program
}

type cacheKey struct {
	src  string
	want Type
}

// Option adjusts an Env.
type Option func(*Env)

// WithDigits says how many decimals the currency has; without it, three.
func WithDigits(n int) Option { return func(e *Env) { e.digits = n } }

// NewEnv declares vars. A later variable hides an earlier one of the same name.
func NewEnv(vars []Var, opts ...Option) (*Env, error) {
	e := &Env{digits: 3}
	for _, o := range opts {
		o(e)
	}
	return e.with(vars)
}

// Extend returns an Env with vars added; those of the same name are hidden.
func (e *Env) Extend(vars []Var) (*Env, error) {
	return (&Env{digits: e.digits}).with(append(slices.Clone(e.vars), vars...))
}

// Vars are the declared names.
func (e *Env) Vars() []Var { return slices.Clone(e.vars) }

// Type returns the type of a declared name.
func (e *Env) Type(name string) (Type, bool) {
	t, ok := e.types[name]
	return t, ok
}

func (e *Env) with(vars []Var) (*Env, error) {
	base, err := vocabulary(e.digits)
	if err != nil {
		return nil, err
	}
	e.types = make(map[string]Type, len(vars))
	e.cache = map[cacheKey]*Program{}
	e.records = &records{Provider: base.CELTypeProvider(), fields: map[string][]Var{}}
	for _, v := range vars {
		e.types[v.Name] = v.Type
	}
	opts := []cel.EnvOption{cel.CustomTypeProvider(e.records)}
	done := map[string]bool{}
	for _, v := range vars {
		if done[v.Name] {
			continue
		}
		done[v.Name] = true
		t := e.types[v.Name]
		e.vars = append(e.vars, Var{v.Name, t})
		e.records.add(t)
		opts = append(opts, cel.Variable(v.Name, t.cel()))
	}
	e.cel, err = base.Extend(opts...)
	if err != nil {
		return nil, fmt.Errorf("declaring names for rules: %w", err)
	}
	return e, nil
}

var (
	vocabularies   = map[int]*cel.Env{}
	vocabulariesMu sync.Mutex
)

// vocabulary is CEL with our functions, made once per number of digits.
func vocabulary(digits int) (*cel.Env, error) {
	vocabulariesMu.Lock()
	defer vocabulariesMu.Unlock()
	if env, ok := vocabularies[digits]; ok {
		return env, nil
	}
	env, err := cel.NewCustomEnv(slices.Concat(standard(), arithmetic(), calendar(), amounts(digits), lists(), letters())...)
	if err != nil {
		return nil, fmt.Errorf("making the vocabulary of rules: %w", err)
	}
	vocabularies[digits] = env
	return env, nil
}
