package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/search"
)

// searchBench is one measurement of the public search.
type searchBench struct {
	sizes  string
	rounds int
	missed bool
}

func newBenchSearch() *command {
	o := searchBench{}
	var asJSON bool
	return &command{
		name: "search", short: "search catalogues of several sizes, and score what is found",
		long: "Asks the questions that the sample country has about its services, in Arabic and in English, and\n" +
			"scores the answers. Then it multiplies the country's services to each size, with places and\n" +
			"numbers of their own, and measures the public search: every question, narrowed searches and\n" +
			"whole lists, twenty results with their facets at a time. In the same run it measures the raw\n" +
			"limit: reading through the names alone, once a question.",
		flags: func(fs *flag.FlagSet) {
			fs.StringVar(&o.sizes, "sizes", "1600,100000", "numbers of services, with commas")
			fs.IntVar(&o.rounds, "rounds", 3, "how often every question is asked")
			fs.BoolVar(&o.missed, "missed", false, "list the questions whose first result is another service")
			fs.BoolVar(&asJSON, "json", false, "print JSON")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 || o.rounds <= 0 {
				return errUsage
			}
			r, err := o.measure(ctx, io)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(io, r)
			}
			return r.print(io, o.missed)
		},
	}
}

// searchReport is what a benchmark of the search found.
type searchReport struct {
	Machine   string              `json:"machine"`
	Relevance catalogue.Relevance `json:"relevance"`
	Sizes     []searchSize        `json:"sizes"`
}

type searchSize struct {
	Services int               `json:"services"`
	Build    float64           `json:"build_ms"`  // reading the catalogue and building the index
	Raw      float64           `json:"raw_ms"`    // reading through all names, at the median
	All      spread            `json:"all"`       // every search
	Kinds    map[string]spread `json:"by_kind"`   //
	Ratio    float64           `json:"raw_ratio"` // raw limit to the median search
}

func (r *searchReport) print(io stdio, missed bool) error {
	w := io.out
	fmt.Fprintf(w, "machine             %s\n", r.Machine)
	x := r.Relevance
	fmt.Fprintf(w, "relevance           %d questions: %.1f %% answered first, %.1f %% among five, mean reciprocal rank %.3f\n", x.Asked, 100*x.First, 100*x.Among5, x.Rank)
	for _, s := range r.Sizes {
		fmt.Fprintf(w, "%-7d services    p50 %.2f ms   p95 %.2f ms   p99 %.2f ms   (%d searches, index built in %.0f ms)\n", s.Services, s.All.P50, s.All.P95, s.All.P99, s.All.N, s.Build)
		fmt.Fprintf(w, "  raw limit         p50 %.2f ms to read through the names: %.2f of a search\n", s.Raw, s.Ratio)
		printSteps(io, s.Kinds)
	}
	if missed {
		for _, m := range x.Missed {
			fmt.Fprintf(w, "%s → %v, meant %v\n", m.Ask, m.Found[:min(3, len(m.Found))], m.Want)
		}
	}
	return nil
}

func (o *searchBench) measure(ctx context.Context, io stdio) (*searchReport, error) {
	c, err := country.Bahrain()
	if err != nil {
		return nil, err
	}
	r := &searchReport{Machine: machine()}
	err = withCatalogue(ctx, io, c, func(b *catalogue.Book) (err error) {
		r.Relevance, err = b.Answers(ctx, c.Questions)
		return err
	})
	if err != nil {
		return nil, err
	}
	for size := range strings.SplitSeq(o.sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(size))
		if err != nil || n < len(c.Services) || n > 1_000_000 {
			return nil, fmt.Errorf("--sizes: %q is not between %d and 1000000", size, len(c.Services))
		}
		s, err := o.size(ctx, io, c, n)
		if err != nil {
			return nil, err
		}
		r.Sizes = append(r.Sizes, s)
	}
	return r, nil
}

// withCatalogue lends a book over a catalogue of its own.
func withCatalogue(ctx context.Context, io stdio, c *country.Country, do func(*catalogue.Book) error) (err error) {
	dir, err := os.MkdirTemp("", "diwan-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	d, err := db.Open(ctx, filepath.Join(dir, "diwan.db"), db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	if _, err := d.Migrate(ctx); err != nil {
		return err
	}
	b := catalogue.New(d)
	progress := newBar(io, "entering services")
	part, done := *c, 0
	for list := range slices.Chunk(c.Services, 2000) {
		part.Services = list
		if err := b.Seed(gov.WithActor(ctx, gov.System), &part); err != nil {
			return err
		}
		done += len(list)
		progress.at(done, len(c.Services))
	}
	progress.done()
	return do(b)
}

func (o *searchBench) size(ctx context.Context, io stdio, c *country.Country, n int) (searchSize, error) {
	s := searchSize{Services: n}
	err := withCatalogue(ctx, io, multiplied(c, n), func(b *catalogue.Book) error {
		begin := time.Now()
		found, err := b.Search(ctx, catalogue.Query{Limit: 1})
		if err != nil {
			return err
		}
		if found.Total != n {
			return fmt.Errorf("the search holds %d services, not %d", found.Total, n)
		}
		s.Build = milliseconds(time.Since(begin))
		watch := &clockwork{}
		if err := o.ask(ctx, b, c, watch); err != nil {
			return err
		}
		s.Kinds = watch.spreads()
		all := &clockwork{steps: map[string][]time.Duration{}}
		for _, list := range watch.steps {
			all.steps["all"] = append(all.steps["all"], list...)
		}
		s.All = all.spreads()["all"]
		return nil
	})
	s.Raw = rawSearch(multiplied(c, n), c.Questions)
	s.Ratio = s.Raw / max(s.All.P50, 0.001)
	return s, err
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// ask searches as people do: by words, by words and a facet, and through lists.
func (o *searchBench) ask(ctx context.Context, b *catalogue.Book, c *country.Country, watch *clockwork) error {
	for range o.rounds {
		for i, q := range c.Questions {
			lang := gov.Arabic
			if i%2 == 1 {
				lang = gov.English
			}
			org := map[string][]string{catalogue.ByOrganisation: {string(c.Organisations[i%len(c.Organisations)].ID)}}
			for kind, query := range map[string]catalogue.Query{
				"words":           {Text: q.Ask, Lang: lang, Limit: 20},
				"words, narrowed": {Text: q.Ask, Lang: lang, Limit: 20, Facets: org},
				"list, narrowed":  {Lang: lang, Limit: 20, Facets: org},
				"whole list":      {Lang: lang, Limit: 20, Offset: 20 * i},
			} {
				if err := watch.time(kind, func() error { _, err := b.Search(ctx, query); return err }); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// multiplied is the country with n services: its own, and as many like them for
// each of its areas as are wanted, with other words mixed in.
func multiplied(c *country.Country, n int) *country.Country {
	var areas []gov.Text
	for _, g := range c.Governorates {
		for _, a := range g.Areas {
			areas = append(areas, a.Name)
		}
	}
	out := *c
	out.Services = nil
	for i := range n {
		s, other := c.Services[i%len(c.Services)], c.Services[(i*7+i/len(c.Services))%len(c.Services)]
		if round := i / len(c.Services); round > 0 {
			area := areas[round%len(areas)]
			s.ID += gov.ServiceID(fmt.Sprintf("-%d", round))
			s.Name = gov.T(fmt.Sprintf("%s %s %d", s.Name[gov.Arabic], area[gov.Arabic], round), fmt.Sprintf("%s %s %d", s.Name[gov.English], area[gov.English], round))
			s.Description = gov.T(s.Description[gov.Arabic]+" "+other.Description[gov.Arabic], s.Description[gov.English]+" "+other.Description[gov.English])
			s.Organisation = c.Organisations[(i+round)%len(c.Organisations)].ID
		}
		out.Services = append(out.Services, s)
	}
	return &out
}

// rawSearch is how long it takes to read through all folded names for a word, in
// milliseconds at the median: what no search without an index can beat.
func rawSearch(c *country.Country, questions []country.Question) float64 {
	names := make([]string, len(c.Services))
	for i, s := range c.Services {
		names[i] = search.Fold(s.Name[gov.Arabic] + " " + s.Name[gov.English])
	}
	watch := &clockwork{}
	found := 0
	for _, q := range questions {
		words := search.Fold(q.Ask)
		watch.time("raw", func() error {
			for _, n := range names {
				if strings.Contains(n, words) {
					found++
				}
			}
			return nil
		})
	}
	if found == 0 {
		return 0
	}
	return watch.spreads()["raw"].P50
}
