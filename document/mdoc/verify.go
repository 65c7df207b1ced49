package mdoc

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"diwan.example/gov"
	"github.com/veraison/go-cose"
)

// What can be wrong with a document, for errors.Is and for people.
var (
	ErrAltered   = gov.Fail(gov.Invalid, "هذه الوثيقة الرقمية معيبة أو غُيّرت بعد توقيعها", "This digital document is damaged or was changed after it was signed")
	ErrUntrusted = gov.Fail(gov.Invalid, "الجهة التي وقّعت هذه الوثيقة الرقمية ليست من الجهات الموثوقة", "This digital document was not signed by an issuer that is trusted")
	ErrDoctype   = gov.Fail(gov.Invalid, "هذه وثيقة رقمية من نوع آخر", "This is a digital document of another type")
	ErrEarly     = gov.Fail(gov.Invalid, "لم تبدأ صلاحية هذه الوثيقة الرقمية بعد", "This digital document is not valid yet")
	ErrExpired   = gov.Fail(gov.Invalid, "انتهت صلاحية هذه الوثيقة الرقمية", "This digital document has expired")
	ErrHolder    = gov.Fail(gov.Invalid, "لم تُثبت المحفظة أنها صاحبة هذه الوثيقة الرقمية لهذا الطلب", "The wallet did not prove for this request that it holds this digital document")
)

// because adds a cause for the log; errors.Is finds the kind.
func because(kind, cause error) error { return fmt.Errorf("%w: %w", kind, cause) }

// Options say whom to trust and what is expected.
type Options struct {
	// Trust says whether the chain that a document brings may sign it; Chain[0] has
	// signed it. An error refuses the document. Required: nil trusts nobody.
	Trust   func(chain []*x509.Certificate, c Credential) error
	Doctype string    // empty: any
	Now     time.Time // for the validity
}

// Credential is a document that was proven.
type Credential struct {
	Doctype   string
	Spaces    map[string][]Element // what is disclosed, by namespace, in the order of the sender
	DeviceKey *ecdsa.PublicKey     // of the wallet it was issued to
	Signed    time.Time
	From      time.Time
	Until     time.Time
	Status    *Status // nil: it names no list
	Chain     []*x509.Certificate
}

// Element returns the value of an element of any namespace; nil when it is not disclosed.
func (c Credential) Element(id string) any {
	for _, list := range c.Spaces {
		for _, e := range list {
			if e.ID == id {
				return e.Value
			}
		}
	}
	return nil
}

// Roots is an Options.Trust that asks for a chain up to one of roots, valid at
// the moment of signing.
func Roots(roots *x509.CertPool) func([]*x509.Certificate, Credential) error {
	return func(chain []*x509.Certificate, c Credential) error {
		between := x509.NewCertPool()
		for _, x := range chain[1:] {
			between.AddCert(x)
		}
		_, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: c.Signed, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		return err
	}
}

// Verify proves IssuerSigned: its signature, whom it is from, its type, its
// validity, and that every statement in it is one that was signed. Errors:
// ErrAltered, ErrUntrusted, ErrDoctype; with ErrEarly and ErrExpired, which are
// the last to be found, the Credential is complete.
func Verify(issuerSigned []byte, o Options) (Credential, error) {
	var s signed
	if err := decoding.Unmarshal(issuerSigned, &s); err != nil {
		return Credential{}, because(ErrAltered, err)
	}
	return s.verify(o)
}

func (s signed) verify(o Options) (Credential, error) {
	obj, chain, err := s.object()
	if err != nil {
		return Credential{}, because(ErrAltered, err)
	}
	c := Credential{Doctype: obj.Doctype, Chain: chain, Signed: obj.Validity.Signed, From: obj.Validity.From, Until: obj.Validity.Until}
	if c.DeviceKey, err = obj.Device.Key.key(); err != nil {
		return Credential{}, because(ErrAltered, err)
	}
	if obj.Status != nil {
		c.Status = &Status{obj.Status.List.URI, obj.Status.List.Index}
	}
	if c.Spaces, err = s.disclosed(obj); err != nil {
		return Credential{}, because(ErrAltered, err)
	}
	if o.Trust == nil {
		return Credential{}, ErrUntrusted
	}
	if err := o.Trust(chain, c); err != nil {
		return Credential{}, because(ErrUntrusted, err)
	}
	switch {
	case o.Doctype != "" && o.Doctype != c.Doctype:
		return Credential{}, ErrDoctype
	case o.Now.Before(c.From):
		return c, ErrEarly
	case o.Now.After(c.Until):
		return c, ErrExpired
	}
	return c, nil
}

// object checks the issuer's signature with the certificate beside it and reads what it covers.
func (s signed) object() (o object, chain []*x509.Certificate, err error) {
	var m cose.UntaggedSign1Message
	if err = m.UnmarshalCBOR(s.Auth); err != nil {
		return o, nil, err
	}
	if chain, err = certificates(m.Headers.Unprotected[cose.HeaderLabelX5Chain]); err != nil {
		return o, nil, err
	}
	if err = verifyOne(m, chain[0].PublicKey); err != nil {
		return o, nil, err
	}
	if err = unwrap(m.Payload, &o); err == nil && (o.Version != "1.0" || o.Algorithm != "SHA-256") {
		err = errors.New("mdoc: version or digest algorithm")
	}
	return o, chain, err
}

// verifyOne takes only the algorithm that belongs to the key, whatever the header says.
func verifyOne(m cose.UntaggedSign1Message, pub any) error {
	alg, err := algorithm(pub)
	if err != nil {
		return err
	}
	v, err := cose.NewVerifier(alg, pub)
	if err != nil {
		return err
	}
	return m.Verify(nil, v)
}

// disclosed holds every item to its digest. An item that was not signed, or one
// that comes twice, refuses the whole.
func (s signed) disclosed(o object) (map[string][]Element, error) {
	out := map[string][]Element{}
	for space, items := range s.Spaces {
		numbers, names := map[uint64]bool{}, map[string]bool{}
		for _, raw := range items {
			var it item
			if err := unwrap(raw, &it); err != nil {
				return nil, err
			}
			want, known := o.Digests[space][it.Digest]
			if !known || !bytes.Equal(want, digest(raw)) || len(it.Random) < 16 || numbers[it.Digest] || names[it.Element] {
				return nil, errors.New("mdoc: an item that was not signed: " + it.Element)
			}
			numbers[it.Digest], names[it.Element] = true, true
			out[space] = append(out[space], Element{it.Element, it.Value})
		}
	}
	return out, nil
}
