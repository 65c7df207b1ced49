package main

import (
	"context"
	"flag"
	"time"

	"diwan.example/app"
	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// standing is what the subcommands share that say how things stand: of which
// organisation, as of which day, in which format.
type standing struct {
	config          *app.Config
	org, at, format string
}

func (q *standing) flags(fs *flag.FlagSet) {
	q.config = configured(fs)
	fs.StringVar(&q.org, "organisation", "", "id of an organisation; empty: all")
	fs.StringVar(&q.at, "at", "", "as it was at the end of a past day, such as 2026-03-01; empty: now")
	fs.StringVar(&q.format, "format", "text", "text, json or csv")
}

// read opens the platform and reads in it as the machine; when is zero for now.
// Without an error the caller closes the platform.
func (q *standing) read(ctx context.Context, io stdio, args []string, do func(tx *db.Tx, when time.Time) error) (*app.App, error) {
	if err := listing(io, args, q.format); err != nil {
		return nil, err
	}
	a, err := opened(ctx, io, q.config)
	if err != nil {
		return nil, err
	}
	var when time.Time
	if q.at != "" {
		when, err = asOf(q.at, a.Country.Calendar.Zone)
	}
	if err == nil {
		err = a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
			if err := knownOrganisation(tx, q.org); err != nil {
				return err
			}
			return do(tx, when)
		})
	}
	if err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

// listing refuses arguments, and formats in which no list is printed.
func listing(io stdio, args []string, format string) error {
	if len(args) > 0 {
		return needless(io, args)
	}
	if format != "text" && format != "json" && format != "csv" {
		return errUsage
	}
	return nil
}

// knownOrganisation refuses an organisation that nobody knows; empty means all.
func knownOrganisation(tx *db.Tx, id string) error {
	if id == "" {
		return nil
	}
	_, err := catalogue.FindOrganisation(tx, gov.OrgID(id))
	return err
}
