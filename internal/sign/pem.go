package sign

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
)

// The types of PEM blocks (RFC 7468) that the house writes.
const (
	certificateBlock = "CERTIFICATE"
	keyBlock         = "PRIVATE KEY"
)

// CertificatesPEM writes certificates, as DER, one after the other.
func CertificatesPEM(ders ...[]byte) (out []byte) {
	for _, der := range ders {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: der})...)
	}
	return out
}

// KeyPEM writes a private key, as PKCS #8.
func KeyPEM(pkcs8 []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: keyBlock, Bytes: pkcs8})
}

// ErrNoCertificate says that a text holds no certificate.
var ErrNoCertificate = errors.New("sign: no certificate in PEM")

// ReadCertificates reads every certificate of a PEM text and steps over other
// blocks. Errors: ErrNoCertificate; what is wrong with one of them.
func ReadCertificates(text []byte) (out []*x509.Certificate, err error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != certificateBlock {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, ErrNoCertificate
	}
	return out, nil
}
