package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"diwan.example/app"
	trustlist "diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
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

// Ceremonies are proposed on the command line in an operator's name, listed, taken
// back by that operator only, and confirmed elsewhere by another.
func TestCeremoniesAreProposedOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	at := []string{"--database", filepath.Join(dir, "diwan.db"), "--blobs", filepath.Join(dir, "files"), "--origin", "https://diwan.example"}
	do := func(code int, says string, args ...string) string {
		t.Helper()
		var out, bad bytes.Buffer
		if got := Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, append(args, at...)); got != code || !strings.Contains(out.String()+bad.String(), says) {
			t.Fatalf("%v ends with %d, not %d, or does not say %q:\n%s%s", args, got, code, says, out.String(), bad.String())
		}
		return out.String()
	}
	person := func(civil, name string) {
		do(exitOK, "is an operator now", "operator", "--civil-number", civil, "--name-ar", "مشغّلة "+name, "--name-en", name, "--birth", "1985-01-09", "--sex", "f", "--email", name+"@example.org")
	}
	first, second := civil(t, 2), civil(t, 40)
	person(first, "First")
	person(second, "Second")
	kid := signedFor(t, dir, "moe")

	rotate := []string{"keys", "propose", "rotate", "moe", "--as", first}
	do(exitUsage, "", rotate...)
	do(exitFailed, "no operator", "keys", "propose", "rotate", "moe", "--why", "x", "--as", notEmployed(t, dir))
	do(exitProblems, "reason for the revocation", "keys", "propose", "revoke", kid, "--why", "x", "--as", first)
	do(exitUsage, "", "keys", "propose", "rotate", "moe", "--why", "x", "--as", first, "--emergency")
	said := do(exitOK, "https://diwan.example/admin/keys/ceremonies/", append(rotate, "--why", "Yearly change")...)
	id := said[strings.LastIndex(strings.TrimSpace(said), "/")+1:]
	id = strings.TrimSpace(id)
	do(exitFailed, "waits to be decided", append(rotate, "--why", "again")...)
	if list := do(exitOK, id, "keys", "ceremonies"); !strings.Contains(list, "proposed") || !strings.Contains(list, "First") || strings.Contains(list, "Second") {
		t.Errorf("the open ceremonies are\n%s", list)
	}
	do(exitFailed, "Only who proposed it", "keys", "withdraw", id, "--as", second)
	do(exitOK, id+" is withdrawn", "keys", "withdraw", id, "--as", first)
	if list := do(exitOK, "", "keys", "ceremonies", "--json"); strings.TrimSpace(list) != "[]" {
		t.Errorf("open is %s", list)
	}
	do(exitOK, "The key is revoked", "keys", "propose", "revoke", kid, "--reason", "compromise", "--since", "2026-01-02", "--why", "A stolen disk", "--as", first, "--emergency")
	do(exitOK, "acted", "keys", "ceremonies")
	do(exitOK, `"command": true`, "keys", "ceremonies", "--json", "--all")
	do(exitOK, "revoked", "keys", "list")
}

// civil is the first civil number of somebody born in January 1985 from a serial on.
func civil(t *testing.T, serial int) string {
	t.Helper()
	for n := serial; n < serial+20; n++ {
		if s, ok := gov.CivilNumber(fmt.Sprintf("8501%04d", n)); ok {
			return s
		}
	}
	t.Fatalf("no civil number from %d on", serial)
	return ""
}

// signedFor has an organisation's key made, and returns it.
func signedFor(t *testing.T, dir string, org gov.OrgID) (kid string) {
	t.Helper()
	inside(t, dir, func(a *app.App, tx *db.Tx) error {
		s, err := a.Issuer.Keys().Signing(tx, org)
		kid = s.ID
		return err
	})
	return kid
}

// notEmployed registers somebody who works nowhere, and returns their civil number.
func notEmployed(t *testing.T, dir string) string {
	t.Helper()
	number := civil(t, 80)
	inside(t, dir, func(a *app.App, tx *db.Tx) error {
		_, err := identity.Register(tx, identity.Person{CivilNumber: number, NameAr: "ساكن", NameEn: "Resident", Birth: "1985-01-09", Sex: "m", Nationality: "BH"})
		return err
	})
	return number
}

func inside(t *testing.T, dir string, do func(*app.App, *db.Tx) error) {
	t.Helper()
	c := app.Default()
	c.Database, c.Blobs, c.Origin = filepath.Join(dir, "diwan.db"), filepath.Join(dir, "files"), "https://diwan.example"
	a, err := app.New(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.DB.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error { return do(a, tx) }); err != nil {
		t.Fatal(err)
	}
}
