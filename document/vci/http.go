package vci

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"diwan.example/gov"
)

// largest is how many bytes a wallet's request may have.
const largest = 128 << 10

// Handlers answer wallets, by pattern: everything under /vci/, the well-known
// descriptions and those of types under /vct/. They are open to anybody; codes,
// tokens and proofs say who asks.
func (o *Office) Handlers() map[string]http.Handler {
	all := map[string]http.Handler{}
	open := func(pattern string, do func(http.ResponseWriter, *http.Request) error) {
		all[pattern] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			r.Body = http.MaxBytesReader(w, r.Body, largest)
			r = r.WithContext(gov.WithActor(r.Context(), gov.Actor{Channel: gov.API}))
			if err := do(w, r); err != nil {
				o.fail(w, r, err)
			}
		})
	}
	open("GET /.well-known/openid-credential-issuer", o.metadata)
	open("GET /.well-known/oauth-authorization-server", o.serverMetadata)
	open("GET /.well-known/jwt-vc-issuer", o.issuerKeys)
	open("GET /vct/{area}/{name}/{type}", o.typeMetadata)
	open("GET /vci/offers/{id}", o.offerDocument)
	open("GET /vci/authorize", o.authorize)
	open("POST /vci/par", o.push)
	open("POST /vci/token", o.token)
	open("POST /vci/nonce", o.nonce)
	open("POST /vci/credential", o.credential)
	open("POST /vci/deferred", o.deferred)
	open("POST /vci/notification", o.notification)
	return all
}

// fields reads a form; a field that comes twice is refused (RFC 6749 §3.1).
func fields(r *http.Request) (url.Values, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); r.Method == http.MethodPost && kind != "application/x-www-form-urlencoded" {
		return nil, bad("invalid_request", "send a form")
	}
	if err := r.ParseForm(); err != nil {
		return nil, tooLarge(err, "invalid_request")
	}
	got := r.PostForm
	if r.Method != http.MethodPost {
		got = r.Form
	}
	for _, v := range got {
		if len(v) > 1 {
			return nil, bad("invalid_request", "a parameter is repeated")
		}
	}
	return got, nil
}

// body reads JSON.
func body(r *http.Request, code string, to any) error {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return bad(code, "send JSON")
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return tooLarge(err, code)
	}
	if json.Unmarshal(b, to) != nil {
		return bad(code, "the JSON cannot be read")
	}
	return nil
}

func tooLarge(err error, code string) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return failure{http.StatusRequestEntityTooLarge, code, "the request is too large"}
	}
	return bad(code, "the request cannot be read")
}

// device is the wallet's program as it names itself, shortened.
func device(r *http.Request) string {
	s, _ := gov.CleanText(r.UserAgent())
	s, _, _ = strings.Cut(s, "(")
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:60], "")
	}
	return strings.TrimSpace(s)
}
