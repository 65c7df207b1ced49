package vci

import (
	"cmp"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"diwan.example/document"
	"diwan.example/document/statuslist"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/journal"
)

// request is what a wallet asks at the credential endpoint (OpenID4VCI §8.2).
type request struct {
	Identifier string `json:"credential_identifier"`
	Config     string `json:"credential_configuration_id"`
	Proofs     *struct {
		JWT []string `json:"jwt"`
	} `json:"proofs"`
	Encryption *encryption `json:"credential_response_encryption"`
}

// encryption says how the answer shall be encrypted.
type encryption struct {
	JWK json.RawMessage `json:"jwk"`
	Enc string          `json:"enc"`
	Zip string          `json:"zip,omitempty"`
}

// promise is a credential that is handed over later.
type promise struct {
	Grant  grant      `json:"grant"`
	Keys   []sign.JWK `json:"keys"`
	Device string     `json:"device"`
}

// errNotNow says that a credential is promised instead.
var errNotNow = errors.New("vci: not ready")

// credential answers the credential endpoint.
func (o *Office) credential(w http.ResponseWriter, r *http.Request) error {
	p, err := o.bearer(r)
	if err != nil {
		return err
	}
	var q request
	if err := body(r, "invalid_credential_request", &q); err != nil {
		return err
	}
	g, err := q.grant(p)
	if err != nil {
		return err
	}
	if err := q.Encryption.check(); err != nil {
		return err
	}
	keys, nonces, err := o.proven(q, p)
	if err != nil {
		return err
	}
	give := promise{Grant: g, Device: device(r)}
	for _, k := range keys {
		jwk, err := sign.PublicJWK("", k)
		if err != nil {
			return err
		}
		give.Keys = append(give.Keys, jwk)
	}
	var out map[string]any
	err = o.DB.Write(r.Context(), func(tx *db.Tx) error {
		if err := spend(tx, nonces); err != nil {
			return err
		}
		out, err = o.hand(tx, p, give)
		return err
	})
	if errors.Is(err, errNotNow) || gov.KindOf(err) == gov.Unavailable {
		return o.later(w, r, p, give, nonces)
	}
	if err != nil {
		return err
	}
	return o.deliver(w, http.StatusOK, out, q.Encryption)
}

// grant finds what of a token is asked for.
func (q request) grant(p pass) (grant, error) {
	if (q.Identifier == "") == (q.Config == "") {
		return grant{}, bad("invalid_credential_request", "name a credential_identifier or a credential_configuration_id, and not both")
	}
	for _, g := range p.Grants {
		if q.Identifier != "" && g.Identifier == q.Identifier || q.Config != "" && g.Identifier == "" && g.Config == q.Config {
			return g, nil
		}
	}
	if q.Identifier != "" {
		return grant{}, bad("unknown_credential_identifier", "the access token does not allow this credential")
	}
	return grant{}, errUnknown
}

// spend uses nonces up. Errors: errNonce when one was used before.
func spend(tx *db.Tx, nonces []string) error {
	for _, n := range nonces {
		first, err := useOnce(tx, digest("nonce "+n), tx.Now().Add(2*nonceLasts))
		if err != nil || !first {
			return cmp.Or(err, errNonce)
		}
	}
	return nil
}

// proven checks the proofs of possession and returns the keys that they prove,
// and the nonces that they use (OpenID4VCI §8.2, F.1, F.4).
func (o *Office) proven(q request, p pass) (keys []*ecdsa.PublicKey, nonces []string, err error) {
	if q.Proofs == nil || len(q.Proofs.JWT) == 0 {
		return nil, nil, bad("invalid_proof", "a proof of type jwt is needed")
	}
	if len(q.Proofs.JWT) > batchSize {
		return nil, nil, bad("invalid_credential_request", "too many proofs")
	}
	for _, text := range q.Proofs.JWT {
		key, nonce, err := o.proof(text, p)
		if err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(keys, func(k *ecdsa.PublicKey) bool { return k.Equal(key) }) {
			return nil, nil, bad("invalid_proof", "every proof needs a key of its own")
		}
		keys = append(keys, key)
		if !slices.Contains(nonces, nonce) {
			nonces = append(nonces, nonce)
		}
	}
	return keys, nonces, nil
}

func (o *Office) proof(text string, p pass) (*ecdsa.PublicKey, string, error) {
	j, err := sign.Read(text)
	if err != nil || j.Typ != "openid4vci-proof+jwt" || j.Kid != "" || len(j.Chain) > 0 {
		return nil, "", bad("invalid_proof", "a proof is a JWT of type openid4vci-proof+jwt with its key as jwk")
	}
	key, err := sign.Bare(j.JWK)
	if err != nil || j.Alg != "ES256" || !j.Valid(key) {
		return nil, "", bad("invalid_proof", "a proof is signed with ES256 by the key that it brings")
	}
	var c struct {
		Audience any    `json:"aud"`
		Client   string `json:"iss"`
		Issued   int64  `json:"iat"`
		Nonce    string `json:"nonce"`
	}
	if json.Unmarshal(j.Payload, &c) != nil || c.Audience != o.Origin || c.Client != "" && c.Client != p.Client {
		return nil, "", bad("invalid_proof", "a proof is made for this issuer, by this wallet")
	}
	now := o.DB.Now()
	if at := time.Unix(c.Issued, 0); at.After(now.Add(slack)) || at.Before(now.Add(-proofLasts)) {
		return nil, "", bad("invalid_proof", "a proof is not of this moment")
	}
	if c.Nonce == "" {
		return nil, "", bad("invalid_proof", "a proof needs a c_nonce")
	}
	if !o.fresh(c.Nonce, now) {
		return nil, "", errNonce
	}
	return key, c.Nonce, nil
}

// hand makes a copy for every key, notes to whom it went, and returns the
// answer. Errors: errNotNow; errDenied when the document is no longer in force.
func (o *Office) hand(tx *db.Tx, p pass, give promise) (map[string]any, error) {
	d, def, err := o.Issuer.ForWallet(tx, give.Grant.Document)
	if gov.KindOf(err) == gov.Conflict || gov.KindOf(err) == gov.NotFound {
		return nil, errDenied
	}
	if err != nil {
		return nil, err
	}
	if d.State != document.Valid {
		return nil, errDenied
	}
	if o.Ready != nil && !o.Ready(tx, d) {
		return nil, errNotNow
	}
	if room, err := countCopies(tx, p.Digest, len(give.Keys)); err != nil || !room {
		return nil, cmp.Or[error](err, errDenied)
	}
	handing := db.Short(26)
	var made []map[string]string
	for _, jwk := range give.Keys {
		key, err := jwk.Key()
		if err != nil {
			return nil, err
		}
		ref, err := o.Issuer.Copy(tx, d)
		if err != nil {
			return nil, err
		}
		text, err := o.Issuer.Credential(tx, d, def, form(give.Grant.Config), key, ref)
		if err != nil {
			return nil, err
		}
		made = append(made, map[string]string{"credential": text})
		if err := insertCopy(tx, o.copied(tx, p, give, handing, jwk, ref)); err != nil {
			return nil, err
		}
	}
	if err := o.Issuer.Used(tx, d, document.Handed); err != nil {
		return nil, err
	}
	err = journal.Append(tx, fact("wallet.handed", d, map[string]any{"format": form(give.Grant.Config), "copies": len(made)}))
	return map[string]any{"credentials": made, "notification_id": handing}, err
}

func (o *Office) copied(tx *db.Tx, p pass, give promise, handing string, jwk sign.JWK, ref statuslist.Reference) Copy {
	return Copy{ID: db.NewID(tx.Now()), handing: handing, Document: give.Grant.Document, person: p.Person, Form: form(give.Grant.Config), Client: p.Client,
		Device: give.Device, Key: thumbprint(jwk), ref: ref, At: tx.Now(), State: Handed}
}

// later promises a credential: the wallet asks again with what it gets here
// (OpenID4VCI §9).
func (o *Office) later(w http.ResponseWriter, r *http.Request, p pass, give promise, nonces []string) error {
	id := secret()
	err := o.DB.Write(r.Context(), func(tx *db.Tx) error {
		if err := spend(tx, nonces); err != nil {
			return err
		}
		if err := lengthenToken(tx, p.Digest, tx.Now().Add(promiseLasts)); err != nil {
			return err
		}
		return insertPromise(tx, digest(id), p.Digest, give, tx.Now().Add(promiseLasts))
	})
	if err != nil {
		return err
	}
	answer(w, http.StatusAccepted, map[string]any{"transaction_id": id, "interval": retryAfter})
	return nil
}

// deferred answers the deferred credential endpoint.
func (o *Office) deferred(w http.ResponseWriter, r *http.Request) error {
	p, err := o.bearer(r)
	if err != nil {
		return err
	}
	var q struct {
		ID         string      `json:"transaction_id"`
		Encryption *encryption `json:"credential_response_encryption"`
	}
	if err := body(r, "invalid_credential_request", &q); err != nil {
		return err
	}
	if err := q.Encryption.check(); err != nil {
		return err
	}
	var out map[string]any
	err = o.DB.Write(r.Context(), func(tx *db.Tx) error {
		give, ok, err := openPromise(tx, digest(q.ID), p.Digest)
		if err != nil || !ok {
			return cmp.Or[error](err, bad("invalid_transaction_id", "there is no such transaction, or it was answered"))
		}
		if first, err := keepPromise(tx, digest(q.ID)); err != nil || !first {
			return cmp.Or[error](err, bad("invalid_transaction_id", "there is no such transaction, or it was answered"))
		}
		out, err = o.hand(tx, p, give)
		return err
	})
	if errors.Is(err, errNotNow) || gov.KindOf(err) == gov.Unavailable {
		answer(w, http.StatusAccepted, map[string]any{"transaction_id": q.ID, "interval": retryAfter})
		return nil
	}
	if err != nil {
		return err
	}
	delete(out, "notification_id") // it may be left out, and a wallet in use refuses it here
	return o.deliver(w, http.StatusOK, out, q.Encryption)
}

// encryptions are the content encryptions that answers may have.
var encryptions = []string{"A128GCM", "A256GCM"}

// check refuses what the answer could not be encrypted with.
func (e *encryption) check() error {
	if e == nil {
		return nil
	}
	if _, err := sign.Bare(e.JWK); err != nil || !slices.Contains(encryptions, e.Enc) || e.Zip != "" {
		return bad("invalid_encryption_parameters", "give a P-256 key and A128GCM or A256GCM, without zip")
	}
	return nil
}

// deliver writes an answer, encrypted when the wallet asked for it.
func (o *Office) deliver(w http.ResponseWriter, status int, out map[string]any, e *encryption) error {
	if e == nil {
		answer(w, status, out)
		return nil
	}
	key, err := sign.Bare(e.JWK)
	if err != nil {
		return err
	}
	var named struct {
		Kid string `json:"kid"`
	}
	json.Unmarshal(e.JWK, &named) // it was read once already
	to := jose.Recipient{Algorithm: jose.ECDH_ES, Key: key, KeyID: named.Kid}
	enc, err := jose.NewEncrypter(jose.ContentEncryption(e.Enc), to, (&jose.EncrypterOptions{}).WithType("JWT"))
	if err != nil {
		return err
	}
	box, err := enc.Encrypt(raw(out))
	if err != nil {
		return err
	}
	text, err := box.CompactSerialize()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/jwt")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, err = w.Write([]byte(text))
	return err
}
