package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"diwan.example/app"
	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/pack"
	"diwan.example/packs"
	"diwan.example/registries"
	"diwan.example/registry"
)

func newPack() *command {
	return &command{
		name: "pack", short: "write, check, try, draw and compare service packs",
		long: "A pack is a folder AREA/NAME of YAML that makes a service run. FOLDER below is such a folder.",
		sub:  []*command{newPackNew(), newPackDraft(), newPackCheck(), newPackTry(), newPackShow(), newPackDiff(), newPackReplay(), newPackAccessible(), newPackSchema()},
	}
}

// realm is where packs are read: the country's profile and the organisations
// that only a catalogue knows.
type realm struct{ organisations []catalogue.Organisation }

const databaseHelp = "database whose catalogue knows organisations beside those of the country's profile; empty: none"

// realmOf is the country with the organisations in a database; empty: none.
func realmOf(ctx context.Context, io stdio, database string) (r realm, err error) {
	if database == "" {
		return r, nil
	}
	if err := there(database); err != nil {
		return r, err
	}
	c := app.Default()
	if err := c.FromEnvironment(os.Getenv); err != nil {
		return r, err
	}
	c.Database = database
	a, err := opened(ctx, io, c)
	if err != nil {
		return r, err
	}
	defer a.Close()
	r.organisations, err = a.Book.Organisations(ctx)
	return r, err
}

// options are the rules for packs.
func (r realm) options() (pack.Options, error) {
	c, err := country.Bahrain()
	if err != nil {
		return pack.Options{}, err
	}
	known := func(id gov.OrgID) bool {
		return c.Organisation(id) != nil || slices.ContainsFunc(r.organisations, func(o catalogue.Organisation) bool { return o.ID == id })
	}
	records, err := registry.Load(registries.Files, registry.Options{Currency: c.Currency, Langs: c.Languages, Dial: c.Dial})
	if err != nil {
		return pack.Options{}, err
	}
	o := pack.Options{Currency: c.Currency, Langs: c.Languages, Organisation: known, Meanings: app.Meanings(records.Vocabulary), Source: app.Obtainable(records), Today: time.Now().UTC().Format(time.DateOnly)}
	ours, err := pack.ReadAll(packs.Files, pack.Options{Currency: c.Currency, Langs: c.Languages, Stored: true})
	o.Types = pack.TypesOf(ours...) // what a wallet may present
	return o, err
}

// read reads the pack in a folder whose last two parts are its id.
func (r realm) read(folder string) (*pack.Pack, error) {
	o, err := r.options()
	if err != nil {
		return nil, err
	}
	full, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	if st, err := os.Stat(full); err != nil || !st.IsDir() {
		return nil, fmt.Errorf("%s is no folder", folder)
	}
	root := filepath.Dir(filepath.Dir(full))
	rel, err := filepath.Rel(root, full)
	if err != nil {
		return nil, err
	}
	return pack.Read(os.DirFS(root), filepath.ToSlash(rel), o)
}

// problems prints what is wrong with a pack, a line each; true when that was all.
func problems(io stdio, folder string, lang gov.Lang, err error) bool {
	var ps pack.Problems
	if !errors.As(err, &ps) {
		return false
	}
	for _, p := range ps {
		p.File = filepath.Join(folder, filepath.Base(p.File))
		fmt.Fprintln(io.out, p.In(lang))
	}
	return true
}

// warnings prints what seems wrong with a pack and refuses nothing.
func warnings(io stdio, folder string, lang gov.Lang, list pack.Problems) {
	word := gov.T("تنبيه", "warning").In(lang)
	for _, p := range list {
		p.File = filepath.Join(folder, filepath.Base(p.File))
		fmt.Fprintf(io.out, "%s (%s)\n", p.In(lang), word)
	}
}

func newPackCheck() *command {
	var lang, database string
	return &command{
		name: "check", args: "FOLDER…", short: "check packs: keys, languages, names, rules, procedure, examples",
		long: "Prints every problem as file:line:column with a suggestion. Exit code 3 when there is one. A question that asks for\n" +
			"what a registry holds is a problem, unless its pack fetches it or records a legal reason with an end date; what the\n" +
			"authority's registries hold counts as obtainable. A question that likely lacks its attribute is a warning only.",
		flags: func(fs *flag.FlagSet) {
			fs.StringVar(&lang, "lang", "en", "language of the problems: ar or en")
			fs.StringVar(&database, "database", "", databaseHelp)
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) == 0 {
				return errUsage
			}
			at, err := realmOf(ctx, io, database)
			if err != nil {
				return err
			}
			bad := false
			for _, folder := range args {
				p, err := at.read(folder)
				switch {
				case err == nil:
					warnings(io, folder, gov.Lang(lang), p.Warnings)
					fmt.Fprintf(io.out, "%s: right (version %s, %d questions, %d steps, %d examples)\n", folder, p.Version, len(p.Form.Questions()), len(p.Steps), len(p.Examples))
				case problems(io, folder, gov.Lang(lang), err):
					bad = true
				default:
					return err
				}
			}
			if bad {
				return errProblems
			}
			return nil
		},
	}
}

func newPackNew() *command {
	var org, ar, en, into string
	return &command{
		name: "new", args: "AREA/NAME", short: "begin a new pack that works at once",
		flags: func(fs *flag.FlagSet) {
			fs.StringVar(&org, "organisation", "iga", "id of the organisation that owns the service")
			fs.StringVar(&ar, "ar", "خدمة جديدة", "the service's name in Arabic")
			fs.StringVar(&en, "en", "New service", "the service's name in English")
			fs.StringVar(&into, "in", ".", "folder that holds the areas")
		},
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			files, err := pack.New(gov.ServiceID(args[0]), gov.OrgID(org), gov.T(ar, en))
			if err != nil {
				return err
			}
			dir := filepath.Join(into, filepath.FromSlash(args[0]))
			if _, err := os.Stat(dir); err == nil {
				return fmt.Errorf("%s is there already; nothing was changed", dir)
			}
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			for name, text := range files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					return err
				}
			}
			_, err = fmt.Fprintf(io.out, "%s is begun. Next:\n  diwan pack check %s\n  diwan pack try %s\n", dir, dir, dir)
			return err
		},
	}
}

func newPackShow() *command {
	var lang, format, out string
	return &command{
		name: "show", args: "FOLDER", short: "draw the procedure (SVG), export it (BPMN), or say it in words",
		flags: func(fs *flag.FlagSet) {
			fs.StringVar(&lang, "lang", "ar", "language of the drawing: ar or en")
			fs.StringVar(&format, "format", "svg", "svg, bpmn or words")
			fs.StringVar(&out, "out", "", "file to write; empty: standard output")
		},
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			p, err := realm{}.read(args[0])
			if problems(io, args[0], gov.Lang(lang), err) {
				return errProblems
			}
			if err != nil {
				return err
			}
			var b []byte
			switch format {
			case "svg":
				b = pack.Draw(p, gov.Lang(lang))
			case "bpmn":
				b = pack.BPMN(p)
			case "words":
				b = []byte(strings.TrimSpace(pack.InWords(p, gov.Lang(lang))) + "\n")
			default:
				return errUsage
			}
			if out != "" {
				return os.WriteFile(out, b, 0o644)
			}
			_, err = io.out.Write(b)
			return err
		},
	}
}

func newPackDiff() *command {
	var lang string
	return &command{
		name: "diff", args: "OLD NEW", short: "say in words what a new version changes",
		long:  "Compares two folders. Exit code 3 when they differ, 0 when they do not.",
		flags: func(fs *flag.FlagSet) { fs.StringVar(&lang, "lang", "en", "language: ar or en") },
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) != 2 {
				return errUsage
			}
			var two [2]*pack.Pack
			for i, folder := range args {
				p, err := realm{}.read(folder)
				if problems(io, folder, gov.Lang(lang), err) {
					return errProblems
				}
				if err != nil {
					return err
				}
				two[i] = p
			}
			changes := pack.Diff(two[0], two[1])
			for _, c := range changes {
				fmt.Fprintf(io.out, "%-8s %s: %s\n", c.Kind, c.Path, c.Text.In(gov.Lang(lang)))
			}
			if len(changes) > 0 {
				return errProblems
			}
			return nil
		},
	}
}

func newPackSchema() *command {
	var out string
	return &command{
		name: "schema", args: "[FILE]", short: "write the JSON Schema of a pack's files, for editors",
		long:  "FILE is one of a pack's files, such as service.yaml. Without it every schema is written into the folder --out.",
		flags: func(fs *flag.FlagSet) { fs.StringVar(&out, "out", ".", "folder for the schemas") },
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) > 1 {
				return errUsage
			}
			if len(args) == 1 {
				b, err := pack.Schema(args[0])
				if err != nil {
					return err
				}
				_, err = io.out.Write(b)
				return err
			}
			for _, f := range pack.SchemaFiles() {
				b, err := pack.Schema(f)
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(out, strings.TrimSuffix(f, ".yaml")+".schema.json"), b, 0o644); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
