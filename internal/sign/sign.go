// Package sign makes and checks ES256 signatures, keeps private keys encrypted
// while they are at rest, and writes the canonical JSON that gets signed. It
// stores nothing: whoever owns a table of keys keeps what Seal returns.
package sign

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"

	"diwan.example/gov"
)

// secretSize is how many random bytes a secret has at least.
const secretSize = 32

// Vault encrypts private keys with secrets that never reach the database.
type Vault struct {
	doors []door // the first seals; all open
}

// door is one secret made ready: AES-256-GCM and a name that shows which secret it is.
type door struct {
	name string
	aead cipher.AEAD
}

var (
	errSecret = gov.Fail(gov.Invalid, "سرّ حفظ المفاتيح غير صالح: المطلوب 32 بايتًا عشوائيًا على الأقل بترميز base64", "The secret that protects the keys is not usable: it must be at least 32 random bytes in base64")
	errSealed = gov.Fail(gov.Unavailable, "تعذّر فتح مفتاح التوقيع بالسرّ المُعدّ في هذه المنظومة", "The signing key cannot be opened with the secret configured here")
)

// NewSecret makes a secret for OpenVault.
func NewSecret() string {
	b := make([]byte, secretSize)
	rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

// OpenVault reads secrets, one per line, base64. The first seals new keys, every
// one opens old keys: to change the secret, put a new line on top. Errors:
// Invalid; the text never repeats the secret.
func OpenVault(secrets string) (*Vault, error) {
	v := &Vault{}
	for line := range strings.Lines(secrets) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) < secretSize {
			return nil, errSecret
		}
		d, err := newDoor(raw)
		if err != nil {
			return nil, err
		}
		v.doors = append(v.doors, d)
	}
	if len(v.doors) == 0 {
		return nil, errSecret
	}
	return v, nil
}

func newDoor(secret []byte) (door, error) {
	key, err1 := hkdf.Key(sha256.New, secret, nil, "diwan signing keys", 32)
	name, err2 := hkdf.Key(sha256.New, secret, nil, "diwan secret name", 4)
	block, err3 := aes.NewCipher(key)
	if err := errors.Join(err1, err2, err3); err != nil {
		return door{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return door{hex.EncodeToString(name), aead}, err
}

// Generate makes a P-256 key.
func Generate() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// Seal encrypts key for storage under the name kid; it opens only under the same name.
func (v *Vault) Seal(kid string, key *ecdsa.PrivateKey) (string, error) { return v.seal(kid, key) }

// Open decrypts what Seal made for kid. Errors: Unavailable when the secret is
// not among ours, or the sealed text was changed or moved to another kid.
func (v *Vault) Open(kid, sealed string) (crypto.Signer, error) {
	name, body, _ := strings.Cut(sealed, ".")
	raw, err := b64.DecodeString(body)
	if err != nil {
		return nil, errSealed.Because(err)
	}
	for _, d := range v.doors {
		if d.name != name {
			continue
		}
		plain, err := d.aead.Open(nil, nil, raw, []byte(kid))
		if err != nil {
			return nil, errSealed.Because(err)
		}
		return parsePrivate(plain)
	}
	return nil, errSealed.Because(errors.New("sealed by secret " + name))
}

func parsePrivate(plain []byte) (crypto.Signer, error) {
	key, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return nil, errSealed.Because(err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, errSealed
	}
	return signer, nil
}

// Reseal seals again, with the first secret, what an older one sealed. changed
// is false when nothing needed doing. Errors: as Open.
func (v *Vault) Reseal(kid, sealed string) (fresh string, changed bool, err error) {
	if strings.HasPrefix(sealed, v.doors[0].name+".") {
		return sealed, false, nil
	}
	key, err := v.Open(kid, sealed)
	if err != nil {
		return "", false, err
	}
	fresh, err = v.seal(kid, key)
	return fresh, err == nil, err
}
