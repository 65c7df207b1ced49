// Package policy holds the government's five digital policies as checks with
// evidence: open data, community participation, digital first, digital as a
// right, ask once. A check is a rule over a pack, a catalogue entry and the live
// figures. Binding checks refuse a publication unless a recorded legal decision
// frees the service from them until a day; all checks run daily on what is live,
// and what they found is kept, so that any past day can be asked.
package policy

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"go.yaml.in/yaml/v4"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/rule"
	"diwan.example/programme/lifecycle"
	"diwan.example/registries"
	"diwan.example/registry"
)

// Policy is one of the policies.
type Policy struct {
	ID     string   `yaml:"id"`
	Name   gov.Text `yaml:"name"`
	About  gov.Text `yaml:"about"`
	Checks []Check  `yaml:"checks"`
}

// Check is one named check of a policy.
type Check struct {
	ID      string          `yaml:"id"`
	Name    gov.Text        `yaml:"name"`    // what holds when it passes
	Todo    gov.Text        `yaml:"todo"`    // what to do when it does not
	Basis   lifecycle.Basis `yaml:"basis"`   // what it rests on: records here, or what the entity writes in the catalogue
	Binding bool            `yaml:"binding"` // refuses a publication
	Applies string          `yaml:"applies"` // rule; empty: to every service
	Holds   string          `yaml:"holds"`   // rule
	Shows   string          `yaml:"shows"`   // rule giving text: the evidence; may be empty
	Policy  *Policy         `yaml:"-"`

	applies, holds, shows *rule.Program
}

//go:embed policies account.yaml
var files embed.FS

// Policies are the five policies in their order.
var Policies = sync.OnceValue(func() []*Policy {
	list, err := read(files)
	if err != nil {
		panic("policy: " + err.Error())
	}
	return list
})

func read(fsys fs.FS) (out []*Policy, err error) {
	names, err := fs.Glob(fsys, "policies/*.yaml")
	if err != nil {
		return nil, err
	}
	env, err := rule.NewEnv(vars)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	ids := map[string]bool{}
	for _, name := range names {
		p := &Policy{}
		if err := load(fsys, name, p); err != nil {
			return nil, err
		}
		if ids[p.ID] || len(p.Name.Missing(gov.Arabic, gov.English))+len(p.About.Missing(gov.Arabic, gov.English)) > 0 || len(p.Checks) == 0 {
			return nil, fmt.Errorf("%s: a policy needs an id of its own, name, about and checks", path.Base(name))
		}
		ids[p.ID] = true
		for i := range p.Checks {
			c := &p.Checks[i]
			c.Policy = p
			if ids[c.ID] {
				return nil, fmt.Errorf("%s: the id %q is taken", path.Base(name), c.ID)
			}
			ids[c.ID] = true
			if err := c.compile(env); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", path.Base(name), c.ID, err)
			}
		}
		out = append(out, p)
	}
	return out, nil
}

func load(fsys fs.FS, name string, to any) error {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	if err := yaml.Load(b, to, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
		return fmt.Errorf("%s: %w", path.Base(name), err)
	}
	return nil
}

func (c *Check) compile(env *rule.Env) (err error) {
	if c.ID == "" || len(c.Name.Missing(gov.Arabic, gov.English))+len(c.Todo.Missing(gov.Arabic, gov.English)) > 0 {
		return fmt.Errorf("a check needs id, name and todo in both languages")
	}
	if c.Basis != lifecycle.Proven && c.Basis != lifecycle.Declared {
		return fmt.Errorf("its basis is proven or declared")
	}
	if c.holds, err = env.Compile(c.Holds, rule.Bool); err != nil {
		return err
	}
	if c.Applies != "" {
		if c.applies, err = env.Compile(c.Applies, rule.Bool); err != nil {
			return err
		}
	}
	if c.Shows != "" {
		c.shows, err = env.Compile(c.Shows, rule.Text)
	}
	return err
}

// ByID finds a policy. Errors: NotFound.
func ByID(id string) (*Policy, error) {
	for _, p := range Policies() {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, gov.Fail(gov.NotFound, "لا توجد سياسة بهذا الاسم", "There is no policy of this name").At("policy")
}

// CheckOf finds a check. Errors: NotFound.
func CheckOf(id string) (*Check, error) {
	for _, p := range Policies() {
		for i := range p.Checks {
			if p.Checks[i].ID == id {
				return &p.Checks[i], nil
			}
		}
	}
	return nil, gov.Fail(gov.NotFound, "لا يوجد فحص بهذا الاسم", "There is no check of this name").At("check")
}

// contact is something that only the account of whoever signs in holds.
type contact struct {
	ID    string      `yaml:"id"`
	Names []string    `yaml:"names"`
	Kinds []form.Kind `yaml:"kinds"`
}

var account = sync.OnceValue(func() (list []contact) {
	if err := load(files, "account.yaml", &list); err != nil {
		panic("policy: " + err.Error())
	}
	return list
})

// vocabulary is the shared vocabulary of what registries hold.
var vocabulary = sync.OnceValue(func() *registry.Vocabulary {
	b, err := registry.Load(registries.Files, registry.Options{})
	if err != nil {
		panic("policy: " + err.Error())
	}
	return b.Vocabulary
})
