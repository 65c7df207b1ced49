package scan_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/scan"
)

// clamd is a small scanner of our own: it finds the word EICAR and takes at
// most max bytes.
type clamd struct {
	max   int64
	reply func(command string) string // instead of the honest answer
}

func (c clamd) listen(t *testing.T, network, addr string) string {
	t.Helper()
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.serve(conn)
		}
	}()
	return network + "://" + l.Addr().String()
}

func (c clamd) serve(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	command, err := r.ReadString(0)
	if err != nil {
		return
	}
	if c.reply != nil {
		io.WriteString(conn, c.reply(command))
		return
	}
	switch command {
	case "zPING\x00":
		io.WriteString(conn, "PONG\x00")
	case "zINSTREAM\x00":
		io.WriteString(conn, c.stream(r)+"\x00")
	default:
		io.WriteString(conn, "UNKNOWN COMMAND\x00")
	}
}

func (c clamd) stream(r io.Reader) string {
	var all strings.Builder
	for {
		var n uint32
		if err := binary.Read(r, binary.BigEndian, &n); err != nil {
			return "INSTREAM: broken. ERROR"
		}
		if n == 0 {
			break
		}
		if int64(all.Len())+int64(n) > c.max {
			return "INSTREAM size limit exceeded. ERROR"
		}
		if _, err := io.CopyN(&all, r, int64(n)); err != nil {
			return "INSTREAM: broken. ERROR"
		}
	}
	if strings.Contains(all.String(), "EICAR") {
		return "stream: Eicar-Test-Signature FOUND"
	}
	return "stream: OK"
}

func scanner(t *testing.T, o scan.Options) *scan.Scanner {
	t.Helper()
	s, err := scan.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestVerdicts(t *testing.T) {
	tcp := clamd{max: 1 << 20}.listen(t, "tcp", "127.0.0.1:0")
	unix := clamd{max: 1 << 20}.listen(t, "unix", filepath.Join(t.TempDir(), "clamd.ctl"))
	edge := strings.Repeat("x", 64<<10)
	for _, address := range []string{tcp, unix} {
		s := scanner(t, scan.Options{Address: address})
		if err := s.Health(t.Context()); err != nil {
			t.Error(err)
		}
		for content, want := range map[string]scan.Result{
			"":                           {Verdict: scan.Clean},
			"a good file":                {Verdict: scan.Clean},
			edge:                         {Verdict: scan.Clean},
			edge + "x":                   {Verdict: scan.Clean},
			"an EICAR file":              {Verdict: scan.Infected, Found: "Eicar-Test-Signature"},
			edge[:len(edge)-2] + "EICAR": {Verdict: scan.Infected, Found: "Eicar-Test-Signature"}, // over two chunks
			strings.Repeat("x", 900_000): {Verdict: scan.Clean},
		} {
			if got, err := s.Scan(t.Context(), strings.NewReader(content)); err != nil || got != want {
				t.Errorf("%d bytes: %+v %v", len(content), got, err)
			}
			if got, err := s.Scan(t.Context(), iotest.OneByteReader(strings.NewReader(content[:min(len(content), 300)]))); err != nil || got.Verdict == scan.Unscanned {
				t.Errorf("%+v %v", got, err)
			}
		}
	}
}

func TestNoScanner(t *testing.T) {
	s := scanner(t, scan.Options{})
	if got, err := s.Scan(t.Context(), strings.NewReader("x")); err != nil || got.Verdict != scan.Unscanned {
		t.Errorf("%+v %v", got, err)
	}
	if err := s.Health(t.Context()); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"localhost:3310", "http://x", "tcp://", "unix://"} {
		if _, err := scan.New(scan.Options{Address: bad}); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestScannerAway(t *testing.T) {
	gone := clamd{}.listen(t, "unix", filepath.Join(t.TempDir(), "x.ctl")) + "-gone"
	silent := clamd{reply: func(string) string { return "" }}.listen(t, "tcp", "127.0.0.1:0")
	confused := clamd{reply: func(string) string { return "stream: Can't open file ERROR\x00" }}.listen(t, "tcp", "127.0.0.1:0")
	endless := clamd{reply: func(string) string { return strings.Repeat("OK", 10_000) }}.listen(t, "tcp", "127.0.0.1:0")
	for _, address := range []string{gone, silent, confused, endless} {
		s := scanner(t, scan.Options{Address: address})
		if got, err := s.Scan(t.Context(), strings.NewReader("x")); gov.KindOf(err) != gov.Unavailable || got.Verdict != "" {
			t.Errorf("%s: %+v %v", address, got, err)
		}
		if err := s.Health(t.Context()); gov.KindOf(err) != gov.Unavailable {
			t.Errorf("%s: %v", address, err)
		}
		s = scanner(t, scan.Options{Address: address, AcceptIfAway: true})
		if got, err := s.Scan(t.Context(), strings.NewReader("x")); err != nil || got.Verdict != scan.Unscanned {
			t.Errorf("%s: %+v %v", address, got, err)
		}
	}
}

// A scanner that takes the connection and never answers is away when the time is up.
func TestScannerHangs(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := scanner(t, scan.Options{Address: "tcp://" + l.Addr().String(), Timeout: 20 * time.Millisecond})
	if _, err := s.Scan(t.Context(), strings.NewReader("x")); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("%v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	s = scanner(t, scan.Options{Address: "tcp://" + l.Addr().String()})
	if _, err := s.Scan(ctx, strings.NewReader("x")); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("%v", err)
	}
}

func TestTooLargeIsNeverAccepted(t *testing.T) {
	address := clamd{max: 100_000}.listen(t, "tcp", "127.0.0.1:0")
	big := strings.Repeat("x", 5<<20)
	for name, o := range map[string]scan.Options{
		"by our limit":     {Address: address, MaxBytes: 1000, AcceptIfAway: true},
		"by the scanner's": {Address: address, MaxBytes: 90 << 20},
	} {
		if got, err := scanner(t, o).Scan(t.Context(), strings.NewReader(big)); err == nil || got.Verdict != "" {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

// Half a file has no verdict, even when the half is clean.
func TestBrokenFileHasNoVerdict(t *testing.T) {
	s := scanner(t, scan.Options{Address: clamd{max: 1 << 20}.listen(t, "tcp", "127.0.0.1:0"), AcceptIfAway: true})
	for _, cause := range []error{io.ErrUnexpectedEOF, errors.New("reset")} {
		for _, before := range []string{"", "half"} {
			got, err := s.Scan(t.Context(), io.MultiReader(strings.NewReader(before), iotest.ErrReader(cause)))
			if !errors.Is(err, cause) || got.Verdict != "" {
				t.Errorf("after %q: %+v %v", before, got, err)
			}
		}
	}
}
