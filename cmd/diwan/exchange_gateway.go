package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"

	"diwan.example/app"
	"diwan.example/exchange/directory"
	"diwan.example/internal/db"
)

// alone is a gateway that runs at an entity, as its flags describe it.
type alone struct {
	only, centre, anchor, token string
}

func (g *alone) flags(fs *flag.FlagSet) {
	fs.StringVar(&g.centre, "centre", "", "address of the centre; empty: as the anchor says")
	fs.StringVar(&g.anchor, "anchor", "", "file of the centre's anchor, needed once")
	fs.StringVar(&g.token, "token", "", "one-time token to enrol with, needed once; also DIWAN_EXCHANGE_TOKEN")
}

// open opens the gateway's folder and enrols it when it is not yet.
func (g *alone) open(ctx context.Context, c *app.Config) (*app.Alone, error) {
	a, err := app.OpenAlone(c.ExchangeDir, g.anchor, g.centre)
	if err != nil {
		return nil, err
	}
	return a, a.Enrol(ctx, cmp.Or(g.token, os.Getenv("DIWAN_EXCHANGE_TOKEN")))
}

func (g *alone) serve(ctx context.Context, io stdio, c *app.Config) error {
	log := slog.New(slog.NewJSONHandler(io.err, nil))
	a, err := g.open(ctx, c)
	if err != nil {
		return err
	}
	p, err := a.Open(c, log)
	if err != nil {
		return err
	}
	defer p.Close()
	log.Info("gateway", "server", a.ID.String(), "centre", a.Client.Centre, "peers", p.Peers, "systems", p.Systems, "plain", p.Plain)
	return p.Run(ctx)
}

func newAnchor() *command {
	var c *app.Config
	var out string
	return &command{
		name: "anchor", short: "write the anchor that gateways are handed over",
		long: "The anchor says where the centre is and which keys sign its directory. Hand it over on a way that you\n" +
			"trust: whoever can change it on the way can forge a directory.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&out, "out", "", "file to write; empty: print it")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			if c.Origin == "" {
				c.Origin = "http://" + c.Listen
			}
			var b []byte
			err := atCentre(ctx, io, c, func(tx *db.Tx, centre *directory.Centre) error {
				if err := centre.Publish(tx); err != nil {
					return err
				}
				anchor, err := centre.Anchor(tx)
				if err == nil {
					b, err = json.MarshalIndent(anchor, "", "  ")
				}
				return err
			})
			if err != nil {
				return err
			}
			if out != "" {
				return os.WriteFile(out, append(b, '\n'), 0o644)
			}
			_, err = fmt.Fprintln(io.out, string(b))
			return err
		},
	}
}

func newEnrol() *command {
	var c *app.Config
	var g alone
	return &command{
		name: "enrol", short: "enrol a gateway at the centre with its one-time token",
		long:  "Makes keys in --exchange-dir and has them certified. diwan serve --only gateway does the same at its first start.",
		flags: func(fs *flag.FlagSet) { c = configured(fs); g.flags(fs) },
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			a, err := g.open(ctx, c)
			if err != nil {
				return err
			}
			return done(io, a.ID, "enrolled; certificates until "+a.Keys.Identity().TLS.Leaf.NotAfter.Format("2006-01-02"))
		},
	}
}

func newRenew() *command {
	var c *app.Config
	var g alone
	return &command{
		name: "renew", short: "renew a gateway's certificates now",
		long:  "A gateway renews them by itself when a third of their life is left. The new ones are used an hour later,\nwhen every gateway knows them.",
		flags: func(fs *flag.FlagSet) { c = configured(fs); g.flags(fs) },
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			a, err := app.OpenAlone(c.ExchangeDir, g.anchor, g.centre)
			if err == nil {
				err = a.Renew(ctx)
			}
			if err != nil {
				return err
			}
			return done(io, a.ID, "renewed")
		},
	}
}
