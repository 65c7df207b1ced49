package pades_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/document/pades"
	"diwan.example/gov"
	"diwan.example/internal/cms"
	"diwan.example/internal/need"
	"diwan.example/internal/pdf"
	"diwan.example/internal/pdf/pdftest"
	"diwan.example/internal/timestamp"
)

var noon = time.Now().UTC().Truncate(time.Second)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func certificate(name string, of crypto.PublicKey, issuer *x509.Certificate, by crypto.Signer) *x509.Certificate {
	form := &x509.Certificate{
		SerialNumber: must(rand.Int(rand.Reader, big.NewInt(1<<62))), Subject: pkix.Name{CommonName: name, Country: []string{"BH"}},
		NotBefore: noon.Add(-time.Hour), NotAfter: noon.AddDate(3, 0, 0), BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	if issuer == nil {
		form.IsCA, form.KeyUsage, issuer = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign, form
	}
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, form, issuer, of, by))))
}

// world is an authority, an entity with two kinds of keys, and a clock to ask.
type world struct {
	root    *x509.Certificate
	ec, rsa pades.Signer
	time    *timestamp.Authority
}

var theWorld = sync.OnceValue(func() *world {
	rootKey, key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	big := must(rsa.GenerateKey(rand.Reader, 2048))
	timeKey := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	w := &world{root: certificate("Root of the tests", rootKey.Public(), nil, rootKey)}
	w.time = &timestamp.Authority{Key: timeKey, Certificate: must(timestamp.Certificate("Time of the tests", timeKey, noon.Add(-time.Hour), noon.AddDate(9, 0, 0))), Clock: func() time.Time { return noon }}
	s := pades.Signer{Stamp: w.time.Stamp, Time: noon, Name: "وزارة التعليم · Ministry of Education", Reason: "Issued electronically", Location: "Manama"}
	w.ec, w.rsa = s, s
	w.ec.Key, w.ec.Chain = key, []*x509.Certificate{certificate("Ministry of Education", key.Public(), w.root, rootKey), w.root}
	w.rsa.Key, w.rsa.Chain = big, []*x509.Certificate{certificate("Ministry of Works", big.Public(), w.root, rootKey), w.root}
	return w
})

func plain(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := pdf.Render(&b, pdf.Document{Title: gov.T("شهادة", "Certificate"), Number: "MOE-2026-1", Verify: "https://example.gov/v/1", Created: noon,
		Attachments: []pdf.File{{Name: "document.jws", Mime: "application/jose", Relation: pdf.Source, Description: gov.T("البيانات الموقعة", "The signed data"), Data: []byte("a.b.c"), Modified: noon}},
		Layout:      pdf.Layout{Blocks: []pdf.Block{{Kind: pdf.Heading, Level: 1, Text: gov.T("شهادة قيد", "Certificate of enrolment")}, {Kind: pdf.Paragraph, Text: gov.T("نشهد", "We certify")}}}})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func signed(t testing.TB, s pades.Signer) []byte {
	t.Helper()
	out, err := pades.Sign(t.Context(), plain(t), s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// holds says what is wrong with a file that carries one signature of ours; nil: nothing.
func holds(b []byte, w *world) error {
	all, err := pades.Verify(b)
	if err != nil {
		return err
	}
	if len(all) != 1 {
		return fmt.Errorf("%d signatures", len(all))
	}
	s := all[0]
	roots, clocks := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(w.root)
	clocks.AddCert(w.time.Certificate)
	switch {
	case s.Err != nil:
		return s.Err
	case !s.Final || !s.Listed || s.Later != pades.Later{} || s.StampErr != nil:
		return fmt.Errorf("final %v, listed %v, later %+v, stamp %v", s.Final, s.Listed, s.Later, s.StampErr)
	}
	if s.Stamp == nil {
		return s.TrustedBy(roots, noon)
	}
	if err := s.Stamp.TrustedBy(clocks); err != nil {
		return err
	}
	return s.TrustedBy(roots, s.Stamp.Time)
}

func kinds(w *world) map[string]pades.Signer {
	pss, bare := w.rsa, w.ec
	pss.PSS, bare.Stamp = true, nil
	return map[string]pades.Signer{"ec": w.ec, "rsa": w.rsa, "pss": pss, "bare": bare}
}

func TestSignedFileHolds(t *testing.T) {
	w := theWorld()
	for kind, s := range kinds(w) {
		b := signed(t, s)
		if err := holds(b, w); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		all, _ := pades.Verify(b)
		if got := all[0]; got.Name != s.Name || got.Reason != s.Reason || got.Location != s.Location || !got.Claimed.Equal(noon) || (got.Stamp != nil) != (s.Stamp != nil) {
			t.Errorf("%s: %+v", kind, got)
		}
		if !bytes.HasPrefix(b, plain(t)) {
			t.Errorf("%s: what was there before is not as it was", kind)
		}
		if files, err := pades.Attachments(b); err != nil || len(files) != 1 || files[0].Name != "document.jws" || string(files[0].Data) != "a.b.c" {
			t.Errorf("%s: attachments %v %v", kind, files, err)
		}
		pdftest.Archival(t, b)
	}
}

// Every byte counts: a little everywhere, every one where structure is, and every
// fourth of the signature itself, others each time.
func TestOneChangedByteIsFound(t *testing.T) {
	w := theWorld()
	b := signed(t, w.ec)
	hole, end, raw := place(t, b)
	for i := 0; i < len(b); i++ {
		if i >= hole && i < hole+1+2*len(raw) {
			continue // below
		}
		if near := i > hole-400 && i < hole+2 || i > end-3 && i < end+500; !near && i%101 != 0 {
			continue
		}
		c := bytes.Clone(b)
		c[i] ^= 1 << (i % 8)
		if holds(c, w) == nil {
			t.Fatalf("byte %d (%q, signature at %d to %d) is not noticed", i, b[i], hole, end)
		}
	}
	for i := range raw {
		changed := bytes.Clone(raw)
		changed[i] ^= 1 << (i % 8)
		c := bytes.Clone(b)
		hex.Encode(c[hole+1:], changed)
		if holds(c, w) == nil {
			t.Fatalf("byte %d of the signature is not noticed", i)
		}
	}
}

func TestForeignEyesOnSignatures(t *testing.T) {
	w := theWorld()
	openssl, pdfsig, certutil, qpdf := need.Tool(t, "openssl", "openssl"), need.Tool(t, "pdfsig", "poppler-utils"), need.Tool(t, "certutil", "libnss3-tools"), need.Tool(t, "qpdf", "qpdf")
	dir := t.TempDir()
	run := func(program string, args ...string) (string, error) {
		cmd := exec.Command(program, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "HOME="+dir)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	write := func(file string, b []byte) { must(0, os.WriteFile(filepath.Join(dir, file), b, 0o600)) }
	certPEM := func(c *x509.Certificate) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	write("root.pem", certPEM(w.root))
	write("time.pem", certPEM(w.time.Certificate))
	write("nopass", nil)
	must(0, os.Mkdir(filepath.Join(dir, "nss"), 0o700))
	must(run(certutil, "-N", "-d", "sql:nss", "-f", "nopass"))
	must(run(certutil, "-A", "-d", "sql:nss", "-n", "root", "-t", "CT,C,C", "-i", "root.pem", "-f", "nopass"))
	for kind, s := range kinds(w) {
		b := signed(t, s)
		write("x.pdf", b)
		out, err := run(pdfsig, "-nssdir", "sql:nss", "x.pdf")
		for _, want := range []string{"Signature is Valid", "Certificate is Trusted", "Total document signed", "ETSI.CAdES.detached"} {
			if kind == "pss" && want != "ETSI.CAdES.detached" && want != "Total document signed" {
				continue // poppler's NSS reads no PSS in CMS; openssl does, below
			}
			if !strings.Contains(out, want) {
				t.Errorf("%s: pdfsig does not say %q: %v\n%s", kind, want, err, out)
			}
		}
		if out, err := run(qpdf, "--check", "x.pdf"); err != nil {
			t.Errorf("%s: qpdf: %v\n%s", kind, err, out)
		}
		hole, end, raw := place(t, b)
		write("signature.der", raw)
		write("content", slices.Concat(b[:hole], b[end:]))
		if out, err := run(openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature.der", "-content", "content", "-CAfile", "root.pem", "-purpose", "any", "-out", "/dev/null"); err != nil {
			t.Errorf("%s: openssl cms: %s", kind, out)
		}
		all, _ := pades.Verify(b)
		if all[0].Stamp == nil {
			continue
		}
		write("token.der", all[0].Stamp.Raw)
		write("value", must(value(raw)))
		if out, err := run(openssl, "ts", "-verify", "-data", "value", "-in", "token.der", "-token_in", "-CAfile", "time.pem"); err != nil || !strings.Contains(out, "Verification: OK") {
			t.Errorf("%s: openssl ts: %s", kind, out)
		}
	}
	b := signed(t, w.ec)
	b[2000] ^= 1
	write("x.pdf", b)
	if out, _ := run(pdfsig, "-nssdir", "sql:nss", "x.pdf"); strings.Contains(out, "Signature is Valid") {
		t.Errorf("pdfsig does not notice a changed byte:\n%s", out)
	}
}

var ranges = regexp.MustCompile(`/ByteRange\[0 (\d+) (\d+) \d+\]`)

// place is where the signature stands, and the signature.
func place(t testing.TB, b []byte) (hole, end int, raw []byte) {
	t.Helper()
	m := ranges.FindSubmatch(b)
	hole, end = must(strconv.Atoi(string(m[1]))), must(strconv.Atoi(string(m[2])))
	raw = must(hex.DecodeString(string(b[hole+1 : end-1])))
	length := int(raw[2])<<8 | int(raw[3])
	return hole, end, raw[:4+length]
}

// value is what the timestamp stamps.
func value(raw []byte) ([]byte, error) {
	s, err := cms.Read(raw)
	if err != nil {
		return nil, err
	}
	return s.Value, nil
}
