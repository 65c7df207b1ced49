package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"strconv"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/plan"
)

func newPlans() *command {
	var c *app.Config
	var year int
	var format string
	return &command{
		name: "plans", short: "the yearly plans of all organisations, and what came of their promises",
		long: "Prints one line for each organisation: the state of its plan, services promised by quarter, how many are\n" +
			"proven by completed cases, declared or overdue, and the budget in whole currency.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.IntVar(&year, "year", 0, "year of the cycle, such as 2026; 0: the running one")
			fs.StringVar(&format, "format", "text", "text, json or csv")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if err := listing(io, args, format); err != nil {
				return err
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			var b plan.Board
			err = a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
				all, err := a.Plans.Cycles(tx)
				if err == nil {
					b, err = a.Plans.Board(tx, cmp.Or(year, plan.Current(all)))
				}
				return err
			})
			if err != nil {
				return err
			}
			return printPlans(io, format, planLines(b, a.Country.Currency))
		},
	}
}

// planLine is one organisation's plan as it is printed.
type planLine struct {
	Organisation string   `json:"organisation"`
	Name         gov.Text `json:"name"`
	Year         int      `json:"year"`
	State        string   `json:"state"` // empty: not begun
	Late         bool     `json:"late"`
	Promised     [4]int   `json:"promised"` // by quarter
	Proven       int      `json:"proven"`
	Declared     int      `json:"declared"`
	Overdue      int      `json:"overdue"`
	Budget       string   `json:"budget"` // decimal, in the country's currency
	Linkages     int      `json:"linkages"`
}

func planLines(b plan.Board, c gov.Currency) []planLine {
	out := []planLine{}
	for _, e := range b.Entities {
		out = append(out, planLine{Organisation: string(e.Organisation.ID), Name: e.Organisation.Name, Year: b.Cycle.Year, State: string(e.Plan.State), Late: e.Overdue || e.Plan.Late,
			Promised: e.Promised, Proven: e.Done(), Declared: e.Tells(plan.Declared), Overdue: e.Tells(plan.Overdue), Budget: c.Decimal(e.Budget), Linkages: e.Linkages})
	}
	return out
}

func printPlans(io stdio, format string, list []planLine) error {
	switch format {
	case "json":
		return printJSON(io, list)
	case "csv":
		w := csv.NewWriter(io.out)
		w.Write([]string{"organisation", "year", "state", "late", "q1", "q2", "q3", "q4", "proven", "declared", "overdue", "budget", "linkages"})
		for _, l := range list {
			line := []string{l.Organisation, strconv.Itoa(l.Year), l.State, strconv.FormatBool(l.Late)}
			for _, n := range []int{l.Promised[0], l.Promised[1], l.Promised[2], l.Promised[3], l.Proven, l.Declared, l.Overdue} {
				line = append(line, strconv.Itoa(n))
			}
			w.Write(append(line, l.Budget, strconv.Itoa(l.Linkages)))
		}
		w.Flush()
		return w.Error()
	}
	fmt.Fprintf(io.out, "%-12s %-10s %-5s %14s %7s %9s %8s %14s %9s\n", "organisation", "state", "late", "promised", "proven", "declared", "overdue", "budget", "linkages")
	for _, l := range list {
		late := ""
		if l.Late {
			late = "late"
		}
		p := l.Promised
		fmt.Fprintf(io.out, "%-12s %-10s %-5s %14s %7d %9d %8d %14s %9d\n", l.Organisation, cmp.Or(l.State, "-"), late, fmt.Sprintf("%d+%d+%d+%d", p[0], p[1], p[2], p[3]), l.Proven, l.Declared, l.Overdue, l.Budget, l.Linkages)
	}
	return nil
}

func newPlanGraph() *command {
	return &command{
		name: "graph", short: "draw the life of a plan as a Mermaid state diagram",
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			_, err := fmt.Fprint(io.out, plan.Moves.Mermaid())
			return err
		},
	}
}
