// Package indicator counts services by schemes that are data: the Government of
// Canada's, the EU's and others. A scheme says in rules which services count and
// what each adds to which figure; every figure opens to its services, can be
// broken down by organisation, and can be seen as of a past day.
package indicator

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"go.yaml.in/yaml/v4"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

// Scheme is a way of counting services.
type Scheme struct {
	ID      string   `yaml:"id"`
	Name    gov.Text `yaml:"name"`
	About   gov.Text `yaml:"about"`  // the method, and what of it this view holds
	Source  gov.Text `yaml:"source"` // the document and its year
	Link    string   `yaml:"link"`   // where the document is
	Kind    string   `yaml:"kind"`   // evidence: figures are evidence found, never a share or a score
	Basis   string   `yaml:"basis"`  // proven, declared or estimated
	Year    string   `yaml:"year"`   // fiscal: "2023-2024"; calendar: "2026"; none: over records as they stand
	Counts  string   `yaml:"counts"` // rule over a service: whether it counts at all
	Groups  []Group  `yaml:"groups"` // in which figures are read together
	Events  []Event  `yaml:"events"` // the method's own life events; none: the country's
	Figures []Figure `yaml:"figures"`

	counts *rule.Program
}

// Evidence reports whether the scheme only shows what evidence was found.
func (s *Scheme) Evidence() bool { return s.Kind == "evidence" }

// Standing reports whether the scheme counts records as they stand, without a year.
func (s *Scheme) Standing() bool { return s.Year == "none" }

// Group is a dimension or pillar of a scheme.
type Group struct {
	ID    string   `yaml:"id"`
	Name  gov.Text `yaml:"name"`
	About gov.Text `yaml:"about"`
}

// Event is a life event of a method, and those of the country that it means.
type Event struct {
	ID   string   `yaml:"id"`
	Name gov.Text `yaml:"name"`
	Of   []string `yaml:"of"`
}

// Figure is one number of a scheme: how many services a rule holds for, or the
// sum of what a rule gives.
type Figure struct {
	ID    string   `yaml:"id"`
	Name  gov.Text `yaml:"name"`
	About gov.Text `yaml:"about"`
	Basis string   `yaml:"basis"` // when it differs from the scheme's
	Group string   `yaml:"group"` // of figures that are read together
	Where string   `yaml:"where"`
	Sum   string   `yaml:"sum"`
	Of    string   `yaml:"of"` // the figure it is a share of

	// Of an item that records may or may not answer: for which services they do,
	// and for which the yes is proven here rather than declared.
	Known  string   `yaml:"known"`
	Proven string   `yaml:"proven"`
	Term   string   `yaml:"term"`  // the method's own word
	Needs  gov.Text `yaml:"needs"` // why no record can answer it, and what would; then there are no rules

	where, sum, known, proven *rule.Program
}

// Item reports whether the figure is an item that records may not answer.
func (f *Figure) Item() bool { return f.known != nil || len(f.Needs) > 0 }

//go:embed schemes
var files embed.FS

// Schemes are all schemes that come with the product, by id.
var Schemes = sync.OnceValues(func() ([]*Scheme, error) { return read(files, "schemes") })

// ByID finds a scheme. Errors: NotFound.
func ByID(id string) (*Scheme, error) {
	all, err := Schemes()
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.ID == id {
			return s, nil
		}
	}
	return nil, gov.Fail(gov.NotFound, "لا توجد منظومة مؤشرات بهذا الاسم", "There is no scheme of indicators of this name").At("scheme")
}

// Figure finds a figure. Errors: NotFound.
func (s *Scheme) Figure(id string) (*Figure, error) {
	for i := range s.Figures {
		if s.Figures[i].ID == id {
			return &s.Figures[i], nil
		}
	}
	return nil, gov.Fail(gov.NotFound, "لا يوجد مؤشر بهذا الاسم", "There is no indicator of this name").At("figure")
}

func read(fsys fs.FS, dir string) ([]*Scheme, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	env, err := rule.NewEnv(vars)
	if err != nil {
		return nil, err
	}
	var out []*Scheme
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		s := &Scheme{}
		if err := yaml.Load(b, s, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if err := s.compile(env); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, s)
	}
	return out, nil
}

var bases = []string{"proven", "declared", "estimated"}

// compile checks a scheme and its rules.
func (s *Scheme) compile(env *rule.Env) (err error) {
	if s.ID == "" || !slices.Contains(bases, s.Basis) || len(s.Name.Missing(gov.Arabic, gov.English)) > 0 || len(s.About.Missing(gov.Arabic, gov.English)) > 0 {
		return fmt.Errorf("a scheme needs id, name, about and a basis of %v", bases)
	}
	if s.Kind != "" && !s.Evidence() {
		return fmt.Errorf("kind is evidence or nothing")
	}
	if s.counts, err = env.Compile(s.Counts, rule.Bool); err != nil {
		return fmt.Errorf("counts: %w", err)
	}
	for i := range s.Figures {
		f := &s.Figures[i]
		if err := f.compile(env); err != nil {
			return fmt.Errorf("%s: %w", f.ID, err)
		}
		if f.Group != "" && !slices.ContainsFunc(s.Groups, func(g Group) bool { return g.ID == f.Group }) {
			return fmt.Errorf("%s: group names no group: %s", f.ID, f.Group)
		}
		if f.Of == "" {
			continue
		}
		if _, err := s.Figure(f.Of); err != nil {
			return fmt.Errorf("%s: of names no figure: %s", f.ID, f.Of)
		}
	}
	return nil
}

func (f *Figure) compile(env *rule.Env) (err error) {
	if f.ID == "" || len(f.Name.Missing(gov.Arabic, gov.English)) > 0 || f.Basis != "" && !slices.Contains(bases, f.Basis) {
		return fmt.Errorf("a figure needs id and name")
	}
	if len(f.Needs) > 0 {
		if f.Where+f.Sum+f.Known+f.Proven != "" || len(f.Needs.Missing(gov.Arabic, gov.English)) > 0 {
			return fmt.Errorf("a figure that needs a statement has no rules, and says what it needs in both languages")
		}
		return nil
	}
	if (f.Where == "") == (f.Sum == "") || f.Proven != "" && f.Known == "" {
		return fmt.Errorf("a figure needs either where or sum, and known when it has proven")
	}
	for _, x := range []struct {
		src  string
		want rule.Type
		to   **rule.Program
	}{{f.Where, rule.Bool, &f.where}, {f.Sum, rule.Whole, &f.sum}, {f.Known, rule.Bool, &f.known}, {f.Proven, rule.Bool, &f.proven}} {
		if x.src == "" {
			continue
		}
		if *x.to, err = env.Compile(x.src, x.want); err != nil {
			return err
		}
	}
	return nil
}
