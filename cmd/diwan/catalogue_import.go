package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"diwan.example/app"
	"diwan.example/catalogue"
	"diwan.example/catalogue/cpsvap"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/rdf"
)

// cpsvImport is what the command is asked for.
type cpsvImport struct {
	lang, texts  string
	organisation string
	replace, dry bool
}

func newImportCPSV() *command {
	var c *app.Config
	var ask cpsvImport
	return &command{
		name: "cpsv-ap", short: "import a catalogue in CPSV-AP: Turtle, JSON-LD or RDF/XML", args: "FILE",
		long: "Reads a catalogue of public services in the words of CPSV-AP, also older versions, and enters what it\n" +
			"understands: all of it in one step, or nothing when the file is wrong. What it does not understand is\n" +
			"printed as file:line: subject property: reason. Entries that were written here stay, unless --replace is\n" +
			"set. It may be repeated. Nothing is fetched from the network.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&ask.lang, "lang", "en", "language of what is printed: ar or en")
			fs.StringVar(&ask.texts, "text-language", "en", "language of texts in the file that do not name theirs")
			fs.StringVar(&ask.organisation, "organisation", "", "id of the organisation for services that name none that is known; empty: they are left out")
			fs.BoolVar(&ask.replace, "replace", false, "also replace entries that were written here")
			fs.BoolVar(&ask.dry, "dry-run", false, "only read and report; change nothing")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 || ask.lang != "ar" && ask.lang != "en" {
				return errUsage
			}
			g, err := readRDF(args[0])
			var wrong *rdf.SyntaxError
			if errors.As(err, &wrong) {
				fmt.Fprintln(io.err, wrong.In(gov.Lang(ask.lang)))
				fmt.Fprintln(io.err, gov.T("لم يُستورد شيء", "Nothing was imported").In(gov.Lang(ask.lang)))
				return errProblems
			}
			if err != nil {
				return err
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			return ask.run(ctx, io, a, g, filepath.Base(args[0]))
		},
	}
}

func readRDF(name string) (*rdf.Graph, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return rdf.Read(filepath.Base(name), f, cpsvap.Contexts())
}

func (ask cpsvImport) run(ctx context.Context, io stdio, a *app.App, g *rdf.Graph, file string) error {
	ctx, lang := gov.WithActor(ctx, gov.System), gov.Lang(ask.lang)
	o := cpsvap.Options{Profile: cpsvap.ProfileOf(a.Country), File: file, Lang: gov.Lang(ask.texts), Organisation: gov.OrgID(ask.organisation)}
	if err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { o.Here, err = cpsvap.Gather(tx, catalogue.Filter{}); return err }); err != nil {
		return err
	}
	if o.Organisation != "" && !slices.ContainsFunc(o.Here.Organisations, func(x catalogue.Organisation) bool { return x.ID == o.Organisation }) {
		return gov.Fail(gov.Invalid, "لا توجد جهة بهذا الرمز", "There is no organisation of this id").At("organisation")
	}
	all, notes := cpsvap.Read(g, o)
	left := 0
	for _, n := range notes {
		fmt.Fprintln(io.err, n.In(lang))
		if n.Left {
			left++
		}
	}
	if len(all.Services) == 0 {
		fmt.Fprintln(io.err, gov.T("لا خدمات في الملف يمكن استيرادها، ولم يُستورد شيء", "The file has no services that can be imported; nothing was").In(lang))
		return errProblems
	}
	var r cpsvap.Result
	var err error
	if !ask.dry {
		bar := newBar(io, gov.T("استيراد", "importing").In(lang))
		err = a.DB.Write(ctx, func(tx *db.Tx) (err error) { r, err = cpsvap.Put(tx, all, ask.replace, bar.at); return err })
		if bar.done(); err != nil {
			return err
		}
		if err := a.Drain(ctx); err != nil {
			return err
		}
	}
	return ask.report(io, all, r, len(notes), left)
}

// report prints what became of everything.
func (ask cpsvImport) report(io stdio, all cpsvap.Catalogue, r cpsvap.Result, notes, left int) error {
	lang := gov.Lang(ask.lang)
	if ask.dry {
		fmt.Fprintln(io.out, gov.T("قراءة فقط: لم يتغير شيء", "Only read: nothing was changed").In(lang))
	}
	for _, x := range []struct {
		what gov.Text
		n    int
		t    cpsvap.Tally
	}{
		{gov.T("الجهات", "organisations"), len(all.Organisations), r.Organisations}, {gov.T("أحداث الحياة", "life events"), len(all.LifeEvents), r.LifeEvents},
		{gov.T("الخدمات", "services"), len(all.Services), r.Services},
	} {
		if ask.dry {
			fmt.Fprintf(io.out, "%s: %d\n", x.what.In(lang), x.n)
			continue
		}
		line := gov.T("%s: %d جديدة، %d تغيرت، %d كما هي، %d بقيت كما كُتبت هنا\n", "%s: %d new, %d changed, %d the same, %d kept as written here\n").In(lang)
		fmt.Fprintf(io.out, line, x.what.In(lang), x.t.New, x.t.Changed, x.t.Same, x.t.Kept)
	}
	_, err := fmt.Fprintf(io.out, gov.T("الملاحظات: %d، منها %d على ما تُرك\n", "notes: %d, of which %d on what was left out\n").In(lang), notes, left)
	return err
}
