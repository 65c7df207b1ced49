package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/lifecycle"
)

func newPackAccessible() *command {
	var c *app.Config
	var report string
	return &command{
		name: "accessible", args: "SERVICE", short: "record a browser check of a service's pages by axe-core",
		long: "Reads the JSON report of axe-core on the pages of the version in force. Without a violation it is kept as\n" +
			"evidence, which holds for that version only; with one, the evidence is taken back and every violation is\n" +
			"printed (exit code 3). SERVICE is the id of the service, such as identity-card/renewal.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&report, "report", "", "JSON file that axe-core wrote: one page, or an array of pages")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 || report == "" {
				return errUsage
			}
			f, err := os.Open(report)
			if err != nil {
				return err
			}
			defer f.Close()
			r, err := lifecycle.ReadReport(f)
			if err != nil {
				return err
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			return keepReport(ctx, io, a, gov.ServiceID(args[0]), r)
		},
	}
}

func keepReport(ctx context.Context, io stdio, a *app.App, service gov.ServiceID, r lifecycle.Report) error {
	var version string
	err := a.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) (err error) { version, _, err = lifecycle.KeepReport(tx, service, r); return err })
	if err != nil {
		return err
	}
	if err := a.Drain(ctx); err != nil {
		return err
	}
	for _, v := range r.Violations {
		fmt.Fprintf(io.out, "%s: %s: %s (%d places)\n", v.Page, v.Rule, v.Help, v.Nodes)
	}
	if len(r.Violations) > 0 {
		return errProblems
	}
	_, err = fmt.Fprintf(io.out, "%s version %s: axe-core %s, %d pages, %d rules passed, no violation\n", service, version, r.Engine, len(r.Pages), r.Rules)
	return err
}
