package trust

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"

	"diwan.example/gov"
)

// Subject is whom a certificate names.
type Subject struct {
	Key     string   // kid, written as the subject's serial number
	Name    gov.Text // of the organisation
	Country string   // two letters; may be empty
	Lists   string   // address of the list of revoked certificates (CRL); may be empty
}

// documentSigning is id-kp-documentSigning. Source: RFC 9336.
var documentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}

// longestName is what X.520 allows a common or organisation name (ub-common-name).
const longestName = 64

// name gives the Arabic name as the common one, which programs show, and the
// English one as the organisation.
func (s Subject) name() pkix.Name {
	n := pkix.Name{CommonName: cut(s.Name.In(gov.Arabic)), SerialNumber: s.Key}
	if en := s.Name.In(gov.English); en != "" {
		n.Organization = []string{cut(en)}
	}
	if len(s.Country) == 2 {
		n.Country = []string{s.Country}
	}
	return n
}

func cut(s string) string {
	if r := []rune(s); len(r) > longestName {
		return string(r[:longestName-1]) + "…"
	}
	return s
}

// Root makes the certificate of a root, signed by itself. It certifies keys,
// roots that come after it, and lists.
func Root(key crypto.Signer, s Subject, from, until time.Time) (*x509.Certificate, error) {
	form, err := rootForm(key.Public(), s, from, until)
	if err != nil {
		return nil, err
	}
	return create(form, form, key.Public(), key)
}

// Cross certifies a newer root by an older one, so that whoever holds the older
// finds a way to what the newer signs.
func Cross(older crypto.Signer, root, newer *x509.Certificate) (*x509.Certificate, error) {
	form, err := rootForm(newer.PublicKey, Subject{}, newer.NotBefore, earlier(newer.NotAfter, root.NotAfter))
	if err != nil {
		return nil, err
	}
	form.RawSubject = newer.RawSubject
	return create(form, root, newer.PublicKey, older)
}

func rootForm(pub crypto.PublicKey, s Subject, from, until time.Time) (*x509.Certificate, error) {
	form, err := form(pub, s, from, until)
	if err != nil {
		return nil, err
	}
	form.IsCA, form.MaxPathLen = true, 2
	form.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature
	return form, nil
}

// Certify makes the certificate of an issuing key. It ends with its root at the latest.
func Certify(root crypto.Signer, by *x509.Certificate, pub crypto.PublicKey, s Subject, from, until time.Time) (*x509.Certificate, error) {
	form, err := form(pub, s, from, earlier(until, by.NotAfter))
	if err != nil {
		return nil, err
	}
	form.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	form.UnknownExtKeyUsage = []asn1.ObjectIdentifier{documentSigning}
	form.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection} // without it NSS, and so pdfsig, takes no signature of a document
	if s.Lists != "" {
		form.CRLDistributionPoints = []string{s.Lists}
	}
	return create(form, by, pub, root)
}

// form is what all certificates have.
func form(pub crypto.PublicKey, s Subject, from, until time.Time) (*x509.Certificate, error) {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, err
	}
	serial := make([]byte, 16)
	rand.Read(serial)
	serial[0] &= 0x7f // positive, RFC 5280 §4.1.2.2
	id := sha256.Sum256(der)
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial), Subject: s.name(), SubjectKeyId: id[:20], // RFC 7093 §2
		NotBefore: from.UTC().Truncate(time.Second), NotAfter: until.UTC().Truncate(time.Second), BasicConstraintsValid: true,
	}, nil
}

func create(form, by *x509.Certificate, pub crypto.PublicKey, key crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, form, by, pub, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Fingerprint is a certificate's SHA-256 as people compare it: "AB:CD:…".
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return Colons(sum[:])
}

// Colons writes bytes in pairs of hexadecimal digits.
func Colons(b []byte) string {
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, 3*len(b))
	for i, x := range b {
		if i > 0 {
			out = append(out, ':')
		}
		out = append(out, digits[x>>4], digits[x&15])
	}
	return string(out)
}
