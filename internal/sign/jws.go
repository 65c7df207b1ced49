package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
)

// fieldSize is the length of r, s, x and y of P-256.
const fieldSize = 32

var b64 = base64.RawURLEncoding.Strict()

// Header is the protected header of a token.
type Header struct {
	Alg string `json:"alg"`
	Kid string `json:"kid"`
	Typ string `json:"typ"`
}

// Token signs payload with ES256 and returns a compact JWS whose header names
// the key and the type of the token. Source: RFC 7515 §7.1, RFC 7518 §3.4.
func Token(key crypto.Signer, kid, typ string, payload []byte) (string, error) {
	head, err := Canonical(Header{Alg: "ES256", Kid: kid, Typ: typ})
	if err != nil {
		return "", err
	}
	input := b64.EncodeToString(head) + "." + b64.EncodeToString(payload)
	sig, err := Raw(key, []byte(input))
	if err != nil {
		return "", err
	}
	return input + "." + b64.EncodeToString(sig), nil
}

// Raw signs message with ES256 and returns r‖s, 64 bytes. The key may live
// anywhere that speaks crypto.Signer, such as a hardware module.
func Raw(key crypto.Signer, message []byte) ([]byte, error) {
	pub, ok := key.Public().(*ecdsa.PublicKey)
	if !ok || pub.Curve != elliptic.P256() {
		return nil, errors.New("sign: ES256 needs a P-256 key")
	}
	sum := sha256.Sum256(message)
	der, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	var rs struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &rs); err != nil || len(rest) > 0 || rs.R.BitLen() > 256 || rs.S.BitLen() > 256 {
		return nil, errors.New("sign: the key made no ECDSA signature")
	}
	out := make([]byte, 2*fieldSize)
	rs.R.FillBytes(out[:fieldSize])
	rs.S.FillBytes(out[fieldSize:])
	return out, nil
}

// RawValid reports whether sig (r‖s) is pub's signature of message.
func RawValid(pub *ecdsa.PublicKey, message, sig []byte) bool {
	if len(sig) != 2*fieldSize {
		return false
	}
	sum := sha256.Sum256(message)
	r, s := new(big.Int).SetBytes(sig[:fieldSize]), new(big.Int).SetBytes(sig[fieldSize:])
	return ecdsa.Verify(pub, sum[:], r, s)
}

// ErrToken says that a token is malformed or not signed by the key it names.
var ErrToken = errors.New("sign: not a valid token")

// KeyID reads which key a token claims to be signed with; nothing is proven by
// it. "" when it names none.
func KeyID(token string) string {
	head, _, _ := strings.Cut(token, ".")
	raw, err := b64.DecodeString(head)
	var h Header
	if err != nil || json.Unmarshal(raw, &h) != nil {
		return ""
	}
	return h.Kid
}

// Open checks that a compact JWS of type typ was signed by the key kid, and
// returns its payload. Only ES256 is taken, whatever the header asks for.
// Errors: ErrToken.
func Open(token, typ, kid string, pub *ecdsa.PublicKey) ([]byte, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, ErrToken
	}
	head, err1 := b64.DecodeString(parts[0])
	payload, err2 := b64.DecodeString(parts[1])
	sig, err3 := b64.DecodeString(parts[2])
	var h Header
	if errors.Join(err1, err2, err3) != nil || json.Unmarshal(head, &h) != nil || h != (Header{Alg: "ES256", Kid: kid, Typ: typ}) {
		return nil, ErrToken
	}
	if pub == nil || !RawValid(pub, []byte(parts[0]+"."+parts[1]), sig) {
		return nil, ErrToken
	}
	return payload, nil
}
