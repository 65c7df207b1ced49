package sign

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"

	"diwan.example/gov"
)

// Shape is a kind of key.
type Shape string

// The shapes of keys.
const (
	P256    Shape = "P-256"
	RSA3072 Shape = "RSA-3072"
)

// Keeper keeps private keys. What Make returns is stored by whoever owns the key
// and opens only under the same name: it vouches for the public half too. The
// Vault is one, for keys that are kept encrypted; a hardware module is another.
type Keeper interface {
	// Make makes a key. Errors: Unavailable when the place is away; Invalid for a
	// shape that it has not.
	Make(name string, s Shape) (kept string, err error)
	// Open lends a key. The public half is known even when the place is away;
	// signing is Unavailable then. Errors: Unavailable when kept is another's.
	Open(name, kept string) (crypto.Signer, error)
	// Reseal makes kept anew with the first secret, where an older one made it.
	Reseal(name, kept string) (fresh string, changed bool, err error)
}

var errShape = gov.Fail(gov.Invalid, "نوع المفتاح غير معروف", "This kind of key is not known")

// Make implements Keeper.
func (v *Vault) Make(name string, s Shape) (string, error) {
	var key crypto.Signer
	var err error
	switch s {
	case P256:
		key, err = Generate()
	case RSA3072:
		key, err = rsa.GenerateKey(rand.Reader, leastRSA)
	default:
		return "", errShape
	}
	if err != nil {
		return "", err
	}
	return v.seal(name, key)
}

func (v *Vault) seal(kid string, key any) (string, error) {
	plain, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	d := v.doors[0]
	return d.name + "." + b64.EncodeToString(d.aead.Seal(nil, nil, plain, []byte(kid))), nil
}
