package message

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
)

// Batch is what one signature over several messages says: how many there are,
// the root of the tree over their heads (RFC 6962), and when they were signed. Its
// text stands in a container beside the message; docs/adr/0021 says why.
type Batch struct {
	Count int
	Root  Sum
	Time  time.Time
}

// Share is the place of one message in a batch, with the batch's signature.
type Share struct {
	Time      time.Time // of the batch
	Index     int
	Count     int
	Signature []byte // ECDSA over P-256 with SHA-256, DER
	Path      []Sum  // from the message's leaf to the root
}

// MostTogether is how many messages one signature covers at most.
const MostTogether = 256

const (
	firstOfBatch = "diwan-batch: 1\n"
	firstOfShare = "diwan-share: 1\n"
	shareKind    = 'B' // the first byte of a share; a lone signature in DER begins with '0'
	shareFixed   = 1 + 8 + 4 + 4 + 1
)

// leaf is the leaf of the tree for a head.
func (f *Fixed) leaf() Sum { return Leaf(sha256.Sum256(f.Text)) }

// SignTogether signs several heads with the key of cert, by one signature: each
// result verifies alone. One head is signed as Sign does. Errors: Invalid; those
// of the key.
func SignTogether(heads []*Fixed, key crypto.Signer, cert *x509.Certificate, now time.Time) ([]Signed, error) {
	if len(heads) == 1 {
		s, err := heads[0].Sign(key, cert)
		return []Signed{s}, err
	}
	if len(heads) > MostTogether || !fits(key, cert) {
		return nil, errKey
	}
	leaves := make([]Sum, len(heads))
	for i, f := range heads {
		leaves[i] = f.leaf()
	}
	fingerprint := FingerprintOf(cert)
	b := Batch{len(heads), Root(leaves), now.Truncate(time.Millisecond)}
	digest := sha256.Sum256(b.attributes(fingerprint))
	signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, gov.Wrap(err, "sign messages")
	}
	out := make([]Signed, len(heads))
	for i, path := range paths(leaves) {
		s := Share{b.Time, i, b.Count, signature, path}
		out[i] = Signed{fingerprint, s.Encode()}
	}
	return out, nil
}

// paths are the audit paths of all leaves, each node hashed once.
func paths(leaves []Sum) [][]Sum {
	out := make([][]Sum, len(leaves))
	var climb func(from, to int) Sum
	climb = func(from, to int) Sum {
		if to-from == 1 {
			return leaves[from]
		}
		k := from + half(to-from)
		left, right := climb(from, k), climb(k, to)
		for i := from; i < k; i++ {
			out[i] = append(out[i], right)
		}
		for i := k; i < to; i++ {
			out[i] = append(out[i], left)
		}
		return node(left, right)
	}
	climb(0, len(leaves))
	return out
}

// Encode is the share as a Signature carries it: 'B', milliseconds (8 bytes), index
// (4), count (4), length of the signature (1), signature, path.
func (s *Share) Encode() []byte {
	b := make([]byte, 0, shareFixed+len(s.Signature)+len(s.Path)*len(Sum{}))
	b = binary.BigEndian.AppendUint64(append(b, shareKind), uint64(s.Time.UnixMilli()))
	b = binary.BigEndian.AppendUint32(b, uint32(s.Index))
	b = binary.BigEndian.AppendUint32(b, uint32(s.Count))
	b = append(append(b, byte(len(s.Signature))), s.Signature...)
	for _, p := range s.Path {
		b = append(b, p[:]...)
	}
	return b
}

// Share reads the share that a signature is; nil when it is a lone signature.
// Errors: Denied.
func (s *Signed) Share() (*Share, error) {
	b := s.Signature
	if len(b) == 0 || b[0] != shareKind {
		return nil, nil
	}
	if len(b) < shareFixed || len(b) < shareFixed+int(b[shareFixed-1]) {
		return nil, errSignature
	}
	n := shareFixed + int(b[shareFixed-1])
	out := &Share{Time: time.UnixMilli(int64(binary.BigEndian.Uint64(b[1:]))).UTC(), Index: int(binary.BigEndian.Uint32(b[9:])), Count: int(binary.BigEndian.Uint32(b[13:])), Signature: b[shareFixed:n]}
	path := b[n:]
	if out.Count < 2 || out.Count > MostTogether || out.Index >= out.Count || len(path)%len(Sum{}) != 0 || out.Time.Year() < 2000 || out.Time.Year() > 2049 {
		return nil, errSignature
	}
	for ; len(path) > 0; path = path[len(Sum{}):] {
		out.Path = append(out.Path, Sum(path))
	}
	return out, nil
}

// Batch is the batch that a head's share leads to. Whether its signature holds is
// not said. Errors: Denied.
func (s *Share) Batch(f *Fixed) (*Batch, error) {
	root, ok := RootOf(f.leaf(), s.Index, s.Count, s.Path)
	if off := s.Time.Sub(f.Head.Time); !ok || off > Skew || off < -Skew {
		return nil, errSignature
	}
	return &Batch{s.Count, root, s.Time}, nil
}

// Text is the one spelling of a batch.
func (b *Batch) Text() []byte {
	return fmt.Appendf(nil, firstOfBatch+"count: %d\nroot: %s\ntime: %s\n", b.Count, base64.StdEncoding.EncodeToString(b.Root[:]), b.Time.UTC().Format(moment))
}

// ParseBatch reads what Text wrote, and nothing else. Errors: Invalid.
func ParseBatch(text []byte) (*Batch, error) {
	v, err := values(text, firstOfBatch, "count", "root", "time")
	if err != nil {
		return nil, err
	}
	b := &Batch{}
	var e [3]error
	b.Count, e[0] = strconv.Atoi(v[0])
	b.Root, e[1] = parseSum(v[1])
	b.Time, e[2] = time.Parse(moment, v[2])
	if e != [3]error{} || b.Count < 2 || b.Count > MostTogether || !bytes.Equal(b.Text(), text) {
		return nil, errEvidence
	}
	return b, nil
}

// Name tells batches apart in a container.
func (b *Batch) Name() string { return hex.EncodeToString(b.Root[:8]) }

// File is the name of the batch's text in a container; its manifest and signature
// are in META-INF under ManifestFile and SignatureFile.
func (b *Batch) File() string { return "batch-" + b.Name() + ".txt" }

// ManifestFile is the name of the batch's manifest in a container.
func (b *Batch) ManifestFile() string { return "META-INF/ASiCManifest-batch-" + b.Name() + ".xml" }

// SignatureFile is the name of the batch's signature in a container.
func (b *Batch) SignatureFile() string { return "META-INF/signature-batch-" + b.Name() + ".p7s" }

// Manifest is the ASiCManifest that the signature covers.
func (b *Batch) Manifest() []byte {
	digest := sha256.Sum256(b.Text())
	out := make([]byte, 0, 640)
	out = append(out, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><asic:SigReference URI="`...)
	out = append(append(out, b.SignatureFile()...), `" MimeType="application/x-pkcs7-signature"/><asic:DataObjectReference URI="`...)
	out = append(append(out, b.File()...), `" MimeType="text/plain"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>`...)
	out = base64.StdEncoding.AppendEncode(out, digest[:])
	return append(out, "</ds:DigestValue></asic:DataObjectReference></asic:ASiCManifest>\n"...)
}

// attributes is what the key signs.
func (b *Batch) attributes(cert Fingerprint) []byte { return attributes(b.Manifest(), b.Time, cert) }

// CMS is the detached SignedData over Manifest, as the function CMS makes it for a
// lone message. Errors: Denied.
func (b *Batch) CMS(s Signed, share *Share, cert *x509.Certificate, issuers ...*x509.Certificate) ([]byte, error) {
	if s.Cert != FingerprintOf(cert) {
		return nil, errOther
	}
	return signedBy(b.attributes(s.Cert), share.Signature, cert, issuers)
}

// Text is the one spelling of a share in a container, where the signature has a
// file of its own.
func (s *Share) Text(kind Kind, batch *Batch) []byte {
	path := make([]string, len(s.Path))
	for i, p := range s.Path {
		path[i] = base64.StdEncoding.EncodeToString(p[:])
	}
	return fmt.Appendf(nil, firstOfShare+"message: %s\nbatch: %s\nindex: %d\npath: %s\n", kind, batch.Name(), s.Index, strings.Join(path, " "))
}

// ParseShare reads what Text wrote, and nothing else: the name of the batch, and
// the share without what the batch says. Errors: Invalid.
func ParseShare(text []byte, kind Kind) (batch string, s *Share, err error) {
	v, err := values(text, firstOfShare, "message", "batch", "index", "path")
	if err != nil {
		return "", nil, err
	}
	s = &Share{}
	if s.Index, err = strconv.Atoi(v[2]); err != nil || s.Index < 0 || s.Index >= MostTogether || v[0] != string(kind) {
		return "", nil, errEvidence
	}
	name, err := hex.DecodeString(v[1])
	if err != nil || len(name) != 8 {
		return "", nil, errEvidence
	}
	for _, x := range strings.Fields(v[3]) {
		p, err := parseSum(x)
		if err != nil {
			return "", nil, err
		}
		s.Path = append(s.Path, p)
	}
	b := &Batch{}
	copy(b.Root[:], name)
	if len(s.Path) > 8 || !bytes.Equal(s.Text(kind, b), text) {
		return "", nil, errEvidence
	}
	return v[1], s, nil
}

// fits reports whether a key is one that signs messages, and cert is its own.
func fits(key crypto.Signer, cert *x509.Certificate) bool {
	pub, ok := key.Public().(*ecdsa.PublicKey)
	return ok && onCurve(pub) && pub.Equal(cert.PublicKey)
}
