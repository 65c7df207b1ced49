package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"log/slog"
)

func TestTheFirstOperatorIsEntered(t *testing.T) {
	dir := t.TempDir()
	at := []string{"--database", filepath.Join(dir, "diwan.db"), "--blobs", filepath.Join(dir, "files")}
	person := []string{"--civil-number", "850100011", "--name-ar", "خالد محمد", "--name-en", "Khalid Mohammed", "--birth", "1985-01-09", "--sex", "m", "--email", "khalid@example.org"}
	enter := func(args ...string) (int, string) {
		var out, bad bytes.Buffer
		code := Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, append([]string{"operator"}, args...))
		return code, out.String() + bad.String()
	}
	for range 2 { // the second time they are known already
		if code, said := enter(append(at, person...)...); code != exitOK {
			t.Fatalf("exit code %d: %s", code, said)
		}
	}
	if code, _ := enter(append(at, "--civil-number", "850100011")...); code != exitUsage {
		t.Errorf("without an address: exit code %d", code)
	}
	if code, said := enter(append(append(at, person...), "--organisation", "nobody")...); code != exitFailed {
		t.Errorf("unknown organisation: exit code %d: %s", code, said)
	}
	if code, said := enter(append(append(at, person...), "--civil-number", "123456789")...); code != exitFailed || strings.Contains(said, "123456789") {
		t.Errorf("wrong civil number: exit code %d: %s", code, said)
	}
	c := app.Default()
	for name, value := range map[string]string{"database": at[1], "blobs": at[3], "origin": "http://127.0.0.1"} {
		if err := c.Set(name, value, "test"); err != nil {
			t.Fatal(err)
		}
	}
	a, err := app.New(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	err = a.DB.Read(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
		p, err := identity.ByCivilNumber(tx, "850100011")
		if err != nil {
			return err
		}
		ms, err := identity.Roles(tx, p.ID)
		if len(ms) != 1 || len(ms[0].Roles) != 1 || ms[0].Roles[0] != gov.Operator || ms[0].Org != a.Country.Authority {
			t.Errorf("roles %+v", ms)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
