package messagelog

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"diwan.example/exchange/message"
	"diwan.example/gov"
	"diwan.example/internal/timestamp"
)

func stamper(t testing.TB) *timestamp.Authority {
	t.Helper()
	a, err := timestamp.OpenAuthority(t.TempDir(), "Time of the tests", at(noon))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func verify(t testing.TB, dir string) *Report {
	t.Helper()
	r, err := In(dir).Verify(nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSealsCoverEveryMessage(t *testing.T) {
	dir := t.TempDir()
	o := Options{Name: "BH/GOV/moe/gw1", SegmentSize: 6 << 10, Seals: Seals{Stamp: stamper(t).Stamp, Every: time.Hour, Records: 7}}
	l := open(t, dir, o)
	for i := range 25 {
		add(t, l, letter(t, string(rune('a'+i)), []byte("x")))
		if i == 12 {
			l.Close()
			l = open(t, dir, o)
		}
	}
	if err := l.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.Close() // nobody is sealing any more who might take the next message along
	l = open(t, dir, o)
	add(t, l, letter(t, "z", nil))
	var records []*Record
	for r, err := range l.Records(time.Time{}, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	seals, err := l.Seals(records[0].Number, records[25].Number)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records[:25] {
		s := SealOf(seals, r.Number)
		if s == nil {
			t.Fatalf("record %d has no seal", r.Number)
		}
		some, err := In(dir).Seals(r.Number, r.Number)
		if err != nil || len(some) != 1 || some[0].Seal != s.Seal {
			t.Errorf("record %d alone: %v %v", r.Number, some, err)
		}
		if _, err := timestamp.Check(s.Token, s.Manifest()); err != nil {
			t.Error(err)
		}
		proof, err := message.ParseProof(s.Proof(r).Text())
		if err != nil {
			t.Fatal(err)
		}
		seal, err := message.ParseSeal(s.Text())
		if err != nil {
			t.Fatal(err)
		}
		head, _ := r.Head.Bytes()
		if err := proof.Check(head, r.Signed, seal); err != nil {
			t.Errorf("record %d: %v", r.Number, err)
		}
		if err := proof.Check(append(head, '\n'), r.Signed, seal); gov.KindOf(err) != gov.Denied {
			t.Errorf("record %d: a changed head is proven: %v", r.Number, err)
		}
	}
	if SealOf(seals, records[25].Number) != nil {
		t.Error("a message is sealed that came after")
	}
	r := verify(t, dir)
	if len(r.Problems) > 0 || r.Messages != 26 || r.Seals < 4 || r.Unsealed != 1 || r.Segments < 3 || len(r.Authorities) != 1 || r.Here != 25 || r.Name != o.Name {
		t.Errorf("%+v", r)
	}
}

func TestAuthorityAwayWarnsAndThenStops(t *testing.T) {
	now := noon
	var away atomic.Bool
	away.Store(true)
	a := stamper(t)
	var told []error
	l := open(t, t.TempDir(), Options{Clock: func() time.Time { return now }, Seals: Seals{Every: time.Hour, Warn: func(err error) { told = append(told, err) },
		Stamp: func(ctx context.Context, data []byte) ([]byte, error) {
			if away.Load() {
				return nil, errors.New("away")
			}
			return a.Stamp(ctx, data)
		}}})
	if err := l.Seal(t.Context()); err != nil {
		t.Errorf("there is nothing to seal: %v", err)
	}
	add(t, l, letter(t, "a", nil))
	for range 2 {
		if err := l.Seal(t.Context()); gov.KindOf(err) != gov.Unavailable || l.Warning() == nil {
			t.Errorf("%v", err)
		}
	}
	now = now.Add(3 * time.Hour)
	add(t, l, letter(t, "b", nil))
	now = now.Add(2 * time.Hour)
	if _, err := l.Append(t.Context(), letter(t, "c", nil)); gov.KindOf(err) != gov.Unavailable || !strings.Contains(gov.PublicOf(err)[gov.English], "unsealed") {
		t.Errorf("messages go on for ever: %v", err)
	}
	away.Store(false)
	if err := l.Seal(t.Context()); err != nil || l.Warning() != nil {
		t.Errorf("%v %v", err, l.Warning())
	}
	add(t, l, letter(t, "d", nil))
	if len(told) != 2 || told[0] == nil || told[1] != nil {
		t.Errorf("it was told %v", told)
	}
}

func TestTooManyUnsealedAreRefused(t *testing.T) {
	l := open(t, t.TempDir(), Options{Seals: Seals{Every: time.Hour, Most: 5, Stamp: func(context.Context, []byte) ([]byte, error) { return nil, errors.New("away") }}})
	var err error
	n := 0
	for ; n < 20 && err == nil; n++ {
		_, err = l.Append(t.Context(), letter(t, string(rune('a'+n)), nil))
	}
	if !errors.Is(err, errOverdue) && gov.KindOf(err) != gov.Unavailable || n > 7 {
		t.Errorf("after %d: %v", n, err)
	}
}

func TestALogSealsItself(t *testing.T) {
	sealed := make(chan bool, 10)
	a := stamper(t)
	l := open(t, t.TempDir(), Options{Seals: Seals{Every: time.Hour, Records: 3, Stamp: func(ctx context.Context, data []byte) ([]byte, error) {
		defer func() { sealed <- true }()
		return a.Stamp(ctx, data)
	}}})
	for _, id := range []string{"a", "b", "c", "d"} {
		add(t, l, letter(t, id, nil))
	}
	select {
	case <-sealed:
	case <-time.After(5 * time.Minute):
		t.Error("enough records waited and none was sealed")
	}
}

func TestAnotherTokenIsNoSeal(t *testing.T) {
	a := stamper(t)
	l := open(t, t.TempDir(), Options{Seals: Seals{Every: time.Hour, Stamp: func(ctx context.Context, data []byte) ([]byte, error) { return a.Stamp(ctx, []byte("other")) }}})
	add(t, l, letter(t, "a", nil))
	if err := l.Seal(t.Context()); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("%v", err)
	}
}

// One byte that changed anywhere, in a segment or in a body beside it, is found.
func TestVerifyFindsAChangedByteAnywhere(t *testing.T) {
	dir := t.TempDir()
	o := Options{SegmentSize: 2 << 10, Seals: Seals{Stamp: stamper(t).Stamp, Every: time.Hour}}
	l := open(t, dir, o)
	for _, id := range []string{"a", "b", "c"} {
		add(t, l, letter(t, id, []byte("body of "+id)))
	}
	big := bytes.Repeat([]byte("big"), 12_000)
	e := letter(t, "big", big)
	e.Body, e.Spool = nil, l.Spool()
	e.Spool.Write(big)
	add(t, l, e)
	if err := l.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if r := verify(t, dir); len(r.Problems) > 0 || r.Unsealed > 0 {
		t.Fatalf("%+v", r)
	}
	logs, _ := filepath.Glob(filepath.Join(dir, "*.log"))
	bodies, _ := filepath.Glob(filepath.Join(dir, "*.bodies", "*"))
	if len(logs) < 2 || len(bodies) != 1 {
		t.Fatal(logs, bodies)
	}
	for _, path := range append(logs, bodies...) {
		whole := read(t, path)
		for i := 0; i < len(whole); i += 1 + len(whole)/400 {
			b := bytes.Clone(whole)
			b[i] ^= 4
			write(t, path, b)
			if r := verify(t, dir); len(r.Problems) == 0 {
				t.Fatalf("%s: byte %d was changed unseen", filepath.Base(path), i)
			}
		}
		write(t, path, whole[:len(whole)-1])
		if r := verify(t, dir); len(r.Problems) == 0 {
			t.Fatalf("%s: it was cut unseen", filepath.Base(path))
		}
		write(t, path, whole)
	}
	os.Remove(bodies[0])
	if r := verify(t, dir); len(r.Problems) != 1 {
		t.Errorf("a body is missing: %v", r.Problems)
	}
}
