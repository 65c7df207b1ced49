package timestamp

import (
	"bytes"
	"crypto"
	_ "crypto/sha1" // only to name certificates in the older attribute
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"

	"github.com/digitorus/pkcs7"
)

var (
	oidSigningCertificate   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSigningCertificateV2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
)

var hashes = map[string]crypto.Hash{
	"2.16.840.1.101.3.4.2.1": crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384,
	"2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

type certID struct {
	Algorithm pkix.AlgorithmIdentifier `asn1:"optional"`
	Hash      []byte
	Issuer    asn1.RawValue `asn1:"optional"`
}

type certIDs struct {
	Certs    []certID
	Policies asn1.RawValue `asn1:"optional"`
}

// NamesSigner checks that a signature itself names the certificate it was made
// with (RFC 5035, RFC 2634), so that no other certificate of the same key can be put
// in its place.
func NamesSigner(p7 *pkcs7.PKCS7, signer *x509.Certificate) error {
	var ids certIDs
	hash := crypto.SHA256
	if err := p7.UnmarshalSignedAttribute(oidSigningCertificateV2, &ids); err != nil {
		hash = crypto.SHA1
		if err := p7.UnmarshalSignedAttribute(oidSigningCertificate, &ids); err != nil {
			return errors.New("the signature does not name its certificate")
		}
	}
	if len(ids.Certs) == 0 {
		return errors.New("the signature names no certificate")
	}
	id := ids.Certs[0] // the first is the signer's
	if id.Algorithm.Algorithm != nil {
		hash = hashes[id.Algorithm.Algorithm.String()]
	}
	if hash == 0 {
		return errors.New("the signature names its certificate by an unknown hash")
	}
	h := hash.New()
	h.Write(signer.Raw)
	if !bytes.Equal(h.Sum(nil), id.Hash) {
		return errors.New("the signature names another certificate")
	}
	return nil
}
