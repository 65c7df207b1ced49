package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/priority"
)

func newProgramme() *command {
	return &command{
		name: "programme", short: "how far services have come, and what comes next",
		sub: []*command{newRank(), newForecast(), newStages(), newPolicies(), newLife(), newMeetingPack(), newPlans(), newPlanGraph()},
	}
}

// ranked is what the subcommands about priority share.
type ranked struct {
	config          *app.Config
	weights, format string
	declared        bool
	capacity        priority.Capacity
}

func (r *ranked) flags(fs *flag.FlagSet) {
	r.config = configured(fs)
	fs.StringVar(&r.weights, "weights", "", "YAML file of weights, such as volume: 30; empty: the official ones")
	fs.BoolVar(&r.declared, "declared", false, "also services that are online by their entity's word only")
	fs.StringVar(&r.format, "format", "text", "text, json or csv")
	fs.IntVar(&r.capacity.Nation, "capacity", 0, "services that the nation can bring online in a quarter; 0: no limit")
	fs.IntVar(&r.capacity.Entity, "entity-capacity", 0, "services that each entity can bring online in a quarter; 0: no limit")
}

// schedule lays the list out from the present quarter on; nil without a capacity.
func (r *ranked) schedule(tx *db.Tx, t *priority.Table, list *priority.Ranking) *priority.Schedule {
	if r.capacity.Check() != nil {
		return nil
	}
	return list.Schedule(t, r.capacity, priority.QuarterOf(tx.Now(), nil))
}

// wrong reports whether a capacity was given that is none.
func (r *ranked) wrong() bool {
	return (r.capacity.Nation != 0 || r.capacity.Entity != 0) && r.capacity.Check() != nil
}

// read opens the data and gives the table and the weights to rank it by.
func (r *ranked) read(ctx context.Context, io stdio, then func(tx *db.Tx, t *priority.Table, w priority.Weights) error) error {
	var w priority.Weights
	if r.weights != "" {
		f, err := os.Open(r.weights)
		if err != nil {
			return err
		}
		defer f.Close()
		if w, err = priority.ReadWeights(f); err != nil {
			return wrongWeights(io, err)
		}
	}
	a, err := opened(ctx, io, r.config)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		if w == nil {
			x, err := priority.Weighed(tx)
			if err != nil {
				return err
			}
			w = x.Weights
		}
		t, err := priority.Read(tx, priority.Ask{Declared: r.declared, Currency: a.Country.Currency})
		if err != nil {
			return err
		}
		return then(tx, t, w)
	})
}

// wrongWeights prints what is wrong with a file of weights.
func wrongWeights(io stdio, err error) error {
	list, ok := gov.ProblemsOf(err, "weights")
	if !ok {
		return err
	}
	for _, p := range list {
		fmt.Fprintf(io.err, "%s: %s — %s\n", p.Field, p.Text[gov.English], p.Text[gov.Arabic])
	}
	return errProblems
}

func newRank() *command {
	r := &ranked{}
	var shift, top int
	return &command{
		name: "rank", short: "rank the services that are not online by the committee's criteria",
		long: "Prints every service that is not online yet, the most urgent first, with its score out of 100, the share of the\n" +
			"weight for which a value is known, and the ranks it takes when each weight moves. A value that nobody knows\n" +
			"counts as the middle of those known, and is said to be missing. With a capacity, each service gets its quarter;\n" +
			"none comes before those it needs.",
		flags: func(fs *flag.FlagSet) {
			r.flags(fs)
			fs.IntVar(&shift, "shift", priority.DefaultShift, "percent by which each weight is moved to see how far the order depends on it")
			fs.IntVar(&top, "top", 20, "how many first places are watched while weights move")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			if shift < 0 || shift > 100 || top < 1 || r.wrong() {
				return errUsage
			}
			return r.read(ctx, io, func(tx *db.Tx, t *priority.Table, w priority.Weights) error {
				list := t.Rank(w, shift, top)
				return printRanking(io, r.format, t, list, r.schedule(tx, t, list))
			})
		},
	}
}

func printRanking(io stdio, format string, t *priority.Table, r *priority.Ranking, s *priority.Schedule) error {
	switch format {
	case "json":
		return printJSON(io, rankingJSON(r, s))
	case "csv":
		if s != nil {
			return s.WriteCSV(io.out)
		}
		return t.WriteCSV(io.out, r.Rows)
	case "text":
		if s != nil {
			return printSchedule(io, t, s)
		}
		return printRows(io, t, r)
	}
	return errUsage
}

func printJSON(io stdio, v any) error {
	e := json.NewEncoder(io.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func rankingJSON(r *priority.Ranking, s *priority.Schedule) map[string]any {
	quarters := map[gov.ServiceID]string{}
	if s != nil {
		for _, p := range s.Planned {
			quarters[p.ID] = p.Quarter.String()
		}
	}
	rows := []map[string]any{}
	for _, x := range r.Rows {
		parts := []map[string]any{}
		for _, p := range x.Parts {
			part := map[string]any{"criterion": p.ID, "points": p.Points, "most": p.Most, "known": p.Known}
			if p.Known {
				part["value"], part["basis"] = p.Amount, p.Basis
			}
			parts = append(parts, part)
		}
		row := map[string]any{"rank": x.Rank, "service": x.ID, "organisation": x.Organisation, "score": x.Score, "score_low": x.Low, "score_high": x.High,
			"known": x.Coverage, "rank_best": x.Best, "rank_worst": x.Worst, "parts": parts}
		if q := quarters[x.ID]; q != "" {
			row["quarter"] = q
		}
		rows = append(rows, row)
	}
	return map[string]any{"weights": r.Weights, "shift": r.Shift, "top": r.Top, "kept": r.Kept, "rows": rows}
}

func printRows(io stdio, t *priority.Table, r *priority.Ranking) error {
	fmt.Fprintf(io.out, "%d services are not online. Weights:", len(r.Rows))
	for _, c := range t.Criteria {
		fmt.Fprintf(io.out, " %s %d", c.ID, r.Weights[c.ID])
	}
	fmt.Fprintf(io.out, "\nEach weight moved by %d %%: %.0f %% of the first %d stay among them.\n\n%5s %6s %6s %10s  %s\n", r.Shift, 100*r.Kept, r.Top, "rank", "score", "known", "ranks", "service")
	for _, x := range r.Rows {
		var why []string
		for _, p := range x.Reasons(3) {
			why = append(why, fmt.Sprintf("%s %.0f", p.ID, p.Points))
		}
		fmt.Fprintf(io.out, "%5d %6.1f %5.0f%% %10s  %s (%s)\n", x.Rank, x.Score, 100*x.Coverage, fmt.Sprintf("%d–%d", x.Best, x.Worst), x.ID, strings.Join(why, ", "))
	}
	return nil
}

func printSchedule(io stdio, t *priority.Table, s *priority.Schedule) error {
	for _, q := range s.Quarters(t) {
		fmt.Fprintf(io.out, "%s: %d services, %d online at its end\n", q.Quarter, len(q.Services), q.Online)
		for _, p := range q.Services {
			why := ""
			if p.For != "" {
				why = fmt.Sprintf(", needed by %s", p.For)
			}
			fmt.Fprintf(io.out, "  %s (rank %d%s)\n", p.ID, p.Rank, why)
		}
	}
	for _, n := range s.Absent {
		fmt.Fprintf(io.out, "%s needs %s, which the catalogue does not hold\n", n.ID, n.Requires)
	}
	for _, r := range s.Circles {
		fmt.Fprintf(io.out, "%s is in a circle of services that need each other\n", r.ID)
	}
	for _, r := range s.Never {
		fmt.Fprintf(io.out, "%s: no capacity\n", r.ID)
	}
	return nil
}
