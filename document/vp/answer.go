package vp

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"

	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/journal"
	"github.com/go-jose/go-jose/v4"
)

// Largest is how many bytes an answer may have.
const Largest = 256 << 10

// credential is a presentation that its form's rules have proven.
type credential struct {
	form    string
	issuer  trust.Entity
	key     string // kid
	signed  time.Time
	until   time.Time
	uri     string // of the status list; "" when it has none
	index   uint64
	element func(id string) any
}

// Answer takes what a wallet sends, once. It returns where a wallet on the same
// device leads to, or "". A presentation that is well-formed but does not count
// ends the request, and its page says why; the wallet is told the same. What
// cannot be read changes nothing. Appends vp.presented or vp.refused. Errors:
// NotFound, Conflict (over, or answered), Invalid, Unavailable.
func (v *Verifier) Answer(ctx context.Context, code string, in url.Values) (string, error) {
	var r Request
	var t Type
	var own string
	err := v.db.Read(ctx, func(tx *db.Tx) (err error) {
		if r, err = v.open(tx, code); err != nil {
			return err
		}
		_, chain, err := v.o.Signing(tx)
		if err != nil {
			return err
		}
		own = clientID(chain[0])
		var ok bool
		if t, ok, err = v.o.Type(tx, r.Wish.Type); err == nil && !ok {
			err = errType
		}
		return err
	})
	if err != nil {
		return "", err
	}
	a, err := v.read(r, in)
	if err != nil {
		return "", err
	}
	found, bad := v.prove(ctx, r, t, own, a)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err := v.keep(ctx, r, found, bad); err != nil {
		return "", err
	}
	if bad != nil {
		return "", bad
	}
	if r.here {
		return v.o.BaseURL + "/cases/" + string(r.Wish.Case) + "/present/" + r.Wish.Name, nil
	}
	return "", nil
}

// answer is what a wallet sends, decrypted.
type answer struct {
	Token map[string][]string `json:"vp_token"`
	State string              `json:"state"`
	Error string              `json:"error"`
}

// read opens an answer in the mode that was asked for. The request's state must
// come back; whoever does not know it ends nothing.
func (v *Verifier) read(r Request, in url.Values) (a answer, err error) {
	raw := []byte(in.Get("vp_token"))
	a.State, a.Error = in.Get("state"), in.Get("error")
	switch {
	case !r.Wish.Plain && a.Error == "":
		if raw, err = v.decrypt(r, in.Get("response")); err == nil {
			err = json.Unmarshal(raw, &a)
		}
	case a.Error == "":
		err = json.Unmarshal(raw, &a.Token)
	}
	if err != nil || subtle.ConstantTimeCompare([]byte(a.State), []byte(r.state)) != 1 {
		return a, errForm.Because(cmp.Or(err, errors.New("state")))
	}
	return a, nil
}

func (v *Verifier) decrypt(r Request, text string) ([]byte, error) {
	if len(text) > Largest {
		return nil, errors.New("vp: too large")
	}
	jwe, err := jose.ParseEncryptedCompact(text, []jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A128GCM, jose.A256GCM})
	if err != nil {
		return nil, err
	}
	key, err := v.o.Vault.Open("vp/"+r.Code, r.sealed)
	if err != nil {
		return nil, err
	}
	return jwe.Decrypt(key)
}

// prove finds out what a presentation is worth. bad is nil, or why it does not count.
func (v *Verifier) prove(ctx context.Context, r Request, t Type, own string, a answer) (p Presented, bad error) {
	if a.Error != "" {
		return p, errLacks.Because(errors.New("wallet: " + a.Error))
	}
	list, err := v.o.Trust(ctx)
	if err != nil {
		return p, errAway.Because(err)
	}
	now := v.db.Now()
	c, err := v.presented(check{r, t, own, list, now}, a)
	if err != nil {
		return p, err
	}
	p = Presented{Type: t.ID, Title: t.Title, Issuer: gov.OrgID(c.issuer.ID), Name: c.issuer.Name, Key: c.key, Form: c.form,
		Issued: db.Millis(c.signed), Until: db.Millis(c.until), Verified: now.UnixMilli()}
	whose := t.Subject()
	for _, name := range wanted(t, r.Wish.Claims) {
		def, _ := t.claim(name)
		value := plain(def.Kind, def.Element, c.element(element(def)))
		if value == nil {
			return p, errLacks
		}
		if name == whose && value != r.Wish.Civil {
			return p, errOther
		}
		if slices.Contains(r.Wish.Claims, name) { // whose it is need not be kept
			p.Claims = append(p.Claims, Claim{name, def.Label, def.Kind, value})
		}
	}
	if c.uri != "" {
		p.Status, bad = v.status(ctx, c)
	}
	return p, bad
}

func (v *Verifier) status(ctx context.Context, c credential) (int64, error) {
	s, at, err := v.o.Status(ctx, c.uri, c.index)
	switch {
	case err != nil:
		return 0, errAway.Because(err)
	case s == Suspended:
		return 0, errSuspended
	case s != Valid:
		return 0, errRevoked
	}
	return at.UnixMilli(), nil
}

// keep writes what came of an answer, unless another was faster.
func (v *Verifier) keep(ctx context.Context, r Request, p Presented, bad error) error {
	to := Given
	if bad != nil {
		p, to = Presented{}, Refused
	}
	return v.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := v.open(tx, r.Code); err != nil {
			return err
		}
		if first, err := answered(tx, r.Code, to, p, gov.PublicOf(bad)); err != nil || !first {
			return cmp.Or[error](err, errOver)
		}
		name, body := "vp.presented", map[string]any{"person": r.Wish.Person, "case": r.Wish.Case, "type": r.Wish.Type, "form": p.Form, "issuer": p.Issuer}
		if bad != nil {
			name, body = "vp.refused", map[string]any{"person": r.Wish.Person, "case": r.Wish.Case, "type": r.Wish.Type, "reason": gov.PublicOf(bad)[gov.English]}
		}
		return journal.Append(tx, journal.Fact{Name: name, Subject: r.Code, Organisation: r.Wish.For, Body: journal.Body(body)})
	})
}

// thumbprint is the digest that binds an answer to the key it is encrypted to.
func (v *Verifier) thumbprint(r Request) ([]byte, error) {
	if r.Wish.Plain {
		return nil, nil
	}
	key, err := v.o.Vault.Open("vp/"+r.Code, r.sealed)
	if err != nil {
		return nil, err
	}
	jwk, err := sign.PublicJWK("", key.Public())
	if err != nil {
		return nil, err
	}
	return digest(`{"crv":"P-256","kty":"EC","x":"` + jwk.X + `","y":"` + jwk.Y + `"}`), nil // RFC 7638 §3.2
}
