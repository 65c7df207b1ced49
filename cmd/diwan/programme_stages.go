package main

import (
	"context"
	"fmt"
	"time"

	"diwan.example/app"
	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	"diwan.example/programme/lifecycle"
)

func newLife() *command {
	return &command{
		name: "life", short: "draw the life of a service as a Mermaid state diagram",
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			_, err := fmt.Fprint(io.out, lifecycle.Moves.Mermaid())
			return err
		},
	}
}

func newStages() *command {
	q := &standing{}
	return &command{
		name: "stages", short: "say how far every service has come, and on what that rests",
		long: "Prints how many services stand at each stage, proven and declared apart. With --format json or csv:\n" +
			"every service with its stage, what it rests on, since when, and its online levels.",
		flags: q.flags,
		run: func(ctx context.Context, io stdio, args []string) error {
			var list []lifecycle.Place
			names := map[gov.ServiceID]gov.Text{}
			a, err := q.read(ctx, io, args, func(tx *db.Tx, when time.Time) (err error) {
				if list, err = lifecycle.At(tx, when, gov.OrgID(q.org)); err != nil {
					return err
				}
				all, err := catalogue.Services(tx, catalogue.Filter{})
				for _, s := range all {
					names[s.ID] = s.Name
				}
				return err
			})
			if err != nil {
				return err
			}
			defer a.Close()
			return printStages(io, q.format, a, list, lifecycle.Words{
				Service: func(id gov.ServiceID) gov.Text { return names[id] }, Organisation: func(id gov.OrgID) gov.Text { return a.OrganisationName(id) },
			})
		},
	}
}

// stagePlace is one service of the JSON form.
type stagePlace struct {
	Service      gov.ServiceID   `json:"service"`
	Organisation gov.OrgID       `json:"organisation"`
	Stage        lifecycle.Stage `json:"stage"`
	Basis        lifecycle.Basis `json:"basis"`
	Since        string          `json:"since"`
	Proven       *int            `json:"level_proven"` // null: not known
	Declared     *int            `json:"level_declared"`
}

func printStages(io stdio, format string, a *app.App, list []lifecycle.Place, words lifecycle.Words) error {
	switch format {
	case "csv":
		return a.Cycle.WriteCSV(io.out, list, words)
	case "json":
		out := []stagePlace{}
		for _, p := range list {
			x := stagePlace{Service: p.Service, Organisation: p.Organisation, Stage: p.Stage, Basis: p.Basis, Since: programme.DayOf(p.At, a.Country.Calendar.Zone).String()}
			if p.Proven >= 0 {
				x.Proven = &p.Proven
			}
			if p.Declared >= 0 {
				x.Declared = &p.Declared
			}
			out = append(out, x)
		}
		return printJSON(io, out)
	}
	counts := lifecycle.Counts(list)
	fmt.Fprintf(io.out, "%-12s %9s %9s\n", "stage", "proven", "declared")
	for _, s := range lifecycle.Stages {
		fmt.Fprintf(io.out, "%-12s %9d %9d\n", s, counts[s][lifecycle.Proven], counts[s][lifecycle.Declared])
	}
	_, err := fmt.Fprintf(io.out, "%d services\n", len(list))
	return err
}
