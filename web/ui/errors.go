package ui

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/reply"
)

var statuses = map[gov.Kind]int{
	gov.Invalid: http.StatusUnprocessableEntity, gov.Denied: http.StatusForbidden, gov.SignIn: http.StatusUnauthorized,
	gov.NotFound: http.StatusNotFound, gov.Conflict: http.StatusConflict, gov.TooMany: http.StatusTooManyRequests,
	gov.Unavailable: http.StatusServiceUnavailable, gov.Internal: http.StatusInternalServerError,
}

// Status is the HTTP status of a kind of failure.
func Status(k gov.Kind) int {
	if s, ok := statuses[k]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// failure is what the error page shows.
type failure struct {
	Kind     gov.Kind
	Status   int
	Text     gov.Text
	Problems gov.Problems
	SignIn   string     // where to sign in
	Again    bool       // signed in, but a fresh proof is needed
	Action   string     // what a form that outlived its session was sent to
	Kept     url.Values // what was typed into it
}

// Fail answers r with the page (or JSON) of err's kind and logs the cause. A
// SignIn failure sends a reader to /sign-in, and shows a writer a page that
// keeps everything typed.
func (s *Site) Fail(w http.ResponseWriter, r *http.Request, err error) {
	err = tooLarge(err)
	kind := gov.KindOf(err)
	f := failure{Kind: kind, Status: Status(kind), Text: gov.PublicOf(err)}
	if errors.Is(err, errMethod) {
		f.Status = http.StatusMethodNotAllowed
	}
	errors.As(err, &f.Problems)
	s.logFailure(r, f, err)
	if rec, ok := w.(*reply.Recorder); ok && rec.Status != 0 {
		return // an answer is already under way
	}
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case wantsJSON(r):
		s.failJSON(w, r, f)
	case kind == gov.SignIn:
		s.askSignIn(w, r, f, err)
	default:
		s.show(w, r, f, "error")
	}
}

func (s *Site) show(w http.ResponseWriter, r *http.Request, f failure, page string) {
	if err := own.RenderStatus(w, r, f.Status, page, f); err != nil {
		s.log().ErrorContext(r.Context(), "error page", "id", RequestID(r.Context()), "cause", err)
		http.Error(w, f.Text.In(LangOf(r)), f.Status)
	}
}

func (s *Site) logFailure(r *http.Request, f failure, err error) {
	level := slog.LevelDebug
	switch f.Kind {
	case gov.Internal, gov.Unavailable:
		level = slog.LevelError
	case gov.Denied, gov.TooMany:
		level = slog.LevelWarn
	}
	s.log().LogAttrs(r.Context(), level, "request failed", slog.String("id", RequestID(r.Context())),
		slog.String("route", routeName(r)), slog.String("kind", string(f.Kind)), slog.String("cause", err.Error()))
}

func wantsJSON(r *http.Request) bool {
	a := r.Header.Get("Accept")
	return strings.Contains(a, "json") && !strings.Contains(a, "text/html")
}

// failJSON answers with problem details in both languages. RFC 9457.
func (s *Site) failJSON(w http.ResponseWriter, r *http.Request, f failure) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(f.Status)
	json.NewEncoder(w).Encode(map[string]any{
		"type": "about:blank", "title": string(f.Kind), "status": f.Status, "detail": f.Text.In(LangOf(r)),
		"texts": f.Text, "errors": f.Problems, "instance": "urn:request:" + RequestID(r.Context()),
	})
}

func (s *Site) askSignIn(w http.ResponseWriter, r *http.Request, f failure, err error) {
	v := visitOf(r.Context())
	next := (&url.URL{Path: v.path}).EscapedPath()
	if v.query != "" && r.Method == http.MethodGet {
		next += "?" + v.query
	}
	pairs := []any{"next", next}
	var e *gov.Error
	if errors.As(err, &e) && e.Field == "step-up" {
		f.Again, pairs = true, append(pairs, "again", "1")
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		http.Redirect(w, r, URL(r, "/sign-in", pairs...), http.StatusSeeOther)
		return
	}
	r.ParseMultipartForm(1 << 20) // a body that cannot be read leaves nothing to keep
	f.Kept, f.Action = r.PostForm, URL(r, next)
	if r.MultipartForm != nil {
		f.Kept = r.MultipartForm.Value
	}
	f.SignIn = URL(r, "/sign-in", append([]any{"next", "/signed-in"}, pairs[2:]...)...)
	s.show(w, r, f, "session")
}

// tooLarge turns the reader's limit into an answer people understand.
func tooLarge(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return gov.Fail(gov.Invalid, "ما أرسلته أكبر من المسموح به", "What you sent is larger than allowed").Because(err)
	}
	return err
}
