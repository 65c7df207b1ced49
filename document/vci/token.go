package vci

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"crypto/rand"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// pass is an access token without its secret.
type pass struct {
	Digest string
	Person gov.PersonID
	Client string // the wallet's client id; empty: it gave none
	Thumb  string // of the key that must prove possession (DPoP); empty: none
	Source string // what it was given for: an offer's id or a code's digest
	Grants []grant
	Until  time.Time
	Copies int
}

// token answers the token endpoint (OpenID4VCI §6, RFC 6749 §4.1.3).
func (o *Office) token(w http.ResponseWriter, r *http.Request) error {
	f, err := fields(r)
	if err != nil {
		return err
	}
	thumb, err := o.possession(r, "", "")
	if err != nil {
		return err
	}
	token := secret()
	p := pass{Digest: digest(token), Client: f.Get("client_id"), Thumb: thumb, Until: o.DB.Now().Add(tokenLasts)}
	switch f.Get("grant_type") {
	case preAuthorised:
		err = o.byOffer(r, f, &p)
	case "authorization_code":
		err = o.byCode(r, f, &p)
	default:
		err = bad("unsupported_grant_type", "use authorization_code or the pre-authorised code")
	}
	if err != nil {
		return err
	}
	out := map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": int(tokenLasts.Seconds())}
	if thumb != "" {
		out["token_type"] = "DPoP"
	}
	if details := detailed(p.Grants); len(details) > 0 {
		out["authorization_details"] = details
	}
	answer(w, http.StatusOK, out)
	return nil
}

// detailed are the grants of a wallet that asked by authorization_details: one
// entry for each configuration, with an identifier for each document.
func detailed(all []grant) (out []map[string]any) {
	at := map[string]int{}
	for _, g := range all {
		if g.Identifier == "" {
			continue
		}
		i, there := at[g.Config]
		if !there {
			i, at[g.Config] = len(out), len(out)
			out = append(out, map[string]any{"type": "openid_credential", "credential_configuration_id": g.Config, "credential_identifiers": []string{}})
		}
		out[i]["credential_identifiers"] = append(out[i]["credential_identifiers"].([]string), g.Identifier)
	}
	return out
}

func (o *Office) byOffer(r *http.Request, f url.Values, p *pass) error {
	var offer string
	err := o.DB.Write(r.Context(), func(tx *db.Tx) error {
		x, grants, err := o.redeem(tx, f.Get("pre-authorized_code"), f.Get("tx_code"))
		if err != nil {
			offer = x.ID
			return err
		}
		p.Person, p.Source, p.Grants = x.holder, x.ID, grants
		return insertToken(tx, *p)
	})
	if errors.Is(err, errWrongCode) { // counted in a transaction of its own, which stays
		if err := o.DB.Write(r.Context(), func(tx *db.Tx) error { return countTry(tx, offer) }); err != nil {
			return err
		}
	}
	return err
}

func (o *Office) byCode(r *http.Request, f url.Values, p *pass) error {
	at := digest(f.Get("code"))
	replayed := false
	err := o.DB.Write(r.Context(), func(tx *db.Tx) error {
		c, ok, err := codeByDigest(tx, at)
		if err != nil || !ok || !tx.Now().Before(c.Until) {
			return cmp.Or[error](err, errGrant)
		}
		if first, err := useCode(tx, at); err != nil || !first {
			replayed = err == nil
			return cmp.Or[error](err, errGrant)
		}
		if c.Params.Redirect != f.Get("redirect_uri") || c.Params.Client != p.Client {
			return errGrant
		}
		sum := sha256.Sum256([]byte(f.Get("code_verifier")))
		if !same(base64.RawURLEncoding.EncodeToString(sum[:]), c.Params.Challenge) {
			return errGrant
		}
		p.Person, p.Source, p.Grants = c.Person, at, c.Grants
		return insertToken(tx, *p)
	})
	if replayed { // somebody has the code who should not: what it gave ends too (RFC 6749 §4.1.2)
		if err := o.DB.Write(r.Context(), func(tx *db.Tx) error { return endTokens(tx, at) }); err != nil {
			return err
		}
	}
	return err
}

// bearer finds the token of a request. Errors: errToken.
func (o *Office) bearer(r *http.Request) (p pass, err error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if token == "" || !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "DPoP") {
		return p, errToken
	}
	err = o.DB.Read(r.Context(), func(tx *db.Tx) error {
		var ok bool
		if p, ok, err = tokenByDigest(tx, digest(token)); err == nil && (!ok || !tx.Now().Before(p.Until)) {
			err = errToken
		}
		return err
	})
	if err != nil || p.Thumb == "" && strings.EqualFold(scheme, "Bearer") {
		return p, err
	}
	thumb, err := o.possession(r, token, p.Thumb)
	if err == nil && (thumb == "" || thumb != p.Thumb) {
		err = errToken
	}
	return p, err
}

// A nonce carries its time and our proof of it, so that making one costs
// nothing; only those that were used are kept.
func (o *Office) newNonce() string {
	b := make([]byte, 24, 40)
	binary.BigEndian.PutUint64(b, uint64(o.DB.Now().UnixMilli()))
	rand.Read(b[8:24])
	return base64.RawURLEncoding.EncodeToString(append(b, o.mac("nonce", b)[:16]...))
}

// fresh reports whether s is a nonce of ours whose time has not passed.
func (o *Office) fresh(s string, now time.Time) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 40 || !same(string(b[24:]), string(o.mac("nonce", b[:24])[:16])) {
		return false
	}
	age := now.Sub(time.UnixMilli(int64(binary.BigEndian.Uint64(b))))
	return age >= 0 && age < nonceLasts
}

// nonce answers the nonce endpoint (OpenID4VCI §7).
func (o *Office) nonce(w http.ResponseWriter, _ *http.Request) error {
	answer(w, http.StatusOK, map[string]any{"c_nonce": o.newNonce()})
	return nil
}
