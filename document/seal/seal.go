// Package seal makes and reads the seal of a document: what the document states
// in a few hundred bytes, signed by its issuer, so that the code on a sheet of
// paper proves itself without any network. It is a CWT (RFC 8392) inside a
// COSE_Sign1 (RFC 9052) by ES256; docs/protocols/seal.md says every byte.
//
// The package is pure: it knows neither clock nor network nor which keys are
// trusted. Read tells what a seal says; only Verified tells that it is true.
package seal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"time"

	"diwan.example/gov"
	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"
)

// Seal is what a seal says.
type Seal struct {
	Issuer  string // organisation
	Key     string // kid: the key that signed
	Code    string // of the document, for whoever has a network
	Number  string
	Type    string // "education/enrolment-certificate#certificate"
	Version string // of the definition
	Issued  time.Time
	Expires time.Time // zero: no end
	Status  *Status   // nil: its state is only told at its address
	// Claims by name. Values are text, bool, int64, float64, map[string]string (a
	// phrase by language) or lists of these; a day is text like "2026-11-29".
	Claims map[string]any
	Left   int // public claims that found no room

	Evidence *Evidence // long form only

	message *cose.Sign1Message
}

// Status is where a list says whether the document still holds.
type Status struct {
	URI   string `cbor:"uri"`
	Index int64  `cbor:"idx"`
}

// Evidence is what the long form carries beside the seal: the whole signed
// record and the proof that it stands in the public log. It is not covered by
// the seal's signature, and proves itself.
type Evidence struct {
	Record string // compact JWS
	Salt   []byte // of the log's entry
	Proof  []byte // C2SP tlog-proof
}

// The labels of claims beyond RFC 8392, and of the long form's headers.
const (
	labelIssuer  = 1
	labelExpires = 4
	labelIssued  = 6
	labelCode    = 7
	labelStatus  = 65535 // draft-ietf-oauth-status-list
	labelNumber  = -70001
	labelType    = -70002
	labelVersion = -70003
	labelClaims  = -70004
	labelLeft    = -70005
	labelProof   = -70010
	labelSalt    = -70011
	labelRecord  = -70012
)

// The largest sizes in bytes: of a seal, and of its long form.
const (
	Largest     = 2 << 10
	LargestLong = 256 << 10
)

var (
	errForm  = gov.Fail(gov.Invalid, "هذا ليس ختمًا رقميًا سليم البنية", "This is not a well-formed seal")
	errSigns = gov.Fail(gov.Conflict, "لا يطابق الختم توقيع الجهة", "The seal does not match its issuer's signature")
	errClaim = gov.Fail(gov.Invalid, "لا يمكن أن يحمل الختم هذه القيمة", "A seal cannot carry this value")
	errKey   = gov.Fail(gov.Invalid, "يوقَّع الختم بمفتاح من نوع P-256 وحده", "A seal is signed by a P-256 key only")
)

// content is the payload; integer keys make it a CWT claims set.
type content struct {
	Issuer  string         `cbor:"1,keyasint"`
	Expires int64          `cbor:"4,keyasint,omitempty"`
	Issued  int64          `cbor:"6,keyasint"`
	Code    []byte         `cbor:"7,keyasint"`
	Status  *statusClaim   `cbor:"65535,keyasint,omitempty"`
	Number  string         `cbor:"-70001,keyasint"`
	Type    string         `cbor:"-70002,keyasint"`
	Version string         `cbor:"-70003,keyasint"`
	Claims  map[string]any `cbor:"-70004,keyasint"`
	Left    int            `cbor:"-70005,keyasint,omitempty"`
}

type statusClaim struct {
	List Status `cbor:"status_list"`
}

// Make signs s with key, whose id is s.Key. Errors: Invalid when a value has no
// place in a seal, something required is missing, or the key is no P-256 key.
func Make(s Seal, key crypto.Signer) ([]byte, error) {
	if pub, ok := key.Public().(*ecdsa.PublicKey); !ok || pub.Curve != elliptic.P256() {
		return nil, errKey
	}
	c, err := s.content()
	if err != nil {
		return nil, err
	}
	m := cose.NewSign1Message()
	m.Headers.Protected.SetAlgorithm(cose.AlgorithmES256)
	m.Headers.Protected[cose.HeaderLabelKeyID] = []byte(s.Key)
	if m.Payload, err = encoding.Marshal(c); err != nil {
		return nil, errClaim.Because(err)
	}
	signer, err := cose.NewSigner(cose.AlgorithmES256, key)
	if err != nil {
		return nil, errKey.Because(err)
	}
	if err := m.Sign(rand.Reader, nil, signer); err != nil {
		return nil, err
	}
	raw, err := m.MarshalCBOR()
	if err == nil && len(raw) > Largest {
		err = errClaim
	}
	return raw, err
}

func (s Seal) content() (c content, err error) {
	c = content{Issuer: s.Issuer, Issued: s.Issued.Unix(), Code: []byte(s.Code), Number: s.Number, Type: s.Type, Version: s.Version,
		Claims: map[string]any{}, Left: s.Left}
	if !s.Expires.IsZero() {
		c.Expires = s.Expires.Unix()
	}
	if s.Status != nil {
		c.Status = &statusClaim{*s.Status}
	}
	for name, v := range s.Claims {
		if c.Claims[name], err = plain(v, 0); err != nil {
			return c, errClaim.At(name)
		}
	}
	if !c.complete() || s.Key == "" {
		return c, errForm
	}
	return c, nil
}

func (c content) complete() bool {
	return c.Issuer != "" && c.Issued > 0 && len(c.Code) > 0 && c.Number != "" && c.Type != "" && c.Version != "" && c.Claims != nil &&
		(c.Expires == 0 || c.Expires > c.Issued) && (c.Status == nil || c.Status.List.URI != "" && c.Status.List.Index >= 0) && c.Left >= 0
}

// Read tells what a seal or its long form says. It takes one encoding only: the
// deterministic one of RFC 8949 §4.2.1. It proves nothing: see Verified.
// Errors: Invalid for anything else.
func Read(raw []byte) (s Seal, err error) {
	if len(raw) > LargestLong || deterministic(raw) != nil {
		return s, errForm
	}
	m := &cose.Sign1Message{}
	if err := m.UnmarshalCBOR(raw); err != nil {
		return s, errForm.Because(err)
	}
	h := m.Headers
	kid, _ := h.Protected[cose.HeaderLabelKeyID].([]byte)
	if alg, err := h.Protected.Algorithm(); err != nil || alg != cose.AlgorithmES256 || len(h.Protected) != 2 || len(kid) == 0 || len(kid) > 200 || len(m.Signature) != 64 {
		return s, errForm
	}
	if s.Evidence, err = evidence(h.Unprotected); err != nil || s.Evidence == nil && len(raw) > Largest || len(m.Payload) > Largest {
		return s, errForm
	}
	if err := s.read(m.Payload); err != nil {
		return s, err
	}
	s.Key, s.message = string(kid), m
	return s, nil
}

// read takes over the payload.
func (s *Seal) read(payload []byte) error {
	var c content
	if deterministic(payload) != nil {
		return errForm
	}
	if err := decoding.Unmarshal(payload, &c); err != nil || !c.complete() {
		return errForm.Because(err)
	}
	s.Issuer, s.Code, s.Number, s.Type, s.Version, s.Left = c.Issuer, string(c.Code), c.Number, c.Type, c.Version, c.Left
	s.Issued, s.Claims = time.Unix(c.Issued, 0).UTC(), map[string]any{}
	if c.Expires != 0 {
		s.Expires = time.Unix(c.Expires, 0).UTC()
	}
	if c.Status != nil {
		s.Status = &c.Status.List
	}
	for name, v := range c.Claims {
		v, err := plain(v, 0)
		if err != nil {
			return errForm
		}
		s.Claims[name] = v
	}
	return nil
}

// Verified reports whether the seal, as Read gave it, was signed by the key.
// Whose key that is and whether it is trusted is the caller's question.
// Errors: Conflict.
func (s Seal) Verified(pub crypto.PublicKey) error {
	key, ok := pub.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() || s.message == nil {
		return errSigns
	}
	v, err := cose.NewVerifier(cose.AlgorithmES256, key)
	if err != nil {
		return errSigns.Because(err)
	}
	if err := s.message.Verify(nil, v); err != nil {
		return errSigns.Because(err)
	}
	return nil
}

// Long puts evidence beside a seal, for files; it does not fit into a QR code.
func Long(raw []byte, e Evidence) ([]byte, error) {
	m := &cose.Sign1Message{}
	if err := m.UnmarshalCBOR(raw); err != nil {
		return nil, errForm.Because(err)
	}
	m.Headers.RawUnprotected = nil
	m.Headers.Unprotected = cose.UnprotectedHeader{int64(labelRecord): e.Record, int64(labelSalt): e.Salt, int64(labelProof): e.Proof}
	out, err := m.MarshalCBOR()
	if err == nil && len(out) > LargestLong {
		err = errForm
	}
	return out, err
}

// evidence reads the unprotected header: empty, or the long form's three.
func evidence(h cose.UnprotectedHeader) (*Evidence, error) {
	if len(h) == 0 {
		return nil, nil
	}
	record, isText := h[int64(labelRecord)].(string)
	salt, isSalt := h[int64(labelSalt)].([]byte)
	proof, isProof := h[int64(labelProof)].([]byte)
	if len(h) != 3 || !isText || !isSalt || !isProof {
		return nil, errForm
	}
	return &Evidence{Record: record, Salt: salt, Proof: proof}, nil
}

var encoding, decoding = modes()

func modes() (cbor.EncMode, cbor.DecMode) {
	e, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err) // constant options
	}
	d, err := cbor.DecOptions{DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, MaxNestedLevels: 8,
		MaxArrayElements: 500, MaxMapPairs: 200, IntDec: cbor.IntDecConvertSigned, ExtraReturnErrors: cbor.ExtraDecErrorUnknownField}.DecMode()
	if err != nil {
		panic(err)
	}
	return e, d
}
