// Package timestamp asks time-stamping authorities for tokens and checks them
// (RFC 3161), and is a small authority itself for trying things and for whoever has
// no other: its word about time is then only as good as the machine it runs on.
package timestamp

import (
	"crypto"
	_ "crypto/sha256" // the hashes that tokens may use
	_ "crypto/sha512"
	"crypto/subtle"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/digitorus/pkcs7"
	rfc3161 "github.com/digitorus/timestamp"

	"diwan.example/gov"
)

// longest is how many bytes a token or an answer may have.
const longest = 256 << 10

// Token is a checked timestamp: this authority had a certain digest at this time.
type Token struct {
	Time      time.Time
	Authority *x509.Certificate   // that signed it
	Others    []*x509.Certificate // that came along: its issuers
	Raw       []byte              // the token, DER
}

var (
	errToken  = gov.Fail(gov.Invalid, "ليس ختمًا زمنيًا صحيحًا (RFC 3161)", "This is not a valid timestamp (RFC 3161)")
	errData   = gov.Fail(gov.Denied, "الختم الزمني لبيانات أخرى", "The timestamp is for other data")
	errSigned = gov.Fail(gov.Denied, "توقيع الختم الزمني غير صحيح، أو شهادة موقّعه ليست لختم الأوقات", "The timestamp's signature is wrong, or its certificate is not one for time-stamping")
)

var oidTSTInfo = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}

// Check reads a token and checks that it is signed by the certificate it brings,
// that this certificate is one for time-stamping and stood at the token's time, and
// that it stamps data. Whether the authority is one to trust, TrustedBy says.
// Errors: Invalid, Denied.
func Check(raw, data []byte) (*Token, error) {
	p7, err := ReadCMS(raw)
	if err != nil {
		return nil, errToken.Because(err)
	}
	var t *rfc3161.Timestamp
	if err := Safely(func() (err error) { t, err = rfc3161.Parse(raw); return err }); err != nil {
		return nil, errSigned.Because(err)
	}
	signer := p7.GetOnlySigner()
	if err := certified(signer, t.Time); err != nil {
		return nil, errSigned.Because(err)
	}
	if err := errors.Join(ofTime(p7), NamesSigner(p7, signer)); err != nil {
		return nil, errSigned.Because(err)
	}
	if !stamps(t, data) {
		return nil, errData
	}
	out := &Token{Time: t.Time.UTC(), Authority: signer, Raw: raw}
	for _, c := range t.Certificates {
		if !c.Equal(signer) {
			out.Others = append(out.Others, c)
		}
	}
	return out, nil
}

func stamps(t *rfc3161.Timestamp, data []byte) bool {
	if t.HashAlgorithm < crypto.SHA256 || !t.HashAlgorithm.Available() {
		return false
	}
	h := t.HashAlgorithm.New()
	h.Write(data)
	return subtle.ConstantTimeCompare(h.Sum(nil), t.HashedMessage) == 1
}

// ofTime checks what the library leaves: that the signature is said to be over a
// timestamp, so that no other signed thing passes for one.
func ofTime(p7 *pkcs7.PKCS7) error {
	var kind asn1.ObjectIdentifier
	if err := p7.UnmarshalSignedAttribute(pkcs7.OIDAttributeContentType, &kind); err != nil {
		return err
	}
	if !kind.Equal(oidTSTInfo) {
		return fmt.Errorf("content type %v", kind)
	}
	return nil
}

// certified checks the authority's certificate (RFC 3161 §2.3).
func certified(c *x509.Certificate, at time.Time) error {
	switch {
	case c == nil:
		return errors.New("no certificate of the signer, or several signers")
	case !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageTimeStamping):
		return errors.New("the certificate is not for time-stamping")
	case at.Before(c.NotBefore) || at.After(c.NotAfter):
		return errors.New("the certificate did not stand at that time")
	}
	return nil
}

// TrustedBy checks that the authority's certificate leads to one of roots, at the
// token's time. Revocation is not looked up. Errors: Denied.
func (t *Token) TrustedBy(roots *x509.CertPool) error {
	middle := x509.NewCertPool()
	for _, c := range t.Others {
		middle.AddCert(c)
	}
	_, err := t.Authority.Verify(x509.VerifyOptions{Roots: roots, Intermediates: middle, CurrentTime: t.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}})
	if err != nil {
		return gov.Fail(gov.Denied, "جهة الختم الزمني غير معتمدة لدى السائل", "The time-stamping authority is not one that is trusted here").Because(err)
	}
	return nil
}
