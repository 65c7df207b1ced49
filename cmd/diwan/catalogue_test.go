package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// run gives the exit code of a command line and what it printed.
func run(t *testing.T, args ...string) (code int, out, bad string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Main(t.Context(), stdio{strings.NewReader(""), &o, &e}, args)
	return code, o.String(), e.String()
}

func TestACatalogueGoesOutAndComesIn(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a", "a.db"), filepath.Join(dir, "b", "b.db")
	file := filepath.Join(dir, "abroad.ttl")
	if err := os.WriteFile(file, []byte(foreign), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, bad := run(t, "catalogue", "import", "cpsv-ap", file, "--database", from)
	if code != exitOK || !strings.Contains(out, "services: 1 new") || !strings.Contains(bad, "abroad.ttl:5: <https://x.example/1> dct:modified: the catalogue has no place") {
		t.Fatalf("%d\n%s\n%s", code, out, bad)
	}
	code, out, bad = run(t, "catalogue", "import", "cpsv-ap", file, "--database", to, "--lang", "ar", "--dry-run")
	if code != exitOK || !strings.Contains(out, "لم يتغير شيء") || !strings.Contains(bad, "لا موضع لهذه الخاصية") {
		t.Errorf("%d\n%s\n%s", code, out, bad)
	}
	for _, syntax := range []string{"ttl", "jsonld"} {
		one, two := filepath.Join(dir, "one."+syntax), filepath.Join(dir, "two."+syntax)
		if code, _, bad := run(t, "catalogue", "export", "--format", "cpsv-ap", "--out", one, "--database", from); code != exitOK {
			t.Fatalf("%d\n%s", code, bad)
		}
		if code, out, bad := run(t, "catalogue", "import", "cpsv-ap", one, "--database", to); code != exitOK || !strings.Contains(out, "notes: 0") {
			t.Fatalf("%d\n%s\n%s", code, out, bad)
		}
		if code, _, bad := run(t, "catalogue", "export", "--out", two, "--database", to); code != exitOK {
			t.Fatalf("%d\n%s", code, bad)
		}
		a, err := os.ReadFile(one)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(two); err != nil || !bytes.Equal(a, b) {
			t.Errorf("the %s of the second platform is not that of the first (%v)", syntax, err)
		}
	}
}

const foreign = `@prefix cpsv: <http://purl.org/vocab/cpsv#> . @prefix cv: <http://data.europa.eu/m8g/> . @prefix dct: <http://purl.org/dc/terms/> .
<https://x.example/org> a cv:PublicOrganisation ; dct:identifier "civil" ; dct:title "Civil registry"@en .
<https://x.example/1> a cpsv:PublicService ; dct:identifier "1" ; dct:title "Birth certificate"@en ; dct:description "Text"@en ;
  cv:hasCompetentAuthority <https://x.example/org> ;
  dct:modified "2020-01-01" .
`

func TestFilesThatAreNoCatalogue(t *testing.T) {
	dir := t.TempDir()
	database := filepath.Join(dir, "d", "d.db")
	for _, x := range []struct {
		name, text, says string
		code             int
	}{
		{"empty.ttl", "", "empty.ttl: The file is empty", exitProblems},
		{"bom.ttl", "\uFEFF\n", "bom.ttl: The file is empty", exitProblems},
		{"wide.ttl", "\xFF\xFEa\x00", "UTF-16", exitProblems},
		{"latin.ttl", "<u:a> <u:b>\n \"P\xeache\" .", "latin.ttl:2:4: The file is not in UTF-8 here", exitProblems},
		{"broken.ttl", "@prefix a: <u:> .\na:b a:c", "broken.ttl:2:8: The file ends", exitProblems},
		{"book.ttl", "PK\x03\x04", "ZIP or Excel", exitProblems},
		{"page.ttl", "<!DOCTYPE html><html>", "web page", exitProblems},
		{"table.csv", "a,b\n1,2\n", "no Turtle", exitProblems},
		{"other.ttl", "<u:a> <u:b> <u:c> .", "no services that can be imported", exitProblems},
		{"stranger.ttl", strings.Replace(foreign, "a cv:PublicOrganisation", "a <u:Club>", 1), "described neither in the file nor here", exitProblems},
		{"huge.ttl", strings.Repeat("#", 64<<20+1), "larger than 64 MB", exitProblems},
	} {
		file := filepath.Join(dir, x.name)
		if err := os.WriteFile(file, []byte(x.text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, bad := run(t, "catalogue", "import", "cpsv-ap", file, "--database", database)
		if code != x.code || !strings.Contains(bad, x.says) || out != "" {
			t.Errorf("%s: %d\n%s\n%s", x.name, code, out, bad)
		}
	}
	if code, _, bad := run(t, "catalogue", "import", "cpsv-ap", filepath.Join(dir, "none.ttl"), "--database", database); code != exitFailed || !strings.Contains(bad, "none.ttl") {
		t.Errorf("%d %s", code, bad)
	}
	if code, _, _ := run(t, "catalogue", "export", "--out", "x.csv"); code != exitUsage {
		t.Errorf("a syntax that is not known ends with %d", code)
	}
}
