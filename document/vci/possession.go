package vci

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"diwan.example/internal/db"
	"diwan.example/internal/sign"
)

// possession checks a request's DPoP proof, if it has one, and returns the
// thumbprint of its key. token is the access token that it must name; bound is
// the thumbprint that it must have, empty when any will do. Source: RFC 9449.
func (o *Office) possession(r *http.Request, token, bound string) (string, error) {
	proofs := r.Header.Values("DPoP")
	if len(proofs) == 0 && bound == "" {
		return "", nil
	}
	wrong := failure{http.StatusBadRequest, "invalid_dpop_proof", "the DPoP proof does not count"}
	if token != "" {
		wrong.status = http.StatusUnauthorized
	}
	if len(proofs) != 1 {
		return "", wrong
	}
	j, err := sign.Read(proofs[0])
	if err != nil || j.Typ != "dpop+jwt" {
		return "", wrong
	}
	key, err := sign.Bare(j.JWK)
	if err != nil || !j.Valid(key) {
		return "", wrong
	}
	var c struct {
		ID     string `json:"jti"`
		Method string `json:"htm"`
		URI    string `json:"htu"`
		Issued int64  `json:"iat"`
		Token  string `json:"ath"`
	}
	if json.Unmarshal(j.Payload, &c) != nil || c.ID == "" || c.Method != r.Method || strings.TrimRight(c.URI, "/") != o.Origin+r.URL.Path {
		return "", wrong
	}
	sum := sha256.Sum256([]byte(token))
	if token != "" && c.Token != base64.RawURLEncoding.EncodeToString(sum[:]) {
		return "", wrong
	}
	at := time.Unix(c.Issued, 0)
	if now := o.DB.Now(); at.After(now.Add(slack)) || at.Before(now.Add(-nonceLasts)) {
		return "", wrong
	}
	thumb, err := sign.PublicJWK("", key)
	if err != nil {
		return "", wrong
	}
	print := thumbprint(thumb)
	err = o.DB.Write(r.Context(), func(tx *db.Tx) error {
		first, err := useOnce(tx, digest("dpop "+print+" "+c.ID), tx.Now().Add(2*nonceLasts))
		if err == nil && !first {
			err = wrong
		}
		return err
	})
	return print, err
}

// thumbprint names a key. Source: RFC 7638.
func thumbprint(k sign.JWK) string {
	return digest(`{"crv":"` + k.Crv + `","kty":"` + k.Kty + `","x":"` + k.X + `","y":"` + k.Y + `"}`)
}
