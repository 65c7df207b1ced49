package country

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"
	_ "time/tzdata" // the calendar's zone must be known on machines without a zone database

	"diwan.example/gov"
	"go.yaml.in/yaml/v4"
)

//go:embed bahrain
var files embed.FS

// Bahrain reads the sample country that is built into the program.
func Bahrain() (*Country, error) { return Load(files, "bahrain") }

// profile is country.yaml as written.
type profile struct {
	Code      string       `yaml:"code"`
	Name      gov.Text     `yaml:"name"`
	Sample    bool         `yaml:"sample"`
	Notice    gov.Text     `yaml:"notice"`
	Languages []gov.Lang   `yaml:"languages"`
	Digits    string       `yaml:"digits"`
	Dial      string       `yaml:"dial"`
	Authority gov.OrgID    `yaml:"authority"`
	Accent    Accent       `yaml:"accent"`
	Currency  gov.Currency `yaml:"currency"`
	Calendar  struct {
		Zone    string   `yaml:"zone"`
		Weekend []string `yaml:"weekend"`
		Opens   string   `yaml:"opens"`
		Closes  string   `yaml:"closes"`
	} `yaml:"calendar"`
}

// Load reads the profile in folder name of fsys. It reads strictly: an unknown
// key, a missing language or a service of an unknown organisation is an error
// that names file and line. All errors found are returned together.
func Load(fsys fs.FS, name string) (*Country, error) {
	r := &reader{fsys: fsys, dir: name}
	c := &Country{}
	var p profile
	r.read("country.yaml", &p)
	r.read("calendar.yaml", &c.Holidays)
	r.read("governorates.yaml", &c.Governorates)
	r.read("organisations.yaml", &c.Organisations)
	r.read("life-events.yaml", &c.LifeEvents)
	r.read("synonyms.yaml", &c.Synonyms)
	r.read("schools.yaml", &c.Schools)
	r.read("names.yaml", &c.names)
	r.maybe("tariffs.yaml", &c.Tariffs)
	var procedures []Documented
	r.maybe("procedures.yaml", &procedures)
	c.fill(r, p)
	if len(r.errs) == 0 {
		c.check(r)
	}
	for _, file := range r.list("services") {
		var list []Service
		r.read(file, &list)
		for i := range list {
			c.document(&list[i], procedures)
		}
		c.addServices(r, file, list)
	}
	for i, d := range procedures {
		if c.Service(d.Service) == nil {
			r.fail("procedures.yaml", "there is no service "+string(d.Service), i, "service")
		}
	}
	r.maybe("programme/plans.yaml", &c.Cycles)
	r.maybe(agreementsFile, &c.Agreements)
	r.maybe(committeesFile, &c.Committees)
	r.maybe(forumFile, &c.Forum)
	c.checkForum(r)
	if len(r.errs) == 0 {
		c.checkCommittees(r)
		c.checkAgreements(r)
	}
	r.maybe("questions.yaml", &c.Questions)
	c.checkQuestions(r)
	return c, errors.Join(r.errs...)
}

// fill takes over country.yaml.
func (c *Country) fill(r *reader, p profile) {
	c.Code, c.Name, c.Sample, c.Notice = p.Code, p.Name, p.Sample, p.Notice
	c.Languages, c.Digits, c.Dial, c.Authority = p.Languages, p.Digits, p.Dial, p.Authority
	c.Accent, c.Currency = p.Accent, p.Currency
	zone, err := time.LoadLocation(p.Calendar.Zone)
	if err != nil {
		r.fail("country.yaml", "unknown time zone", "calendar", "zone")
		return
	}
	c.Calendar = gov.Calendar{Zone: zone, Opens: r.hour(p.Calendar.Opens, "opens"), Closes: r.hour(p.Calendar.Closes, "closes")}
	for i, w := range p.Calendar.Weekend {
		day, ok := weekdays[w]
		if !ok {
			r.fail("country.yaml", "unknown weekday "+w, "calendar", "weekend", i)
		}
		c.Calendar.Weekend = append(c.Calendar.Weekend, day)
	}
	c.Calendar.Holidays = map[string]gov.Text{}
	for i, h := range c.Holidays {
		first, err := time.Parse(time.DateOnly, h.From)
		if err != nil {
			r.fail("calendar.yaml", "from is no date like 2026-12-16", i, "from")
		}
		for d := range max(h.Days, 1) {
			c.Calendar.Holidays[first.AddDate(0, 0, d).Format(time.DateOnly)] = h.Name
		}
	}
}

var weekdays = map[string]time.Weekday{"sunday": 0, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6}

// reader reads the files of one profile and gathers what is wrong with them.
type reader struct {
	fsys fs.FS
	dir  string
	docs map[string]*yaml.Node
	errs []error
}

// read decodes a file strictly into out.
func (r *reader) read(file string, out any) {
	full := path.Join(r.dir, file)
	data, err := fs.ReadFile(r.fsys, full)
	if err != nil {
		r.errs = append(r.errs, fmt.Errorf("%s: cannot be read: %w", full, err))
		return
	}
	if err := yaml.Load(data, out, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
		r.errs = append(r.errs, located(full, err)...)
		return
	}
	var doc yaml.Node
	if err := yaml.Load(data, &doc); err == nil {
		if r.docs == nil {
			r.docs = map[string]*yaml.Node{}
		}
		r.docs[file] = &doc
	}
}

// maybe decodes a file that a profile may do without.
func (r *reader) maybe(file string, out any) {
	if _, err := fs.Stat(r.fsys, path.Join(r.dir, file)); !errors.Is(err, fs.ErrNotExist) {
		r.read(file, out)
	}
}

// located turns the library's errors into "file:line:column: what".
func located(file string, err error) (out []error) {
	var many *yaml.LoadErrors
	if errors.As(err, &many) {
		for _, e := range many.Errors {
			out = append(out, fmt.Errorf("%s:%d:%d: %s", file, e.Mark.Line, e.Mark.Column, e.Message))
		}
		return out
	}
	var one *yaml.LoadError
	if errors.As(err, &one) {
		return []error{fmt.Errorf("%s:%d:%d: %s", file, one.Mark.Line, one.Mark.Column, one.Message)}
	}
	return []error{fmt.Errorf("%s: %w", file, err)}
}

// list names the YAML files of a folder, in order.
func (r *reader) list(folder string) []string {
	found, err := fs.Glob(r.fsys, path.Join(r.dir, folder, "*.yaml"))
	if err != nil || len(found) == 0 {
		r.errs = append(r.errs, fmt.Errorf("%s: has no .yaml file", path.Join(r.dir, folder)))
	}
	for i := range found {
		found[i] = path.Join(folder, path.Base(found[i]))
	}
	return found
}

// fail records an error at a place in a file, given by keys and indexes.
func (r *reader) fail(file, what string, at ...any) {
	line := 1
	if n := find(r.docs[file], at); n != nil {
		line = n.Line
	}
	r.errs = append(r.errs, fmt.Errorf("%s:%d: %s", path.Join(r.dir, file), line, what))
}

// find walks keys and indexes down from n and returns the deepest node met.
func find(n *yaml.Node, at []any) *yaml.Node {
	if n != nil && n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		n = n.Content[0]
	}
	for _, step := range at {
		next := child(n, step)
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

func child(n *yaml.Node, step any) *yaml.Node {
	switch s := step.(type) {
	case int:
		if n != nil && n.Kind == yaml.SequenceNode && s < len(n.Content) {
			return n.Content[s]
		}
	case string:
		for i := 0; n != nil && n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == s {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

// hour reads "07:00" as time since midnight.
func (r *reader) hour(s, key string) time.Duration {
	t, err := time.Parse("15:04", s)
	if err != nil {
		r.fail("country.yaml", key+" is no time like 07:00", "calendar", key)
		return 0
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}
