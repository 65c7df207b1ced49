package message

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"time"

	"diwan.example/gov"
)

// Fingerprint is the SHA-256 sum of a certificate's DER.
type Fingerprint [sha256.Size]byte

// FingerprintOf names a certificate.
func FingerprintOf(cert *x509.Certificate) Fingerprint { return sha256.Sum256(cert.Raw) }

// Signed is a signature with the certificate it names.
type Signed struct {
	Cert      Fingerprint
	Signature []byte // ECDSA over P-256 with SHA-256, DER; or a Share of one over several messages
}

// String is the signature as one header value: es256;certificate;signature.
func (s Signed) String() string {
	return "es256;" + base64.StdEncoding.EncodeToString(s.Cert[:]) + ";" + base64.StdEncoding.EncodeToString(s.Signature)
}

// ParseSigned reads what String wrote. Errors: Denied.
func ParseSigned(text string) (s Signed, err error) {
	p := strings.Split(text, ";")
	if len(p) != 3 || p[0] != "es256" || len(text) > 800 {
		return s, errSignature
	}
	cert, err1 := base64.StdEncoding.Strict().DecodeString(p[1])
	sig, err2 := base64.StdEncoding.Strict().DecodeString(p[2])
	if err1 != nil || err2 != nil || len(cert) != len(s.Cert) || len(sig) == 0 {
		return s, errSignature
	}
	return Signed{Fingerprint(cert), sig}, nil
}

var (
	errKey       = gov.Fail(gov.Invalid, "توقيع رسائل التبادل يحتاج إلى مفتاح P-256 وشهادته", "Messages of the exchange are signed with a P-256 key and its own certificate")
	errSignature = gov.Fail(gov.Denied, "توقيع الرسالة غير صحيح: تغيّر رأسها أو جسمها، أو وقّعها غير صاحب الشهادة", "The message's signature is wrong: its head or body was changed, or another key signed it")
	errOther     = gov.Fail(gov.Denied, "الرسالة موقّعة بشهادة غير المسجّلة للبوابة", "The message is signed with another certificate than the gateway's registered one")
	errExpired   = gov.Fail(gov.Denied, "شهادة توقيع البوابة منتهية أو لم يبدأ سريانها", "The gateway's signing certificate has expired or is not valid yet")
)

// Sign signs a head with the key of cert. The key may live anywhere that speaks
// crypto.Signer. Errors: Invalid; those of the key.
func Sign(h *Head, key crypto.Signer, cert *x509.Certificate) (Signed, error) {
	f, err := h.Fix()
	if err != nil {
		return Signed{}, err
	}
	return f.Sign(key, cert)
}

// Sign is the function Sign for a head that is written already.
func (f *Fixed) Sign(key crypto.Signer, cert *x509.Certificate) (Signed, error) {
	if !fits(key, cert) {
		return Signed{}, errKey
	}
	s := Signed{Cert: FingerprintOf(cert)}
	digest := sha256.Sum256(f.attributes(s.Cert))
	var err error
	s.Signature, err = key.Sign(rand.Reader, digest[:], crypto.SHA256)
	return s, gov.Wrap(err, "sign a message")
}

// Verify checks that cert's key signed the head, and that cert stood at now. Whose
// certificate it is, the caller knows from the directory; that the body has the
// digest the head names, the caller finds while it streams. Errors: Denied,
// Invalid when the head cannot be written.
func Verify(s Signed, h *Head, cert *x509.Certificate, now time.Time) error {
	f, err := h.Fix()
	if err != nil {
		return err
	}
	return f.Verify(s, cert, now)
}

// Verify is the function Verify for a head that is written already.
func (f *Fixed) Verify(s Signed, cert *x509.Certificate, now time.Time) error {
	c, err := f.claim(s, cert, now)
	if err != nil {
		return err
	}
	return c.check()
}

// claim is what a signature has to prove: that a key signed a digest.
type claim struct {
	key       *ecdsa.PublicKey
	digest    [sha256.Size]byte
	signature []byte
	shared    bool // with other messages
}

func (c *claim) check() error {
	if !ecdsa.VerifyASN1(c.key, c.digest[:], c.signature) {
		return errSignature
	}
	return nil
}

// claim finds what s has to prove of a head, and checks all else.
func (f *Fixed) claim(s Signed, cert *x509.Certificate, now time.Time) (*claim, error) {
	pub, ok := cert.PublicKey.(*ecdsa.PublicKey)
	switch {
	case !ok || !onCurve(pub):
		return nil, errKey
	case s.Cert != FingerprintOf(cert):
		return nil, errOther
	case now.Before(cert.NotBefore) || now.After(cert.NotAfter):
		return nil, errExpired
	}
	share, err := s.Share()
	if err != nil {
		return nil, err
	}
	if share == nil {
		return &claim{pub, sha256.Sum256(f.attributes(s.Cert)), s.Signature, false}, nil
	}
	batch, err := share.Batch(f)
	if err != nil {
		return nil, err
	}
	return &claim{pub, sha256.Sum256(batch.attributes(s.Cert)), share.Signature, true}, nil
}

func onCurve(pub *ecdsa.PublicKey) bool { return pub.Curve == elliptic.P256() }

// Manifest is the ASiCManifest (EN 319 162-1 annex A.4) that the signature
// covers: it names head, header block and body by their SHA-512 digests, under the
// names they have in a container. What a message has not is not named.
// Errors: as Check.
func Manifest(h *Head) ([]byte, error) {
	f, err := h.Fix()
	if err != nil {
		return nil, err
	}
	return f.Manifest(), nil
}

// Manifest is the function Manifest for a head that is written already.
func (f *Fixed) Manifest() []byte {
	h, digest := f.Head, Digest(sha512.Sum512(f.Text))
	kind := string(h.Kind)
	b := make([]byte, 0, 1536)
	b = append(b, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><asic:SigReference URI="META-INF/signature-`...)
	b = append(append(b, kind...), `.p7s" MimeType="application/x-pkcs7-signature"/>`...)
	b = reference(b, kind, ".head", "text/plain", &digest)
	if h.Headers != (Digest{}) {
		b = reference(b, kind, ".headers", "application/octet-stream", &h.Headers)
	}
	if h.Size > 0 {
		b = reference(b, kind, ".body", "application/octet-stream", &h.Body)
	}
	return append(b, "</asic:ASiCManifest>\n"...)
}

func reference(b []byte, kind, part, mime string, d *Digest) []byte {
	b = append(append(append(b, `<asic:DataObjectReference URI="`...), kind...), part...)
	b = append(append(append(b, `" MimeType="`...), mime...), `"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/><ds:DigestValue>`...)
	b = base64.StdEncoding.AppendEncode(b, d[:])
	return append(b, `</ds:DigestValue></asic:DataObjectReference>`...)
}
