package message_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"diwan.example/exchange/message"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/need"
	"diwan.example/internal/sign"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 123e6, time.UTC)

func keyAndCert(t testing.TB) (*ecdsa.PrivateKey, *x509.Certificate) {
	t.Helper()
	k, err := sign.Generate()
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "gw1"}, NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, form, form, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return k, cert
}

var body = []byte(`{"name":"مريم"}`)

func request() *message.Head {
	moe := xroad.ClientID{Instance: "BH", Class: "GOV", Member: "moe", Subsystem: "enrolment"}
	moi := xroad.ClientID{Instance: "BH", Class: "GOV", Member: "moi", Subsystem: "سجل السكان"}
	return &message.Head{
		Kind: message.Request, ID: "id-1", RequestID: "5f0c", Client: moe, Service: xroad.ServiceID{ClientID: moi, Service: "people"},
		Server: xroad.ServerID{Instance: "BH", Class: "GOV", Member: "moe", Server: "gw1"}, UserID: "EE1", Method: "POST", Target: "/v1/a%2Fb?x=1&x=2",
		Headers: message.HeaderDigest(http.Header{"Accept": {"a", "b"}}), Body: sha512.Sum512(body), Size: int64(len(body)), Time: noon,
	}
}

func response(t testing.TB) *message.Head {
	t.Helper()
	h := request()
	hash, err := h.Hash()
	if err != nil {
		t.Fatal(err)
	}
	h.Kind, h.Status, h.Request, h.Body, h.Size = message.Response, 204, hash, message.Empty(), 0
	return h
}

func TestHeadHasOneSpelling(t *testing.T) {
	for _, h := range []*message.Head{request(), response(t)} {
		text, err := h.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		got, err := message.Parse(text)
		if err != nil || *got != *h {
			t.Fatalf("%+v came back as %+v: %v", h, got, err)
		}
		lines := bytes.SplitAfter(text, []byte("\n"))
		swapped := bytes.Join([][]byte{lines[0], lines[2], lines[1]}, nil)
		for name, bad := range map[string][]byte{
			"a line twice":      append(append([]byte{}, text...), lines[2]...),
			"an unknown line":   append(append([]byte{}, text...), "x: y\n"...),
			"another order":     append(swapped, bytes.Join(lines[3:], nil)...),
			"no end of line":    text[:len(text)-1],
			"a return":          bytes.Replace(text, []byte("\n"), []byte("\r\n"), 1),
			"nothing":           nil,
			"a space too many":  bytes.Replace(text, []byte("kind: "), []byte("kind:  "), 1),
			"a zero before":     bytes.Replace(text, []byte("size: "), []byte("size: 0"), 1),
			"an encoded letter": bytes.Replace(text, []byte("/moe/"), []byte("/%6doe/"), 1),
		} {
			if _, err := message.Parse(bad); gov.KindOf(err) != gov.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestHeadRefusesWhatCouldBreakALine(t *testing.T) {
	for name, spoil := range map[string]func(h *message.Head){
		"id":           func(h *message.Head) { h.ID = "a\nkind: response" },
		"user-id":      func(h *message.Head) { h.UserID = "a\rb" },
		"issue":        func(h *message.Head) { h.Issue = "\x00" },
		"target":       func(h *message.Head) { h.Target = strings.Repeat("/", 9000) },
		"method":       func(h *message.Head) { h.Method = "GET /" },
		"request-id":   func(h *message.Head) { h.RequestID = "" },
		"status":       func(h *message.Head) { h.Status = 200 },
		"size":         func(h *message.Head) { h.Size = 0 },
		"time":         func(h *message.Head) { h.Time = time.Time{} },
		"request-hash": func(h *message.Head) { h.Request[0] = 1 },
		"represented":  func(h *message.Head) { h.Represented = "\xff" },
		"kind":         func(h *message.Head) { h.Kind = "both" },
		"":             func(h *message.Head) { h.Client.Member = "a/b" },
	} {
		h := request()
		spoil(h)
		_, err := h.Bytes()
		var e *gov.Error
		if gov.KindOf(err) != gov.Invalid {
			t.Errorf("%s: %v", name, err)
		} else if e = err.(*gov.Error); e.Field != name {
			t.Errorf("%s: the error names %q", name, e.Field)
		}
	}
}

func TestFresh(t *testing.T) {
	h := request()
	if err := h.Fresh(noon.Add(4 * time.Minute)); err != nil {
		t.Error(err)
	}
	for _, off := range []time.Duration{2 * time.Hour, -2 * time.Hour, message.Skew + time.Second} {
		if err := h.Fresh(noon.Add(off)); gov.KindOf(err) != gov.Denied {
			t.Errorf("%s: %v", off, err)
		}
	}
}

// PR-REST 4.3: without a body the hash is that of the headers alone.
func TestRequestHash(t *testing.T) {
	h := request()
	text, _ := h.Bytes()
	a, b := sha512.Sum512(text), sha512.Sum512(body)
	want := message.Digest(sha512.Sum512(append(a[:], b[:]...)))
	if got, err := h.Hash(); got != want || err != nil {
		t.Errorf("%s, want %s: %v", got, want, err)
	}
	h.Body, h.Size = message.Empty(), 0
	text, _ = h.Bytes()
	if got, err := h.Hash(); got != message.Digest(sha512.Sum512(text)) || err != nil {
		t.Errorf("%s %v", got, err)
	}
}

func TestVerifyFindsEveryChange(t *testing.T) {
	k, cert := keyAndCert(t)
	h := request()
	s, err := message.Sign(h, k, cert)
	if err != nil {
		t.Fatal(err)
	}
	s, err = message.ParseSigned(s.String())
	if err != nil {
		t.Fatal(err)
	}
	if err := message.Verify(s, h, cert, noon); err != nil {
		t.Fatal(err)
	}
	_, other := keyAndCert(t)
	text, _ := h.Bytes()
	for i := range text {
		b := bytes.Clone(text)
		b[i] ^= 1
		if changed, err := message.Parse(b); err == nil && message.Verify(s, changed, cert, noon) == nil {
			t.Fatalf("byte %d of the head was changed unseen", i)
		}
	}
	for i := range s.Signature {
		b := message.Signed{Cert: s.Cert, Signature: bytes.Clone(s.Signature)}
		b.Signature[i] ^= 1
		if message.Verify(b, h, cert, noon) == nil {
			t.Fatalf("byte %d of the signature was changed unseen", i)
		}
	}
	for name, err := range map[string]error{
		"another certificate": message.Verify(s, h, other, noon),
		"its name only":       message.Verify(message.Signed{Cert: message.FingerprintOf(other), Signature: s.Signature}, h, other, noon),
		"expired":             message.Verify(s, h, cert, noon.Add(2*time.Hour)),
		"not yet":             message.Verify(s, h, cert, noon.Add(-2*time.Hour)),
	} {
		if gov.KindOf(err) != gov.Denied {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOnlyTheKeyOfTheCertificateSigns(t *testing.T) {
	_, cert := keyAndCert(t)
	other, _ := keyAndCert(t)
	wide, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := message.Sign(request(), other, cert); gov.KindOf(err) != gov.Invalid {
		t.Errorf("another key: %v", err)
	}
	if _, err := message.Sign(request(), wide, cert); gov.KindOf(err) != gov.Invalid {
		t.Errorf("P-384: %v", err)
	}
	for _, bad := range []string{"", "es256;;", "rs256;AAAA;AAAA", "es256;AAAA;AAAA", strings.Repeat("a", 400)} {
		if _, err := message.ParseSigned(bad); gov.KindOf(err) != gov.Denied {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestOpenSSLAcceptsTheSignature(t *testing.T) {
	openssl := need.Tool(t, "openssl", "Debian package openssl")
	k, cert := keyAndCert(t)
	for _, h := range []*message.Head{request(), response(t)} {
		s, err := message.Sign(h, k, cert)
		if err != nil {
			t.Fatal(err)
		}
		cms, err := message.CMS(s, h, cert)
		if err != nil {
			t.Fatal(err)
		}
		manifest, err := message.Manifest(h)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for name, b := range map[string][]byte{"s.p7s": cms, "m.xml": manifest, "ca.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		verify := []string{"cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "s.p7s", "-content", "m.xml", "-CAfile", "ca.pem", "-purpose", "any", "-attime", "1795953600", "-out", os.DevNull}
		cmd := exec.Command(openssl, verify...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", h.Kind, err, out)
		}
		os.WriteFile(filepath.Join(dir, "m.xml"), append(manifest, ' '), 0o600)
		cmd = exec.Command(openssl, verify...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%s: openssl took a changed manifest\n%s", h.Kind, out)
		}
	}
}

// Whatever a header holds, either the head refuses it or it comes back as it was.
func TestAnyTextComesBackOrIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := request()
		h.ID, h.UserID, h.Target = rapid.String().Draw(t, "id"), rapid.String().Draw(t, "user"), rapid.String().Draw(t, "target")
		text, err := h.Bytes()
		if err != nil {
			return
		}
		got, err := message.Parse(text)
		if err != nil || *got != *h {
			t.Fatalf("%+v came back as %+v: %v", h, got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	text, _ := request().Bytes()
	f.Add(text)
	f.Fuzz(func(t *testing.T, in []byte) {
		h, err := message.Parse(in)
		if err != nil {
			return
		}
		if again, err := h.Bytes(); err != nil || !bytes.Equal(again, in) {
			t.Fatalf("%q became %q: %v", in, again, err)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	k, cert := keyAndCert(b)
	h := request()
	for b.Loop() {
		if _, err := message.Sign(h, k, cert); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	k, cert := keyAndCert(b)
	h := request()
	s, err := message.Sign(h, k, cert)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := message.Verify(s, h, cert, noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHead(b *testing.B) {
	h := request()
	for b.Loop() {
		if _, err := h.Bytes(); err != nil {
			b.Fatal(err)
		}
	}
}
