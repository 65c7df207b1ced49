// Package blobtest holds every blob store to the same behaviour.
package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"diwan.example/gov"
	"diwan.example/internal/blob"
)

// Run runs the whole suite; open gives a fresh, empty store each time.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	for name, test := range map[string]func(*testing.T, blob.Store){
		"stored content comes back":      roundTrip,
		"the same content is one blob":   once,
		"too large leaves nothing":       tooLarge,
		"a broken upload leaves none":    broken,
		"a cancelled upload leaves none": cancelled,
		"absent and malformed keys":      absent,
		"deleting":                       deleting,
		"listing":                        listing,
		"writers at once":                together,
		"health":                         func(t *testing.T, s blob.Store) { must(t, s.Health(t.Context())) },
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, what string, err error, k gov.Kind) {
	t.Helper()
	if gov.KindOf(err) != k {
		t.Errorf("%s: got %v, want kind %q", what, err, k)
	}
}

func put(t *testing.T, s blob.Store, content string) blob.Info {
	t.Helper()
	info, err := s.Put(t.Context(), strings.NewReader(content), 1<<30)
	must(t, err)
	return info
}

func keyOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "sha256-" + hex.EncodeToString(sum[:])
}

func keys(t *testing.T, s blob.Store) (out []string) {
	t.Helper()
	must(t, s.Each(t.Context(), func(i blob.Info) error { out = append(out, i.Key); return nil }))
	return out
}

func roundTrip(t *testing.T, s blob.Store) {
	for _, content := range []string{"", "a", "شهادة", strings.Repeat("0123456789abcdef", 1<<16)} {
		info := put(t, s, content)
		if info.Key != keyOf(content) || info.Size != int64(len(content)) {
			t.Errorf("%d bytes are stored as %+v", len(content), info)
		}
		if got, err := s.Stat(t.Context(), info.Key); err != nil || got != info {
			t.Errorf("Stat: %+v %v", got, err)
		}
		r, err := s.Get(t.Context(), info.Key)
		must(t, err)
		got, err := io.ReadAll(r)
		must(t, errors.Join(err, r.Close()))
		if string(got) != content {
			t.Errorf("%d bytes came back as %d", len(content), len(got))
		}
	}
}

func once(t *testing.T, s blob.Store) {
	first, second := put(t, s, "same"), put(t, s, "same")
	if first != second || len(keys(t, s)) != 1 {
		t.Errorf("%+v %+v %v", first, second, keys(t, s))
	}
}

func tooLarge(t *testing.T, s blob.Store) {
	_, err := s.Put(t.Context(), strings.NewReader("12345"), 4)
	want(t, "five bytes of four", err, gov.Invalid)
	_, err = s.Put(t.Context(), io.LimitReader(endless{}, 1<<40), 1<<20)
	want(t, "a terabyte", err, gov.Invalid)
	if k := keys(t, s); len(k) != 0 {
		t.Errorf("it left %v", k)
	}
	if _, err := s.Put(t.Context(), strings.NewReader("1234"), 4); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
}

func broken(t *testing.T, s blob.Store) {
	_, err := s.Put(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(io.ErrUnexpectedEOF)), 100)
	want(t, "the sender went away", err, gov.Invalid)
	if k := keys(t, s); len(k) != 0 {
		t.Errorf("it left %v", k)
	}
	_, err = s.Stat(t.Context(), keyOf("half"))
	want(t, "the half", err, gov.NotFound)
}

func cancelled(t *testing.T, s blob.Store) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := s.Put(ctx, strings.NewReader("late"), 100); err == nil {
		t.Error("it was stored all the same")
	}
	if k := keys(t, s); len(k) != 0 {
		t.Errorf("it left %v", k)
	}
}

func absent(t *testing.T, s blob.Store) {
	for key, kind := range map[string]gov.Kind{
		keyOf("never stored"):                  gov.NotFound,
		"":                                     gov.Invalid,
		"sha256-":                              gov.Invalid,
		"../../etc/passwd":                     gov.Invalid,
		strings.ToUpper(keyOf("x")):            gov.Invalid,
		keyOf("x") + "0":                       gov.Invalid,
		"sha256-" + strings.Repeat("../a", 16): gov.Invalid,
		strings.Repeat("\x00", 71):             gov.Invalid,
	} {
		_, err := s.Get(t.Context(), key)
		want(t, "Get "+key, err, kind)
		_, err = s.Stat(t.Context(), key)
		want(t, "Stat "+key, err, kind)
		if kind == gov.Invalid {
			want(t, "Delete "+key, s.Delete(t.Context(), key), kind)
		}
	}
}

func deleting(t *testing.T, s blob.Store) {
	a, b := put(t, s, "a"), put(t, s, "b")
	for range 2 {
		must(t, s.Delete(t.Context(), a.Key))
	}
	_, err := s.Get(t.Context(), a.Key)
	want(t, "a deleted blob", err, gov.NotFound)
	if k := keys(t, s); !slices.Equal(k, []string{b.Key}) {
		t.Errorf("left: %v", k)
	}
}

func listing(t *testing.T, s blob.Store) {
	var all []string
	for i := range 30 {
		all = append(all, put(t, s, strings.Repeat("x", i)).Key)
	}
	slices.Sort(all)
	if got := keys(t, s); !slices.Equal(got, all) {
		t.Errorf("%d blobs are listed as %d, or out of order", len(all), len(got))
	}
	enough, n := errors.New("enough"), 0
	err := s.Each(t.Context(), func(blob.Info) error {
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 3 {
		t.Errorf("Each went on after an error: %d %v", n, err)
	}
}

func together(t *testing.T, s blob.Store) {
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			content := bytes.Repeat([]byte{byte(i % 3)}, 100_000)
			if _, err := s.Put(t.Context(), bytes.NewReader(content), 1<<20); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if k := keys(t, s); len(k) != 3 {
		t.Errorf("three contents are %d blobs", len(k))
	}
}

// endless gives bytes for ever.
type endless struct{}

// Read implements io.Reader.
func (endless) Read(p []byte) (int, error) { return len(p), nil }
