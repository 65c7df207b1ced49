package message

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
)

// Seal is a batch of a log's records under one root. An authority stamps its
// Manifest, so that seal and stamp stand in a container as any ASiC reader knows
// them (EN 319 162-1 §4.4.4: data, ASiCManifest, timestamp).
type Seal struct {
	Log   string // whose
	First uint64 // record
	Count uint64
	Root  Sum // of the links of the records, in order
}

// Last is the last record under the seal.
func (s *Seal) Last() uint64 { return s.First + s.Count - 1 }

const (
	firstOfSeal  = "diwan-seal: 1\n"
	firstOfProof = "diwan-proof: 1\n"
)

var errEvidence = gov.Fail(gov.Invalid, "دليل الختم ليس بالصيغة الموثّقة", "The evidence of the seal is not in its documented form")

// Text is the one spelling of a seal.
func (s *Seal) Text() []byte {
	return fmt.Appendf(nil, firstOfSeal+"log: %s\nfirst: %d\ncount: %d\nroot: %s\n", strings.Map(visible, s.Log), s.First, s.Count, base64.StdEncoding.EncodeToString(s.Root[:]))
}

func visible(r rune) rune {
	if r < ' ' || r == 0x7f {
		return '?'
	}
	return r
}

// ParseSeal reads what Text wrote, and nothing else. Errors: Invalid.
func ParseSeal(text []byte) (*Seal, error) {
	v, err := values(text, firstOfSeal, "log", "first", "count", "root")
	if err != nil {
		return nil, err
	}
	s := &Seal{Log: v[0]}
	s.First, err = strconv.ParseUint(v[1], 10, 64)
	if err == nil {
		s.Count, err = strconv.ParseUint(v[2], 10, 32)
	}
	if err == nil {
		s.Root, err = parseSum(v[3])
	}
	if err != nil || s.Count == 0 || !bytes.Equal(s.Text(), text) {
		return nil, errEvidence
	}
	return s, nil
}

// values reads lines "name: value" with exactly these names, in this order.
func values(text []byte, first string, names ...string) ([]string, error) {
	rest, ok := strings.CutPrefix(string(text), first)
	if !ok || len(text) > longestHead {
		return nil, errEvidence
	}
	out := make([]string, 0, len(names))
	for _, name := range names {
		var l string
		if l, rest, ok = strings.Cut(rest, "\n"); !ok {
			return nil, errEvidence
		}
		value, ok := strings.CutPrefix(l, name+":")
		if !ok {
			return nil, errEvidence
		}
		out = append(out, strings.TrimPrefix(value, " "))
	}
	if rest != "" {
		return nil, errEvidence
	}
	return out, nil
}

func parseSum(text string) (s Sum, err error) {
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != len(s) {
		return s, errEvidence
	}
	return Sum(b), nil
}

// File is the name of the seal's text in a container; the stamp and its manifest
// are in META-INF under StampFile and ManifestFile.
func (s *Seal) File() string { return fmt.Sprintf("seal-%d.txt", s.First) }

// StampFile is the name of the authority's token in a container.
func (s *Seal) StampFile() string { return fmt.Sprintf("META-INF/timestamp-seal-%d.tst", s.First) }

// ManifestFile is the name of the seal's manifest in a container.
func (s *Seal) ManifestFile() string {
	return fmt.Sprintf("META-INF/ASiCManifest-seal-%d.xml", s.First)
}

// Manifest is the ASiCManifest that the authority stamps.
func (s *Seal) Manifest() []byte {
	digest := sha256.Sum256(s.Text())
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+
		`<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><asic:SigReference URI="%s" MimeType="application/vnd.etsi.timestamp-token"/><asic:DataObjectReference URI="%s" MimeType="text/plain"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>%s</ds:DigestValue></asic:DataObjectReference></asic:ASiCManifest>`+"\n",
		s.StampFile(), s.File(), base64.StdEncoding.EncodeToString(digest[:]))
}

// Proof shows that a message is one of the records under a seal.
type Proof struct {
	Kind   Kind
	Number uint64 // of the record
	At     time.Time
	Kept   Kept
	Before Sum    // the chain's value before the record
	Seal   uint64 // the first record under the seal
	Path   []Sum  // from the record's leaf to the root
}

var keptWords = [...]string{KeptNone: "none", KeptHere: "record", KeptFile: "file", KeptNot: "left-out"}

// Text is the one spelling of a proof.
func (p *Proof) Text() []byte {
	path := make([]string, len(p.Path))
	for i, s := range p.Path {
		path[i] = base64.StdEncoding.EncodeToString(s[:])
	}
	return fmt.Appendf(nil, firstOfProof+"message: %s\nrecord: %d\nlogged: %s\nbody: %s\nbefore: %s\nseal: %d\npath: %s\n", p.Kind, p.Number, p.At.UTC().Format(moment),
		keptWords[p.Kept], base64.StdEncoding.EncodeToString(p.Before[:]), p.Seal, strings.Join(path, " "))
}

// ParseProof reads what Text wrote, and nothing else. Errors: Invalid.
func ParseProof(text []byte) (*Proof, error) {
	v, err := values(text, firstOfProof, "message", "record", "logged", "body", "before", "seal", "path")
	if err != nil {
		return nil, err
	}
	p := &Proof{Kind: Kind(v[0]), Kept: KeptNot + 1}
	for k, word := range keptWords {
		if word == v[3] {
			p.Kept = Kept(k)
		}
	}
	var e [4]error
	p.Number, e[0] = strconv.ParseUint(v[1], 10, 64)
	p.At, e[1] = time.Parse(moment, v[2])
	p.Before, e[2] = parseSum(v[4])
	p.Seal, e[3] = strconv.ParseUint(v[5], 10, 64)
	for _, x := range strings.Fields(v[6]) {
		s, err := parseSum(x)
		if err != nil {
			return nil, err
		}
		p.Path = append(p.Path, s)
	}
	if e != [4]error{} || p.Kept > KeptNot || len(p.Path) > 64 || !bytes.Equal(p.Text(), text) {
		return nil, errEvidence
	}
	return p, nil
}

// Check reports whether a message, with this head and signature, is where the proof
// says under the seal. Errors: Denied.
func (p *Proof) Check(head []byte, signed Signed, s *Seal) error {
	l := Logged{Number: p.Number, At: p.At, Head: head, Signed: signed, Kept: p.Kept}
	if p.Seal == s.First && p.Number >= s.First && p.Number <= s.Last() {
		root, ok := RootOf(Leaf(l.Link(p.Before)), int(p.Number-s.First), int(s.Count), p.Path)
		if ok && root == s.Root {
			return nil
		}
	}
	return gov.Fail(gov.Denied, "الرسالة ليست بين القيود التي ختمها الختم", "The message is not among the records under the seal")
}
