package app_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/app"
	"diwan.example/internal/db/dbtest"
)

// tried opens a platform as diwan try does; extra settings are name, value pairs.
func tried(t testing.TB, extra ...string) *app.App {
	t.Helper()
	return peopled(t, 12, extra...)
}

// peopled is a sample with n residents.
func peopled(t testing.TB, n int, extra ...string) *app.App {
	t.Helper()
	dir := t.TempDir()
	c := app.Default()
	all := append([]string{"database", dbtest.File(t), "blobs", filepath.Join(dir, "files"), "origin", "http://localhost", "one-click", "true", "sandbox-bank", "true"}, extra...)
	for i := 0; i < len(all); i += 2 {
		if err := c.Set(all[i], all[i+1], "test"); err != nil {
			t.Fatal(err)
		}
	}
	a, err := app.New(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if err := a.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.SeedPeople(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	return a
}

// Traces reach the configured collector and carry routes, never paths or queries.
func TestTracesNameTheRouteAndNothingPrivate(t *testing.T) {
	var mu sync.Mutex
	var got strings.Builder
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got.WriteString(r.URL.Path + "\n" + string(b))
	}))
	defer collector.Close()
	a := tried(t, "traces", collector.URL)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	l := listen(t)
	go func() { served <- a.Serve(ctx, l) }()
	res, err := http.Get("http://" + l.Addr().String() + "/services?q=mysecretword")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	stop()
	select {
	case err := <-served:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(5 * time.Minute):
		t.Fatal("it does not stop")
	}
	mu.Lock()
	defer mu.Unlock()
	if s := got.String(); !strings.Contains(s, "/v1/traces") || !strings.Contains(s, "GET /services") || strings.Contains(s, "mysecretword") {
		t.Errorf("the collector got %d bytes: %q", len(s), s)
	}
}
