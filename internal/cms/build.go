// Package cms makes and reads detached signatures in the form that CAdES and PAdES
// want (RFC 5652, ETSI EN 319 122-1): one signer, SHA-2, the certificate named
// inside what is signed. It reads strictly: whatever could mean two things is refused.
package cms

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"time"
)

var (
	oidData             = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidDigest           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidCertificate      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidOlderCertificate = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidTimestamp        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidSHA256           = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384           = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	oidSHA512           = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
	oidECDSA256         = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidECDSA384         = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}
	oidECDSA512         = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}
	oidRSA              = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidRSA256           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	oidRSA384           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}
	oidRSA512           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}
	oidRSAPSS           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidMaskFunction     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
)

type algorithm struct {
	ID         asn1.ObjectIdentifier
	Parameters asn1.RawValue `asn1:"optional"`
}

type attribute struct {
	ID     asn1.ObjectIdentifier
	Values asn1.RawValue // SET OF
}

type issuerSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

type signerInfo struct {
	Version   int
	Signer    issuerSerial
	Digest    algorithm
	Signed    asn1.RawValue // [0] IMPLICIT SET OF attribute
	Algorithm algorithm
	Value     []byte
	Unsigned  asn1.RawValue `asn1:"optional"` // [1]
}

type content struct {
	ID   asn1.ObjectIdentifier
	Data asn1.RawValue `asn1:"optional"`
}

type signedData struct {
	Version      int
	Digests      []algorithm `asn1:"set"`
	Content      content
	Certificates asn1.RawValue `asn1:"optional,tag:0"`
	Lists        asn1.RawValue `asn1:"optional,tag:1"`
	Signers      []signerInfo  `asn1:"set"`
}

type contentInfo struct {
	ID      asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type certID struct {
	Algorithm algorithm `asn1:"optional"`
	Hash      []byte
	Issuer    asn1.RawValue `asn1:"optional"`
}

type certIDs struct {
	Certificates []certID
	Policies     asn1.RawValue `asn1:"optional"`
}

type pssParameters struct {
	Hash algorithm `asn1:"explicit,tag:0"`
	Mask algorithm `asn1:"explicit,tag:1"`
	Salt int       `asn1:"explicit,tag:2"`
}

// Signer says who signs and how.
type Signer struct {
	Key   crypto.Signer       // ECDSA on P-256, or RSA of 2048 bits and more
	Chain []*x509.Certificate // the key's own first; all of them go along
	Time  time.Time           // as a signed attribute; zero: none, as PAdES wants
	PSS   bool                // RSA signs with PSS instead of PKCS #1 v1.5
	// Stamp gives a timestamp token over the signature's value; nil: none.
	Stamp func(value []byte) ([]byte, error)
}

// Sign makes a detached signature over content whose SHA-256 is digest. Errors:
// what the key and Stamp return; a key that the certificate is not of.
func Sign(digest []byte, s Signer) ([]byte, error) {
	if len(s.Chain) == 0 || len(digest) != sha256.Size {
		return nil, errors.New("cms: a signature needs a certificate and a SHA-256")
	}
	if pub, ok := s.Key.Public().(interface{ Equal(crypto.PublicKey) bool }); !ok || !pub.Equal(s.Chain[0].PublicKey) {
		return nil, errors.New("cms: the certificate is not of this key")
	}
	body, err := s.attributes(digest)
	if err != nil {
		return nil, err
	}
	alg, value, err := s.sign(set(body))
	if err != nil {
		return nil, err
	}
	info := signerInfo{
		Version: 1, Signer: issuerSerial{asn1.RawValue{FullBytes: s.Chain[0].RawIssuer}, s.Chain[0].SerialNumber},
		Digest: algorithm{ID: oidSHA256}, Signed: tagged(0, body), Algorithm: alg, Value: value,
	}
	if s.Stamp != nil {
		token, err := s.Stamp(value)
		if err != nil {
			return nil, err
		}
		stamp, err := asn1.Marshal(attribute{oidTimestamp, asn1.RawValue{FullBytes: set(token)}})
		if err != nil {
			return nil, err
		}
		info.Unsigned = tagged(1, stamp)
	}
	var certs []byte
	for _, c := range s.Chain {
		certs = append(certs, c.Raw...)
	}
	inner, err := asn1.Marshal(signedData{Version: 1, Digests: []algorithm{{ID: oidSHA256}}, Content: content{ID: oidData}, Certificates: tagged(0, certs), Signers: []signerInfo{info}})
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(contentInfo{oidSignedData, tagged(0, inner)})
}

// tagged is a constructed context-specific value.
func tagged(tag int, body []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: body}
}

// set is body as a SET.
func set(body []byte) []byte {
	b, _ := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: body}) // a raw value with bytes always has a form
	return b
}

// attributes are what is signed, in the order of DER.
func (s Signer) attributes(digest []byte) ([]byte, error) {
	sum := sha256.Sum256(s.Chain[0].Raw)
	values := []struct {
		id    asn1.ObjectIdentifier
		value any
	}{{oidContentType, oidData}, {oidDigest, digest}, {oidCertificate, certIDs{Certificates: []certID{{Hash: sum[:]}}}}, {oidSigningTime, s.Time.UTC()}}
	var list [][]byte
	for _, v := range values {
		if v.id.Equal(oidSigningTime) && s.Time.IsZero() {
			continue
		}
		der, err := asn1.Marshal(v.value)
		if err != nil {
			return nil, err
		}
		a, err := asn1.Marshal(attribute{v.id, asn1.RawValue{FullBytes: set(der)}})
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	slices.SortFunc(list, bytes.Compare)
	return bytes.Join(list, nil), nil
}

func (s Signer) sign(message []byte) (alg algorithm, value []byte, err error) {
	sum := sha256.Sum256(message)
	var o crypto.SignerOpts = crypto.SHA256
	switch pub := s.Key.Public().(type) {
	case *ecdsa.PublicKey:
		if pub.Curve != elliptic.P256() {
			return alg, nil, errors.New("cms: the key is not on P-256")
		}
		alg.ID = oidECDSA256
	case *rsa.PublicKey:
		alg = algorithm{oidRSA256, asn1.NullRawValue}
		if s.PSS {
			o = &rsa.PSSOptions{SaltLength: sha256.Size, Hash: crypto.SHA256}
			if alg, err = pss(); err != nil {
				return alg, nil, err
			}
		}
	default:
		return alg, nil, errors.New("cms: neither an ECDSA nor an RSA key")
	}
	value, err = s.Key.Sign(rand.Reader, sum[:], o)
	return alg, value, err
}

func pss() (algorithm, error) {
	hash := algorithm{oidSHA256, asn1.NullRawValue}
	mask, err := asn1.Marshal(hash)
	if err != nil {
		return algorithm{}, err
	}
	p, err := asn1.Marshal(pssParameters{hash, algorithm{oidMaskFunction, asn1.RawValue{FullBytes: mask}}, sha256.Size})
	return algorithm{oidRSAPSS, asn1.RawValue{FullBytes: p}}, err
}
