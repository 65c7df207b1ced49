package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"diwan.example/app"
	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/internal/db"
)

func newServers() *command {
	var address string
	return &command{
		name: "server", short: "gateways: their address, certificates and maintenance",
		sub: []*command{
			one("add", "register a gateway, or change its address", "SERVER", 1, func(fs *flag.FlagSet) {
				fs.StringVar(&address, "address", "", "host:port at which other gateways reach it")
			}, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
				id, err := xroad.ParseServer(args[0])
				if err == nil {
					err = c.PutServer(tx, id, address)
				}
				if err != nil {
					return err
				}
				return done(io, id, "registered")
			}),
			one("list", "list the gateways with the days their certificates have left", "", 0, nil, listServers),
			newToken(), newMaintenance(),
			serves("serve", "let a gateway serve a subsystem", (*directory.Centre).Serve),
			serves("unserve", "end that", (*directory.Centre).Unserve),
			moveServer("suspend", "keep a gateway out of the directory for a while", directory.Suspend),
			moveServer("resume", "let it in again", directory.Resume),
			moveServer("end", "end a gateway and revoke its certificates", directory.End),
			one("certificates", "list its certificates", "SERVER", 1, nil, listCertificates),
			one("revoke", "revoke a certificate by its serial number", "SERIAL", 1, nil, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
				if err := c.Revoke(tx, args[0]); err != nil {
					return err
				}
				_, err := fmt.Fprintln(io.out, args[0]+": revoked")
				return err
			}),
		},
	}
}

func newToken() *command {
	var c *app.Config
	return &command{
		name: "token", args: "SERVER", short: "make the one-time token with which a gateway enrols",
		long:  "The token is good for three days and for one pair of keys. It is printed once and kept as a digest.",
		flags: func(fs *flag.FlagSet) { c = configured(fs) },
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			id, err := xroad.ParseServer(args[0])
			if err != nil {
				return err
			}
			var token string
			err = atCentre(ctx, io, c, func(tx *db.Tx, centre *directory.Centre) (err error) {
				token, err = centre.Ticket(tx, id)
				return err
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(io.out, token)
			return err
		},
	}
}

func newMaintenance() *command {
	var n notice
	var off bool
	var hours float64
	return one("maintenance", "announce that a gateway takes no messages for a while", "SERVER", 1, func(fs *flag.FlagSet) {
		n.flags(fs)
		fs.Float64Var(&hours, "hours", 0, "how long from now; 0: until it is ended")
		fs.BoolVar(&off, "off", false, "end it")
	}, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
		id, err := xroad.ParseServer(args[0])
		if err != nil {
			return err
		}
		m := &directory.Maintenance{From: tx.Now(), Notice: n.text()}
		if hours > 0 {
			m.Until = tx.Now().Add(time.Duration(hours * float64(time.Hour)))
		}
		word := "in maintenance"
		if off {
			m, word = nil, "out of maintenance"
		}
		if err := c.Maintain(tx, id, m); err != nil {
			return err
		}
		return done(io, id, word)
	})
}

func serves(name, short string, f func(*directory.Centre, *db.Tx, xroad.ServerID, xroad.ClientID) error) *command {
	return one(name, short, "SERVER SUBSYSTEM", 2, nil, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
		id, err := xroad.ParseServer(args[0])
		if err != nil {
			return err
		}
		client, err := xroad.ParseClient(args[1])
		if err == nil {
			err = f(c, tx, id, client)
		}
		if err != nil {
			return err
		}
		return done(io, id, name+" "+client.String())
	})
}

func moveServer(name, short, event string) *command {
	return one(name, short, "SERVER", 1, nil, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
		id, err := xroad.ParseServer(args[0])
		if err == nil {
			err = c.MoveServer(tx, id, event)
		}
		if err != nil {
			return err
		}
		return done(io, id, "now "+past(event))
	})
}

func listServers(tx *db.Tx, c *directory.Centre, io stdio, _ []string) error {
	r, err := c.Read(tx)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, s := range r.Servers {
		left := "none"
		for _, x := range r.CertificatesOf(s.ID.String()) {
			if p := x.Parsed(); x.State == directory.Active && p != nil {
				left = fmt.Sprint(directory.Left(p, tx.Now()))
				break
			}
		}
		seen := "never"
		if !s.Seen.IsZero() {
			seen = s.Seen.Format("2006-01-02 15:04")
		}
		rows = append(rows, []string{s.ID.String(), string(s.State), s.Address, left, seen, fmt.Sprint(len(r.Serves(s.ID)))})
	}
	return table(io, "SERVER\tSTATE\tADDRESS\tDAYS LEFT\tSEEN\tSUBSYSTEMS", rows)
}

func listCertificates(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
	r, err := c.Read(tx)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, x := range r.CertificatesOf(args[0]) {
		rows = append(rows, []string{x.Serial, x.Use, string(x.State), x.Expires.Format("2006-01-02")})
	}
	return table(io, "SERIAL\tUSE\tSTATE\tEXPIRES", rows)
}
