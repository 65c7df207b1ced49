package pdf_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/need"
	"diwan.example/internal/pdf"
	"diwan.example/internal/pdf/pdftest"
)

// Every sample is fit for archives and for screen readers.
func TestArchival(t *testing.T) {
	for name, doc := range pdf.Samples() {
		t.Run(name, func(t *testing.T) {
			doc.Attachments = append(doc.Attachments, pdf.File{Name: "document.jws", Mime: "application/jose", Relation: pdf.Data, Description: gov.T("البيانات الموقعة", "The signed data"), Data: []byte("e30.e30.AA")})
			var b bytes.Buffer
			if _, err := pdf.Render(&b, doc); err != nil {
				t.Fatal(err)
			}
			pdftest.Archival(t, b.Bytes())
		})
	}
}

// What is attached comes out again as it went in.
func TestAttachments(t *testing.T) {
	tool := need.Tool(t, "pdfdetach", "Debian: poppler-utils")
	doc := pdf.Samples()["certificate"]
	long := bytes.Repeat([]byte("signed\x00data\n"), 4000)
	doc.Attachments = []pdf.File{
		{Name: "سند.json", Mime: "application/json", Relation: pdf.Supplement, Data: []byte("{}")},
		{Name: "document.jws", Mime: "application/jose", Relation: pdf.Data, Description: gov.T("البيانات الموقعة", "The signed data"), Data: long, Modified: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
	}
	var b bytes.Buffer
	if _, err := pdf.Render(&b, doc); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "a.pdf")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(tool, "-saveall", "-o", dir, path).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	for name, want := range map[string][]byte{"document.jws": long, "سند.json": []byte("{}")} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s came out as %d bytes, %v", name, len(got), err)
		}
	}
	for _, wrong := range []pdf.File{{Name: "../x", Mime: "a/b", Relation: pdf.Data}, {Name: "x", Mime: "ab", Relation: pdf.Data}, {Name: "x", Mime: "a/b"}, {Mime: "a/b", Relation: pdf.Data}} {
		doc.Attachments = []pdf.File{wrong}
		if _, err := pdf.Render(&b, doc); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}

// A QR code is drawn in the shortest mixture and read by somebody else.
func TestSymbol(t *testing.T) {
	long := "HTTPS://GOV.EXAMPLE/V/ABCD2345EFGH67#" + strings.Repeat("6BF+70790T9WJWG.FKY*4GO0.O1CV2 ETIP%20R1", 10)
	size, side, err := pdf.SymbolOf(long)
	if err != nil || size > 4*16+17 || side/float64(size+8) < 0.3999 {
		t.Errorf("%d modules on %.1f mm, %v", size, side, err)
	}
	if small, side, _ := pdf.SymbolOf("https://gov.example/v/1"); small > 29 || side > 30.01 {
		t.Errorf("%d modules on %.1f mm", small, side)
	}
	if _, _, err := pdf.SymbolOf(strings.Repeat("x", 2332)); gov.KindOf(err) != gov.Invalid {
		t.Errorf("too long: %v", err)
	}
}
