// Package e2e walks through the running binary as people do: in a real browser, in
// both languages, on a wide and a narrow screen, with every page examined for
// accessibility. The journeys are in journeys/, one file each; pictures of every
// page stay in out/ for people to look at.
package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"diwan.example/internal/need"
)

// startup and walking bound how long the country may take to start, and all
// journeys together; they only stop what hangs.
const (
	startup = 2 * time.Minute
	walking = 40 * time.Minute
)

// binary is diwan, built once.
var binary = sync.OnceValues(func() (string, error) {
	file := filepath.Join(built, "diwan")
	out, err := exec.Command("go", "build", "-o", file, "../cmd/diwan").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return file, nil
})

var built string

func TestMain(m *testing.M) {
	var err error
	if built, err = os.MkdirTemp("", "diwan-e2e-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(built)
	os.Exit(code)
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// running is a country that is being tried.
type running struct {
	origin string
	said   *log // what the program wrote to standard error
}

// log keeps what is written to it until somebody takes it.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// take is what was written since it was last asked.
func (l *log) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// try starts `diwan try` on a free port and stops it when t ends: it must go by
// itself when it is asked to.
func try(t *testing.T, args ...string) *running {
	t.Helper()
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(file, append([]string{"try", "--listen", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data")}, args...)...)
	r := &running{said: &log{}}
	c.Stderr = r.said
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, c) })
	origin := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if m := address.FindString(lines.Text()); m != "" {
				origin <- m
				break
			}
		}
		io.Copy(io.Discard, out)
	}()
	select {
	case r.origin = <-origin:
	case <-time.After(startup):
		t.Fatalf("diwan try did not say its address within %v:\n%s", startup, r.said.take())
	}
	return r
}

func stop(t *testing.T, c *exec.Cmd) {
	c.Process.Signal(syscall.SIGTERM)
	gone := make(chan error, 1)
	go func() { gone <- c.Wait() }()
	select {
	case err := <-gone:
		if err != nil {
			t.Errorf("diwan try ended with %v", err)
		}
	case <-time.After(time.Minute):
		c.Process.Kill()
		t.Error("diwan try did not stop when it was asked to")
	}
}

// walked is what run.mjs says of one journey.
type walked struct {
	Journey  string
	Faults   []string
	Looks    int
	Heaviest int
	Ms       int
	said     string // by the country meanwhile
}

// TestJourneys runs the journeys in journeys/, all of them or those named in
// DIWAN_JOURNEYS.
func TestJourneys(t *testing.T) {
	node := need.Tool(t, "node", "Debian: nodejs")
	browser := need.Tool(t, "chromium", "Debian: chromium")
	need.File(t, "node_modules/playwright-core", "npm ci in e2e")
	out, err := filepath.Abs("out")
	if err != nil {
		t.Fatal(err)
	}
	orders := []string{"run.mjs", out, browser}
	countries := map[string]*running{} // by journey
	for _, names := range halves(t) {
		country := try(t)
		for _, n := range names {
			countries[n] = country
		}
		orders = append(orders, country.origin+"="+strings.Join(names, ","))
	}
	results := walk(t, countries, node, orders...)
	slices.SortFunc(results, func(a, b walked) int { return strings.Compare(a.Journey, b.Journey) })
	for _, w := range results {
		t.Run(w.Journey, func(t *testing.T) {
			for _, f := range w.Faults {
				t.Error(f)
			}
			if t.Failed() {
				t.Logf("meanwhile diwan said:\n%s", w.said)
			}
			t.Logf("%s: %d looks at pages, the heaviest %d bytes, %d ms", w.Journey, w.Looks, w.Heaviest, w.Ms)
		})
	}
}

// halves deals the journeys out to two browsers, each with a country of its own:
// a browser waits more than it works.
func halves(t *testing.T) [][]string {
	names := strings.Fields(os.Getenv("DIWAN_JOURNEYS"))
	if len(names) == 0 {
		files, err := filepath.Glob("journeys/*.mjs")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			names = append(names, strings.TrimSuffix(filepath.Base(f), ".mjs"))
		}
	}
	out := make([][]string, min(2, len(names)))
	for i, n := range names {
		out[i%2] = append(out[i%2], n)
	}
	return out
}

// walk runs Node, and with it the browsers, as a group of processes that ends
// together. Every journey has its result, also one that was not reached.
func walk(t *testing.T, countries map[string]*running, program string, args ...string) (out []walked) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), walking)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = 10 * time.Second
	var said log
	c.Stderr = &said
	pipe, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var w walked
		if err := json.Unmarshal(lines.Bytes(), &w); err != nil || countries[w.Journey] == nil {
			t.Errorf("run.mjs said %q", lines.Text())
			continue
		}
		w.said = countries[w.Journey].said.take()
		delete(countries, w.Journey)
		out = append(out, w)
	}
	err = c.Wait()
	why := fmt.Sprintf("Node ended with %v\n%s", err, said.take())
	for name, country := range countries {
		out = append(out, walked{Journey: name, Faults: []string{"it was not reached: " + why}, said: country.said.take()})
	}
	if err != nil && !slices.ContainsFunc(out, func(w walked) bool { return len(w.Faults) > 0 }) {
		t.Error(why)
	}
	return out
}
