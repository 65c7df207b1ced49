package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"diwan.example/country"
)

func TestRegistriesFromTheCommandLine(t *testing.T) {
	data := seededData(t)
	file := filepath.Join(t.TempDir(), "fines.csv")
	do := func(code int, says string, args ...string) string {
		t.Helper()
		var out, bad bytes.Buffer
		if got := Main(t.Context(), stdio{strings.NewReader(""), &out, &bad}, append([]string{"registry"}, args...)); got != code || !strings.Contains(out.String()+bad.String(), says) {
			t.Fatalf("%v ends with %d, not %d, and %q:\n%s%s", args, got, code, says, out.String(), bad.String())
		}
		return out.String()
	}
	there := []string{"--blobs", filepath.Join(data, "files"), "--database", filepath.Join(data, "diwan.db")}
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	do(exitOK, "enrolment", "list")
	do(exitOK, "registries, ", "check")
	do(exitOK, "address.block", "show", "population")
	do(exitOK, "أعمدة الملف", "show", "fine", "--lang", "ar")
	do(exitFailed, "no such registry", "show", "weather")
	do(exitUsage, "Usage: diwan registry import", append([]string{"import", "fine"}, there...)...)

	const head = "number,civil_number,offence,amount,date,paid\n"
	write(strings.Replace(head, "offence", "offense", 1))
	do(exitProblems, `did you mean "offence"`, append([]string{"import", "fine", file}, there...)...)
	write(head + "F-00000001,850101000,وقوف,20,2026-10-01,no\n")
	do(exitProblems, "left out: 1", append([]string{"import", "fine", file}, there...)...)
	if b, err := os.ReadFile(file + ".rejected.csv"); err != nil || !strings.Contains(string(b), "2,civil_number,") {
		t.Errorf("%s %v", b, err)
	}
	os.Remove(file + ".rejected.csv")
	write(head + "F-00000001," + aCivilNumber(t) + ",وقوف,20.500,2026-10-01,no\n")
	for range 2 { // the second time changes nothing
		do(exitOK, "new: 1, changed: 0", append([]string{"import", "fine", file}, there...)...)
	}
	if _, err := os.Stat(file + ".rejected.csv"); err == nil {
		t.Error("an empty report was left behind")
	}
	if got := do(exitOK, "F-00000001", append([]string{"export", "fine"}, there...)...); !strings.Contains(got, ",20.500,2026-10-01,false,") {
		t.Errorf("%s", got)
	}

	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "vocabulary.yaml"), []byte("attributs: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	do(exitProblems, `vocabulary.yaml:1:1: unknown key "attributs"; did you mean "attributes"?`, "check", folder)
}

func aCivilNumber(t *testing.T) string {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	return c.People(1)[0].CivilNumber
}
