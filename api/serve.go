package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"strings"

	"diwan.example/web/ui"

	said "diwan.example/internal/reply"
)

type idKey struct{}

// requestID is the name under which a request stands in the log.
func requestID(ctx context.Context) string {
	if id := ui.RequestID(ctx); id != "" {
		return id
	}
	id, _ := ctx.Value(idKey{}).(string)
	return id
}

// ServeHTTP answers one request. The log names its pattern, never its path:
// paths may hold what is private.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begin := s.now()
	id := requestID(r.Context())
	if id == "" {
		id = strings.ToLower(rand.Text()[:16])
		r = r.WithContext(context.WithValue(r.Context(), idKey{}, id))
	}
	rec := &said.Recorder{ResponseWriter: w}
	h := w.Header()
	h.Set("X-Request-Id", id)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'")
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			if rec.Status != 0 {
				s.problem(r.Context(), err) // an answer is under way: only the log can tell
				panic(http.ErrAbortHandler)
			}
			s.refuse(rec, r, err)
		}
		s.log().LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("id", id), slog.String("method", r.Method),
			slog.String("route", r.Pattern), slog.Int("status", rec.Status), slog.Int64("ms", s.now()-begin))
	}()
	if p := path.Clean(r.URL.Path); p != r.URL.Path && p+"/" != r.URL.Path { // an id is missing; nobody is sent elsewhere
		s.refuse(rec, r, errNoOperation)
		return
	}
	s.mux.ServeHTTP(rec, r)
}

// now is for the log only.
func (s *server) now() int64 {
	if s.DB == nil {
		return 0
	}
	return s.DB.Now().UnixMilli()
}
