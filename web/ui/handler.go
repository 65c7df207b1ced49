package ui

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/reply"
)

// Handler puts the frame around next: request id, log line, security headers,
// assets, language prefix, who is asking, cross-origin protection, recovery.
func (s *Site) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.headers(w.Header())
		if strings.HasPrefix(r.URL.Path, "/assets/") && s.serveAsset(w, r) {
			return
		}
		start := time.Now() // wall time for the log only
		rec := &reply.Recorder{ResponseWriter: w}
		r, v := s.visit(rec, r)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.Fail(rec, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
			s.log().LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("id", v.id), slog.String("method", r.Method),
				slog.String("route", routeName(r)), slog.Int("status", rec.Code()), slog.Int64("ms", time.Since(start).Milliseconds()))
		}()
		r = s.identify(rec, r, v)
		if err := s.cross.Check(r); err != nil {
			s.Fail(rec, r, gov.Fail(gov.Denied, "وصل هذا الطلب من موقع آخر فلم ننفّذه", "This request came from another site, so we did not carry it out").Because(err))
			return
		}
		next.ServeHTTP(rec, r)
	})
}

// visit works out the language and returns r as the pages see it.
func (s *Site) visit(w http.ResponseWriter, r *http.Request) (*http.Request, *visit) {
	lang, path, prefixed := chooseLang(r)
	v := &visit{site: s, id: requestID(r), lang: lang, prefixed: prefixed, path: path, query: r.URL.RawQuery}
	w.Header().Set("X-Request-Id", v.id)
	if prefixed {
		s.rememberLang(w, r, lang)
	}
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	if prefixed {
		u := *r.URL
		u.Path, u.RawPath = path, ""
		r.URL = &u
	}
	return r, v
}

// identify works out who asks. Pages of somebody signed in are never stored.
func (s *Site) identify(w http.ResponseWriter, r *http.Request, v *visit) *http.Request {
	var actor gov.Actor
	if s.Actor != nil {
		actor, v.name = s.Actor(r)
	}
	cache := "private, no-cache"
	if actor.SignedIn() {
		cache = "no-store"
	}
	w.Header().Set("Cache-Control", cache)
	w.Header().Add("Vary", "Cookie, Accept-Encoding")
	return r.WithContext(gov.WithActor(r.Context(), actor))
}

func requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); len(id) >= 8 && len(id) <= 64 && strings.Trim(strings.ToLower(id), "abcdefghijklmnopqrstuvwxyz0123456789-") == "" {
		return id
	}
	return strings.ToLower(rand.Text()[:16])
}

// routeName is the pattern, never the path: paths may hold what is private.
func routeName(r *http.Request) string {
	if r.Pattern == "" {
		return "none"
	}
	return r.Pattern
}

func (s *Site) headers(h http.Header) {
	forms := strings.Join(append([]string{"'self'"}, s.FormTargets...), " ")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "+
		"font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action "+forms+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}
