package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"diwan.example/app"
	"diwan.example/catalogue"
	"diwan.example/catalogue/cpsvap"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

func newExport() *command {
	var c *app.Config
	var format, out, syntax string
	var public bool
	return &command{
		name: "export", short: "write the catalogue to a file for others",
		long: "Writes every published entry with its organisations, life events and code lists in the words of\n" +
			"CPSV-AP 3.2, as Turtle (.ttl) or JSON-LD (.jsonld). Equal data gives an equal file. An existing file is\n" +
			"replaced only once the new one is whole.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&format, "format", "cpsv-ap", "what is written: cpsv-ap")
			fs.StringVar(&out, "out", "", "file to write; - writes to standard output")
			fs.StringVar(&syntax, "syntax", "", "turtle or json-ld; empty: by the file's ending")
			fs.BoolVar(&public, "public", false, "leave out services inside the government, and those that ended")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			s, err := syntaxOf(syntax, out)
			if err != nil || format != "cpsv-ap" || out == "" {
				return errUsage
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			return export(ctx, io, a, out, s, catalogue.Filter{Public: public})
		},
	}
}

// syntaxOf is the syntax that is asked for, by name or by the ending of a file.
func syntaxOf(name, file string) (cpsvap.Syntax, error) {
	if name == "" {
		switch strings.ToLower(filepath.Ext(file)) {
		case ".jsonld", ".json":
			return cpsvap.JSONLD, nil
		case ".ttl", ".turtle", "":
			return cpsvap.Turtle, nil
		}
	}
	s := cpsvap.Syntax(name)
	if s != cpsvap.Turtle && s != cpsvap.JSONLD {
		return "", errUsage
	}
	return s, nil
}

func export(ctx context.Context, io stdio, a *app.App, out string, s cpsvap.Syntax, f catalogue.Filter) error {
	var all cpsvap.Catalogue
	err := a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) (err error) { all, err = cpsvap.Gather(tx, f); return err })
	if err != nil {
		return err
	}
	bar := newBar(io, "exporting")
	if err := outOrFile(io.out, out, func(w writer) error { return cpsvap.Write(w, s, cpsvap.ProfileOf(a.Country), all, bar.at) }); err != nil {
		return err
	}
	bar.done()
	_, err = fmt.Fprintf(io.err, "%d services, %d organisations, %d life events\n", len(all.Services), len(all.Organisations), len(all.LifeEvents))
	return err
}

type writer = io.Writer

// outOrFile writes a file beside its place and moves it there when it is complete;
// "-" is standard output.
func outOrFile(stdout writer, name string, write func(writer) error) (err error) {
	if name == "-" {
		b := bufio.NewWriter(stdout)
		if err := write(b); err != nil {
			return err
		}
		return b.Flush()
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".diwan-export-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err = write(f); err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if bad := f.Close(); err == nil {
		err = bad
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	return err
}
