package priority

import (
	"context"
	_ "embed" // the criteria
	"fmt"
	"math"
	"slices"
	"sync"

	"go.yaml.in/yaml/v4"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

// Criterion is one reason for which a service comes before another.
type Criterion struct {
	ID      string   `yaml:"id"`
	Name    gov.Text `yaml:"name"`
	About   gov.Text `yaml:"about"`
	Unit    gov.Text `yaml:"unit"`
	Weight  int      `yaml:"weight"` // until a committee decides
	Scale   Scale    `yaml:"scale"`
	Sources []Source `yaml:"sources"` // the first that is known holds
}

// Source is where a criterion's value comes from, and whose word it is.
type Source struct {
	Basis string `yaml:"basis"` // proven, declared or estimated
	Known string `yaml:"known"` // rule; empty: always
	Value string `yaml:"value"` // rule that gives a number

	known, value *rule.Program
}

// Scale makes a number between 0 and 1 of a value.
type Scale struct {
	Kind string  `yaml:"kind"` // linear or log
	From float64 `yaml:"from"` // counts as 0, and what lies beyond too
	To   float64 `yaml:"to"`   // counts as 1, likewise
}

// Of normalises a value.
func (s Scale) Of(v float64) float64 {
	from, to := s.From, s.To
	if s.Kind == "log" {
		v, from, to = math.Log(max(v, 1)), math.Log(from), math.Log(to)
	}
	return min(max((v-from)/(to-from), 0), 1)
}

// Words says how values are normalised.
func (s Scale) Words() gov.Text {
	if s.Kind == "log" {
		return gov.T("صفر عند %s فأقل، وواحد عند %s فأكثر، وما بينهما على مقياس لوغاريتمي", "0 at %s or less, 1 at %s or more, on a logarithmic scale between").Sprintf(decimal(s.From, 2), decimal(s.To, 2))
	}
	return gov.T("صفر عند %s، وواحد عند %s فأكثر، وما بينهما بالتناسب", "0 at %s, 1 at %s or more, in proportion between").Sprintf(decimal(s.From, 2), decimal(s.To, 2))
}

//go:embed criteria.yaml
var file []byte

// Criteria are all criteria, in the order in which they are shown.
var Criteria = sync.OnceValues(func() ([]*Criterion, error) { return read(file) })

var (
	bases = []string{"proven", "declared", "estimated"}
	kinds = []string{"linear", "log"}
)

func read(b []byte) ([]*Criterion, error) {
	var list []*Criterion
	if err := yaml.Load(b, &list, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
		return nil, err
	}
	env, err := rule.NewEnv(vars)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, c := range list {
		if seen[c.ID] {
			return nil, fmt.Errorf("%s: named twice", c.ID)
		}
		seen[c.ID] = true
		if err := c.compile(env); err != nil {
			return nil, fmt.Errorf("%s: %w", c.ID, err)
		}
	}
	return list, nil
}

// compile checks a criterion and its rules.
func (c *Criterion) compile(env *rule.Env) (err error) {
	for _, t := range []gov.Text{c.Name, c.About, c.Unit} {
		if len(t.Missing(gov.Arabic, gov.English)) > 0 {
			return fmt.Errorf("a criterion needs name, about and unit in both languages")
		}
	}
	s := c.Scale
	if c.ID == "" || c.Weight < 0 || c.Weight > MostWeight || len(c.Sources) == 0 || !slices.Contains(kinds, s.Kind) || s.From == s.To || s.Kind == "log" && (s.From < 1 || s.To < 1) {
		return fmt.Errorf("a criterion needs id, weight, sources and a scale between two numbers")
	}
	for i := range c.Sources {
		x := &c.Sources[i]
		if !slices.Contains(bases, x.Basis) {
			return fmt.Errorf("a source has a basis of %v", bases)
		}
		if x.Known != "" {
			if x.known, err = env.Compile(x.Known, rule.Bool); err != nil {
				return err
			}
		}
		if x.value, err = env.Compile(x.Value, rule.Number); err != nil {
			return err
		}
	}
	return nil
}

// Value is what is known of a service by one criterion.
type Value struct {
	Known  bool
	Amount float64 // in the criterion's unit
	Basis  string  // whose word it is
	Norm   float64 // 0 to 1; when not known, the middle of what is known of others
}

// of reads a criterion's value from a service's record.
func (c *Criterion) of(ctx context.Context, record map[string]any) (Value, error) {
	for _, s := range c.Sources {
		if s.known != nil {
			if yes, err := s.known.True(ctx, record); err != nil {
				return Value{}, gov.Wrap(err, c.ID)
			} else if !yes {
				continue
			}
		}
		x, err := s.value.Eval(ctx, record)
		if err != nil {
			return Value{}, gov.Wrap(err, c.ID)
		}
		v, _ := x.(float64)
		return Value{Known: true, Amount: v, Basis: s.Basis, Norm: c.Scale.Of(v)}, nil
	}
	return Value{}, nil
}
