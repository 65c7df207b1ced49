package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/registries"
	"diwan.example/registry"
)

func newRegistry() *command {
	return &command{
		name: "registry", short: "list, show, check, import and export registries",
		long: "A registry is authoritative records, declared as data: a folder with vocabulary.yaml and NAME/registry.yaml.\nNAME below is a registry's id, such as population.",
		sub:  []*command{newRegistryList(), newRegistryShow(), newRegistryCheck(), newRegistryImport(), newRegistryExport()},
	}
}

// declared reads the registries of a folder; empty: the product's.
func declared(folder string) (*registry.Book, error) {
	c, err := country.Bahrain()
	if err != nil {
		return nil, err
	}
	var from fs.FS = registries.Files
	if folder != "" {
		if st, err := os.Stat(folder); err != nil || !st.IsDir() {
			return nil, fmt.Errorf("%s is no folder", folder)
		}
		from = os.DirFS(folder)
	}
	known := func(id gov.OrgID) bool { return c.Organisation(id) != nil }
	return registry.Load(from, registry.Options{Currency: c.Currency, Langs: c.Languages, Dial: c.Dial, Organisation: known})
}

const registriesHelp = "folder of the vocabulary and registries; empty: those that come with the product"

// asking are the flags of commands that only read definitions.
type asking struct{ lang, folder string }

func (a *asking) flags(fs *flag.FlagSet) {
	fs.StringVar(&a.lang, "lang", "en", "language of what is printed: ar or en")
	fs.StringVar(&a.folder, "registries", os.Getenv("DIWAN_REGISTRIES"), registriesHelp)
}

func newRegistryList() *command {
	var ask asking
	return &command{
		name: "list", short: "list the registries", flags: ask.flags,
		long: "Prints each registry with its keeper, its key, what it may be searched by and who writes to it.",
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			b, err := declared(ask.folder)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
			for _, d := range b.Definitions() {
				fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", d.ID, d.Organisation, d.Key, len(d.Fields), d.Title.In(gov.Lang(ask.lang)))
			}
			return w.Flush()
		},
	}
}

func newRegistryShow() *command {
	var ask asking
	return &command{
		name: "show", args: "NAME", short: "show a registry: its fields, searches, writers, retention", flags: ask.flags,
		long: "Prints the registry as it is understood, with the columns of its files.",
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			b, err := declared(ask.folder)
			if err != nil {
				return err
			}
			d, err := b.Definition(gov.RegistryID(args[0]))
			if err != nil {
				return err
			}
			return showRegistry(io, d, gov.Lang(ask.lang))
		},
	}
}

func showRegistry(io stdio, d *registry.Definition, l gov.Lang) error {
	w := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
	line := func(name gov.Text, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", name.In(l), value)
		}
	}
	line(gov.T("السجل", "registry"), string(d.ID)+": "+d.Title.In(l))
	line(gov.T("تحفظه", "keeper"), string(d.Organisation))
	line(gov.T("بموجب", "under"), d.Legal.In(l))
	line(gov.T("المفتاح", "key"), d.Key)
	line(gov.T("صاحب السجل", "person"), d.Person)
	for _, s := range d.Search {
		line(gov.T("يُبحث بـ", "searched by"), strings.Join(s, " + "))
	}
	for _, s := range d.Writers.Services {
		line(gov.T("تكتب فيه خدمة", "written by service"), string(s))
	}
	line(gov.T("يُحفظ بعد انتهائه", "kept after its end"), fmt.Sprint(d.Retention.Days, " ", gov.T("يومًا", "days").In(l)))
	line(gov.T("أعمدة الملف", "columns of a file"), strings.Join(d.Columns(), ","))
	fmt.Fprintln(w)
	for _, f := range d.Fields {
		mark := ""
		if f.Authoritative {
			mark = gov.T("مرجع", "authoritative").In(l)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", f.Name, f.Kind, f.Attribute, mark, f.Label.In(l))
	}
	return w.Flush()
}

func newRegistryCheck() *command {
	var lang string
	return &command{
		name: "check", args: "[FOLDER]", short: "check a folder of registries",
		long:  "Prints every problem as file:line:column with a suggestion. Exit code 3 when there is one. Without FOLDER it\nchecks the registries that come with the product.",
		flags: func(fs *flag.FlagSet) { fs.StringVar(&lang, "lang", "en", "language of the problems: ar or en") },
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) > 1 {
				return needless(io, args[1:])
			}
			folder := strings.Join(args, "")
			b, err := declared(folder)
			var wrong registry.Problems
			if errors.As(err, &wrong) {
				for _, p := range wrong {
					p.File = filepath.Join(folder, p.File)
					fmt.Fprintln(io.out, p.In(gov.Lang(lang)))
				}
				return errProblems
			}
			if err != nil {
				return err
			}
			fmt.Fprintln(io.out, gov.T("%d سجلًا و%d صفة، بلا أخطاء", "%d registries, %d attributes, no problems").Sprintf(len(b.Definitions()), len(b.Vocabulary.Attributes())).In(gov.Lang(lang)))
			return nil
		},
	}
}
