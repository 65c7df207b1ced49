package pades

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"regexp"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/cms"
	"diwan.example/internal/timestamp"
)

// mostSignatures is how many signatures of a file are looked at.
const mostSignatures = 20

// Signature is one signature of a file. What it says holds for Revision only, and
// only when Err is nil.
type Signature struct {
	By       *x509.Certificate
	Others   []*x509.Certificate // that came along
	Claimed  time.Time           // when it was signed, as the signer says
	Name     string
	Reason   string
	Location string
	Final    bool             // the signer allows no change afterwards
	Listed   bool             // a field of the form points to it
	Stamp    *timestamp.Token // nil: none
	StampErr error            // why the timestamp counts for nothing
	Revision []byte           // the file as it was signed
	Later    Later            // what was added afterwards
	Err      error            // why the signature counts for nothing
}

// Later is what was added to a file after it was signed.
type Later struct {
	Bytes    int
	Updates  int // how often
	Replaced int // objects that the signed file has too
	Added    int // objects that are new
}

// The reasons why a signature counts for nothing.
var (
	ErrAround = gov.Fail(gov.Denied, "التوقيع لا يشمل الملف كله: فيه موضع لم يُوقَّع أو موضع ليس كما ينبغي", "The signature does not cover the whole file: a part of it is not signed, or its place is not as it must be")
	ErrDigest = gov.Fail(gov.Denied, "تغيّر الملف بعد توقيعه", "The file was changed after it was signed")
	ErrCMS    = gov.Fail(gov.Denied, "التوقيع نفسه غير صحيح أو لا يمكن قراءته", "The signature itself is wrong or cannot be read")
)

// Verify finds every signature of a file and checks what can be checked without
// knowing whom to trust. No signatures is an answer, not an error. Errors: Invalid
// when it is no PDF, larger than Largest, or encrypted.
func Verify(pdf []byte) ([]Signature, error) {
	switch {
	case len(pdf) > Largest:
		return nil, errLarge
	case !bytes.HasPrefix(pdf, []byte("%PDF-")):
		return nil, errPDF
	}
	if _, err := open(pdf); errors.Is(err, errCrypt) {
		return nil, err
	}
	var out []Signature
	for at := 0; len(out) < mostSignatures; {
		i := bytes.Index(pdf[at:], []byte("/ByteRange"))
		if i < 0 {
			break
		}
		at += i + len("/ByteRange")
		out = append(out, signatureAt(pdf, at-len("/ByteRange")))
	}
	return out, nil
}

// signatureAt reads the signature whose dictionary has its range at a place.
func signatureAt(pdf []byte, at int) (s Signature) {
	begin := bytes.LastIndex(pdf[max(0, at-64<<10):at], []byte("obj"))
	if begin < 0 {
		s.Err = ErrAround
		return s
	}
	begin += max(0, at-64<<10) + len("obj")
	l := lexer{pdf, begin}
	l.skip()
	v, err := l.value(0)
	d, ok := v.(*dict)
	if err != nil || !ok || d.spans["ByteRange"][0] < at || d.spans["ByteRange"][0] > at+20 {
		s.Err = ErrAround.Because(err)
		return s
	}
	f := &file{b: pdf}
	s.Name, s.Reason, s.Location = f.words(d.is["Name"]), f.words(d.is["Reason"]), f.words(d.is["Location"])
	s.Claimed, s.Final = moment(d.is["M"]), final(d)
	s.Err = s.check(pdf, d)
	if s.Revision != nil {
		s.Listed = listed(s.Revision, begin)
		s.Later = later(pdf, s.Revision)
	}
	return s
}

// check holds the signature against the bytes around it.
func (s *Signature) check(pdf []byte, d *dict) error {
	r, _ := d.is["ByteRange"].([]any)
	var n [4]int
	for i := range n {
		var ok bool
		if len(r) != 4 {
			return ErrAround
		}
		if n[i], ok = whole(r[i]); !ok || n[i] > len(pdf) {
			return ErrAround
		}
	}
	hole, end := d.spans["Contents"][0], d.spans["Contents"][1]
	if n[0] != 0 || n[1] != hole || n[2] != end || hole == 0 || n[2]+n[3] > len(pdf) {
		return ErrAround
	}
	last := n[2] + n[3]
	if !bytes.HasSuffix(bytes.TrimRight(pdf[max(0, last-8):last], "\r\n"), []byte("%%EOF")) {
		return ErrAround
	}
	s.Revision = pdf[:last]
	raw, err := contents(pdf[hole:end])
	if err != nil {
		return ErrCMS.Because(err)
	}
	if kind := d.is["SubFilter"]; kind != name("ETSI.CAdES.detached") && kind != name("adbe.pkcs7.detached") {
		return ErrCMS.Because(fmt.Errorf("pades: SubFilter %.40v", kind))
	}
	return s.checkCMS(raw, hole, end)
}

func (s *Signature) checkCMS(raw []byte, hole, end int) error {
	c, err := cms.Read(raw)
	if err != nil {
		return ErrCMS.Because(err)
	}
	s.By, s.Others = c.Certificate, c.Others
	if !c.Covers(digestAround(c.Hash.New(), s.Revision, hole, end)) {
		return ErrDigest
	}
	if c.Stamp != nil {
		s.Stamp, s.StampErr = stamp(c)
	}
	return nil
}

var oidTime = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}

// stamp checks the timestamp as any reader does, and then byte for byte.
func stamp(c *cms.Signature) (*timestamp.Token, error) {
	t, err := timestamp.Check(c.Stamp, c.Value)
	if err != nil {
		return nil, err
	}
	if _, _, err := cms.Inside(c.Stamp, oidTime); err != nil {
		return nil, ErrCMS.Because(err)
	}
	return t, nil
}

// contents is the signature in its place: hexadecimal, then nothing but zeros.
func contents(in []byte) ([]byte, error) {
	if len(in) < 2 || in[0] != '<' || in[len(in)-1] != '>' {
		return nil, errSyntax
	}
	b := make([]byte, (len(in)-2)/2)
	if n, err := hex.Decode(b, in[1:len(in)-1]); err != nil || n != len(b) {
		return nil, errors.Join(errSyntax, err)
	}
	var outer asn1.RawValue
	rest, err := asn1.Unmarshal(b, &outer)
	if err != nil || len(bytes.Trim(rest, "\x00")) > 0 {
		return nil, errors.Join(errSyntax, err)
	}
	return outer.FullBytes, nil
}

func digestAround(h hash.Hash, b []byte, hole, end int) []byte {
	h.Write(b[:hole])
	h.Write(b[end:])
	return h.Sum(nil)
}

// moment reads "D:20261129200000Z" and the like.
func moment(v any) time.Time {
	t, _ := v.(text)
	s := strings.ReplaceAll(strings.TrimPrefix(string(t), "D:"), "'", "")
	for _, form := range []string{"20060102150405Z", "20060102150405Z0000", "20060102150405-0700", "20060102150405"} {
		if at, err := time.Parse(form, s); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// final reports whether the signature certifies the file as one that may not change
// (DocMDP with P 1, ISO 32000-1 §12.8.2.2).
func final(d *dict) bool {
	list, _ := d.is["Reference"].([]any)
	for _, v := range list {
		if r, ok := v.(*dict); ok && r.is["TransformMethod"] == name("DocMDP") {
			p, _ := r.is["TransformParams"].(*dict)
			return p != nil && p.is["P"] == 1.0
		}
	}
	return false
}

// listed reports whether a field of the form points to the signature whose object
// has its value at begin. Files with compressed tables are not looked into.
func listed(revision []byte, begin int) bool {
	f, err := open(revision)
	if err != nil {
		return false
	}
	form := f.dict(f.dict(f.trailer.is["Root"]).is["AcroForm"])
	for _, v := range f.list(form.is["Fields"]) {
		field := f.dict(v)
		r, ok := field.is["V"].(ref)
		if at, has := f.offsets[r.number]; ok && has && field.is["FT"] == name("Sig") && at >= 0 && at < begin && begin-at < 24 {
			return true
		}
	}
	return false
}

var objects = regexp.MustCompile(`(?:^|[\r\n ])(\d{1,8}) \d{1,5} obj`)

// later tells what was added after a revision.
func later(pdf, revision []byte) Later {
	added := pdf[len(revision):]
	out := Later{Bytes: len(added), Updates: bytes.Count(added, []byte("startxref"))}
	old, err := open(revision)
	if err != nil || len(added) == 0 {
		return out
	}
	for _, m := range objects.FindAllSubmatch(added, 1000) {
		n, ok := whole(mustNumber(m[1]))
		if _, has := old.offsets[n]; ok && has {
			out.Replaced++
		} else {
			out.Added++
		}
	}
	return out
}

func mustNumber(digits []byte) (f float64) {
	for _, c := range digits {
		f = f*10 + float64(c-'0')
	}
	return f
}

// TrustedBy checks that the signer's certificate leads to one of roots at a moment,
// and that no certificate came along that has no part in that. Errors: Denied.
func (s *Signature) TrustedBy(roots *x509.CertPool, at time.Time) error {
	middle := x509.NewCertPool()
	for _, c := range s.Others {
		middle.AddCert(c)
	}
	chains, err := s.By.Verify(x509.VerifyOptions{Roots: roots, Intermediates: middle, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		return ErrUntrusted.Because(err)
	}
	used := map[string]bool{}
	for _, chain := range chains {
		for _, c := range chain {
			used[string(c.Raw)] = true
		}
	}
	for _, c := range s.Others {
		if !used[string(c.Raw)] {
			return ErrCMS.Because(errors.New("pades: a certificate that has no part in the signature"))
		}
	}
	return nil
}

// ErrUntrusted says that the signer's certificate leads to nobody who is trusted.
var ErrUntrusted = gov.Fail(gov.Denied, "شهادة الموقّع لا تقود إلى جهة موثوق بها لدى السائل، أو لم تكن سارية عند التوقيع", "The signer's certificate leads to nobody who is trusted here, or did not stand when it was signed")
