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
)

// sampled is how many residents the sample country has.
const sampled = 320

// patience is how long an answer may wait here until figures and messages have
// followed: who tries it should never see the state of before, on any machine.
const patience = 20 * time.Second

func newTry() *command {
	var folder, listen, more string
	var fresh, noPast bool
	return &command{
		name: "try", short: "try a seeded sample country, with no configuration",
		long: "Starts the whole platform on this machine with an invented population and past cases.\n" +
			"Everything is kept in one folder. Sample accounts are entered by one click.",
		flags: func(fs *flag.FlagSet) {
			fs.StringVar(&folder, "data", "diwan-data", "folder to keep everything in")
			fs.StringVar(&listen, "listen", "127.0.0.1:8080", "address and port to listen on; port 0 takes any free one")
			fs.StringVar(&more, "packs", "", "folder of further service packs to publish; empty: none")
			fs.BoolVar(&fresh, "fresh", false, "start anew: delete what the folder holds of an earlier try")
			fs.BoolVar(&noPast, "no-past", false, "seed no past cases")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			release, err := hold(folder)
			if err != nil {
				return err
			}
			defer release()
			if fresh {
				if err := forget(folder); err != nil {
					return err
				}
			}
			c, err := tried(folder, listen)
			if err != nil {
				return err
			}
			if err := c.Set("packs", more, "diwan try"); err != nil {
				return err
			}
			log := slog.New(slog.NewTextHandler(io.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
			return serve(ctx, c, log, func(a *app.App, origin string) error {
				a.Patience = patience
				if err := a.SeedPeople(ctx, sampled); err != nil {
					return err
				}
				if err := a.SeedAgreements(ctx); err != nil {
					return err
				}
				if !noPast {
					if err := a.SeedPast(ctx); err != nil {
						return err
					}
				}
				if err := a.SeedPapers(ctx); err != nil {
					return err
				}
				if !noPast {
					if err := a.SeedDocuments(ctx); err != nil {
						return err
					}
				}
				if err := a.SeedCommittees(ctx, !noPast); err != nil {
					return err
				}
				if !noPast {
					if err := a.SeedPlans(ctx); err != nil {
						return err
					}
				}
				if err := a.SeedExchange(ctx); err != nil {
					return err
				}
				if err := a.EndPast(ctx); err != nil {
					return err
				}
				return welcome(ctx, io, a, origin)
			})
		},
	}
}

// tried is the configuration under which a country is tried.
func tried(folder, listen string) (*app.Config, error) {
	c := app.Default()
	for name, value := range map[string]string{
		"listen": listen, "database": filepath.Join(folder, "diwan.db"), "blobs": filepath.Join(folder, "files"), "sandbox-bank": "true", "one-click": "true",
		"exchange-server": "BH/GOV/iga/gw", "exchange-dir": filepath.Join(folder, "exchange"), "exchange-peers": "127.0.0.1:0", "exchange-systems": "127.0.0.1:0", "exchange-plain": plainOf(listen),
	} {
		if err := c.Set(name, value, "diwan try"); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// plainOf is where information systems of this machine reach the gateway that is
// tried: a port that can be written down, unless any port will do.
func plainOf(listen string) string {
	if strings.HasSuffix(listen, ":0") {
		return "127.0.0.1:0"
	}
	return "127.0.0.1:8090"
}

// forget deletes an earlier try: only the files that a try makes, and only where
// a database shows that there was one.
func forget(folder string) error {
	if _, err := os.Stat(filepath.Join(folder, "diwan.db")); err != nil {
		return nil
	}
	for _, name := range []string{"diwan.db", "diwan.db-wal", "diwan.db-shm", "secret", "files", "exchange", "exchange-moe", "exchange-mojiawaqf"} {
		if err := os.RemoveAll(filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

func welcome(ctx context.Context, io stdio, a *app.App, origin string) error {
	accounts, err := a.Accounts(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.out, "\n  ديوان · Diwan\n\n  %s\n\n", origin)
	fmt.Fprintf(io.out, "  Sample accounts, entered by one click at %s/sign-in :\n\n", origin)
	for _, x := range accounts {
		fmt.Fprintf(io.out, "    %-22s %-26s %s\n", x.Account.ID, x.Label["en"], x.Email)
	}
	fmt.Fprintf(io.out, "\n  Three members are connected. One asks the other through both gateways, signed and logged:\n\n    %s\n", a.SampleCall())
	fmt.Fprintf(io.out, "\n  %s\n  %s\n\n  Data: %s · Ctrl+C stops.\n\n", a.Country.Notice["en"], a.Country.Notice["ar"], filepath.Dir(a.Config.Database))
	return nil
}
