package asice

import (
	"crypto/x509"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"diwan.example/exchange/message"
	"diwan.example/gov"
)

// Grade is what a finding means.
type Grade byte

// The grades.
const (
	Good Grade = iota // checked, and right
	Note              // could not be checked, or is not there
	Bad               // checked, and wrong
)

// Finding is one thing that was found out, in words.
type Finding struct {
	Grade Grade
	Text  gov.Text
}

// Report is everything that was found out about a container.
type Report struct {
	Findings   []Finding
	Signatures []Signature
	Stamps     []Stamp
	Messages   []*message.Head // when it is a container of the exchange
}

// Signature is one that holds.
type Signature struct {
	File    string
	Form    string // CAdES or XAdES
	By      *x509.Certificate
	Claimed time.Time // what the signer says; zero when nothing is said
	Covers  []string

	issuers []*x509.Certificate
	value   []byte
}

// Stamp is a timestamp that holds.
type Stamp struct {
	File string
	Time time.Time
	By   *x509.Certificate

	proves []string // files of the signatures that were there then
}

// Valid reports whether something is signed and nothing is wrong. What could not be
// checked stands in the findings: the caller shows them.
func (r *Report) Valid() bool {
	return len(r.Signatures) > 0 && !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Grade == Bad })
}

func (r *Report) add(g Grade, ar, en string) {
	r.Findings = append(r.Findings, Finding{g, gov.T(ar, en)})
}

func (r *Report) good(ar, en string) { r.add(Good, ar, en) }
func (r *Report) note(ar, en string) { r.add(Note, ar, en) }
func (r *Report) bad(ar, en string)  { r.add(Bad, ar, en) }

// Options say what a verifier believes.
type Options struct {
	Roots *x509.CertPool // whose certificates are believed; nil: issuers are not looked at
	Now   time.Time      // when neither signer nor authority says a time
}

// Verify checks a container. The error is for what cannot be read, or is refused,
// as a container at all (Invalid); all else is in the report.
func Verify(r io.ReaderAt, size int64, o Options) (*Report, error) {
	b, err := open(r, size)
	if err != nil {
		return nil, err
	}
	v := &verifier{box: b, Report: &Report{}, o: o, covered: map[string]bool{}, parts: map[message.Kind]*part{}}
	steps := []func() error{v.mimetype, v.manifests, v.xmlSignatures, v.stamps, v.shares, v.messages}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	v.uncovered()
	v.chains()
	return v.Report, nil
}

type verifier struct {
	*box
	*Report
	o       Options
	covered map[string]bool // files under a signature that holds
	parts   map[message.Kind]*part
}

func (v *verifier) mimetype() error {
	b, err := v.read(mimeFile)
	if gov.KindOf(err) == gov.Invalid {
		return err
	}
	switch {
	case err != nil:
		v.note("ليس في الحاوية ملف mimetype", "The container has no mimetype file")
	case strings.TrimSpace(string(b)) != mimeType:
		v.bad("نوع الحاوية المذكور فيها ليس ASiC-E", "The container says it is something else than ASiC-E")
	case v.names[0] != mimeFile:
		v.note("ملف mimetype ليس أول ملف في الحاوية كما يطلب المعيار", "The mimetype file is not the first of the container, as the standard asks")
	}
	return nil
}

// uncovered names files that no signature speaks of.
func (v *verifier) uncovered() {
	for _, name := range v.data() {
		if !v.covered[name] {
			v.bad(fmt.Sprintf("الملف %s غير مشمول بأي توقيع", quoted(name)), fmt.Sprintf("The file %s is not covered by any signature", quoted(name)))
		}
	}
	if len(v.Signatures) == 0 {
		v.bad("لا توقيع صحيحًا في الحاوية", "There is no valid signature in the container")
	}
}

// chains looks at who issued the signers' certificates.
func (v *verifier) chains() {
	for i := range v.Signatures {
		s := &v.Signatures[i]
		when, sure := v.when(s)
		if !sure {
			v.note(fmt.Sprintf("وقت التوقيع %s يقوله الموقّع وحده، ولا ختم زمنيًا صحيحًا يثبته", clock(when)), fmt.Sprintf("That it was signed at %s is only the signer's word; no valid timestamp proves it", clock(when)))
		}
		if when.Before(s.By.NotBefore) || when.After(s.By.NotAfter) {
			v.bad(fmt.Sprintf("شهادة الموقّع %s لم تكن سارية وقت التوقيع %s", subject(s.By), clock(when)), fmt.Sprintf("The certificate of the signer %s was not valid when it signed, %s", subject(s.By), clock(when)))
		}
		v.issuer(s, when)
	}
	if len(v.Signatures) > 0 {
		v.note("لم يُنظر هل أُلغيت الشهادات", "Whether certificates were revoked was not looked up")
	}
}

func (v *verifier) issuer(s *Signature, when time.Time) {
	if v.o.Roots == nil {
		v.note(fmt.Sprintf("لم يُتحقق من مُصدر شهادة %s (%s): لم تُعطَ شهادة يوثق بها", subject(s.By), issuer(s.By)), fmt.Sprintf("Who issued the certificate of %s (%s) was not checked: no certificate to trust was given", subject(s.By), issuer(s.By)))
		return
	}
	middle := x509.NewCertPool()
	for _, c := range s.issuers {
		middle.AddCert(c)
	}
	_, err := s.By.Verify(x509.VerifyOptions{Roots: v.o.Roots, Intermediates: middle, CurrentTime: when, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		v.bad(fmt.Sprintf("مُصدر شهادة %s غير معروف: %s", subject(s.By), issuer(s.By)), fmt.Sprintf("The issuer of the certificate of %s is unknown: %s", subject(s.By), issuer(s.By)))
		return
	}
	v.good(fmt.Sprintf("شهادة %s صادرة عن جهة يوثق بها", subject(s.By)), fmt.Sprintf("The certificate of %s was issued by one that is trusted", subject(s.By)))
}

// when is the time to look at a signature: that of the first timestamp, or else
// what the signer says.
func (v *verifier) when(s *Signature) (at time.Time, sure bool) {
	for _, t := range v.Stamps {
		if !slices.Contains(t.proves, s.File) {
			continue
		}
		if at.IsZero() || t.Time.Before(at) {
			at, sure = t.Time, true
		}
	}
	switch {
	case sure:
	case !s.Claimed.IsZero():
		at = s.Claimed
	default:
		at = v.o.Now
	}
	return at, sure
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

func subject(c *x509.Certificate) string { return quoted(c.Subject.String()) }
func issuer(c *x509.Certificate) string  { return quoted(c.Issuer.String()) }

// quoted keeps what a stranger wrote within its line and its place in a sentence.
func quoted(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029 || r == 0x200e || r == 0x200f || r == 0x61c {
			return '�'
		}
		return r
	}, s)
	if len([]rune(s)) > 200 {
		s = string([]rune(s)[:200]) + "…"
	}
	return "\u2068" + s + "\u2069"
}
