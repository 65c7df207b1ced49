package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
)

// Compact signs payload and returns a compact JWS with any header; "alg" is set
// by the kind of key: ES256 or RS256. Source: RFC 7515 §7.1, RFC 7518 §3.
func Compact(key crypto.Signer, header map[string]any, payload []byte) (string, error) {
	alg := Algorithm(key.Public())
	if alg == "" {
		return "", errors.New("sign: neither a P-256 nor an RSA key")
	}
	header = maps.Clone(header)
	header["alg"] = alg
	head, err := Canonical(header)
	if err != nil {
		return "", err
	}
	input := b64.EncodeToString(head) + "." + b64.EncodeToString(payload)
	sig, err := Bytes(key, []byte(input))
	if err != nil {
		return "", err
	}
	return input + "." + b64.EncodeToString(sig), nil
}

// Algorithm is the name of the algorithm that a key signs with: "ES256" for
// P-256, "RS256" for RSA of 2048 bits or more, "" for anything else.
func Algorithm(pub crypto.PublicKey) string {
	switch k := pub.(type) {
	case *ecdsa.PublicKey:
		if k != nil && k.Curve == elliptic.P256() {
			return "ES256"
		}
	case *rsa.PublicKey:
		if k != nil && k.N.BitLen() >= 2048 {
			return "RS256"
		}
	}
	return ""
}

// Bytes signs message with the algorithm of the key and returns the signature as
// JOSE and COSE carry it.
func Bytes(key crypto.Signer, message []byte) ([]byte, error) {
	if Algorithm(key.Public()) != "RS256" {
		return Raw(key, message)
	}
	sum := sha256.Sum256(message)
	return key.Sign(rand.Reader, sum[:], crypto.SHA256)
}

// BytesValid reports whether sig is pub's signature of message by algorithm alg.
func BytesValid(pub crypto.PublicKey, alg string, message, sig []byte) bool {
	if alg == "" || alg != Algorithm(pub) {
		return false
	}
	switch k := pub.(type) {
	case *ecdsa.PublicKey:
		return RawValid(k, message, sig)
	case *rsa.PublicKey:
		sum := sha256.Sum256(message)
		return rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], sig) == nil
	}
	return false
}

// X5C writes a chain for the header of a JWS, without the root when it has more
// than one certificate. Source: RFC 7515 §4.1.6.
func X5C(chain []*x509.Certificate) []string {
	if n := len(chain); n > 1 {
		chain = chain[:n-1]
	}
	out := make([]string, len(chain))
	for i, c := range chain {
		out[i] = base64.StdEncoding.EncodeToString(c.Raw)
	}
	return out
}

// JWS is a compact JWS that has been read; nothing is proven until Valid says so.
type JWS struct {
	Alg, Kid, Typ string
	JWK           json.RawMessage // the key that it brings, if any
	Chain         []*x509.Certificate
	Payload       []byte

	input string
	sig   []byte
}

// Read takes a compact JWS apart. A header that asks for extensions (crit) is
// refused, as is "none". Errors: ErrToken.
func Read(token string) (j JWS, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return j, ErrToken
	}
	head, err1 := b64.DecodeString(parts[0])
	payload, err2 := b64.DecodeString(parts[1])
	sig, err3 := b64.DecodeString(parts[2])
	var h struct {
		Alg  string          `json:"alg"`
		Kid  string          `json:"kid"`
		Typ  string          `json:"typ"`
		JWK  json.RawMessage `json:"jwk"`
		X5C  []string        `json:"x5c"`
		Crit json.RawMessage `json:"crit"`
	}
	if errors.Join(err1, err2, err3) != nil || json.Unmarshal(head, &h) != nil || h.Crit != nil || h.Alg == "" || strings.EqualFold(h.Alg, "none") {
		return j, ErrToken
	}
	j = JWS{Alg: h.Alg, Kid: h.Kid, Typ: h.Typ, JWK: h.JWK, Payload: payload, input: parts[0] + "." + parts[1], sig: sig}
	if len(h.X5C) > 10 {
		return j, ErrToken
	}
	for _, s := range h.X5C {
		der, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return j, ErrToken
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return j, ErrToken
		}
		j.Chain = append(j.Chain, c)
	}
	return j, nil
}

// Valid reports whether the token was signed by pub, with the algorithm of that
// kind of key.
func (j JWS) Valid(pub crypto.PublicKey) bool { return BytesValid(pub, j.Alg, []byte(j.input), j.sig) }

// Bare reads the public P-256 key of a JWK that holds anything else as well, and
// refuses one that holds a private half.
func Bare(raw json.RawMessage) (*ecdsa.PublicKey, error) {
	var k struct {
		JWK
		D json.RawMessage `json:"d"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &k) != nil || k.D != nil {
		return nil, ErrToken
	}
	return k.JWK.Key()
}
