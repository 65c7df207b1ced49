package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"diwan.example/app"
	"diwan.example/gov"
)

func newServe() *command {
	var c *app.Config
	var g alone
	return &command{
		name: "serve", short: "serve the platform, or a gateway of the exchange alone",
		long: "Serves pages, API and background work until it is asked to stop. Any number of equal\n" +
			"nodes may share one PostgreSQL. Settings come from flags and DIWAN_… variables; see diwan config.\n" +
			"With --only gateway nothing but a gateway of the exchange runs, in --exchange-dir, without a database.",
		whole: true,
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			g.flags(fs)
			fs.StringVar(&g.only, "only", "", "gateway: run a gateway of the exchange and nothing else; empty: the platform")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			if g.only == "gateway" {
				return g.serve(ctx, io, c)
			}
			if g.only != "" {
				return errUsage
			}
			if err := app.Default().FromEnvironment(os.Getenv); err != nil {
				return err
			}
			release, err := holdDatabase(c.Database)
			if err != nil {
				return err
			}
			defer release()
			return serve(ctx, c, slog.New(slog.NewJSONHandler(io.err, nil)), nil)
		},
	}
}

// holdDatabase keeps the folder of an SQLite file for this process alone; any
// number of nodes share a PostgreSQL.
func holdDatabase(name string) (release func() error, err error) {
	if strings.Contains(name, "://") {
		return func() error { return nil }, nil
	}
	return hold(filepath.Dir(name))
}

// serve opens the platform, calls ready with its address, and serves until ctx ends.
func serve(ctx context.Context, c *app.Config, log *slog.Logger, ready func(*app.App, string) error) error {
	l, err := net.Listen("tcp", c.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return gov.Fail(gov.Unavailable, "العنوان مشغول ببرنامج آخر: "+c.Listen, "Another program uses "+c.Listen+"; give another address with --listen, such as 127.0.0.1:0")
	}
	if err != nil {
		return err
	}
	defer l.Close()
	if c.Origin == "" {
		c.Origin = "http://" + l.Addr().String()
	}
	a, err := app.New(ctx, c, log)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Seed(ctx); err != nil {
		return err
	}
	if err := a.OpenExchange(ctx); err != nil {
		return err
	}
	if ready != nil {
		if err := ready(a, c.Origin); err != nil {
			return err
		}
	}
	log.Info("serving", "address", l.Addr().String())
	return a.Serve(ctx, l)
}

func newMigrate() *command {
	var c *app.Config
	return &command{
		name: "migrate", short: "bring the database's schema up to date",
		long:  "Runs the migrations that have not run yet. It may be repeated, and run by several nodes at once.",
		flags: func(fs *flag.FlagSet) { c = configured(fs) },
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			ran, err := app.Migrate(ctx, c)
			if err == nil {
				fmt.Fprintf(io.out, "%d migrations ran; the schema is up to date\n", ran)
			}
			return err
		},
	}
}
