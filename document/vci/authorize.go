package vci

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"diwan.example/internal/db"
)

// params are what a wallet asked for at the authorisation endpoint.
type params struct {
	Client    string   `json:"client"`
	Redirect  string   `json:"redirect"`
	State     string   `json:"state,omitempty"`
	Challenge string   `json:"challenge"`
	Configs   []string `json:"configs"`
	Detailed  bool     `json:"detailed,omitempty"` // by authorization_details: the token names identifiers
}

// requestName is how pushed requests are named (RFC 9126 §2.2).
const requestName = "urn:ietf:params:oauth:request_uri:"

var challengeShape = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// push takes an authorisation request before the browser does (RFC 9126).
func (o *Office) push(w http.ResponseWriter, r *http.Request) error {
	f, err := fields(r)
	if err != nil {
		return err
	}
	if f.Has("request_uri") {
		return bad("invalid_request", "request_uri does not belong here")
	}
	id, _, err := o.keep(r.Context(), f)
	if err != nil {
		return err
	}
	answer(w, http.StatusCreated, map[string]any{"request_uri": requestName + id, "expires_in": int(codeLasts.Seconds())})
	return nil
}

// keep checks a request and stores it for whoever answers it.
func (o *Office) keep(ctx context.Context, f url.Values) (id string, p params, err error) {
	err = o.DB.Write(ctx, func(tx *db.Tx) error {
		if p, err = o.read(tx, f); err != nil {
			return err
		}
		id = db.Short(26)
		return insertRequest(tx, id, p, tx.Now().Add(requestLasts))
	})
	return id, p, err
}

// read takes a request apart. Client and redirect are in p even when what is
// asked for is wrong, so that the wallet can be told.
func (o *Office) read(tx *db.Tx, f url.Values) (p params, err error) {
	p = params{Client: f.Get("client_id"), State: f.Get("state"), Challenge: f.Get("code_challenge")}
	if p.Client == "" || len(p.Client) > 500 {
		return p, bad("invalid_request", "client_id is missing")
	}
	if !returnable(f.Get("redirect_uri")) {
		return p, bad("invalid_request", "redirect_uri must be https or a scheme of the wallet's own")
	}
	p.Redirect = f.Get("redirect_uri")
	if f.Get("response_type") != "code" {
		return p, bad("unsupported_response_type", "response_type must be code")
	}
	if f.Get("code_challenge_method") != "S256" || !challengeShape.MatchString(p.Challenge) {
		return p, bad("invalid_request", "PKCE with S256 is needed")
	}
	kinds, err := o.Kinds(tx)
	if err != nil {
		return p, err
	}
	if p.Configs, p.Detailed, err = wanted(f); err != nil {
		return p, err
	}
	for _, c := range p.Configs {
		if !slices.ContainsFunc(kinds, func(k Kind) bool { return slices.Contains(configs(k.ID(), k.Document), c) }) {
			return p, bad("invalid_scope", "there is no such credential")
		}
	}
	return p, nil
}

// returnable reports whether an answer may be sent to an address: to a web page
// over TLS, to a wallet's own scheme, or to a program on the same machine.
func returnable(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Fragment != "" || len(s) > 2000 || u.User != nil {
		return false
	}
	switch u.Scheme {
	case "https":
		return u.Host != ""
	case "http":
		return u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost" || u.Hostname() == "::1"
	case "javascript", "data", "vbscript", "file", "blob", "about", "mailto", "tel", "sms", "intent", "ws", "wss", "ftp":
		return false
	}
	return true
}

// wanted reads which credentials are asked for: by scope or by details.
func wanted(f url.Values) (all []string, detailed bool, err error) {
	if text := f.Get("authorization_details"); text != "" {
		var details []struct {
			Type   string `json:"type"`
			Config string `json:"credential_configuration_id"`
		}
		if json.Unmarshal([]byte(text), &details) != nil {
			return nil, false, bad("invalid_authorization_details", "authorization_details cannot be read")
		}
		for _, d := range details {
			if d.Type != "openid_credential" || d.Config == "" {
				return nil, false, bad("invalid_authorization_details", "name a credential_configuration_id")
			}
			all, detailed = append(all, d.Config), true
		}
	} else {
		all = strings.Fields(f.Get("scope"))
	}
	all = slices.Compact(slices.Sorted(slices.Values(all)))
	if len(all) == 0 || len(all) > batchSize {
		return nil, false, bad("invalid_scope", "name between one and ten credentials")
	}
	return all, detailed, nil
}

// authorize sends the browser to the page where a person decides. What is wrong
// is told to the wallet once it is certain whose it is.
func (o *Office) authorize(w http.ResponseWriter, r *http.Request) error {
	f, err := fields(r)
	if err != nil {
		return err
	}
	id, named := strings.CutPrefix(f.Get("request_uri"), requestName)
	if named {
		var p params
		err = o.DB.Read(r.Context(), func(tx *db.Tx) error {
			var ok bool
			p, ok, err = openRequest(tx, id)
			if err == nil && (!ok || p.Client != f.Get("client_id")) {
				err = bad("invalid_request", "the pushed request is unknown or has expired")
			}
			return err
		})
	} else {
		var p params
		if id, p, err = o.keep(r.Context(), f); err != nil && p.Redirect != "" {
			if to, told := o.refused(p, err); told {
				http.Redirect(w, r, to, http.StatusFound)
				return nil
			}
		}
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/wallet/consent/"+id, http.StatusFound)
	return nil
}

// refused is the address that tells a wallet what was wrong with its request.
func (o *Office) refused(p params, err error) (string, bool) {
	f, ok := err.(failure)
	if !ok {
		return "", false
	}
	return o.back(p, "error", f.code, "error_description", f.words), true
}

// back is the wallet's address with an answer (RFC 6749 §4.1.2, RFC 9207).
func (o *Office) back(p params, pairs ...string) string {
	u, err := url.Parse(p.Redirect)
	if err != nil {
		return o.Origin
	}
	q := u.Query()
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	if p.State != "" {
		q.Set("state", p.State)
	}
	q.Set("iss", o.Origin)
	u.RawQuery = q.Encode()
	return u.String()
}
