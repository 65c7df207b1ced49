package messagelog

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"diwan.example/gov"
)

// unsynced is for what is tried thousands of times and not about the disk.
var unsynced = Options{Clock: at(noon), sync: func(*os.File) error { return nil }}

// copyTo copies a log, so that one can be spoiled many times.
func copyTo(t testing.TB, from string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A crash may leave any part of the last write; as the mark was not moved, nobody
// had been answered.
func TestTornTailIsCutAtEachByte(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	add(t, l, letter(t, "a", []byte("one")))
	durable := l.end
	add(t, l, letter(t, "b", []byte("two")), letter(t, "c", []byte("three")))
	l.Close()
	whole := read(t, l.segment(1))
	d := copyTo(t, dir)
	f := In(d)
	for step, filler := range map[int64][]byte{1: nil, 7: make([]byte, 4096)} {
		for n := durable.offset; n < int64(len(whole)); n += step {
			write(t, f.segment(1), append(bytes.Clone(whole[:n]), filler...))
			write(t, f.markFile(), durable.encode())
			l, err := Open(d, unsynced)
			if err != nil {
				t.Fatalf("torn at %d: %v", n, err)
			}
			got := strings.Join(idsIn(t, f), "")
			if got != "a" && got != "ab" || l.Cut() == 0 && n > durable.offset && got == "a" {
				t.Fatalf("torn at %d: the log holds %q, cut %d", n, got, l.Cut())
			}
			add(t, l, letter(t, "d", nil))
			l.Close()
			again, err := Open(d, unsynced)
			if err != nil || strings.Join(idsIn(t, f), "") != got+"d" {
				t.Fatalf("torn at %d: after writing on the log holds %q: %v", n, idsIn(t, f), err)
			}
			again.Close()
		}
	}
}

// What was answered for must be there: a byte that changed or went missing before
// the mark, or before a later write, is an error and never cut.
func TestDamageIsNotTakenForATornTail(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	add(t, l, letter(t, "a", []byte("one")))
	middle := l.end
	add(t, l, letter(t, "b", []byte("two")))
	l.Close()
	whole := read(t, l.segment(1))
	d := copyTo(t, dir)
	f := In(d)
	for i := range whole {
		write(t, f.markFile(), l.end.encode())
		b := bytes.Clone(whole)
		b[i] ^= 1
		write(t, f.segment(1), b)
		refused(t, d, fmt.Sprintf("byte %d changed", i))
		if i%3 > 0 {
			continue
		}
		if int64(i) < middle.offset {
			os.Remove(f.markFile()) // as an old power cut may leave it
			refused(t, d, fmt.Sprintf("byte %d changed, no mark", i))
		}
		write(t, f.segment(1), whole[:i])
		write(t, f.markFile(), l.end.encode())
		refused(t, d, fmt.Sprintf("cut at %d", i))
	}
	os.Remove(f.segment(1))
	refused(t, d, "no segment")
}

func refused(t *testing.T, dir, what string) {
	t.Helper()
	l, err := Open(dir, unsynced)
	if err == nil {
		l.Close()
		t.Fatalf("%s: it opened", what)
	}
	var d *Damage
	if gov.KindOf(err) != gov.Conflict || !errors.As(err, &d) {
		t.Fatalf("%s: %v", what, err)
	}
}

func TestHalfBegunSegmentIsForgotten(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	add(t, l, letter(t, "a", nil))
	next := l.end.number
	l.Close()
	first := read(t, l.segment(1))
	for _, part := range [][]byte{nil, first[:20], make([]byte, 4096)} {
		d := copyTo(t, dir)
		write(t, In(d).segment(next), part)
		l := open(t, d, Options{})
		add(t, l, letter(t, "b", nil))
		if got := strings.Join(idsIn(t, l.Folder), ""); got != "ab" {
			t.Errorf("the log holds %q", got)
		}
		l.Close()
	}
}

const childDir = "DIWAN_MESSAGELOG_CHILD"

// TestMain is the writer that is killed when the test asks for one: it logs and
// says which messages were acknowledged.
func TestMain(m *testing.M) {
	dir := os.Getenv(childDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	t := &testing.B{}
	l, err := Open(dir, Options{Clock: at(noon), SegmentSize: 64 << 10})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	var out sync.Mutex
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d-%d", os.Getpid(), w, i)
				e := letter(t, id, bytes.Repeat([]byte(id), 50))
				if i%10 == 9 {
					big := bytes.Repeat([]byte(id), 10_000)
					e = letter(t, id, big)
					e.Body, e.Spool = nil, l.Spool()
					e.Spool.Write(big)
				}
				if _, err := l.Append(context.Background(), e); err != nil {
					fmt.Println("error", err)
					os.Exit(1)
				}
				out.Lock()
				fmt.Println("ok", id)
				out.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestKilledWriterLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	acknowledged := map[string]bool{}
	for round := range 6 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childDir+"="+dir)
		cmd.Stderr = os.Stderr
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stop := 20 + rand.IntN(300)
		lines := bufio.NewScanner(pipe)
		for n := 0; lines.Scan(); n++ {
			what, id, _ := strings.Cut(lines.Text(), " ")
			if what != "ok" {
				t.Fatalf("round %d: %s", round, lines.Text())
			}
			acknowledged[id] = true
			if n == stop {
				cmd.Process.Kill()
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the writer ended by itself")
		}
	}
	l := open(t, dir, Options{})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	held := map[string]bool{}
	for _, id := range idsIn(t, l.Folder) {
		if held[id] {
			t.Errorf("%s is there twice", id)
		}
		held[id] = true
	}
	for id := range acknowledged {
		if !held[id] {
			t.Errorf("%s was acknowledged and is gone", id)
		}
	}
	segments, _ := l.segments()
	t.Logf("%d acknowledged, %d held, in %d segments", len(acknowledged), len(held), len(segments))
	if len(acknowledged) < 120 || len(segments) < 2 {
		t.Error("too little was written to prove anything")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.bodies", "*"))
	if len(files) == 0 {
		t.Error("no body was spooled")
	}
}
