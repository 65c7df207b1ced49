package messagelog

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"diwan.example/exchange/message"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/sign"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// signer is a gateway that signs.
type signer struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func newSigner(t testing.TB) signer {
	t.Helper()
	k, err := sign.Generate()
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "gw1"}, NotBefore: noon.Add(-48 * time.Hour), NotAfter: noon.Add(48 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, form, form, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return signer{k, cert}
}

var theSigner = sync.OnceValue(func() signer { return newSigner(&testing.B{}) })

func head(id string, body []byte) *message.Head {
	c := xroad.ClientID{Instance: "BH", Class: "GOV", Member: "moe", Subsystem: "s"}
	return &message.Head{Kind: message.Request, ID: "m-" + id, RequestID: id, Client: c, Service: xroad.ServiceID{ClientID: c, Service: "people"},
		Server: xroad.ServerID{Instance: "BH", Class: "GOV", Member: "moe", Server: "gw1"}, Method: "POST", Target: "/v1",
		Body: sha512.Sum512(body), Size: int64(len(body)), Time: noon}
}

func letter(t testing.TB, id string, body []byte) Entry {
	t.Helper()
	h := head(id, body)
	s, err := message.Sign(h, theSigner().key, theSigner().cert)
	if err != nil {
		t.Fatal(err)
	}
	return Entry{Head: h, Signed: s, Cert: theSigner().cert, Body: body}
}

func open(t testing.TB, dir string, o Options) *Log {
	t.Helper()
	if o.Clock == nil {
		o.Clock = at(noon)
	}
	l, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func add(t testing.TB, l *Log, entries ...Entry) Position {
	t.Helper()
	p, err := l.Append(context.Background(), entries...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ids of all messages in a folder, with their bodies read and compared.
func idsIn(t testing.TB, f Folder) (out []string) {
	t.Helper()
	for r, err := range f.Records(time.Time{}, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		if body, err := f.Body(r); err == nil {
			b, err := io.ReadAll(body)
			if err != nil || sha512.Sum512(b) != r.Head.Body {
				t.Fatalf("the body of %s is another: %v", r.Head.ID, err)
			}
			body.Close()
		}
		out = append(out, r.Head.RequestID)
	}
	return out
}

func TestWhatIsLoggedIsFoundAgain(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{Name: "BH/GOV/moe/gw1"})
	add(t, l, letter(t, "a", []byte("short")))
	big := bytes.Repeat([]byte("long "), 100_000)
	s := l.Spool()
	if _, err := io.Copy(s, bytes.NewReader(big)); err != nil {
		t.Fatal(err)
	}
	e := letter(t, "b", big)
	e.Body, e.Spool = nil, s
	if s.Digest() != e.Head.Body || s.Size() != int64(len(big)) {
		t.Fatal("the spool's digest is another")
	}
	reader, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	add(t, l, e)
	if got, err := io.ReadAll(reader); err != nil || !bytes.Equal(got, big) {
		t.Errorf("what was opened before cannot be read after: %v", err)
	}
	reader.Close()
	without := letter(t, "c", []byte("not kept"))
	without.Body = nil
	none := letter(t, "d", nil)
	none.Block = []byte("GET\r\nX-Road-Id:d\r\n")
	none.Head.Headers = sha512.Sum512(none.Block)
	none.Fixed, _ = none.Head.Fix()
	none.Signed, _ = none.Fixed.Sign(theSigner().key, theSigner().cert)
	add(t, l, without, none)
	for round := range 2 {
		for id, kept := range map[string]message.Kept{"a": message.KeptHere, "b": message.KeptFile, "c": message.KeptNot, "d": message.KeptNone} {
			for _, name := range []string{id, "m-" + id} {
				got, err := l.Find(name)
				if err != nil || len(got) != 1 || got[0].Kept != kept {
					t.Fatalf("round %d, %s: %v %v", round, name, got, err)
				}
			}
			if other, err := In(dir).Find(id); err != nil || len(other) != 1 || other[0].Cert == nil || message.Verify(other[0].Signed, other[0].Head, other[0].Cert, noon) != nil {
				t.Fatalf("%s from outside: %v %v", id, other, err)
			}
		}
		if got, err := l.Find("nobody"); err != nil || len(got) > 0 {
			t.Errorf("%v %v", got, err)
		}
		if got := strings.Join(idsIn(t, l.Folder), ""); got != "abcd" {
			t.Errorf("the log holds %s", got)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		l = open(t, dir, Options{})
	}
	if got, _ := l.Find("d"); !bytes.Equal(got[0].Block, none.Block) {
		t.Errorf("the headers came back as %q", got[0].Block)
	}
	got, _ := l.Find("c")
	if _, err := l.Body(got[0]); gov.KindOf(err) != gov.NotFound {
		t.Errorf("a body left out: %v", err)
	}
}

func TestOnlyTheSignedBodyIsLogged(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	other := letter(t, "a", []byte("signed"))
	other.Body = []byte("mangled")
	long := letter(t, "b", make([]byte, mostBody+1))
	foreign := letter(t, "c", nil)
	foreign.Cert = newSigner(t).cert
	headers := letter(t, "e", nil)
	headers.Block = []byte("others")
	spooled := letter(t, "d", []byte("signed"))
	spooled.Body, spooled.Spool = nil, l.Spool()
	for name, e := range map[string]Entry{"another body": other, "too long": long, "another certificate": foreign, "another spool": spooled, "other headers": headers} {
		if _, err := l.Append(t.Context(), e); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := idsIn(t, l.Folder); len(got) > 0 {
		t.Errorf("logged all the same: %v", got)
	}
}

func TestReplayIsSeenAlsoAfterARestart(t *testing.T) {
	dir := t.TempDir()
	now := noon
	o := Options{Clock: func() time.Time { return now }}
	l := open(t, dir, o)
	e := letter(t, "a", nil)
	e.Once = true
	add(t, l, e)
	if _, err := l.Append(t.Context(), e); gov.KindOf(err) != gov.Conflict {
		t.Errorf("logged twice: %v", err)
	}
	again := letter(t, "other", nil)
	again.Head.ID, again.Once = e.Head.ID, true
	again.Signed, _ = message.Sign(again.Head, theSigner().key, theSigner().cert)
	if _, err := l.Append(t.Context(), again); gov.KindOf(err) != gov.Conflict {
		t.Errorf("the client's id came twice: %v", err)
	}
	again.Once = false
	add(t, l, again)
	if _, err := l.Append(t.Context(), letter(t, "b", nil), e); gov.KindOf(err) != gov.Conflict || l.Seen("b") {
		t.Errorf("half of an append was logged: %v", err)
	}
	if !l.Claim("x") || l.Claim("x") {
		t.Error("a claim was given to two")
	}
	l.Close()
	now = now.Add(10 * time.Minute)
	l = open(t, dir, o)
	if !l.Seen("a") || l.Seen("b") {
		t.Error("the window was not rebuilt")
	}
	if _, err := l.Append(t.Context(), e); gov.KindOf(err) != gov.Conflict {
		t.Errorf("logged twice over a restart: %v", err)
	}
	now = now.Add(2 * time.Hour)
	l.Claim("y")
	now = now.Add(2 * time.Hour)
	l.Claim("z")
	if l.Seen("a") {
		t.Error("the window never ends")
	}
}

func TestOfTwoAtOnceOneIsLogged(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	e := letter(t, "a", nil)
	e.Once = true
	var got atomic.Int32
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			if _, err := l.Append(t.Context(), e); err == nil {
				got.Add(1)
			}
		})
	}
	wg.Wait()
	if got.Load() != 1 || len(idsIn(t, l.Folder)) != 1 {
		t.Errorf("%d were logged", got.Load())
	}
}

func TestSegmentsFollowOneAnother(t *testing.T) {
	dir := t.TempDir()
	now := noon
	l := open(t, dir, Options{SegmentSize: 4 << 10, SegmentAge: time.Hour, Clock: func() time.Time { return now }})
	var want []string
	for i := range 30 {
		id := fmt.Sprint("n", i)
		add(t, l, letter(t, id, []byte("body")))
		want = append(want, id)
	}
	before, _ := l.segments()
	now = now.Add(time.Hour)
	add(t, l, letter(t, "late", nil))
	after, _ := l.segments()
	if len(before) < 4 || len(after) != len(before)+1 {
		t.Errorf("%d segments by size, %d after an hour", len(before), len(after))
	}
	check := func(l *Log) {
		t.Helper()
		if got := idsIn(t, l.Folder); strings.Join(got, " ") != strings.Join(append(want, "late"), " ") {
			t.Errorf("the log holds %v", got)
		}
		for _, id := range want {
			if got, err := l.Find(id); err != nil || len(got) != 1 {
				t.Errorf("%s: %v %v", id, got, err)
			}
		}
	}
	check(l)
	l.Close()
	for _, first := range before {
		os.Remove(l.Folder.index(first))
	}
	check(open(t, dir, Options{}))
	var some []string
	for r, err := range In(dir).Records(noon.Add(time.Minute), time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		some = append(some, r.Head.RequestID)
	}
	if len(some) != 1 || some[0] != "late" {
		t.Errorf("from a minute later: %v", some)
	}
	if err := os.Remove(In(dir).segment(before[1])); err != nil {
		t.Fatal(err)
	}
	if _, err := In(dir).Find("n3"); err != nil {
		t.Errorf("finding in what is left: %v", err)
	}
}

// A clock that was two hours ahead and is put right hides no message of a period.
func TestClockTurnedBackHidesNothing(t *testing.T) {
	now := noon
	l := open(t, t.TempDir(), Options{SegmentAge: time.Hour, Clock: func() time.Time { return now }})
	for i, off := range []time.Duration{0, 2 * time.Hour, 10 * time.Minute, 20 * time.Minute} {
		now = noon.Add(off)
		add(t, l, letter(t, string(rune('a'+i)), nil))
	}
	var got string
	for r, err := range l.Records(noon, noon.Add(time.Hour)) {
		if err != nil {
			t.Fatal(err)
		}
		got += r.Head.RequestID
	}
	if got != "acd" {
		t.Errorf("the hour holds %q", got)
	}
}

func TestOneProcessWrites(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, Options{})
	if _, err := Open(dir, Options{Clock: at(noon)}); gov.KindOf(err) != gov.Conflict {
		t.Errorf("%v", err)
	}
}

func TestFullDiskAcknowledgesNothingAndGoesOn(t *testing.T) {
	dir := t.TempDir()
	var full atomic.Bool
	o := Options{write: func(f *os.File, b []byte, at int64) (int, error) {
		if full.Load() {
			n, _ := f.WriteAt(b[:len(b)/2], at)
			return n, syscall.ENOSPC
		}
		return f.WriteAt(b, at)
	}}
	l := open(t, dir, o)
	add(t, l, letter(t, "a", []byte("x")))
	full.Store(true)
	_, err := l.Append(t.Context(), letter(t, "b", []byte("x")))
	if gov.KindOf(err) != gov.Unavailable || !strings.Contains(gov.PublicOf(err)[gov.English], "room") {
		t.Errorf("%v", err)
	}
	if l.Seen("b") {
		t.Error("what was not logged was seen")
	}
	full.Store(false)
	add(t, l, letter(t, "c", []byte("x")))
	l.Close()
	if l = open(t, dir, Options{}); l.Cut() != 0 || strings.Join(idsIn(t, l.Folder), "") != "ac" {
		t.Errorf("the log holds %v, cut %d", idsIn(t, l.Folder), l.Cut())
	}
}

func TestFailedSyncEndsTheLogging(t *testing.T) {
	dir := t.TempDir()
	var bad atomic.Bool
	l := open(t, dir, Options{sync: func(f *os.File) error {
		if bad.Load() {
			return syscall.EIO
		}
		return syncFile(f)
	}})
	add(t, l, letter(t, "a", nil))
	bad.Store(true)
	if _, err := l.Append(t.Context(), letter(t, "b", nil)); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("%v", err)
	}
	bad.Store(false)
	if _, err := l.Append(t.Context(), letter(t, "c", nil)); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("it went on, not knowing what the disk has: %v", err)
	}
	l.Close()
	if got := idsIn(t, open(t, dir, Options{}).Folder); got[0] != "a" || len(got) > 2 {
		t.Errorf("the log holds %v", got)
	}
}

func TestAppendHeedsItsContextAndClosing(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	l.Close()
	if _, err := l.Append(t.Context(), letter(t, "a", nil)); !errors.Is(err, errClosed) {
		t.Errorf("%v", err)
	}
	if err := l.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

func TestSpoolsOfACrashAreRemoved(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	s := l.Spool()
	s.Write(make([]byte, inMemory+1))
	l.Close()
	stray := l.body(1, 99)
	if err := errors.Join(os.MkdirAll(filepath.Dir(stray), 0o700), os.WriteFile(stray, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	open(t, dir, Options{})
	left, err := os.ReadDir(filepath.Join(dir, spooling))
	if err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
	if _, err := os.Stat(stray); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a body without a record stays: %v", err)
	}
}

func BenchmarkAppend64(b *testing.B) {
	l := open(b, b.TempDir(), Options{Clock: time.Now})
	e := letter(b, "a", bytes.Repeat([]byte("x"), 1024))
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := l.Append(b.Context(), e); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
