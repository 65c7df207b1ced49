package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"diwan.example/exchange/message"
	"diwan.example/exchange/messagelog"
	"diwan.example/exchange/xroad"
	"diwan.example/internal/sign"
	"diwan.example/internal/timestamp"
)

// keptLog is a sealed log of two requests, and the PEM file of those to trust.
func keptLog(t *testing.T) (dir, trusted string) {
	t.Helper()
	root := t.TempDir()
	key, err := sign.Generate()
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "moe/gw1"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a, err := timestamp.OpenAuthority(filepath.Join(root, "timestamp"), "Time", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	dir, trusted = filepath.Join(root, "log"), filepath.Join(root, "trusted.pem")
	l, err := messagelog.Open(dir, messagelog.Options{Name: "BH/GOV/moe/gw1", Clock: time.Now, Seals: messagelog.Seals{Stamp: a.Stamp, Every: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := xroad.ClientID{Instance: "BH", Class: "GOV", Member: "moe", Subsystem: "s"}
	for _, id := range []string{"one", "two"} {
		body := []byte("body of " + id)
		h := &message.Head{Kind: message.Request, ID: id, RequestID: "request-" + id, Client: c, Service: xroad.ServiceID{ClientID: c, Service: "people"}, Method: "GET", Target: "/secret/1",
			Server: xroad.ServerID{Instance: "BH", Class: "GOV", Member: "moe", Server: "gw1"}, Body: sha512.Sum512(body), Size: int64(len(body)), Time: time.Now()}
		s, err := message.Sign(h, key, cert)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Append(context.Background(), messagelog.Entry{Head: h, Signed: s, Cert: cert, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	pems := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Certificate.Raw})...)
	if err := os.WriteFile(trusted, pems, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, trusted
}

func TestLogIsCheckedListedAndArchived(t *testing.T) {
	dir, trusted := keptLog(t)
	run := func(code int, args ...string) string {
		t.Helper()
		var out, bad bytes.Buffer
		if got := Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, append([]string{"exchange"}, args...)); got != code {
			t.Fatalf("%v: exit code %d, want %d\n%s%s", args, got, code, out.String(), bad.String())
		}
		return out.String()
	}
	says := func(out string, want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("not said: %s\n%s", w, out)
			}
		}
	}
	says(run(exitOK, "log", dir), "السجل كما كُتب", "the log is as it was written", "2 messages")
	list := run(exitOK, "log", "--list", dir)
	says(list, "request-one", "request-two", "BH/GOV/moe/s/people")
	if strings.Contains(list, "secret") {
		t.Error("the list shows addresses, which may speak of people")
	}
	one, all := filepath.Join(t.TempDir(), "one.asice"), filepath.Join(t.TempDir(), "all.zip")
	run(exitOK, "archive", dir, "--id", "one", "--out", one)
	run(exitFailed, "archive", dir, "--id", "one", "--out", one)
	run(exitFailed, "archive", dir, "--id", "nobody", "--out", one+"2")
	says(run(exitOK, "verify", one), "الحاوية صحيحة", "The container is valid", "no certificate to trust was given")
	says(run(exitOK, "verify", "--trust", trusted, "--lang", "en", one), "issued by one that is trusted", "A valid timestamp")
	run(exitOK, "archive", dir, "--out", all)
	says(run(exitOK, "verify", all), "valid containers: 2, not valid: 0")
	run(exitUsage, "archive", dir, "--out", all+"2", "--remove")
	run(exitUsage, "verify")
	run(exitFailed, "verify", one+"3")

	b, err := os.ReadFile(one)
	if err != nil {
		t.Fatal(err)
	}
	spoiled := filepath.Join(t.TempDir(), "spoiled.asice")
	b[len(b)/2] ^= 1
	if err := os.WriteFile(spoiled, b, 0o600); err != nil {
		t.Fatal(err)
	}
	says(run(exitProblems, "verify", spoiled), "✗")
	segment := filepath.Join(dir, "0000000000000001.log")
	if b, err = os.ReadFile(segment); err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(segment, b, 0o600); err != nil {
		t.Fatal(err)
	}
	says(run(exitProblems, "log", dir), "The message log is damaged")
	run(exitFailed, "log", t.TempDir())
}
