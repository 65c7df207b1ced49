package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

func newBench() *command {
	return &command{
		name: "bench", short: "measure speed against the machine's raw limit",
		sub: []*command{newBenchCases(), newBenchSearch(), newBenchExchange(), newBenchDocuments()},
	}
}

func newBenchCases() *command {
	o := caseBench{}
	var asJSON bool
	return &command{
		name: "cases", short: "run whole cases: apply, pay, decide, issue",
		long: "Runs whole one-task cases through the domain functions, then through the HTTP API; every step is\n" +
			"durable before it is answered. In the same run it measures the raw limit of the engine: durable\n" +
			"grouped rows a second. With --stored it also fills the database to that many cases and measures\n" +
			"an officer's queue page and a case search.",
		flags: func(fs *flag.FlagSet) {
			fs.IntVar(&o.cases, "cases", 5000, "how many cases through the domain functions")
			fs.IntVar(&o.http, "http", 1500, "how many cases through the HTTP API; 0: none")
			fs.IntVar(&o.people, "people", 64, "how many people act at once")
			fs.IntVar(&o.stored, "stored", 0, "fill the database to this many cases and measure reading; 0: do not")
			fs.StringVar(&o.engine, "engine", "sqlite", "sqlite, or postgres with --database")
			fs.StringVar(&o.database, "database", "", "postgres:// address of an empty database")
			fs.StringVar(&o.folder, "folder", "", "folder on the disk to measure; empty: a temporary one")
			fs.StringVar(&o.profile, "profile", "", "file for a CPU profile of the domain part")
			fs.BoolVar(&asJSON, "json", false, "print JSON")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 || o.cases <= 0 || o.people <= 0 || (o.engine != "sqlite" && o.engine != "postgres") {
				return errUsage
			}
			r, err := o.measure(ctx, io)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(io, r)
			}
			return r.print(io)
		},
	}
}

// caseReport is what a benchmark of cases found.
type caseReport struct {
	Engine         string            `json:"engine"`
	Durability     string            `json:"durability"`
	Machine        string            `json:"machine"`
	Cases          int               `json:"cases"`
	CasesPerSecond float64           `json:"cases_per_second"`
	Steps          map[string]spread `json:"steps"`
	BytesPerCase   float64           `json:"bytes_per_case"`
	CommitsPerCase float64           `json:"durable_commits_per_case"`
	RawRows        float64           `json:"raw_rows_per_second"`
	Ratio          float64           `json:"ratio_cases_to_raw_rows"`
	HTTPCases      int               `json:"http_cases,omitempty"`
	HTTPPerSecond  float64           `json:"http_cases_per_second,omitempty"`
	HTTPSteps      map[string]spread `json:"http_steps,omitempty"`
	Stored         int               `json:"stored_cases,omitempty"`
	Reading        map[string]spread `json:"reading,omitempty"`
}

// spread is how long something took, in milliseconds.
type spread struct {
	N   int     `json:"n"`
	P50 float64 `json:"p50_ms"`
	P95 float64 `json:"p95_ms"`
	P99 float64 `json:"p99_ms"`
}

func (r *caseReport) print(io stdio) error {
	w := io.out
	fmt.Fprintf(w, "engine              %s, %s\nmachine             %s\n", r.Engine, r.Durability, r.Machine)
	fmt.Fprintf(w, "raw limit           %.0f durable grouped rows a second\n", r.RawRows)
	fmt.Fprintf(w, "domain functions    %.0f whole cases a second (%d cases), %.4f of the raw rows\n", r.CasesPerSecond, r.Cases, r.Ratio)
	printSteps(io, r.Steps)
	fmt.Fprintf(w, "disk                %.0f bytes a case\ndurable commits     %.2f a case (one WAL fsync each)\n", r.BytesPerCase, r.CommitsPerCase)
	if r.HTTPCases > 0 {
		fmt.Fprintf(w, "HTTP API            %.0f whole cases a second (%d cases)\n", r.HTTPPerSecond, r.HTTPCases)
		printSteps(io, r.HTTPSteps)
	}
	if r.Stored > 0 {
		fmt.Fprintf(w, "reading             with %d cases stored\n", r.Stored)
		printSteps(io, r.Reading)
	}
	return nil
}

func printSteps(io stdio, steps map[string]spread) {
	for _, name := range sortedKeys(steps) {
		s := steps[name]
		fmt.Fprintf(io.out, "  %-18s p50 %8.2f ms   p95 %8.2f ms   p99 %8.2f ms   (%d)\n", name, s.P50, s.P95, s.P99, s.N)
	}
}

// machine says what this runs on.
func machine() string {
	model := runtime.GOARCH
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
				model = strings.TrimSpace(v)
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d cores, %s/%s, %s", model, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// diskBytes is what a database's files take.
func diskBytes(file string) (n int64) {
	for _, suffix := range []string{"", "-wal"} {
		if st, err := os.Stat(filepath.Clean(file + suffix)); err == nil {
			n += st.Size()
		}
	}
	return n
}
