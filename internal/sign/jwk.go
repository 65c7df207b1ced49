package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"math/big"
)

// leastRSA is how many bits an RSA key has at least.
const leastRSA = 3072

// JWK is a public P-256 or RSA key as the world reads it. Source: RFC 7517, RFC 7518 §6.2, §6.3.
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv,omitempty"`
	X   string `json:"x,omitempty"`
	Y   string `json:"y,omitempty"`
	N   string `json:"n,omitempty"`
	E   string `json:"e,omitempty"`
	Kid string `json:"kid"`
	Use string `json:"use"`
	Alg string `json:"alg"`
}

// Set is what /.well-known/jwks.json holds.
type Set struct {
	Keys []JWK `json:"keys"`
}

// PublicJWK describes the public half of a P-256 key, or of an RSA key of at
// least 3072 bits.
func PublicJWK(kid string, pub crypto.PublicKey) (JWK, error) {
	if key, ok := pub.(*rsa.PublicKey); ok && key.N.BitLen() >= leastRSA {
		e := big.NewInt(int64(key.E)).Bytes()
		return JWK{Kty: "RSA", N: b64.EncodeToString(key.N.Bytes()), E: b64.EncodeToString(e), Kid: kid, Use: "sig", Alg: "RS256"}, nil
	}
	key, ok := pub.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return JWK{}, errors.New("sign: neither a P-256 key nor an RSA key of 3072 bits")
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

// Public returns the key that j describes, of either kind.
func (j JWK) Public() (crypto.PublicKey, error) {
	if j.Kty != "RSA" {
		return j.Key()
	}
	n, err1 := b64.DecodeString(j.N)
	e, err2 := b64.DecodeString(j.E)
	pub := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if err := errors.Join(err1, err2); err != nil || pub.N.BitLen() < leastRSA || len(e) > 4 || pub.E < 3 {
		return nil, errors.New("sign: not an RSA JWK of 3072 bits")
	}
	return pub, nil
}
