package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"diwan.example/app"
	"diwan.example/catalogue/gc"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/indicator"
)

func newCatalogue() *command {
	return &command{
		name: "catalogue", short: "import, export and count the catalogue of services",
		sub: []*command{newImport(), newExport(), newIndicators(), newWorkbook()},
	}
}

func newImport() *command {
	return &command{name: "import", short: "bring services of another catalogue in", sub: []*command{newImportGC(), newImportCPSV()}}
}

// opened opens the configured platform to work on its data; nothing is served.
func opened(ctx context.Context, io stdio, c *app.Config) (*app.App, error) {
	c.Origin = cmp.Or(c.Origin, "http://127.0.0.1")
	return app.New(ctx, c, slog.New(slog.NewTextHandler(io.err, &slog.HandlerOptions{Level: slog.LevelWarn})))
}

func newImportGC() *command {
	var c *app.Config
	var services, standards, year, lang string
	return &command{
		name: "gc", short: "import the Government of Canada's service inventory",
		long: "Reads the two CSV files of the GC Service Inventory: services and service standards. Departments become\n" +
			"organisations, services become entries in English and French, and each year's row a statement.\n" +
			"Either everything is imported or nothing; what is wrong is printed as file:line: column. It may be repeated.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&services, "services", "", "CSV file of services, such as si_2024.csv")
			fs.StringVar(&standards, "standards", "", "CSV file of service standards, such as ss_2024.csv")
			fs.StringVar(&year, "fiscal-year", "", "only this year, such as 2023-2024; empty: all years in the files")
			fs.StringVar(&lang, "lang", "en", "language of what is printed about the files: ar or en")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			if services == "" || standards == "" {
				fmt.Fprintln(io.err, gov.T("يلزم الملفان: \u2066--services\u2069 و\u2066--standards\u2069", "Both files are needed: --services and --standards").In(gov.Lang(lang)))
				return errUsage
			}
			inv, err := readGC(services, standards, year)
			if refused(io, gov.Lang(lang), err) {
				return errProblems
			}
			if err != nil {
				return err
			}
			return importGC(ctx, io, c, inv, gov.Lang(lang))
		},
	}
}

func readGC(services, standards, year string) (*gc.Inventory, error) {
	a, err := os.Open(services)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	b, err := os.Open(standards)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	return gc.Read(gc.Files{Services: a, Standards: b, ServicesName: filepath.Base(services), StandardsName: filepath.Base(standards), FiscalYear: year})
}

// refused prints why files were refused; true when that was all.
func refused(io stdio, lang gov.Lang, err error) bool {
	var wrong gc.Wrong
	if !errors.As(err, &wrong) {
		return false
	}
	for _, n := range wrong {
		fmt.Fprintln(io.err, n.In(lang))
	}
	fmt.Fprintln(io.err, gov.PublicOf(err).In(lang))
	return true
}

func importGC(ctx context.Context, io stdio, c *app.Config, inv *gc.Inventory, lang gov.Lang) error {
	a, err := opened(ctx, io, c)
	if err != nil {
		return err
	}
	defer a.Close()
	bar := newBar(io, gov.T("استيراد", "importing").In(lang))
	if err := a.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error { return gc.Put(tx, inv, bar.at) }); err != nil {
		return err
	}
	bar.done()
	if err := a.Drain(ctx); err != nil {
		return err
	}
	for _, n := range inv.Notes {
		fmt.Fprintln(io.err, n.In(lang))
	}
	public := 0
	for _, e := range inv.Entries {
		if !e.Internal {
			public++
		}
	}
	_, err = fmt.Fprintf(io.out, "%d departments, %d services (%d counted), %d statements, %d notes\n", len(inv.Organisations), len(inv.Entries), public, len(inv.Statements), len(inv.Notes))
	return err
}

func newIndicators() *command {
	var c *app.Config
	var scheme, year, at, format string
	return &command{
		name: "indicators", short: "count the catalogue by a scheme of indicators, by organisation",
		long: "Prints what every organisation's services add up to. With --format json: an array with one object\n" +
			"per organisation, sorted by its code. Schemes without a year count records as they stand: of every item, how many\n" +
			"services answer yes (proven here and declared apart), how many no, and of how many the records do not tell.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&scheme, "scheme", "gc", "scheme of indicators; see diwan catalogue indicators --scheme list")
			fs.StringVar(&year, "fiscal-year", "", "year, such as 2023-2024; empty: the one with the most statements")
			fs.StringVar(&at, "at", "", "as it was known at the end of a past day, such as 2026-03-01; empty: now")
			fs.StringVar(&format, "format", "text", "text, json or csv")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			if scheme == "list" {
				return listSchemes(io)
			}
			s, err := indicator.ByID(scheme)
			if err != nil {
				return err
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			ask := indicator.Ask{Year: year, Packs: a.Packs}
			if at != "" {
				if ask.At, err = asOf(at, a.Country.Calendar.Zone); err != nil {
					return err
				}
			}
			var r indicator.Result
			if err := a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) (err error) { r, err = s.Compute(tx, ask); return err }); err != nil {
				return err
			}
			return printIndicators(io, format, s, r)
		},
	}
}

func listSchemes(io stdio) error {
	all, err := indicator.Schemes()
	for _, s := range all {
		fmt.Fprintf(io.out, "%-10s %s\n", s.ID, s.Name[gov.English])
	}
	return err
}
