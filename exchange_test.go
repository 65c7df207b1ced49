package diwan

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"diwan.example/internal/need"
)

var (
	fenced = regexp.MustCompile("(?ms)^```(sh|python)\\s*\n(.*?)^```")
	atPort = regexp.MustCompile(`127\.0\.0\.1:(\d+)|\("127\.0\.0\.1", (\d+)\)`)
)

// guided are the blocks of the guide to the exchange, by language of the block.
func guided(t *testing.T, file string) (out [][2]string) {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range fenced.FindAllStringSubmatch(string(b), -1) {
		out = append(out, [2]string{m[1], m[2]})
	}
	return out
}

// stranger is somebody who follows the guide to the letter, in an empty folder.
type stranger struct {
	*testing.T
	dir   string
	env   []string
	ports map[string]string // of the guide → free here
}

func newStranger(t *testing.T) *stranger {
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	s := &stranger{T: t, dir: t.TempDir(), ports: map[string]string{}}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "DIWAN_") && !strings.HasPrefix(v, "PATH=") {
			s.env = append(s.env, v)
		}
	}
	s.env = append(s.env, "PATH="+filepath.Dir(file)+":"+os.Getenv("PATH"))
	return s
}

// here puts free ports of this machine in the place of the guide's.
func (s *stranger) here(text string) string {
	return atPort.ReplaceAllStringFunc(text, func(m string) string {
		sub := atPort.FindStringSubmatch(m)
		port := sub[1] + sub[2]
		if s.ports[port] == "" {
			s.ports[port] = strconv.Itoa(need.Port(s))
		}
		return strings.ReplaceAll(m, port, s.ports[port])
	})
}

// follow does what a block says: a server in a terminal of its own, everything
// else until it is done.
func (s *stranger) follow(text string) string {
	s.Helper()
	text = s.here(text)
	c := exec.CommandContext(s.Context(), "bash", "-e", "-o", "pipefail", "-c", text)
	c.Dir, c.Env = s.dir, s.env
	if !strings.Contains(text, "serve ") && !strings.Contains(text, "python3 ") {
		return s.run(text, 300)
	}
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.Start(); err != nil {
		s.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	s.Cleanup(func() {
		syscall.Kill(-c.Process.Pid, syscall.SIGTERM)
		<-ended
		if s.Failed() {
			s.Logf("%s\n%s", text, said.String())
		}
	})
	for _, m := range atPort.FindAllStringSubmatch(text, -1) {
		s.answers(m[0], ended)
	}
	if strings.Contains(text, "python3 ") {
		s.answers("127.0.0.1:"+s.ports["9000"], ended)
	}
	return ""
}

// run runs a block to its end. A call that comes before the gateways know of what
// was registered is repeated, as the guide says.
func (s *stranger) run(text string, tries int) string {
	s.Helper()
	ctx, stop := context.WithTimeout(s.Context(), 10*time.Minute)
	defer stop()
	c := exec.CommandContext(ctx, "bash", "-e", "-o", "pipefail", "-c", text)
	c.Dir, c.Env = s.dir, s.env
	out, err := c.CombinedOutput()
	if err != nil && tries > 0 && strings.HasPrefix(text, "curl") && bytes.Contains(out, []byte("SslAuthenticationFailed")) {
		time.Sleep(time.Second)
		return s.run(text, tries-1)
	}
	if err != nil {
		s.Fatalf("%s\n%v\n%s", text, err, out)
	}
	return string(out)
}

// answers waits until somebody listens at an address, or the server has ended.
func (s *stranger) answers(address string, ended chan error) {
	s.Helper()
	for range 6000 {
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			c.Close()
			return
		}
		select {
		case err := <-ended:
			ended <- err
			s.Fatalf("it ended: %v", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
	s.Fatalf("nobody answers at %s", address)
}

// A stranger's client and a stranger's service talk through two gateways after
// the guide was followed to the letter.
func TestAStrangerIsConnectedByTheGuide(t *testing.T) {
	for _, tool := range []string{"bash", "curl", "python3"} {
		need.Tool(t, tool, "Debian package "+tool)
	}
	const service = "docs/guides/exchange.md"
	s := newStranger(t)
	var calls []string
	for _, b := range guided(t, service)[1:] { // the first calls a sample that is not running here
		if b[0] == "python" {
			if err := os.WriteFile(filepath.Join(s.dir, "service.py"), []byte(s.here(b[1])), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		out := s.follow(b[1])
		if strings.HasPrefix(b[1], "curl") {
			calls = append(calls, out)
		}
	}
	page, err := os.ReadFile(service)
	if err != nil {
		t.Fatal(err)
	}
	if len(calls) != 2 || !strings.Contains(string(page), "\n"+strings.TrimSpace(calls[0])+"\n") {
		t.Errorf("the client was answered %q; the guide promises something else", calls)
	}
	if !strings.Contains(calls[len(calls)-1], `"books"`) || !strings.Contains(calls[len(calls)-1], `"openapi"`) {
		t.Errorf("the exchange describes the service as %q", calls[len(calls)-1])
	}
}

// Both languages show the same commands.
func TestTheGuideToTheExchangeIsTheSameInBothLanguages(t *testing.T) {
	if en, ar := guided(t, "docs/guides/exchange.md"), guided(t, "docs/guides/exchange.ar.md"); !slices.Equal(en, ar) {
		for i := range min(len(en), len(ar)) {
			if en[i] != ar[i] {
				t.Errorf("block %d: %q in English, %q in Arabic", i, en[i], ar[i])
			}
		}
		t.Errorf("%d blocks in English, %d in Arabic", len(en), len(ar))
	}
}
