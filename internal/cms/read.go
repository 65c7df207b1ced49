package cms

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha512" // the hashes of others' signatures
	"crypto/subtle"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"time"
)

// The bounds of what is read.
const (
	longest   = 256 << 10
	mostCerts = 20
)

// Signature is a detached signature that was read and whose value was checked: the
// key of Certificate signed Digest. What it is worth depends on what Digest is of,
// and on whether the certificate is one to trust.
type Signature struct {
	Certificate *x509.Certificate
	Others      []*x509.Certificate // that came along
	Hash        crypto.Hash
	Digest      []byte    // of the content
	Time        time.Time // as the signer says; zero: it does not
	Value       []byte    // what a timestamp stamps
	Stamp       []byte    // the timestamp token, DER; nil: none
}

// ErrForged says that a signature was read, but is not the certificate's.
var ErrForged = errors.New("cms: the signature is not of this certificate's key")

var (
	errForm      = errors.New("cms: not one detached signature in the form of CAdES")
	errAlgorithm = errors.New("cms: an algorithm that is unknown here, or no longer safe")
)

// Read reads one detached signature and checks its value with the certificate
// that it names. Errors: ErrForged, or that it cannot be read.
func Read(raw []byte) (*Signature, error) {
	s, data, err := read(raw, oidData)
	if err == nil && data != nil {
		err = errForm
	}
	return s, err
}

// Inside reads a signature of content that it carries, of a certain kind, such as a
// timestamp token, as strictly as Read. Errors: as Read.
func Inside(raw []byte, kind asn1.ObjectIdentifier) (*Signature, []byte, error) {
	s, data, err := read(raw, kind)
	if err != nil {
		return nil, nil, err
	}
	h := s.Hash.New()
	h.Write(data)
	if data == nil || !s.Covers(h.Sum(nil)) {
		return nil, nil, ErrForged
	}
	return s, data, nil
}

func read(raw []byte, kind asn1.ObjectIdentifier) (*Signature, []byte, error) {
	d, err := opened(raw, kind)
	if err != nil {
		return nil, nil, err
	}
	info := d.Signers[0]
	s := &Signature{Value: info.Value, Hash: hashOf(info.Digest.ID)}
	certs, err := certificates(d.Certificates.Bytes)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range certs {
		if bytes.Equal(c.RawIssuer, info.Signer.Issuer.FullBytes) && c.SerialNumber.Cmp(info.Signer.Serial) == 0 && s.Certificate == nil {
			s.Certificate = c
		} else {
			s.Others = append(s.Others, c)
		}
	}
	if s.Certificate == nil || s.Hash == 0 {
		return nil, nil, errAlgorithm
	}
	if err := s.signed(info.Signed, kind); err != nil {
		return nil, nil, err
	}
	if err := s.unsigned(info.Unsigned); err != nil {
		return nil, nil, err
	}
	if err := s.check(info.Algorithm, set(info.Signed.Bytes)); err != nil {
		return nil, nil, err
	}
	data, err := carried(d.Content.Data)
	return s, data, err
}

// opened reads the frame: one signer, the kind of content that is wanted.
func opened(raw []byte, kind asn1.ObjectIdentifier) (d signedData, err error) {
	var outer contentInfo
	if len(raw) > longest || whole(raw, &outer) != nil || !outer.ID.Equal(oidSignedData) {
		return d, errForm
	}
	if whole(outer.Content.Bytes, &d) != nil || len(d.Signers) != 1 || len(d.Digests) != 1 || !d.Content.ID.Equal(kind) {
		return d, errForm
	}
	version := 1
	if !kind.Equal(oidData) { // RFC 5652 §5.1
		version = 3
	}
	if len(d.Certificates.FullBytes) == 0 || d.Certificates.FullBytes[0] != 0xa0 || len(d.Lists.FullBytes) > 0 && d.Lists.FullBytes[0] != 0xa1 {
		return d, errForm
	}
	if d.Version != version || d.Signers[0].Version != 1 || !d.Digests[0].ID.Equal(d.Signers[0].Digest.ID) || !spelled(raw, d) {
		return d, errForm
	}
	return d, nil
}

// carried is the content inside [0]; nil when there is none.
func carried(in asn1.RawValue) (data []byte, err error) {
	if len(in.FullBytes) == 0 {
		return nil, nil
	}
	if in.FullBytes[0] != 0xa0 || whole(in.Bytes, &data) != nil {
		return nil, errForm
	}
	return data, nil
}

// whole reads a value that fills b.
func whole(b []byte, to any) error {
	rest, err := asn1.Unmarshal(b, to)
	if err == nil && len(rest) > 0 {
		err = errForm
	}
	return err
}

// spelled reports whether raw is the one spelling of what was read, so that no byte
// of it can be another without being noticed.
func spelled(raw []byte, d signedData) bool {
	for _, a := range []algorithm{d.Digests[0], d.Signers[0].Digest} {
		if len(a.Parameters.FullBytes) > 0 && !bytes.Equal(a.Parameters.FullBytes, asn1.NullBytes) {
			return false
		}
	}
	inner, err := asn1.Marshal(d)
	if err != nil {
		return false
	}
	again, err := asn1.Marshal(contentInfo{oidSignedData, tagged(0, inner)})
	return err == nil && bytes.Equal(again, raw)
}

func certificates(b []byte) (out []*x509.Certificate, err error) {
	for len(b) > 0 {
		var one asn1.RawValue
		if b, err = asn1.Unmarshal(b, &one); err != nil || len(out) == mostCerts {
			return nil, errForm
		}
		c, err := x509.ParseCertificate(one.FullBytes)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func hashOf(id asn1.ObjectIdentifier) crypto.Hash {
	switch {
	case id.Equal(oidSHA256):
		return crypto.SHA256
	case id.Equal(oidSHA384):
		return crypto.SHA384
	case id.Equal(oidSHA512):
		return crypto.SHA512
	}
	return 0
}

// attributesOf reads attributes; two of one kind are refused, and so is one with
// other than one value.
func attributesOf(raw asn1.RawValue, tag int) (map[string][]byte, error) {
	out, b := map[string][]byte{}, raw.Bytes
	if raw.Class != asn1.ClassContextSpecific || raw.Tag != tag || !raw.IsCompound {
		return nil, errForm
	}
	for len(b) > 0 {
		var a attribute
		var err error
		if b, err = asn1.Unmarshal(b, &a); err != nil {
			return nil, errForm
		}
		var value asn1.RawValue
		_, twice := out[a.ID.String()]
		if a.Values.FullBytes[0] != 0x31 || whole(a.Values.Bytes, &value) != nil || twice || len(out) == 30 {
			return nil, errForm
		}
		out[a.ID.String()] = value.FullBytes
	}
	return out, nil
}

// signed reads the attributes that must be signed: of what kind the content is, its
// digest, and with which certificate it was signed, so that none can take its place.
func (s *Signature) signed(raw asn1.RawValue, content asn1.ObjectIdentifier) error {
	all, err := attributesOf(raw, 0)
	if err != nil {
		return err
	}
	var kind asn1.ObjectIdentifier
	if whole(all[oidContentType.String()], &kind) != nil || !kind.Equal(content) {
		return errForm
	}
	if whole(all[oidDigest.String()], &s.Digest) != nil || len(s.Digest) != s.Hash.Size() {
		return errForm
	}
	if at, ok := all[oidSigningTime.String()]; ok && whole(at, &s.Time) != nil {
		return errForm
	}
	if _, older := all[oidOlderCertificate.String()]; older && all[oidCertificate.String()] == nil && !content.Equal(oidData) {
		return nil // a timestamp may still name its certificate so; its reader checks that
	}
	var ids certIDs
	if whole(all[oidCertificate.String()], &ids) != nil || len(ids.Certificates) == 0 {
		return errForm
	}
	id, hash := ids.Certificates[0], crypto.SHA256
	if id.Algorithm.ID != nil {
		hash = hashOf(id.Algorithm.ID)
	}
	if hash == 0 {
		return errAlgorithm
	}
	h := hash.New()
	h.Write(s.Certificate.Raw)
	if !bytes.Equal(h.Sum(nil), id.Hash) {
		return ErrForged
	}
	return nil
}

func (s *Signature) unsigned(raw asn1.RawValue) error {
	if len(raw.FullBytes) == 0 {
		return nil
	}
	all, err := attributesOf(raw, 1)
	s.Stamp = all[oidTimestamp.String()]
	if err == nil && (s.Stamp == nil || len(all) > 1) { // what nobody signed and nobody here reads
		err = errForm
	}
	return err
}

// check checks the signature's value over the signed attributes.
func (s *Signature) check(alg algorithm, message []byte) error {
	h := s.Hash.New()
	h.Write(message)
	sum := h.Sum(nil)
	switch key := s.Certificate.PublicKey.(type) {
	case *ecdsa.PublicKey:
		of := map[crypto.Hash]asn1.ObjectIdentifier{crypto.SHA256: oidECDSA256, crypto.SHA384: oidECDSA384, crypto.SHA512: oidECDSA512}[s.Hash]
		if !alg.ID.Equal(of) || key.Curve.Params().BitSize < 256 {
			return errAlgorithm
		}
		if !ecdsa.VerifyASN1(key, sum, s.Value) {
			return ErrForged
		}
		return nil
	case *rsa.PublicKey:
		return s.checkRSA(key, alg, sum)
	}
	return errAlgorithm
}

func (s *Signature) checkRSA(key *rsa.PublicKey, alg algorithm, sum []byte) error {
	of := map[crypto.Hash]asn1.ObjectIdentifier{crypto.SHA256: oidRSA256, crypto.SHA384: oidRSA384, crypto.SHA512: oidRSA512}[s.Hash]
	err := errAlgorithm
	switch {
	case key.N.BitLen() < 2048:
		return errAlgorithm
	case alg.ID.Equal(of), alg.ID.Equal(oidRSA):
		err = rsa.VerifyPKCS1v15(key, s.Hash, sum, s.Value)
	case alg.ID.Equal(oidRSAPSS):
		var p pssParameters
		var mask algorithm
		if whole(alg.Parameters.FullBytes, &p) != nil || whole(p.Mask.Parameters.FullBytes, &mask) != nil || hashOf(p.Hash.ID) != s.Hash || hashOf(mask.ID) != s.Hash {
			return errAlgorithm
		}
		err = rsa.VerifyPSS(key, s.Hash, sum, s.Value, &rsa.PSSOptions{SaltLength: p.Salt})
	}
	if err != nil && !errors.Is(err, errAlgorithm) {
		return ErrForged
	}
	return err
}

// Covers reports whether digest, made with Hash, is what was signed.
func (s *Signature) Covers(digest []byte) bool {
	return subtle.ConstantTimeCompare(s.Digest, digest) == 1
}
