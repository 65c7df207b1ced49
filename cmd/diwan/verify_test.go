package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"diwan.example/document/pades"
	trustlist "diwan.example/document/trust"
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/pdf"
	"diwan.example/internal/sign"
)

// verified runs diwan verify and gives what it says and its exit code.
func verified(t *testing.T, in string, args ...string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	code := Main(t.Context(), stdio{strings.NewReader(in), &out, &out}, append([]string{"verify", "--state", t.TempDir(), "--lang", "en"}, args...))
	return out.String(), code
}

func TestVerifySaysWhatADocumentIsWorth(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	write := func(name string, b []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	rootKey, _ := sign.Generate()
	key, err := sign.Generate()
	if err != nil {
		t.Fatal(err)
	}
	root, err1 := trustlist.Root(rootKey, trustlist.Subject{Key: "iga-1", Name: gov.T("الهيئة", "Authority")}, now.AddDate(-1, 0, 0), now.AddDate(9, 0, 0))
	cert, err2 := trustlist.Certify(rootKey, root, key.Public(), trustlist.Subject{Key: "moe-1", Name: gov.T("وزارة التعليم", "Ministry of Education")}, now.AddDate(-1, 0, 0), now.AddDate(2, 0, 0))
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	chain := []*x509.Certificate{cert, root}
	list, err := trustlist.Sign(rootKey, []*x509.Certificate{root}, &trustlist.List{Format: 1, Number: 1, Issued: trustlist.At(now), Next: trustlist.At(now.AddDate(0, 0, 7)),
		Roots: []trustlist.Key{{ID: "iga-1", State: trustlist.Active, X5C: trustlist.Texts([]*x509.Certificate{root})}},
		Entities: []trustlist.Entity{{Organisation: trustlist.Organisation{ID: "moe", Name: gov.T("وزارة التعليم", "Ministry of Education")}, Keys: []trustlist.Key{{ID: "moe-1",
			State: trustlist.Active, From: trustlist.At(cert.NotBefore), Until: trustlist.At(cert.NotAfter), Types: []string{"a/b#c"}, X5C: trustlist.Texts(chain)}}}}})
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if _, err := pdf.Render(&page, pdf.Document{Title: gov.T("شهادة", "Certificate"), Created: now}); err != nil {
		t.Fatal(err)
	}
	signed, err := pades.Sign(t.Context(), page.Bytes(), pades.Signer{Key: key, Chain: chain, Time: now})
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(signed)
	changed[len(signed)/2] ^= 1
	file, bad, listed := write("x.pdf", signed), write("bad.pdf", changed), write("list.jws", list)
	pinned := write("root.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw}))
	for name, x := range map[string]struct {
		in   string
		args []string
		code int
		says string
	}{
		"by a list and its root": {"", []string{"--trust", listed, "--trust", pinned, file}, exitOK, "Ministry of Education signed this file"},
		"revoked was not asked":  {"", []string{"--trust", listed, file}, exitOK, "– Genuine and in time"},
		"by a list as given":     {"", []string{"--trust", listed, file}, exitOK, "fingerprint of its root"},
		"by a root alone":        {"", []string{"--trust", pinned, file}, exitOK, "leads to a root that is trusted"},
		"from standard input":    {string(signed), []string{"--trust", listed, "-"}, exitOK, "every byte"},
		"one byte changed":       {"", []string{"--trust", listed, bad}, exitProblems, "Not to be relied on"},
		"nobody trusted":         {"", []string{file}, exitProblems, "Not known"},
		"another country":        {"", []string{"HC1:6BFOXN"}, exitProblems, "another country"},
		"no file":                {"", []string{filepath.Join(dir, "none.pdf")}, exitFailed, "No file of this name can be read"},
		"nothing":                {"", nil, exitUsage, "Usage"},
		"as JSON":                {"", []string{"--json", "--trust", listed, file}, exitOK, `"State": "` + string(verdict.Valid)},
	} {
		if out, code := verified(t, x.in, x.args...); code != x.code || !strings.Contains(out, x.says) {
			t.Errorf("%s: exit %d\n%s", name, code, out)
		}
	}
}
