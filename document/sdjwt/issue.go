// Package sdjwt writes and reads SD-JWT VC: a signed credential whose holder
// shows of it what they choose, and proves by a key of their own that it is
// theirs. The package knows no database, clock or network.
//
// Source: RFC 9901 (SD-JWT), draft-ietf-oauth-sd-jwt-vc.
package sdjwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"diwan.example/internal/sign"
)

// Kind is the typ of a credential's header, and the format's name in OpenID4VCI.
const Kind = "dc+sd-jwt"

var b64 = base64.RawURLEncoding.Strict()

// Key signs credentials. Chain goes into their header.
type Key struct {
	ID     string
	Signer crypto.Signer
	Chain  []*x509.Certificate
}

// Claim is one statement. Whoever holds the credential decides for each, each of
// its members and each of its items whether to show it, unless it is Open.
type Claim struct {
	Name  string
	Value any // as JSON has it
	Open  bool
}

// Draft is what a credential shall say.
type Draft struct {
	Type    string // vct
	Issuer  string // iss
	Issued  time.Time
	Until   time.Time        // zero: no end
	Holder  *ecdsa.PublicKey // whose key shows it; nil: whoever has it shows it
	Status  any              // the status claim; nil: none
	Claims  []Claim
	Decoys  int // digests that stand for nothing and hide how many there are
	Subject string
}

// reserved are claims that are never hidden (draft-ietf-oauth-sd-jwt-vc §2.2.2.2).
var reserved = []string{"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "_sd", "_sd_alg", "..."}

// ErrDraft says that a draft has a claim whose name is taken, or a value that is no JSON.
var ErrDraft = errors.New("sdjwt: a claim cannot be written")

// Issue writes and signs a credential with everything that can be shown of it.
// Errors: ErrDraft, or the key's.
func Issue(k Key, d Draft) (string, error) {
	w := writer{}
	body := map[string]any{"vct": d.Type, "iss": d.Issuer, "iat": d.Issued.Unix(), "_sd_alg": "sha-256"}
	if !d.Until.IsZero() {
		body["exp"] = d.Until.Unix()
	}
	if d.Subject != "" {
		body["sub"] = d.Subject
	}
	if d.Status != nil {
		body["status"] = d.Status
	}
	if d.Holder != nil {
		jwk, err := sign.PublicJWK("", d.Holder)
		if err != nil {
			return "", err
		}
		body["cnf"] = map[string]any{"jwk": map[string]string{"kty": jwk.Kty, "crv": jwk.Crv, "x": jwk.X, "y": jwk.Y}}
	}
	if err := w.claims(body, d); err != nil {
		return "", err
	}
	payload, err := json.Marshal(body)
	if err != nil {
		return "", ErrDraft
	}
	header := map[string]any{"typ": Kind, "kid": k.ID}
	if len(k.Chain) > 0 {
		header["x5c"] = sign.X5C(k.Chain)
	}
	jws, err := sign.Compact(k.Signer, header, payload)
	if err != nil {
		return "", err
	}
	return jws + "~" + strings.Join(append(w.disclosures, ""), "~"), nil
}

// writer gathers what can be shown.
type writer struct{ disclosures []string }

func (w *writer) claims(body map[string]any, d Draft) error {
	var digests []string
	for _, c := range d.Claims {
		if _, taken := body[c.Name]; taken || slices.Contains(reserved, c.Name) {
			return ErrDraft
		}
		v, err := plain(c.Value)
		if err != nil {
			return ErrDraft
		}
		if c.Open {
			body[c.Name] = v
			continue
		}
		digest, err := w.disclose(c.Name, w.hide(v))
		if err != nil {
			return err
		}
		digests = append(digests, digest)
	}
	for range d.Decoys {
		sum := sha256.Sum256([]byte(salt()))
		digests = append(digests, b64.EncodeToString(sum[:]))
	}
	if len(digests) > 0 {
		slices.Sort(digests) // the order tells nothing
		body["_sd"] = digests
	}
	return nil
}

// plain is v as JSON has it: maps, lists, text, numbers, yes and no.
func plain(v any) (out any, err error) {
	raw, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	return out, err
}

// hide makes the members and items of v ones that can be shown alone. A phrase
// in several languages stays whole.
func (w *writer) hide(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if phrase(v) {
			return v
		}
		out, digests := map[string]any{}, []string{}
		for name, x := range v {
			if slices.Contains(reserved, name) {
				out[name] = x
				continue
			}
			digest, err := w.disclose(name, w.hide(x))
			if err != nil {
				out[name] = x
				continue
			}
			digests = append(digests, digest)
		}
		slices.Sort(digests)
		if len(digests) > 0 {
			out["_sd"] = digests
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, x := range v {
			digest, err := w.disclose("", w.hide(x))
			if err != nil {
				out = append(out, x)
				continue
			}
			out = append(out, map[string]any{"...": digest})
		}
		return out
	}
	return v
}

// phrase reports whether v is one phrase by language.
func phrase(v map[string]any) bool {
	for l, s := range v {
		if _, word := s.(string); len(l) != 2 || !word {
			return false
		}
	}
	return true
}

// disclose writes a disclosure and returns its digest; an item of a list has no name.
func (w *writer) disclose(name string, v any) (string, error) {
	parts := []any{salt(), v}
	if name != "" {
		parts = []any{parts[0], name, v}
	}
	raw, err := json.Marshal(parts)
	if err != nil {
		return "", ErrDraft
	}
	text := b64.EncodeToString(raw)
	w.disclosures = append(w.disclosures, text)
	return digest(text), nil
}

func digest(disclosure string) string {
	sum := sha256.Sum256([]byte(disclosure))
	return b64.EncodeToString(sum[:])
}

// salt is 128 random bits (RFC 9901 §9.3).
func salt() string {
	var b [16]byte
	rand.Read(b[:])
	return b64.EncodeToString(b[:])
}
