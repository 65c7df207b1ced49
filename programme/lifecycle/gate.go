package lifecycle

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"go.yaml.in/yaml/v4"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

// Gate is what a service must show to stand at a stage.
type Gate struct {
	Stage    Stage    `yaml:"stage"` // empty: statements that speak against gates
	After    Stage    `yaml:"after"` // the gate before; empty: the one above it in the list
	Name     gov.Text `yaml:"name"`
	About    gov.Text `yaml:"about"`
	Evidence []Need   `yaml:"evidence"`
}

// Need is one piece of evidence that a gate asks for.
type Need struct {
	ID       string   `yaml:"id"`
	Kind     string   `yaml:"kind"` // record or statement
	Name     gov.Text `yaml:"name"`
	Holds    string   `yaml:"holds"`    // rule over the records; may be empty for a statement
	Declared string   `yaml:"declared"` // rule by which an organisation's word counts
	Signer   string   `yaml:"signer"`   // authority or head: who signs a statement
	Months   int      `yaml:"months"`   // how long a statement holds; 0: until it is withdrawn

	holds, declared *rule.Program
}

//go:embed gates.yaml
var gatesFile []byte

// Gates are the gates in the order of the stages; the last one, without a stage,
// names the statements that speak against others.
var Gates = sync.OnceValue(func() []Gate {
	list, err := readGates(gatesFile)
	if err != nil {
		panic("lifecycle: gates.yaml: " + err.Error())
	}
	return list
})

func readGates(b []byte) ([]Gate, error) {
	var list []Gate
	if err := yaml.Load(b, &list, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
		return nil, err
	}
	env, err := rule.NewEnv(vars)
	if err != nil {
		return nil, err
	}
	ids, before := map[string]bool{}, Entered
	for i := range list {
		g := &list[i]
		if g.Stage != "" && (g.Stage.Rank() <= before.Rank() || g.Stage == Retired) {
			return nil, fmt.Errorf("stage %q stands out of order", g.Stage)
		}
		if g.After == "" {
			g.After = before
		}
		if g.Stage != "" {
			before = g.Stage
		}
		if len(g.Name.Missing(gov.Arabic, gov.English))+len(g.About.Missing(gov.Arabic, gov.English)) > 0 || len(g.Evidence) == 0 || g.After.Rank() < 0 {
			return nil, fmt.Errorf("the gate %q needs name, about and evidence, and comes after a stage", g.Stage)
		}
		for j := range g.Evidence {
			n := &g.Evidence[j]
			if ids[n.ID] {
				return nil, fmt.Errorf("evidence %q stands twice", n.ID)
			}
			ids[n.ID] = true
			if err := n.compile(env); err != nil {
				return nil, fmt.Errorf("evidence %q: %w", n.ID, err)
			}
		}
	}
	return list, nil
}

func (n *Need) compile(env *rule.Env) (err error) {
	statement := n.Kind == "statement"
	switch {
	case n.ID == "" || len(n.Name.Missing(gov.Arabic, gov.English)) > 0:
		return fmt.Errorf("it needs an id and a name")
	case !statement && n.Kind != "record":
		return fmt.Errorf("its kind is record or statement")
	case statement != slices.Contains([]string{"authority", "head"}, n.Signer) || !statement && n.Months != 0:
		return fmt.Errorf("a statement, and nothing else, has a signer: authority or head")
	}
	if n.Holds != "" {
		if n.holds, err = env.Compile(n.Holds, rule.Bool); err != nil {
			return err
		}
	}
	if n.Declared != "" {
		n.declared, err = env.Compile(n.Declared, rule.Bool)
	}
	return err
}

// NeedOf finds a piece of evidence by its id. Errors: NotFound.
func NeedOf(id string) (*Need, error) {
	for _, g := range Gates() {
		for i := range g.Evidence {
			if g.Evidence[i].ID == id {
				return &g.Evidence[i], nil
			}
		}
	}
	return nil, gov.Fail(gov.NotFound, "لا يوجد دليل إثبات بهذا الاسم", "There is no evidence of this name").At("evidence")
}
