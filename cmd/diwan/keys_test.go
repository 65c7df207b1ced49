package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	trustlist "diwan.example/document/trust"
)

func TestKeysAreListedAndTheTrustListIsExported(t *testing.T) {
	dir := t.TempDir()
	at := []string{"--database", filepath.Join(dir, "diwan.db"), "--blobs", filepath.Join(dir, "files")}
	keys := func(args ...string) (int, string) {
		var out, bad bytes.Buffer
		code := Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, append([]string{"keys"}, args...))
		return code, out.String() + bad.String()
	}
	file := filepath.Join(dir, "list.jws")
	code, said := keys(append([]string{"export-trust", file}, at...)...)
	if code != exitOK || !strings.Contains(said, "trust list number 1") {
		t.Fatalf("exit code %d: %s", code, said)
	}
	roots, err := readCertificates(file + ".pem")
	if err != nil || len(roots) != 1 || !strings.Contains(said, trustlist.Fingerprint(roots[0])) {
		t.Fatalf("%d roots, %v: %s", len(roots), err, said)
	}
	jws, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trustlist.Open(jws, roots, time.Now()); err != nil {
		t.Error(err)
	}
	for _, how := range []string{"", "--json"} {
		args := append([]string{"list"}, at...)
		if how != "" {
			args = append(args, how)
		}
		if code, said := keys(args...); code != exitOK || !strings.Contains(said, "root") || !strings.Contains(said, trustlist.Fingerprint(roots[0])) {
			t.Errorf("list %s: exit code %d: %s", how, code, said)
		}
	}
}
