package main

import (
	"flag"
	"fmt"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

func newServices() *command {
	return &command{
		name: "service", short: "services that subsystems offer, and the addresses they are at",
		sub: []*command{
			newServiceAdd(),
			one("list", "list the services", "", 0, nil, listServices),
			newServiceStop(),
			moveService("resume", "switch a service on again", directory.Resume, nil),
			moveService("end", "end a service", directory.End, nil),
		},
	}
}

func newServiceAdd() *command {
	var at, about, methods, trust string
	var timeout time.Duration
	return one("add", "register a service, or change its address", "SERVICE", 1, func(fs *flag.FlagSet) {
		fs.StringVar(&at, "url", "", "the only address to which calls go, such as https://api.example/v1")
		fs.StringVar(&about, "description", "", "address of its OpenAPI document; empty: there is none")
		fs.StringVar(&methods, "methods", "", "methods that it takes, such as GET,POST; empty: all")
		fs.StringVar(&trust, "trust", "", "file with its TLS certificate or who issued it; empty: the gateway's machine decides")
		fs.DurationVar(&timeout, "timeout", 30*time.Second, "until its answer begins")
	}, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
		id, err := xroad.ParseService(args[0])
		if err != nil {
			return err
		}
		s := directory.Service{ID: id, URL: at, Description: about, Methods: split(methods), Timeout: directory.Milliseconds(timeout.Milliseconds())}
		if trust != "" {
			if s.Trust, err = certificatesIn(trust); err != nil {
				return err
			}
		}
		if err := c.PutService(tx, s); err != nil {
			return err
		}
		return done(io, id, "registered")
	})
}

func newServiceStop() *command {
	var n notice
	return moveService("stop", "switch a service off for a while", directory.Suspend, &n)
}

func moveService(name, short, event string, n *notice) *command {
	var flags func(*flag.FlagSet)
	if n != nil {
		flags = n.flags
	}
	return one(name, short, "SERVICE", 1, flags, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
		id, err := xroad.ParseService(args[0])
		if err != nil {
			return err
		}
		var text gov.Text
		if n != nil && n.ar+n.en != "" {
			text = n.text()
		}
		if err := c.MoveService(tx, id, event, text); err != nil {
			return err
		}
		return done(io, id, "now "+past(event))
	})
}

func listServices(tx *db.Tx, c *directory.Centre, io stdio, _ []string) error {
	r, err := c.Read(tx)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, s := range r.Services {
		rows = append(rows, []string{s.ID.String(), string(s.State), s.URL, fmt.Sprint(s.Timeout.Duration())})
	}
	return table(io, "SERVICE\tSTATE\tADDRESS\tTIME LIMIT", rows)
}

func newAccess() *command {
	return &command{
		name: "access", short: "rights that the operator sets; those of agreements come by themselves",
		sub: []*command{
			newAccessAdd(),
			one("list", "list the rights that the operator set", "", 0, nil, listAccess),
			one("end", "end a right", "CLIENT SERVICE", 2, nil, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
				client, service, err := pair(args)
				if err == nil {
					err = c.EndGrant(tx, client, service)
				}
				if err != nil {
					return err
				}
				return done(io, client, "may not call "+service.String()+" any more")
			}),
		},
	}
}

func pair(args []string) (xroad.ClientID, xroad.ServiceID, error) {
	client, err := xroad.ParseClient(args[0])
	if err != nil {
		return client, xroad.ServiceID{}, err
	}
	service, err := xroad.ParseService(args[1])
	return client, service, err
}

func newAccessAdd() *command {
	var methods, paths string
	var days int
	var digests bool
	return one("add", "let a client call a service", "CLIENT SERVICE", 2, func(fs *flag.FlagSet) {
		fs.StringVar(&methods, "methods", "", "methods, such as GET,POST; empty: all")
		fs.StringVar(&paths, "paths", "", "paths, such as /pupils/*,/schools/**: * is one part, ** the rest; empty: all")
		fs.IntVar(&days, "days", 0, "how long; 0: until it is ended")
		fs.BoolVar(&digests, "digests-only", false, "leave the messages' bodies out of the logs of both gateways and keep their digests only")
	}, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
		client, service, err := pair(args)
		if err != nil {
			return err
		}
		g := directory.Grant{Client: client, Service: service, Methods: split(methods), Paths: split(paths), LogBodies: !digests}
		if days > 0 {
			g.Until = tx.Now().AddDate(0, 0, days)
		}
		if err := c.PutGrant(tx, g); err != nil {
			return err
		}
		return done(io, client, "may call "+service.String())
	})
}

func listAccess(tx *db.Tx, c *directory.Centre, io stdio, _ []string) error {
	r, err := c.Read(tx)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, g := range r.Grants {
		until := "ended by hand"
		if !g.Until.IsZero() {
			until = g.Until.Format("2006-01-02")
		}
		rows = append(rows, []string{g.Client.String(), g.Service.String(), string(g.State), fmt.Sprint(g.Methods), fmt.Sprint(g.Paths), until})
	}
	return table(io, "CLIENT\tSERVICE\tSTATE\tMETHODS\tPATHS\tUNTIL", rows)
}
