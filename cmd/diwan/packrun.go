package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"diwan.example/app"
	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
)

func newPackTry() *command {
	var database string
	return &command{
		name: "try", args: "FOLDER…", short: "run a pack's own examples on the real engine, printing each step",
		long:  "Every example runs on a database that is thrown away. Exit code 3 when one does not keep its promise.",
		flags: func(fs *flag.FlagSet) { fs.StringVar(&database, "database", "", databaseHelp) },
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) == 0 {
				return errUsage
			}
			at, err := realmOf(ctx, io, database)
			if err != nil {
				return err
			}
			passed, failed := 0, 0
			for _, folder := range args {
				p, err := at.read(folder)
				if problems(io, folder, gov.English, err) {
					return errProblems
				}
				if err != nil {
					return err
				}
				good, bad, err := at.try(ctx, io, p)
				if err != nil {
					return err
				}
				passed, failed = passed+good, failed+bad
			}
			fmt.Fprintf(io.out, "%d passed, %d failed\n", passed, failed)
			if failed > 0 {
				return errProblems
			}
			return nil
		},
	}
}

// try runs a pack's examples on a platform that is thrown away.
func (r realm) try(ctx context.Context, io stdio, p *pack.Pack) (passed, failed int, err error) {
	t, err := app.NewTrial(ctx, app.Default().Country, r.organisations)
	if err != nil {
		return 0, 0, err
	}
	defer t.Close()
	if err := t.Enact(ctx, p); err != nil {
		return 0, 0, err
	}
	for _, x := range p.Examples {
		fmt.Fprintf(io.out, "  %s — %s\n", p.ID, x.Name)
		if err := t.Try(ctx, p, x, func(s string) { fmt.Fprintln(io.out, "    "+s) }); err != nil {
			failed++
			fmt.Fprintf(io.out, "    NOT AS PROMISED: %v\n", err)
			continue
		}
		passed++
		fmt.Fprintln(io.out, "    as promised")
	}
	return passed, failed, nil
}

func newPackReplay() *command {
	var c *app.Config
	var since string
	var most int
	return &command{
		name: "replay", args: "FOLDER", short: "run a draft's rules and fees over past cases and show whose outcome would differ",
		long: "Reads the closed cases of the service from the configured database and changes nothing.\nExit code 3 when a case would run otherwise.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&since, "cases", "", "only cases submitted from this day on, such as 2026-01-01; empty: all")
			fs.IntVar(&most, "most", 1000, "how many cases to run, the latest first")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			p, err := realm{}.read(args[0])
			if problems(io, args[0], gov.English, err) {
				return errProblems
			}
			if err != nil {
				return err
			}
			f := casework.Filter{Limit: most}
			if since != "" {
				if f.Since, err = time.Parse(time.DateOnly, strings.TrimSpace(since)); err != nil {
					return errUsage
				}
			}
			return replay(ctx, io, c, p, f)
		},
	}
}

func replay(ctx context.Context, io stdio, c *app.Config, p *pack.Pack, f casework.Filter) error {
	if c.Origin == "" {
		c.Origin = "http://127.0.0.1"
	}
	if err := there(c.Database); err != nil {
		return err
	}
	a, err := app.New(ctx, c, slog.New(slog.NewTextHandler(io.err, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return err
	}
	defer a.Close()
	var ds []casework.Difference
	ran := 0
	err = a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) (err error) { ds, ran, err = a.Cases.Replay(tx, p, f); return err })
	if err != nil {
		return err
	}
	cur := a.Country.Currency
	for _, d := range ds {
		fmt.Fprintf(io.out, "%s: %s, fee %s → %s, fee %s", d.Ref, outcome(d.Before), cur.Decimal(d.Before.Fee), outcome(d.After), cur.Decimal(d.After.Fee))
		if len(d.After.Wrong) > 0 {
			fmt.Fprintf(io.out, "; answers no longer accepted: %s", strings.Join(d.After.Wrong, ", "))
		}
		fmt.Fprintln(io.out)
	}
	fmt.Fprintf(io.out, "%d cases run, %d would differ\n", ran, len(ds))
	if len(ds) > 0 {
		return errProblems
	}
	return nil
}

// there refuses a database file that does not exist: nothing is made in its place.
func there(database string) error {
	if strings.HasPrefix(database, "postgres") {
		return nil
	}
	if _, err := os.Stat(database); err != nil {
		return fmt.Errorf("there is no database %s", filepath.Clean(database))
	}
	return nil
}

func outcome(c casework.Course) string {
	if c.Outcome == "" {
		return "undecided"
	}
	return c.Outcome
}
