package app

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"diwan.example/gov"
)

// Documents of the sample are issued once, also when the sample starts again.
func TestTheSamplesDocumentsAreIssuedOnce(t *testing.T) {
	c := Default()
	dir := t.TempDir()
	for name, value := range map[string]string{"database": filepath.Join(dir, "d.db"), "blobs": filepath.Join(dir, "files"), "origin": "http://localhost", "one-click": "true", "sandbox-bank": "true"} {
		if err := c.Set(name, value, "test"); err != nil {
			t.Fatal(err)
		}
	}
	a, err := New(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	ctx := gov.WithActor(t.Context(), gov.System)
	for _, seed := range []func(context.Context) error{a.Seed, func(ctx context.Context) error { return a.SeedPeople(ctx, sampleAdults) }, a.SeedAgreements, a.SeedPapers, a.SeedDocuments} {
		if err := seed(ctx); err != nil {
			t.Fatal(err)
		}
	}
	held := func() int {
		p := &past{App: a, now: time.Now()}
		if err := p.gather(ctx); err != nil {
			t.Fatal(err)
		}
		h, err := p.holders(ctx)
		if err != nil {
			t.Fatal(err)
		}
		list, err := a.Issuer.Held(gov.WithActor(ctx, h.resident), h.resident.Person)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	first := held()
	if err := a.SeedDocuments(ctx); err != nil {
		t.Fatal(err)
	}
	if first < 3 || held() != first {
		t.Errorf("%d documents, then %d", first, held())
	}
}
