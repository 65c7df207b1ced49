package main

import (
	"cmp"
	"fmt"

	"diwan.example/gov"
	"diwan.example/programme/indicator"
)

func printIndicators(io stdio, format string, s *indicator.Scheme, r indicator.Result) error {
	switch format {
	case "json":
		list := []map[string]any{}
		for _, c := range r.By {
			list = append(list, countJSON(s, c))
		}
		return printJSON(io, list)
	case "csv":
		return s.WriteCSV(io.out, r)
	case "text":
		if s.Standing() {
			return printItems(io, s, r)
		}
		return printCounts(io, s, r)
	}
	return errUsage
}

// countJSON is an organisation's figures; of a scheme over records as they stand,
// its items by answer.
func countJSON(s *indicator.Scheme, c indicator.Count) map[string]any {
	o := map[string]any{"organisation": c.Organisation}
	if !s.Standing() {
		for id, n := range c.Figures {
			o[id] = n
		}
		return o
	}
	items := map[string]any{}
	for i := range s.Figures {
		f := &s.Figures[i]
		x := map[string]any{"proven": c.Proven[f.ID], "declared": c.Declared(f)}
		switch {
		case len(f.Needs) > 0:
			x = map[string]any{"needs": f.Needs[gov.English]}
		case !s.Evidence():
			x["no"], x["not_known"] = c.No(f), c.Unknown(f)
		}
		items[f.ID] = x
	}
	o["services"], o["items"] = c.Services, items
	return o
}

// printItems prints what all services together answer to each item.
func printItems(io stdio, s *indicator.Scheme, r indicator.Result) error {
	fmt.Fprintf(io.out, "%s\n%s\n\n", s.Name[gov.English], s.About[gov.English])
	if r.Total.Services == 0 {
		_, err := fmt.Fprintln(io.out, "no services: there is nothing to count")
		return err
	}
	fmt.Fprintf(io.out, "%d services of %d organisations\n\n%-28s %8s %9s %6s %10s\n", r.Total.Services, len(r.By), "item", "proven", "declared", "no", "not known")
	for i := range s.Figures {
		f := &s.Figures[i]
		switch {
		case len(f.Needs) > 0:
			fmt.Fprintf(io.out, "%-28s needs a statement: %s\n", f.ID, f.Needs[gov.English])
		case s.Evidence():
			fmt.Fprintf(io.out, "%-28s %8d %9d\n", f.ID, r.Total.Proven[f.ID], r.Total.Declared(f))
		default:
			fmt.Fprintf(io.out, "%-28s %8d %9d %6d %10d\n", f.ID, r.Total.Proven[f.ID], r.Total.Declared(f), r.Total.No(f), r.Total.Unknown(f))
		}
	}
	return nil
}

func printCounts(io stdio, s *indicator.Scheme, r indicator.Result) error {
	fmt.Fprintf(io.out, "%s, %s (%s)\n\n%-24s", s.Name[gov.English], r.Year, s.Basis, "organisation")
	for _, f := range s.Figures {
		fmt.Fprintf(io.out, " %*s", len(f.ID), f.ID)
	}
	for _, c := range append(r.By, r.Total) {
		fmt.Fprintf(io.out, "\n%-24s", cmp.Or(string(c.Organisation), "all"))
		for _, f := range s.Figures {
			fmt.Fprintf(io.out, " %*d", len(f.ID), c.Figures[f.ID])
		}
	}
	_, err := fmt.Fprintln(io.out)
	return err
}
