package message

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"time"
)

// The signed attributes of CAdES-B-B (EN 319 122-1 §6.3) in DER, in the order that
// DER wants. Every one has a fixed length, so only holes are filled:
// content-type id-data, signing-time, message-digest, signing-certificate-v2.
const (
	attrsBefore = "\x31\x81\xa2" + // SET OF, 162 bytes
		"\x30\x18\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03\x31\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01" +
		"\x30\x1c\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05\x31\x0f\x17\x0d"
	attrsDigest = "\x30\x2f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04\x31\x22\x04\x20"
	attrsCert   = "\x30\x37\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f\x31\x28\x30\x26\x30\x24\x30\x22\x04\x20"
)

// attributes is what the key signs.
func (f *Fixed) attributes(cert Fingerprint) []byte {
	return attributes(f.Manifest(), f.Head.Time, cert)
}

func attributes(manifest []byte, at time.Time, cert Fingerprint) []byte {
	digest := sha256.Sum256(manifest)
	b := make([]byte, 0, 168)
	b = append(b, attrsBefore...)
	b = at.UTC().AppendFormat(b, "060102150405Z")
	b = append(append(b, attrsDigest...), digest[:]...)
	return append(append(b, attrsCert...), cert[:]...)
}

type algorithm struct {
	ID asn1.ObjectIdentifier
}

type signerInfo struct {
	Version   int
	Issuer    issuerSerial
	Digest    algorithm
	Attrs     asn1.RawValue
	Algorithm algorithm
	Signature []byte
}

type issuerSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

type signedData struct {
	Version int
	Digests []algorithm `asn1:"set"`
	Content algorithm   // encapContentInfo without its content: the signature is detached
	Certs   asn1.RawValue
	Signers []signerInfo `asn1:"set"`
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content signedData `asn1:"explicit,tag:0"`
}

var (
	oidData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidSHA256     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidES256      = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

// CMS is the detached SignedData over Manifest(h) (RFC 5652): the very signature
// that travelled, with the signer's certificate and those of its issuers that the
// caller gives. Errors: Denied when s is not made with cert; Invalid.
func CMS(s Signed, h *Head, cert *x509.Certificate, issuers ...*x509.Certificate) ([]byte, error) {
	if s.Cert != FingerprintOf(cert) {
		return nil, errOther
	}
	f, err := h.Fix()
	if err != nil {
		return nil, err
	}
	return signedBy(f.attributes(s.Cert), s.Signature, cert, issuers)
}

func signedBy(attrs, signature []byte, cert *x509.Certificate, issuers []*x509.Certificate) ([]byte, error) {
	attrs[0] = 0xa0 // [0] IMPLICIT in SignerInfo; signed as SET OF
	certs := append([]byte(nil), cert.Raw...)
	for _, c := range issuers {
		certs = append(certs, c.Raw...)
	}
	return asn1.Marshal(contentInfo{oidSignedData, signedData{
		Version: 1,
		Digests: []algorithm{{oidSHA256}},
		Content: algorithm{oidData},
		Certs:   asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: certs},
		Signers: []signerInfo{{
			Version:   1,
			Issuer:    issuerSerial{asn1.RawValue{FullBytes: cert.RawIssuer}, cert.SerialNumber},
			Digest:    algorithm{oidSHA256},
			Attrs:     asn1.RawValue{FullBytes: attrs},
			Algorithm: algorithm{oidES256},
			Signature: signature,
		}},
	}})
}
