package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"diwan.example/app"
)

// seededAt makes a database with the sample catalogue in it.
func seededAt(t *testing.T) (database string) {
	t.Helper()
	dir := t.TempDir()
	c := app.Default()
	c.Database, c.Blobs, c.Origin = filepath.Join(dir, "diwan.db"), filepath.Join(dir, "files"), "http://127.0.0.1"
	a, err := app.New(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c.Database
}

func TestPacksAreDraftedFromTheCommandLine(t *testing.T) {
	database, out := seededAt(t), t.TempDir()
	const id = "municipality/waste-container"
	run := func(args ...string) (int, string) {
		var said, bad bytes.Buffer
		code := Main(t.Context(), stdio{strings.NewReader(""), &said, &bad}, append([]string{"pack"}, args...))
		return code, said.String() + bad.String()
	}
	folder := filepath.Join(out, filepath.FromSlash(id))
	for _, x := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"draft", id, "--database", filepath.Join(out, "none.db")}, exitFailed, "there is no database"},
		{[]string{"draft", "--database", database}, exitUsage, ""},
		{[]string{"draft", id, "--all", "--publish", "--database", database}, exitUsage, ""},
		{[]string{"draft", "--all", "--database", database}, exitUsage, ""},
		{[]string{"draft", "no/such", "--database", database}, exitFailed, "ليست في دليل الخدمات"},
		{[]string{"draft", "identity-card/renewal", "--database", database}, exitFailed, "لا تُستبدل بها مسودة"},
		{[]string{"draft", "--all", "--publish", "--organisation", "nobody", "--database", database}, exitFailed, `no organisation "nobody"`},
		{[]string{"draft", id, "--out", out, "--database", database}, exitOK, "is drafted"},
		{[]string{"draft", id, "--out", out, "--database", database}, exitOK, "is drafted"}, // the same again
		{[]string{"check", "--database", database, folder}, exitOK, ": right (version 1"},
		{[]string{"try", "--database", database, folder}, exitOK, "4 passed, 0 failed"},
		{[]string{"draft", id, "--publish", "--database", database}, exitOK, id + " is online"},
		{[]string{"draft", id, "--publish", "--database", database}, exitOK, id + " is online"}, // nothing anew
		{[]string{"draft", "--all", "--publish", "--organisation", "mun", "--database", database}, exitOK, " 0 left out"},
		{[]string{"draft", "--all", "--publish", "--organisation", "mun", "--database", database}, exitOK, " 0 published now"},
	} {
		code, said := run(x.args...)
		if code != x.code || !strings.Contains(said, x.says) {
			t.Errorf("diwan pack %s ends with %d, not %d, and says %s", strings.Join(x.args, " "), code, x.code, said)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "service.yaml"), []byte("id: mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, said := run("draft", id, "--out", out, "--database", database); code != exitFailed || !strings.Contains(said, "is there already with other files") {
		t.Errorf("a refined pack is overwritten: %d %s", code, said)
	}
	if b, err := os.ReadFile(filepath.Join(folder, "service.yaml")); err != nil || string(b) != "id: mine" {
		t.Errorf("the owner's file holds %q, %v", b, err)
	}
}
