package vp

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/journal"
)

var b64 = base64.RawURLEncoding

// Ask makes a request. It ends after Lasts; those the person has open for the
// same question end at once. Errors: Invalid when there is no such type, or it
// does not say whose it is.
func (v *Verifier) Ask(tx *db.Tx, w Wish) (Request, error) {
	t, ok, err := v.o.Type(tx, w.Type)
	if err != nil {
		return Request{}, err
	}
	if !ok || t.Subject() == "" {
		return Request{}, errType
	}
	key, err := sign.Generate()
	if err != nil {
		return Request{}, err
	}
	r := Request{Code: db.Short(26), Wish: w, State: Waiting, Until: tx.Now().Add(Lasts), nonce: db.Short(26), state: db.Short(26)}
	if r.sealed, err = v.o.Vault.Seal("vp/"+r.Code, key); err != nil {
		return Request{}, err
	}
	if err := endOthers(tx, w); err != nil {
		return Request{}, err
	}
	return r, insertRequest(tx, r)
}

// URL is where the wallet fetches the request; here for one on the same device,
// which then leads back to the page.
func (v *Verifier) URL(r Request, here bool) string {
	u := v.o.BaseURL + "/wallet/request/" + r.Code
	if here {
		u += "?here=1"
	}
	return u
}

// Link opens a wallet with the request. Source: OpenID4VP 1.0 §5.10, RFC 9101.
func (v *Verifier) Link(tx *db.Tx, r Request, here bool) (string, error) {
	_, chain, err := v.o.Signing(tx)
	if err != nil {
		return "", err
	}
	q := url.Values{"client_id": {clientID(chain[0])}, "request_uri": {v.URL(r, here)}}
	return "openid4vp://?" + q.Encode(), nil
}

// clientID names us by the digest of our certificate: prefix x509_hash
// (OpenID4VP 1.0 §5.9.3). It does not change with the address of the house.
func clientID(own *x509.Certificate) string {
	sum := sha256.Sum256(own.Raw)
	return "x509_hash:" + b64.EncodeToString(sum[:])
}

func (v *Verifier) answerURL(r Request) string { return v.o.BaseURL + "/wallet/answer/" + r.Code }

// Object is the signed request that a wallet fetches: a compact JWS of type
// oauth-authz-req+jwt. Errors: NotFound; Conflict when it has ended.
func (v *Verifier) Object(ctx context.Context, code string, here bool) (token string, err error) {
	err = v.db.Write(ctx, func(tx *db.Tx) error {
		r, err := v.open(tx, code)
		if err != nil {
			return err
		}
		if err := markFetched(tx, r.Code, here); err != nil {
			return err
		}
		token, err = v.signed(tx, r)
		return err
	})
	return token, err
}

// open loads a request that may still be answered.
func (v *Verifier) open(tx *db.Tx, code string) (Request, error) {
	r, ok, err := requestByCode(tx, code)
	switch {
	case err != nil:
		return r, err
	case !ok:
		return r, errNone
	case r.State != Waiting || !tx.Now().Before(r.Until):
		return r, errOver
	}
	return r, nil
}

func (v *Verifier) signed(tx *db.Tx, r Request) (string, error) {
	key, chain, err := v.o.Signing(tx)
	if err != nil {
		return "", err
	}
	t, ok, err := v.o.Type(tx, r.Wish.Type)
	if err != nil || !ok {
		return "", errType
	}
	meta, err := v.metadata(r)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(map[string]any{
		"aud": "https://self-issued.me/v2", "client_id": clientID(chain[0]), "response_type": "vp_token", "response_mode": mode(r.Wish),
		"response_uri": v.answerURL(r), "nonce": r.nonce, "state": r.state, "dcql_query": query(t, r.Wish.Claims), "client_metadata": meta,
		"iat": tx.Now().Unix(), "exp": r.Until.Unix(),
	})
	if err != nil {
		return "", err
	}
	head, err := json.Marshal(map[string]any{"alg": "ES256", "typ": "oauth-authz-req+jwt", "x5c": x5c(chain)})
	if err != nil {
		return "", err
	}
	input := b64.EncodeToString(head) + "." + b64.EncodeToString(body)
	sig, err := sign.Raw(key, []byte(input))
	return input + "." + b64.EncodeToString(sig), err
}

func mode(w Wish) string {
	if w.Plain {
		return "direct_post"
	}
	return "direct_post.jwt"
}

// x5c is the chain without its root.
func x5c(chain []*x509.Certificate) (out []string) {
	for i, c := range chain {
		if i == 0 || i < len(chain)-1 {
			out = append(out, base64.StdEncoding.EncodeToString(c.Raw))
		}
	}
	return out
}

// metadata says what we read and to which key the answer is encrypted
// (OpenID4VP 1.0 §11.1).
func (v *Verifier) metadata(r Request) (map[string]any, error) {
	m := map[string]any{"vp_formats_supported": map[string]any{
		SDJWT: map[string]any{"sd-jwt_alg_values": []string{"ES256"}, "kb-jwt_alg_values": []string{"ES256"}},
		Mdoc:  map[string]any{"issuerauth_alg_values": []int{-7}, "deviceauth_alg_values": []int{-7}},
	}}
	if r.Wish.Plain {
		return m, nil
	}
	key, err := v.o.Vault.Open("vp/"+r.Code, r.sealed)
	if err != nil {
		return nil, err
	}
	jwk, err := sign.PublicJWK(r.Code, key.Public())
	if err != nil {
		return nil, err
	}
	jwk.Use, jwk.Alg = "enc", "ECDH-ES"
	m["jwks"] = map[string]any{"keys": []sign.JWK{jwk}}
	m["encrypted_response_enc_values_supported"] = []string{"A128GCM", "A256GCM"}
	return m, nil
}

// query asks in DCQL for the claims and whose they are, in whichever form the
// wallet has (OpenID4VP 1.0 §6).
func query(t Type, claims []string) map[string]any {
	var plain, spaced []any
	for _, name := range wanted(t, claims) {
		c, _ := t.claim(name)
		plain = append(plain, map[string]any{"path": []string{element(c)}})
		if t.Mdoc != nil {
			spaced = append(spaced, map[string]any{"path": []string{t.Mdoc.Namespace, element(c)}, "intent_to_retain": true})
		}
	}
	list := []any{map[string]any{"id": "sd", "format": SDJWT, "meta": map[string]any{"vct_values": []string{t.VCT}}, "claims": plain}}
	options := [][]string{{"sd"}}
	if t.Mdoc != nil {
		list = append(list, map[string]any{"id": "mdoc", "format": Mdoc, "meta": map[string]any{"doctype_value": t.Mdoc.Doctype}, "claims": spaced})
		options = append(options, []string{"mdoc"})
	}
	return map[string]any{"credentials": list, "credential_sets": []any{map[string]any{"options": options}}}
}

// wanted are the claims asked for, with the one that says whose they are.
func wanted(t Type, claims []string) []string {
	if s := t.Subject(); !slices.Contains(claims, s) {
		return append(slices.Clone(claims), s)
	}
	return claims
}

// TypeOf gives a type that may be asked for; false: there is none.
func (v *Verifier) TypeOf(tx *db.Tx, id string) (Type, bool, error) { return v.o.Type(tx, id) }

// Of gives a person's own request, for the page that waits for it. Errors:
// NotFound, also to anybody else.
func (v *Verifier) Of(tx *db.Tx, code string) (Request, error) {
	r, ok, err := requestByCode(tx, code)
	if err != nil {
		return r, err
	}
	if !ok || r.Wish.Person != tx.Actor().Person || r.Wish.Person == "" {
		return Request{}, errNone
	}
	if r.State == Waiting && !tx.Now().Before(r.Until) {
		r.State = Ended
	}
	return r, nil
}

// Latest is the person's newest request for a question; false when there is none.
func (v *Verifier) Latest(tx *db.Tx, c gov.CaseID, name string) (Request, bool, error) {
	r, ok, err := latestRequest(tx, tx.Actor().Person, c, name)
	if ok && r.State == Waiting && !tx.Now().Before(r.Until) {
		r.State = Ended
	}
	return r, ok, err
}

// Collect takes what was proven, once, and forgets it here. It stands in the
// person's log who got to know what. Appends vp.collected. Errors: NotFound;
// Conflict when there is nothing to collect.
func (v *Verifier) Collect(tx *db.Tx, code string) (Presented, error) {
	r, err := v.Of(tx, code)
	if err != nil {
		return Presented{}, err
	}
	if r.State != Given {
		return Presented{}, errOver
	}
	if taken, err := collect(tx, r.Code); err != nil || !taken {
		if err == nil {
			err = errOver
		}
		return Presented{}, err
	}
	return r.Given, journal.Append(tx, journal.Fact{Name: "vp.collected", Subject: r.Code, Organisation: r.Wish.For,
		Body: journal.Body(map[string]any{"person": r.Wish.Person, "case": r.Wish.Case, "type": r.Wish.Type, "issuer": r.Given.Issuer, "question": r.Wish.Name, "claims": r.Wish.Claims})})
}
