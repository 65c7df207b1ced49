package main

import (
	"bufio"
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/registry"
)

func newRegistryImport() *command {
	var c *app.Config
	var lang, rejects string
	return &command{
		name: "import", args: "NAME FILE.csv", short: "import records from a CSV file of any length",
		long: "Reads a CSV file (UTF-8, commas; diwan registry show NAME prints its columns) row by row and enters new records\n" +
			"and changes. Stopped or crashed, it goes on where it was when it is run again with the same file; a file that was\n" +
			"imported whole changes nothing again. Rows that are wrong are left out and told, line by line and in both\n" +
			"languages, in FILE.csv.rejected.csv; exit code 3 then.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&lang, "lang", "en", "language of what is printed: ar or en")
			fs.StringVar(&rejects, "rejects", "", "file for the rows that are left out; empty: FILE.csv.rejected.csv")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 2 {
				return errUsage
			}
			f, err := os.Open(args[1])
			if err != nil {
				return err
			}
			defer f.Close()
			report, err := os.OpenFile(cmp.Or(rejects, args[1]+".rejected.csv"), os.O_CREATE|os.O_RDWR, 0o600)
			if err != nil {
				return err
			}
			defer leave(report)
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			bar := newBar(io, gov.T("استيراد", "importing").In(gov.Lang(lang)))
			b, err := a.Records.Import(gov.WithActor(ctx, gov.System), registry.Source{Registry: gov.RegistryID(args[0]), Name: filepath.Base(args[1]), File: f, Rejects: report,
				Progress: func(done, total int64) { bar.at(int(done>>10), int(total>>10)) }})
			bar.done()
			if err := said(io, err, gov.Lang(lang), filepath.Base(args[1]), ":1: "); err != nil {
				return err
			}
			return reportImport(io, b, report.Name(), gov.Lang(lang))
		},
	}
}

// leave closes a report, and removes it when nothing was told.
func leave(f *os.File) {
	st, err := f.Stat()
	f.Close()
	if err == nil && st.Size() == 0 {
		os.Remove(f.Name())
	}
}

func reportImport(io stdio, b registry.Batch, rejects string, l gov.Lang) error {
	fmt.Fprintln(io.out, gov.T("جديد: %d، تغير: %d، كما هو: %d، لم يُقبل: %d", "new: %d, changed: %d, as it was: %d, left out: %d").Sprintf(b.Entered, b.Changed, b.Same, b.Rejected).In(l))
	if b.Rejected == 0 {
		return nil
	}
	fmt.Fprintln(io.out, gov.T("ما لم يُقبل وأسبابه في %s", "What was left out, and why: %s").Sprintf(rejects).In(l))
	return errProblems
}

func newRegistryExport() *command {
	var c *app.Config
	return &command{
		name: "export", args: "NAME", short: "write all records of a registry as CSV to standard output",
		long:  "Writes the columns that import takes. That it was taken out is a fact in the journal.",
		flags: func(fs *flag.FlagSet) { c = configured(fs) },
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			all, err := a.Records.Counts(ctx)
			if err != nil {
				return err
			}
			bar := newBar(io, "export")
			w := bufio.NewWriterSize(io.out, 256<<10)
			_, err = a.Records.Export(gov.WithActor(ctx, gov.System), gov.RegistryID(args[0]), w, func(n int) { bar.at(n, all[gov.RegistryID(args[0])]) })
			bar.done()
			if err != nil {
				return err
			}
			return w.Flush()
		},
	}
}
