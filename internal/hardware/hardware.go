// Package hardware keeps signing keys in a hardware security module, or a card,
// that speaks PKCS #11. The private half is made there and never leaves; the
// vault vouches for which key of the token is whose. A token that is away makes
// signing Unavailable and nothing else, and is found again by itself.
//
// The modules are C libraries: a program built without cgo has none, and says so.
package hardware

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"io"
	"math/big"

	"diwan.example/gov"
	"diwan.example/internal/sign"
)

// Options say where a token is.
type Options struct {
	Module string // path of the PKCS #11 library
	Label  string // of the token
	PIN    string // of its user; never printed
	Vault  *sign.Vault
}

var (
	errAway   = gov.Fail(gov.Unavailable, "وحدة حفظ المفاتيح لا تجيب؛ يُعاد الاتصال بها تلقائيًا", "The hardware module that keeps the key does not answer; it is connected again by itself")
	errPIN    = gov.Fail(gov.Unavailable, "رفضت وحدة حفظ المفاتيح الرقم السري المُعدّ لها", "The hardware module refused the PIN that is configured")
	errAbsent = gov.Fail(gov.Unavailable, "المفتاح غير موجود في وحدة حفظ المفاتيح، أو فيها مفتاح آخر مكانه", "The key is not in the hardware module, or another is in its place")
	errShape  = gov.Fail(gov.Invalid, "نوع المفتاح غير معروف لوحدة حفظ المفاتيح", "The hardware module does not know this kind of key")
	errDigest = errors.New("hardware: only SHA-256 digests are signed")
)

// kept is what the vault seals: which key of the token it is, and its public half.
type kept struct {
	Token  string `json:"token"`
	ID     []byte `json:"id"` // CKA_ID
	Public []byte `json:"public"`
}

// device is what a token does; each call may find it away.
type device interface {
	generate(label string, id []byte, s sign.Shape) (crypto.PublicKey, error)
	sign(id []byte, digest []byte, o crypto.SignerOpts, ec bool) ([]byte, error)
	close()
}

// Token is a Keeper whose keys live in one token.
type Token struct {
	o      Options
	device device
}

var _ sign.Keeper = (*Token)(nil)

// Make implements sign.Keeper.
func (t *Token) Make(name string, s sign.Shape) (string, error) {
	if s != sign.P256 && s != sign.RSA3072 {
		return "", errShape
	}
	id := fresh()
	pub, err := t.device.generate(name, id, s)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return "", errAbsent.Because(err)
	}
	raw, err := json.Marshal(kept{t.o.Label, id, der})
	if err != nil {
		return "", err
	}
	return t.o.Vault.SealBytes("hardware "+name, raw), nil
}

// Open implements sign.Keeper.
func (t *Token) Open(name, text string) (crypto.Signer, error) {
	raw, err := t.o.Vault.OpenBytes("hardware "+name, text)
	if err != nil {
		return nil, err
	}
	var k kept
	if err := json.Unmarshal(raw, &k); err != nil || k.Token != t.o.Label {
		return nil, errAbsent.Because(err)
	}
	pub, err := x509.ParsePKIXPublicKey(k.Public)
	if err != nil {
		return nil, errAbsent.Because(err)
	}
	return &key{t, k.ID, pub}, nil
}

// Reseal implements sign.Keeper.
func (t *Token) Reseal(name, text string) (string, bool, error) {
	return t.o.Vault.ResealBytes("hardware "+name, text)
}

// key is a crypto.Signer whose private half is in the token.
type key struct {
	token  *Token
	id     []byte
	public crypto.PublicKey
}

// Public is the public half, vouched for by the vault.
func (k *key) Public() crypto.PublicKey { return k.public }

// Sign signs a SHA-256 digest. What comes back is checked: a token in which
// another key took the place of ours signs nothing for us. Errors: Unavailable.
func (k *key) Sign(_ io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	if o.HashFunc() != crypto.SHA256 || len(digest) != sha256.Size {
		return nil, errDigest
	}
	_, ec := k.public.(*ecdsa.PublicKey)
	sig, err := k.token.device.sign(k.id, digest, o, ec)
	if err != nil {
		return nil, err
	}
	if ec {
		if sig, err = asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(sig[:len(sig)/2]), new(big.Int).SetBytes(sig[len(sig)/2:])}); err != nil {
			return nil, err
		}
	}
	if !k.verified(digest, sig, o) {
		return nil, errAbsent.Because(errors.New("the signature is another key's"))
	}
	return sig, nil
}

func (k *key) verified(digest, sig []byte, o crypto.SignerOpts) bool {
	switch pub := k.public.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(pub, digest, sig)
	case *rsa.PublicKey:
		if pss, ok := o.(*rsa.PSSOptions); ok {
			return rsa.VerifyPSS(pub, crypto.SHA256, digest, sig, pss) == nil
		}
		return rsa.VerifyPKCS1v15(pub, crypto.SHA256, digest, sig) == nil
	}
	return false
}

// point reads CKA_EC_POINT: an octet string with the uncompressed point in it,
// or, from some modules, the point alone.
func point(raw []byte) (crypto.PublicKey, error) {
	var inner []byte
	if rest, err := asn1.Unmarshal(raw, &inner); err != nil || len(rest) > 0 {
		inner = raw
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), inner)
}
