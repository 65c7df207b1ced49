package vci

import (
	"encoding/json"
	"errors"
	"net/http"

	"diwan.example/gov"
)

// failure is an error as OAuth and OpenID4VCI name it. Its words are ASCII and
// for those who write wallets.
type failure struct {
	status int
	code   string
	words  string
}

func (f failure) Error() string { return f.code + ": " + f.words }

func bad(code, words string) error { return failure{http.StatusBadRequest, code, words} }

var (
	errToken   = failure{http.StatusUnauthorized, "invalid_token", "the access token is unknown, used up or has expired"}
	errGrant   = bad("invalid_grant", "the code is unknown, used or has expired")
	errNonce   = bad("invalid_nonce", "the c_nonce is unknown, used or has expired: fetch another")
	errDenied  = bad("credential_request_denied", "this document is not handed over")
	errUnknown = bad("unknown_credential_configuration", "the access token does not allow this credential")
)

// answer writes v as JSON that nobody keeps.
func answer(w http.ResponseWriter, status int, v any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

// fail writes an error. Only those meant for wallets are told.
func (o *Office) fail(w http.ResponseWriter, r *http.Request, err error) {
	var f failure
	switch {
	case errors.As(err, &f):
	case gov.KindOf(err) == gov.Invalid || gov.KindOf(err) == gov.NotFound || gov.KindOf(err) == gov.Conflict || gov.KindOf(err) == gov.Denied:
		f = failure{http.StatusBadRequest, "invalid_request", "the request cannot be answered"}
	case gov.KindOf(err) == gov.TooMany:
		f = failure{http.StatusTooManyRequests, "slow_down", "too many requests"}
	default:
		o.Log.ErrorContext(r.Context(), "vci: request", "path", r.URL.Path, "err", err)
		f = failure{http.StatusServiceUnavailable, "temporarily_unavailable", "try again later"}
	}
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer error="`+f.code+`"`)
	}
	answer(w, f.status, map[string]string{"error": f.code, "error_description": f.words})
}
