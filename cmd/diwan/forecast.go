package main

import (
	"context"
	"flag"
	"fmt"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/priority"
)

func newForecast() *command {
	r := &ranked{}
	var target int
	return &command{
		name: "forecast", short: "say when all services will be online, if the future is like the past",
		long: "Draws 10,000 futures from the services that came online in each past quarter: those proven here and those\n" +
			"declared by their entities apart. Half of the futures are over by P50, nine in ten by P90. Where the past is\n" +
			"too short it says so and gives no date. With a capacity it also says when the ranked list would be through.",
		flags: func(fs *flag.FlagSet) {
			r.flags(fs)
			fs.IntVar(&target, "target", 0, "how many services shall be online; 0: all of the catalogue")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			if target < 0 || r.wrong() {
				return errUsage
			}
			return r.read(ctx, io, func(tx *db.Tx, t *priority.Table, w priority.Weights) error {
				past, err := priority.Histories(tx, "", nil)
				if err != nil {
					return err
				}
				var list []priority.Forecast
				for _, h := range past {
					list = append(list, h.Forecast(target))
				}
				return printForecasts(io, r.format, list, t, r.schedule(tx, t, t.Rank(w, 0, 1)))
			})
		},
	}
}

func printForecasts(io stdio, format string, list []priority.Forecast, t *priority.Table, s *priority.Schedule) error {
	switch format {
	case "json":
		return printJSON(io, forecastJSON(list, t, s))
	case "csv":
		return priority.WriteForecasts(io.out, list)
	case "text":
		return printForecastText(io, list, t, s)
	}
	return errUsage
}

func forecastJSON(list []priority.Forecast, t *priority.Table, s *priority.Schedule) map[string]any {
	all := []map[string]any{}
	for _, f := range list {
		x := map[string]any{"basis": f.Basis, "services": f.Total, "online": f.Online, "undated": f.Undated, "first": f.First.String(), "came": f.Came, "underway": f.Underway}
		switch {
		case f.Why != nil:
			x["why_not"] = f.Why[gov.English]
		case f.Done:
			x["done"] = true
		default:
			x["p50"], x["p90"], x["beyond"] = whenOf(f.P50), whenOf(f.P90), f.Beyond
		}
		all = append(all, x)
	}
	out := map[string]any{"forecasts": all}
	if s != nil {
		out["capacity"] = throughBy(t, s)
	}
	return out
}

// whenOf is a quarter's last day; nil when it is out of sight.
func whenOf(q priority.Quarter) any {
	if q == 0 {
		return nil
	}
	return q.Last()
}

// throughBy is when a schedule ends and what it leaves.
func throughBy(t *priority.Table, s *priority.Schedule) map[string]any {
	out := map[string]any{"planned": len(s.Planned), "never": len(s.Never)}
	if all := s.Quarters(t); len(all) > 0 {
		out["through_by"] = all[len(all)-1].Quarter.Last()
	}
	return out
}

func printForecastText(io stdio, list []priority.Forecast, t *priority.Table, s *priority.Schedule) error {
	for _, f := range list {
		fmt.Fprintf(io.out, "%s: %d of %d services online, %d without a day\n", f.Basis, f.Online, f.Total, f.Undated)
		for _, p := range f.Past() {
			fmt.Fprintf(io.out, "  %s  %4d came  %5d online\n", p.Quarter, p.Came, p.Online)
		}
		switch {
		case f.Why != nil:
			fmt.Fprintf(io.out, "  no forecast: %s\n", f.Why[gov.English])
		case f.Done:
			fmt.Fprintln(io.out, "  nothing is left")
		default:
			fmt.Fprintf(io.out, "  half of the futures are over by %s, nine in ten by %s\n", whenText(f.P50), whenText(f.P90))
		}
	}
	if s != nil {
		x := throughBy(t, s)
		fmt.Fprintf(io.out, "with this capacity: %v services planned, through by %v, %v without capacity\n", x["planned"], x["through_by"], x["never"])
	}
	return nil
}

func whenText(q priority.Quarter) string {
	if q == 0 {
		return "no quarter within thirty years"
	}
	return q.Last()
}
