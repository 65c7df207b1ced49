package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"errors"
)

// JWK is a public P-256 key as the world reads it. Source: RFC 7517, RFC 7518 §6.2.
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y"`
	Kid string `json:"kid"`
	Use string `json:"use"`
	Alg string `json:"alg"`
}

// Set is what /.well-known/jwks.json holds.
type Set struct {
	Keys []JWK `json:"keys"`
}

// PublicJWK describes the public half of a P-256 key.
func PublicJWK(kid string, pub crypto.PublicKey) (JWK, error) {
	key, ok := pub.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return JWK{}, errors.New("sign: not a P-256 key")
	}
	point, err := key.Bytes() // 4 ‖ x ‖ y
	if err != nil {
		return JWK{}, err
	}
	x, y := point[1:1+fieldSize], point[1+fieldSize:]
	return JWK{Kty: "EC", Crv: "P-256", X: b64.EncodeToString(x), Y: b64.EncodeToString(y), Kid: kid, Use: "sig", Alg: "ES256"}, nil
}

// Key returns the key that j describes. A point off the curve is an error.
func (j JWK) Key() (*ecdsa.PublicKey, error) {
	x, err1 := b64.DecodeString(j.X)
	y, err2 := b64.DecodeString(j.Y)
	if err := errors.Join(err1, err2); err != nil || j.Kty != "EC" || j.Crv != "P-256" || len(x) != fieldSize || len(y) != fieldSize {
		return nil, errors.New("sign: not a P-256 JWK")
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
}
