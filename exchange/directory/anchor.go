package directory

import (
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/sign"
)

// Types of the signed tokens.
const (
	directoryType = "diwan-directory+jwt"
	localType     = "diwan-local+jwt"
	requestType   = "diwan-gateway+jwt"
)

// Anchor is what a gateway trusts before it knows anything: the instance, where
// its centre is, and the keys that sign the directory. It comes on another way
// than the directory: a file handed over.
type Anchor struct {
	Instance string     `json:"instance"`
	Centre   string     `json:"centre"` // address of the centre, such as https://diwan.example
	Keys     []sign.JWK `json:"keys"`
}

// Bundle is what the centre hands to one gateway: the directory and that
// gateway's own part, each signed.
type Bundle struct {
	Directory string `json:"directory"`
	Local     string `json:"local"`
}

var (
	errAnchor    = gov.Fail(gov.Invalid, "ملف المرساة غير صالح: أعد تنزيله من صفحة التبادل في المركز", "The anchor file is not usable: fetch it again from the centre's exchange page")
	errSignature = gov.Fail(gov.Denied, "توقيع الدليل غير صحيح: لم يوقّعه مفتاح من مفاتيح المرساة", "The directory's signature is wrong: no key of the anchor made it")
	errAlien     = gov.Fail(gov.Denied, "الدليل لبيئة تبادل أخرى", "The directory belongs to another instance of the exchange")
	errNotMine   = gov.Fail(gov.Denied, "الجزء المحلي لبوابة أخرى أو من إصدار آخر من الدليل", "The local part is another gateway's or belongs to another version of the directory")
)

// ReadAnchor reads the file of an anchor. Errors: Invalid.
func ReadAnchor(b []byte) (*Anchor, error) {
	var a Anchor
	if err := json.Unmarshal(b, &a); err != nil {
		return nil, errAnchor.Because(err)
	}
	if xroad.CheckPart(a.Instance) != nil || len(a.Keys) == 0 {
		return nil, errAnchor
	}
	for _, k := range a.Keys {
		if _, err := k.Key(); err != nil {
			return nil, errAnchor.Because(err)
		}
	}
	return &a, nil
}

// Open verifies a bundle for a gateway and makes it ready; at least is the
// version already in force, and an older one is refused. It does not look at
// times: see Usable. Errors: Denied for a wrong signature, another instance or
// gateway; Conflict for an older version.
func (a *Anchor) Open(b Bundle, server xroad.ServerID, least int64) (*Snapshot, error) {
	var d Directory
	var l Local
	if err := a.open(b.Directory, directoryType, &d); err != nil {
		return nil, err
	}
	if err := a.open(b.Local, localType, &l); err != nil {
		return nil, err
	}
	switch {
	case d.Instance != a.Instance:
		return nil, errAlien
	case l.Server != server || l.Version != d.Version:
		return nil, errNotMine
	case d.Version < least:
		return nil, gov.Fail(gov.Conflict,
			fmt.Sprintf("رُفض دليل قديم: رقمه %d والمعمول به %d", d.Version, least),
			fmt.Sprintf("An old directory was refused: it is number %d, and number %d is in force", d.Version, least))
	}
	return NewSnapshot(d, l), nil
}

func (a *Anchor) open(token, typ string, to any) error {
	kid := sign.KeyID(token)
	i := slices.IndexFunc(a.Keys, func(k sign.JWK) bool { return k.Kid == kid })
	if i < 0 {
		return errSignature
	}
	pub, err := a.Keys[i].Key()
	if err != nil {
		return errAnchor.Because(err)
	}
	body, err := sign.Open(token, typ, kid, pub)
	if err != nil {
		return errSignature.Because(err)
	}
	if err := json.Unmarshal(body, to); err != nil {
		return errSignature.Because(err)
	}
	return nil
}

// claim is what a gateway signs to ask the centre for something.
type claim struct {
	Server string    `json:"server"`
	Time   time.Time `json:"time"`
	Digest string    `json:"digest"` // of the request's body, hex of SHA-256
}

var errClaim = gov.Fail(gov.Denied, "لم تثبت البوابة من هي: توقيع الطلب غير صحيح", "The gateway did not prove who it is: the signature of the request is wrong")

// Claim signs a request of a gateway to the centre, for the header Authorization.
func (i *Identity) Claim(server xroad.ServerID, body []byte, now time.Time) (string, error) {
	if i == nil || i.TLS.Leaf == nil {
		return "", errNotEnrolled
	}
	key, ok := i.TLS.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return "", errors.New("directory: the gateway's TLS key is no P-256 key")
	}
	payload, err := json.Marshal(claim{server.String(), now.UTC(), Fingerprint(body)})
	if err != nil {
		return "", err
	}
	return sign.Token(key, Serial(i.TLS.Leaf), requestType, payload)
}
