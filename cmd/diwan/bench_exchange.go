package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// exchangeBench is one measurement of the exchange.
type exchangeBench struct {
	callers, size, rounds int
	lasting               time.Duration
	folder, profile       string
	long                  bool
}

func newBenchExchange() *command {
	o := exchangeBench{}
	var asJSON bool
	return &command{
		name: "exchange", short: "send signed messages through two gateways, beside bare proxies",
		long: "Runs caller, two gateways and a service on this machine: mutual TLS on every leg, every message signed,\n" +
			"verified and durably logged on both sides before it is answered. In the same run the same calls go\n" +
			"through one bare TLS reverse proxy of Go, and through two in a row. With --long it also sends bodies of\n" +
			"500 kB and 10 MB, and shows the most memory that was in use.",
		flags: func(fs *flag.FlagSet) {
			fs.IntVar(&o.callers, "callers", 64, "how many call at once")
			fs.IntVar(&o.size, "size", 1024, "bytes of each request and of each answer")
			fs.IntVar(&o.rounds, "rounds", 3, "how often each way is measured, in turns; the middle one counts")
			fs.DurationVar(&o.lasting, "for", 4*time.Second, "how long each measurement lasts")
			fs.BoolVar(&o.long, "long", false, "also send long bodies")
			fs.StringVar(&o.folder, "folder", "", "folder on the disk to measure; empty: a temporary one")
			fs.StringVar(&o.profile, "profile", "", "file for a CPU profile of the gateways' rounds")
			fs.BoolVar(&asJSON, "json", false, "print JSON")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 || o.callers <= 0 || o.size <= 0 || o.rounds <= 0 || o.lasting <= 0 {
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

// exchangeReport is what a benchmark of the exchange found.
type exchangeReport struct {
	Machine  string     `json:"machine"`
	Callers  int        `json:"callers"`
	Size     int        `json:"size"`
	Load     string     `json:"load_average"`
	Gateways flow       `json:"two_gateways"`
	One      flow       `json:"one_bare_proxy"`
	Two      flow       `json:"two_bare_proxies"`
	Ratio    float64    `json:"ratio_to_two_bare_proxies"` // the middle of the rounds' own ratios
	Spent    float64    `json:"ratio_by_processor_time"`   // what two bare proxies take of the processor, to what two gateways take
	Long     []longFlow `json:"long,omitempty"`
}

// flow is how fast calls went.
type flow struct {
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	Calls     int     `json:"calls"`
	Processor float64 `json:"processor_ms_per_call"` // of all that runs here; 0: not known
}

// longFlow is how long bodies went through the gateways.
type longFlow struct {
	Size     int     `json:"size"`
	Callers  int     `json:"callers"`
	Calls    int     `json:"calls"`
	MBPerSec float64 `json:"mb_per_second"` // both ways together
	PeakHeap float64 `json:"peak_heap_mb"`
}

func (b *exchangeBench) measure(ctx context.Context, std stdio) (*exchangeReport, error) {
	w, err := newExchangeWorld(b.folder)
	if err != nil {
		return nil, err
	}
	defer w.close()
	r := &exchangeReport{Machine: machine(), Callers: b.callers, Size: b.size, Load: loadAverage()}
	body := bytes.Repeat([]byte("x"), b.size)
	ways := []struct {
		name, url string
		flows     []flow
	}{{name: "one bare proxy", url: w.one}, {name: "two bare proxies", url: w.two}, {name: "two gateways", url: w.gateways}}
	for i := range ways { // connections and code are warm before anything counts
		if _, err := w.drive(ctx, ways[i].url, body, b.callers, min(time.Second, b.lasting)); err != nil {
			return nil, fmt.Errorf("%s: %w", ways[i].name, err)
		}
	}
	for round := range b.rounds {
		for i := range ways {
			fmt.Fprintf(std.err, "round %d of %d: %s …\n", round+1, b.rounds, ways[i].name)
			stop := b.profiling(i == 2 && round == 0)
			f, err := w.drive(ctx, ways[i].url, body, b.callers, b.lasting)
			stop()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", ways[i].name, err)
			}
			ways[i].flows = append(ways[i].flows, f)
		}
	}
	ratios := make([]float64, b.rounds)
	for i := range ratios {
		ratios[i] = ways[2].flows[i].PerSecond / ways[1].flows[i].PerSecond
	}
	slices.Sort(ratios)
	r.One, r.Two, r.Gateways, r.Ratio = middle(ways[0].flows), middle(ways[1].flows), middle(ways[2].flows), ratios[len(ratios)/2]
	if r.Gateways.Processor > 0 {
		r.Spent = r.Two.Processor / r.Gateways.Processor
	}
	if b.long {
		for _, size := range []int{500_000, 10_000_000} {
			f, err := b.longBodies(ctx, std, w, size)
			if err != nil {
				return nil, err
			}
			r.Long = append(r.Long, f)
		}
	}
	return r, nil
}

// profiling begins a CPU profile when one is wanted.
func (b *exchangeBench) profiling(now bool) (stop func()) {
	if !now || b.profile == "" {
		return func() {}
	}
	f, err := os.Create(b.profile)
	if err != nil || pprof.StartCPUProfile(f) != nil {
		return func() {}
	}
	return func() { pprof.StopCPUProfile(); f.Close() }
}

func middle(list []flow) flow {
	slices.SortFunc(list, func(a, b flow) int { return int(a.PerSecond - b.PerSecond) })
	return list[len(list)/2]
}

func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	return string(bytes.Join(bytes.Fields(b)[:3], []byte(" ")))
}

// drive calls an address by so many callers for a while.
func (w *exchangeWorld) drive(ctx context.Context, url string, body []byte, callers int, lasting time.Duration) (flow, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	until := time.Now().Add(lasting)
	took := make([][]time.Duration, callers)
	var wg sync.WaitGroup
	begin, before := time.Now(), spent()
	for i := range callers {
		wg.Go(func() {
			for time.Now().Before(until) && ctx.Err() == nil {
				at := time.Now()
				if err := w.call(ctx, url, body); err != nil {
					cancel(err)
					return
				}
				took[i] = append(took[i], time.Since(at))
			}
		})
	}
	wg.Wait()
	whole, used := time.Since(begin), spent()-before
	if err := context.Cause(ctx); err != nil {
		return flow{}, err
	}
	all := slices.Concat(took...)
	slices.Sort(all)
	at := func(p float64) float64 { return float64(all[int(p*float64(len(all)-1))].Microseconds()) / 1000 }
	return flow{float64(len(all)) / whole.Seconds(), at(0.50), at(0.99), len(all), float64(used.Microseconds()) / 1000 / float64(len(all))}, nil
}

// call makes one call and checks its answer: as long as what was sent.
func (w *exchangeWorld) call(ctx context.Context, url string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("X-Road-Client", benchClient.String())
	r.Header.Set("Content-Type", "application/octet-stream")
	res, err := w.caller.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK || n != int64(len(body)) {
		return fmt.Errorf("answered %s with %d bytes (%s)", res.Status, n, res.Header.Get("X-Road-Error"))
	}
	return nil
}

// longBodies sends long bodies and watches the memory of all that runs here.
func (b *exchangeBench) longBodies(ctx context.Context, std stdio, w *exchangeWorld, size int) (longFlow, error) {
	const callers = 8
	fmt.Fprintf(std.err, "bodies of %d bytes …\n", size)
	body := bytes.Repeat([]byte("x"), size)
	runtime.GC()
	var peak atomic.Uint64
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapInuse))
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	})
	f, err := w.drive(ctx, w.gateways, body, callers, b.lasting)
	close(done)
	watching.Wait()
	return longFlow{size, callers, f.Calls, f.PerSecond * 2 * float64(size) / 1e6, float64(peak.Load()) / 1e6}, err
}

func (r *exchangeReport) print(std stdio) error {
	w := std.out
	fmt.Fprintf(w, "machine             %s\nload average        %s\n", r.Machine, r.Load)
	fmt.Fprintf(w, "calls               %d at once, %d bytes there and %d back\n", r.Callers, r.Size, r.Size)
	for _, x := range []struct {
		name string
		flow
	}{{"one bare proxy", r.One}, {"two bare proxies", r.Two}, {"two gateways", r.Gateways}} {
		fmt.Fprintf(w, "%-18s  %8.0f a second   p50 %8.2f ms   p99 %8.2f ms   processor %5.2f ms a call   (%d)\n", x.name, x.PerSecond, x.P50, x.P99, x.Processor, x.Calls)
	}
	fmt.Fprintf(w, "ratio               %.2f of two bare proxies; %.2f by processor time\n", r.Ratio, r.Spent)
	for _, l := range r.Long {
		fmt.Fprintf(w, "bodies of %-9d %6.0f MB a second, %d at once (%d); all that runs here used at most %.0f MB of heap\n", l.Size, l.MBPerSec, l.Callers, l.Calls, l.PeakHeap)
	}
	return nil
}
