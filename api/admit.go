package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"diwan.example/gov"
)

// call is what an operation knows of the request beside its input.
type call struct {
	lang   gov.Lang
	key    string // Idempotency-Key
	digest string // of the request that carried it
}

type callKey struct{}

func callOf(ctx context.Context) call {
	c, _ := ctx.Value(callKey{}).(call)
	return c
}

// admit lets only those in who may, as who they are, with a body that can be read.
func (s *server) admit(r route) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		req, w := humago.Unwrap(hc)
		actor, err := s.actor(req, r)
		var c call
		if err == nil {
			err = readable(req.URL)
		}
		if err == nil {
			c, err = readCall(w, req, r)
		}
		if err != nil {
			s.refuse(w, req, err)
			return
		}
		ctx := gov.WithActor(req.Context(), actor)
		next(huma.WithContext(hc, context.WithValue(ctx, callKey{}, c)))
	}
}

// actor finds who asks by their token. Whoever is signed in by a cookie is a
// stranger here. What is public needs no token; whoever brings one asks in its
// name and by its limit.
func (s *server) actor(req *http.Request, r route) (gov.Actor, error) {
	ctx := gov.WithActor(req.Context(), gov.Actor{Channel: gov.API})
	secret, given := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	if !given {
		if err := s.countStranger(ctx, req); err != nil || r.scope == public {
			return gov.ActorFrom(ctx), err
		}
		return gov.Actor{}, errNoToken
	}
	a, err := s.Gate.ByToken(ctx, strings.TrimSpace(secret))
	if gov.KindOf(err) == gov.SignIn {
		return a, cmp.Or(s.countStranger(ctx, req), err)
	}
	if err != nil {
		return a, err
	}
	if r.scope != public && (a.Scopes == nil || !a.May(r.scope)) {
		return a, errScope.At(r.scope)
	}
	return a, s.meter.count(ctx, s.Gate, "token "+a.Session, orElse(s.PerMinute, 6000))
}

func (s *server) countStranger(ctx context.Context, req *http.Request) error {
	host, _, err := net.SplitHostPort(req.RemoteAddr)
	if err != nil {
		host = req.RemoteAddr
	}
	if s.Address != nil {
		host = s.Address(req)
	}
	return s.meter.count(ctx, s.Gate, "address "+host, orElse(s.PublicPerMinute, 600))
}

// readable refuses addresses with bytes that no text holds.
func readable(u *url.URL) error {
	q, err := url.QueryUnescape(u.RawQuery)
	if all := u.Path + q; err != nil || !utf8.ValidString(all) || strings.ContainsRune(all, 0) {
		return errAddress
	}
	return nil
}

func orElse(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// readCall reads the body, bounded, and puts it back for the operation.
func readCall(w http.ResponseWriter, req *http.Request, r route) (c call, err error) {
	c.lang = langOf(req)
	if r.method == http.MethodGet || r.raw {
		return c, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, longestBody))
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return c, errTooLarge
	case err != nil:
		return c, errUnread.Because(err)
	case len(body) > 0 && !isJSON(req.Header.Get("Content-Type")):
		return c, errMedia
	case !utf8.Valid(body) || bytes.Contains(body, []byte(`\u0000`)): // no database text holds U+0000
		return c, errUnread
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	if r.method == http.MethodPost && !r.keyless {
		if c.key = req.Header.Get("Idempotency-Key"); c.key != "" {
			c.digest, err = digestOf(req, c.key, body)
		}
	}
	return c, err
}

func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	kind, args, err := mime.ParseMediaType(contentType)
	charset := strings.ToLower(args["charset"])
	return err == nil && kind == "application/json" && (charset == "" || charset == "utf-8" || charset == "utf8")
}

// longestKey is how long an Idempotency-Key may be.
const longestKey = 128

func digestOf(req *http.Request, key string, body []byte) (string, error) {
	for _, c := range key {
		if c <= ' ' || c > '~' {
			return "", errKey
		}
	}
	if len(key) > longestKey {
		return "", errKey
	}
	h := sha256.New()
	io.WriteString(h, req.Method+" "+req.URL.RequestURI()+"\n")
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil)), nil
}

// langOf is the language of the texts that stand in one language only.
func langOf(r *http.Request) gov.Lang {
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		switch tag, _, _ := strings.Cut(strings.TrimSpace(part), ";"); {
		case strings.HasPrefix(tag, "ar"):
			return gov.Arabic
		case strings.HasPrefix(tag, "en"):
			return gov.English
		}
	}
	return gov.Arabic
}
