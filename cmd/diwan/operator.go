package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"log/slog"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

func newOperator() *command {
	var c *app.Config
	var p identity.Person
	var org string
	return &command{
		name: "operator", short: "enter the first operator of an installation",
		long: "Registers a person, or finds them by their civil number, and makes them an operator.\n" +
			"They sign in by a code sent to their address and enter everybody else at /admin.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&p.CivilNumber, "civil-number", "", "civil number")
			fs.StringVar(&p.NameAr, "name-ar", "", "name in Arabic")
			fs.StringVar(&p.NameEn, "name-en", "", "name in English")
			fs.StringVar(&p.Birth, "birth", "", "day of birth, such as 1985-01-09")
			fs.StringVar(&p.Sex, "sex", "", "f or m")
			fs.StringVar(&p.Nationality, "nationality", "BH", "country code of two letters")
			fs.StringVar(&p.Email, "email", "", "e-mail address to which codes are sent")
			fs.StringVar(&p.Phone, "phone", "", "telephone number to which codes are sent, such as +97330000000")
			fs.StringVar(&org, "organisation", "", "id of the organisation they work for; empty: the leading one")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 || p.CivilNumber == "" || p.Email == "" && p.Phone == "" {
				return errUsage
			}
			c.Origin = cmp.Or(c.Origin, "http://127.0.0.1")
			a, err := app.New(ctx, c, slog.New(slog.NewTextHandler(io.err, &slog.HandlerOptions{Level: slog.LevelWarn})))
			if err != nil {
				return err
			}
			defer a.Close()
			at := cmp.Or(gov.OrgID(org), a.Country.Authority)
			if !a.Knows(at) {
				return fmt.Errorf("there is no organisation %q", at)
			}
			if err := enterOperator(ctx, a, p, at); err != nil {
				return err
			}
			_, err = fmt.Fprintf(io.out, "%s is an operator now\n", p.CivilNumber)
			return err
		},
	}
}

func enterOperator(ctx context.Context, a *app.App, p identity.Person, org gov.OrgID) error {
	return a.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		known, err := identity.ByCivilNumber(tx, p.CivilNumber)
		if gov.KindOf(err) == gov.NotFound {
			known.ID, err = identity.Register(tx, p)
		}
		if err != nil {
			return err
		}
		return identity.Appoint(tx, known.ID, org, gov.Operator)
	})
}
