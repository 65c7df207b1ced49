package sign

import (
	"errors"
	"strings"
)

// SealBytes encrypts a secret that is no signing key of ours, such as the seed of
// a log's key, under a name; it opens only under the same name.
func (v *Vault) SealBytes(name string, secret []byte) string {
	d := v.doors[0]
	return d.name + "." + b64.EncodeToString(d.aead.Seal(nil, nil, secret, []byte("bytes "+name)))
}

// OpenBytes decrypts what SealBytes made for name. Errors: Unavailable when the
// secret is not among ours, or the sealed text was changed or moved.
func (v *Vault) OpenBytes(name, sealed string) ([]byte, error) {
	door, body, _ := strings.Cut(sealed, ".")
	raw, err := b64.DecodeString(body)
	if err != nil {
		return nil, errSealed.Because(err)
	}
	for _, d := range v.doors {
		if d.name == door {
			plain, err := d.aead.Open(nil, nil, raw, []byte("bytes "+name))
			if err != nil {
				return nil, errSealed.Because(err)
			}
			return plain, nil
		}
	}
	return nil, errSealed.Because(errors.New("sealed by secret " + door))
}

// ResealBytes is Reseal for what SealBytes made. Errors: as OpenBytes.
func (v *Vault) ResealBytes(name, sealed string) (fresh string, changed bool, err error) {
	if strings.HasPrefix(sealed, v.doors[0].name+".") {
		return sealed, false, nil
	}
	plain, err := v.OpenBytes(name, sealed)
	if err != nil {
		return "", false, err
	}
	return v.SealBytes(name, plain), true, nil
}
