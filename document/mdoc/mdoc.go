// Package mdoc writes and reads mobile documents as ISO/IEC 18013-5 has them:
// what an issuer signs for a wallet (IssuerSigned) and what a wallet presents
// (DeviceResponse). It holds no keys and knows no clock, database or network;
// whom to trust and what time it is are told to it.
package mdoc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"reflect"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"
)

// Doctype and namespace of the mobile driving licence. Source: ISO/IEC 18013-5 §7.1.
const (
	LicenceDoctype   = "org.iso.18013.5.1.mDL"
	LicenceNamespace = "org.iso.18013.5.1"
)

// FullDate is a day without a time of day, "2006-01-02": CBOR tag 1004 (RFC 8943).
type FullDate string

// Element is one statement of a document.
type Element struct {
	ID string
	// Value is text, a bool, a number, bytes, a FullDate, a time.Time, or lists
	// and maps (by string) of these.
	Value any
}

// Status refers to an entry of a Token Status List.
type Status struct {
	URI   string
	Index uint64
}

// item is IssuerSignedItem.
type item struct {
	Digest  uint64 `cbor:"digestID"`
	Random  []byte `cbor:"random"`
	Element string `cbor:"elementIdentifier"`
	Value   any    `cbor:"elementValue"`
}

// signed is IssuerSigned; an item is the bytes of a tag 24 as they were sent.
type signed struct {
	Spaces map[string][]raw `cbor:"nameSpaces"`
	Auth   raw              `cbor:"issuerAuth"`
}

// object is MobileSecurityObject.
type object struct {
	Version   string                       `cbor:"version"`
	Algorithm string                       `cbor:"digestAlgorithm"`
	Digests   map[string]map[uint64][]byte `cbor:"valueDigests"`
	Device    device                       `cbor:"deviceKeyInfo"`
	Doctype   string                       `cbor:"docType"`
	Validity  validity                     `cbor:"validityInfo"`
	Status    *status                      `cbor:"status,omitempty"`
}

type device struct {
	Key coseKey `cbor:"deviceKey"`
}

type validity struct {
	Signed time.Time `cbor:"signed"`
	From   time.Time `cbor:"validFrom"`
	Until  time.Time `cbor:"validUntil"`
}

// status is the reference of draft-ietf-oauth-status-list §6.3.
type status struct {
	List struct {
		Index uint64 `cbor:"idx"`
		URI   string `cbor:"uri"`
	} `cbor:"status_list"`
}

// coseKey is a P-256 key. Source: RFC 9053 §7.1.
type coseKey struct {
	Type  int64  `cbor:"1,keyasint"`
	Curve int64  `cbor:"-1,keyasint"`
	X     []byte `cbor:"-2,keyasint"`
	Y     []byte `cbor:"-3,keyasint"`
}

// fieldSize is the length of a coordinate of P-256.
const fieldSize = 32

func coseOf(pub *ecdsa.PublicKey) (coseKey, error) {
	if pub == nil || pub.Curve != elliptic.P256() {
		return coseKey{}, errors.New("mdoc: a device's key is on P-256")
	}
	point, err := pub.Bytes()
	if err != nil {
		return coseKey{}, err
	}
	return coseKey{Type: 2, Curve: 1, X: point[1 : 1+fieldSize], Y: point[1+fieldSize:]}, nil
}

func (k coseKey) key() (*ecdsa.PublicKey, error) {
	if k.Type != 2 || k.Curve != 1 || len(k.X) != fieldSize || len(k.Y) != fieldSize {
		return nil, errors.New("mdoc: a device's key is on P-256")
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, k.X...), k.Y...))
}

// The two directions of CBOR: what we write is deterministic (RFC 8949 §4.2.1);
// what we read is bounded and names nothing twice.
var encoding, decoding = modes()

func modes() (cbor.EncMode, cbor.DecMode) {
	tags := cbor.NewTagSet()
	full := cbor.TagOptions{EncTag: cbor.EncTagRequired, DecTag: cbor.DecTagRequired}
	write := cbor.CoreDetEncOptions()
	write.Time, write.TimeTag = cbor.TimeRFC3339, cbor.EncTagRequired
	read := cbor.DecOptions{DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthAllowed, MaxNestedLevels: 24,
		MaxArrayElements: 4096, MaxMapPairs: 4096, DefaultMapType: reflect.TypeFor[map[string]any](), TimeTag: cbor.DecTagOptional,
		FieldNameMatching: cbor.FieldNameMatchingCaseSensitive}
	err0 := tags.Add(full, reflect.TypeFor[FullDate](), 1004)
	e, err1 := write.EncModeWithTags(tags)
	d, err2 := read.DecModeWithTags(tags)
	if err := errors.Join(err0, err1, err2); err != nil {
		panic(err) // the options above are wrong
	}
	return e, d
}

// wrapped encodes v and puts the bytes into a tag 24 (encoded CBOR data item).
func wrapped(v any) ([]byte, error) {
	inner, err := encoding.Marshal(v)
	if err != nil {
		return nil, err
	}
	return encoding.Marshal(cbor.Tag{Number: 24, Content: inner})
}

var errWrap = errors.New("mdoc: not an encoded data item")

// unwrap reads what a tag 24 holds into v.
func unwrap(raw []byte, v any) error {
	var t cbor.RawTag
	if err := decoding.Unmarshal(raw, &t); err != nil || t.Number != 24 {
		return errWrap
	}
	var inner []byte
	if err := decoding.Unmarshal(t.Content, &inner); err != nil {
		return errWrap
	}
	return decoding.Unmarshal(inner, v)
}

func digest(raw []byte) []byte {
	sum := sha256.Sum256(raw)
	return sum[:]
}

// algorithm is the one that a key on its curve signs with.
func algorithm(pub any) (cose.Algorithm, error) {
	key, ok := pub.(*ecdsa.PublicKey)
	switch {
	case !ok:
	case key.Curve == elliptic.P256():
		return cose.AlgorithmES256, nil
	case key.Curve == elliptic.P384():
		return cose.AlgorithmES384, nil
	}
	return 0, errors.New("mdoc: documents are signed with keys on P-256 or P-384")
}

// certificates reads x5chain: one certificate, or a list of them (RFC 9360).
func certificates(header any) (out []*x509.Certificate, err error) {
	var list [][]byte
	switch v := header.(type) {
	case []byte:
		list = [][]byte{v}
	case []any:
		for _, x := range v {
			der, _ := x.([]byte)
			list = append(list, der)
		}
	}
	if len(list) == 0 || len(list) > 8 {
		return nil, errors.New("mdoc: no chain of certificates")
	}
	for _, der := range list {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// raw is a part as it was sent.
type raw = cbor.RawMessage
