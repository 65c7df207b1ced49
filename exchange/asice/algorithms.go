package asice

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes of signatures
	_ "crypto/sha512"
	"crypto/x509"
	"errors"
	"math/big"
)

// digests are the hash functions that are taken; SHA-1 and MD5 no longer prove anything.
var digests = map[string]crypto.Hash{
	"http://www.w3.org/2001/04/xmlenc#sha256":       crypto.SHA256,
	"http://www.w3.org/2001/04/xmldsig-more#sha384": crypto.SHA384,
	"http://www.w3.org/2001/04/xmlenc#sha512":       crypto.SHA512,
}

var errAlgorithm = errors.New("asice: an algorithm that is unknown here, or no longer safe")

type method struct {
	hash crypto.Hash
	kind string
}

// methods are the signature algorithms of XML signatures that are taken.
var methods = map[string]method{
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256":      {crypto.SHA256, "rsa"},
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384":      {crypto.SHA384, "rsa"},
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512":      {crypto.SHA512, "rsa"},
	"http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1": {crypto.SHA256, "pss"},
	"http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1": {crypto.SHA384, "pss"},
	"http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1": {crypto.SHA512, "pss"},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256":    {crypto.SHA256, "ecdsa"},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384":    {crypto.SHA384, "ecdsa"},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512":    {crypto.SHA512, "ecdsa"},
}

var errForged = errors.New("asice: the signature is not of this key over this content")

// check checks an XML signature's value over signed content.
func (m method) check(cert *x509.Certificate, content, value []byte) error {
	h := m.hash.New()
	h.Write(content)
	sum := h.Sum(nil)
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < 2048 {
			return errAlgorithm
		}
		if m.kind == "rsa" && rsa.VerifyPKCS1v15(key, m.hash, sum, value) == nil ||
			m.kind == "pss" && rsa.VerifyPSS(key, m.hash, sum, value, nil) == nil {
			return nil
		}
	case *ecdsa.PublicKey:
		n := (key.Curve.Params().BitSize + 7) / 8
		if m.kind == "ecdsa" && len(value) == 2*n && ecdsa.Verify(key, sum, new(big.Int).SetBytes(value[:n]), new(big.Int).SetBytes(value[n:])) {
			return nil
		}
	default:
		return errAlgorithm
	}
	return errForged
}
