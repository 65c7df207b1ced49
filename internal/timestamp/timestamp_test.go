package timestamp_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/need"
	"diwan.example/internal/timestamp"
)

func authority(t testing.TB, clock func() time.Time) *timestamp.Authority {
	t.Helper()
	a, err := timestamp.OpenAuthority(t.TempDir(), "Time of the tests", clock)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTokenStandsForItsDataAndTime(t *testing.T) {
	now := time.Now()
	a := authority(t, func() time.Time { return now })
	data := []byte("root of a tree")
	raw, err := a.Stamp(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	token, err := timestamp.Check(raw, data)
	if err != nil || !token.Time.Equal(now.Truncate(time.Second)) || !token.Authority.Equal(a.Certificate) {
		t.Fatalf("%+v %v", token, err)
	}
	if _, err := timestamp.Check(raw, []byte("other")); gov.KindOf(err) != gov.Denied {
		t.Errorf("other data: %v", err)
	}
	roots, none := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(a.Certificate)
	if err := token.TrustedBy(roots); err != nil {
		t.Error(err)
	}
	if err := token.TrustedBy(none); gov.KindOf(err) != gov.Denied {
		t.Errorf("trusted by nobody: %v", err)
	}
	for i := range raw {
		b := bytes.Clone(raw)
		b[i] ^= 1
		if got, err := timestamp.Check(b, data); err == nil && (!got.Time.Equal(token.Time) || !got.Authority.Equal(token.Authority)) {
			t.Fatalf("byte %d changed what the token says", i)
		}
	}
	for _, bad := range [][]byte{nil, []byte("x"), make([]byte, 300<<10)} {
		if _, err := timestamp.Check(bad, data); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
}

func TestCertificateMustBeForTime(t *testing.T) {
	a := authority(t, time.Now)
	expired, err := timestamp.OpenAuthority(t.TempDir(), "old", func() time.Time { return time.Now().AddDate(-20, 0, 0) })
	if err != nil {
		t.Fatal(err)
	}
	expired.Clock = time.Now
	raw, err := expired.Stamp(t.Context(), []byte("x"))
	if err == nil {
		_, err = timestamp.Check(raw, []byte("x"))
	}
	if err == nil {
		t.Error("an expired certificate stamped")
	}
	server := httptest.NewTLSServer(nil) // its certificate is for servers
	defer server.Close()
	a.Certificate = server.Certificate()
	raw, err = a.Stamp(t.Context(), []byte("x"))
	if err == nil {
		_, err = timestamp.Check(raw, []byte("x"))
	}
	if err == nil {
		t.Error("a server's certificate stamped")
	}
}

func TestAuthorityKeepsItsKey(t *testing.T) {
	dir := t.TempDir()
	a, err := timestamp.OpenAuthority(dir, "a", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	b, err := timestamp.OpenAuthority(dir, "b", time.Now)
	if err != nil || !a.Certificate.Equal(b.Certificate) {
		t.Errorf("another certificate: %v", err)
	}
	if st, err := os.Stat(filepath.Join(dir, "key.pem")); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the key can be read by others: %v %v", st.Mode(), err)
	}
	os.WriteFile(filepath.Join(dir, "key.pem"), []byte("nothing"), 0o600)
	if _, err := timestamp.OpenAuthority(dir, "c", time.Now); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("a broken key: %v", err)
	}
}

func TestClientChecksWhatComesBack(t *testing.T) {
	a := authority(t, time.Now)
	server := httptest.NewServer(a)
	defer server.Close()
	c := &timestamp.Client{URL: server.URL, Clock: time.Now}
	if raw, err := c.Stamp(t.Context(), []byte("data")); err != nil {
		t.Fatal(err)
	} else if _, err := timestamp.Check(raw, []byte("data")); err != nil {
		t.Fatal(err)
	}
	other, err := a.Stamp(t.Context(), []byte("other"))
	if err != nil {
		t.Fatal(err)
	}
	for name, h := range map[string]http.HandlerFunc{
		"an error":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"no answer":        func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("hello")) },
		"a bare token":     func(w http.ResponseWriter, _ *http.Request) { w.Write(other) },
		"without an end":   func(w http.ResponseWriter, _ *http.Request) { io.CopyN(w, zeros{}, 1<<20) },
		"a redirect":       func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, server.URL, 307) },
		"its clock is off": (&timestamp.Authority{Key: a.Key, Certificate: a.Certificate, Clock: func() time.Time { return time.Now().Add(2 * time.Hour) }}).ServeHTTP,
	} {
		bad := httptest.NewServer(h)
		c := &timestamp.Client{URL: bad.URL, Clock: time.Now}
		if _, err := c.Stamp(t.Context(), []byte("data")); gov.KindOf(err) != gov.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
		bad.Close()
	}
	server.Close()
	if _, err := c.Stamp(t.Context(), []byte("data")); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("away: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestAuthorityRefusesInTheWordsOfTheProtocol(t *testing.T) {
	a := authority(t, time.Now)
	for name, x := range map[string]struct {
		kind, body string
		status     int
	}{
		"another type": {"text/plain", "x", 415},
		"too long":     {"application/timestamp-query", strings.Repeat("x", 5000), 413},
		"no query":     {"application/timestamp-query", "x", 200},
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(x.body))
		r.Header.Set("Content-Type", x.kind)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != x.status {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

// openssl asks our authority, and checks what it says, both ways.
func TestOpenSSLAgrees(t *testing.T) {
	openssl := need.Tool(t, "openssl", "Debian package openssl")
	dir := t.TempDir()
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(openssl, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	a := authority(t, time.Now)
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("data", []byte("root of a tree"))
	write("ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Certificate.Raw}))
	run("ts", "-query", "-data", "data", "-sha512", "-cert", "-out", "q.tsq")
	q, err := os.ReadFile(filepath.Join(dir, "q.tsq"))
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", bytes.NewReader(q))
	r.Header.Set("Content-Type", "application/timestamp-query")
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	write("r.tsr", w.Body.Bytes())
	if out := run("ts", "-verify", "-queryfile", "q.tsq", "-in", "r.tsr", "-CAfile", "ca.pem"); !strings.Contains(out, "Verification: OK") {
		t.Error(out)
	}
	raw, err := a.Stamp(t.Context(), []byte("root of a tree"))
	if err != nil {
		t.Fatal(err)
	}
	write("t.tst", raw)
	if out := run("ts", "-verify", "-data", "data", "-token_in", "-in", "t.tst", "-CAfile", "ca.pem"); !strings.Contains(out, "Verification: OK") {
		t.Error(out)
	}
	write("data", []byte("another"))
	cmd := exec.Command(openssl, "ts", "-verify", "-data", "data", "-token_in", "-in", "t.tst", "-CAfile", "ca.pem")
	cmd.Dir = dir
	if cmd.Run() == nil {
		t.Error("openssl took other data")
	}
}

func FuzzCheck(f *testing.F) {
	a := authority(f, time.Now)
	raw, err := a.Stamp(f.Context(), []byte("data"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(t *testing.T, in []byte) {
		if token, err := timestamp.Check(in, []byte("data")); err == nil && (token.Authority == nil || token.Time.IsZero()) {
			t.Errorf("a token of nobody: %x", in)
		}
	})
}
