// Package pdftest holds a PDF file to what archives and screen readers demand:
// the clauses of ISO 19005-3 (PDF/A-3, level B) and ISO 14289-1 (PDF/UA-1) that
// a program can check. The file is read by qpdf, which knows nothing of us; it
// is no substitute for veraPDF, which cannot be had from Debian, npm or Go.
package pdftest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"diwan.example/internal/need"
)

// dict is a dictionary as qpdf tells it: names with their slash, texts with u:.
type dict = map[string]any

// object is one numbered object.
type object struct {
	value any // of a stream: its dictionary
	data  []byte
	isStr bool
}

// checker reads one file.
type checker struct {
	t       testing.TB
	file    []byte
	objects map[string]object // "12 0 R"
	trailer dict
	root    dict
}

// Archival fails the test where file is no PDF/A-3b with the accessible
// structure of PDF/UA-1. It skips where qpdf is not installed.
func Archival(t testing.TB, file []byte) {
	t.Helper()
	c := open(t, file)
	c.frame()
	c.forbidden()
	c.metadata()
	c.colours()
	c.fonts()
	c.pages()
	c.attachments()
	c.structure()
}

// open asks qpdf to check the file and to say what is in it.
func open(t testing.TB, file []byte) *checker {
	t.Helper()
	qpdf := need.Tool(t, "qpdf", "Debian: qpdf")
	path := filepath.Join(t.TempDir(), "file.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(qpdf, "--check", path).CombinedOutput(); err != nil {
		t.Fatalf("qpdf --check: %v\n%s", err, out)
	}
	out, err := exec.Command(qpdf, "--json-output", "--json-stream-data=inline", "--decode-level=generalized", path).Output()
	if err != nil {
		t.Fatalf("qpdf: %v", err)
	}
	var told struct{ Qpdf []map[string]json.RawMessage }
	if err := json.Unmarshal(out, &told); err != nil || len(told.Qpdf) != 2 {
		t.Fatalf("qpdf tells %d parts: %v", len(told.Qpdf), err)
	}
	c := &checker{t: t, file: file, objects: map[string]object{}}
	for name, raw := range told.Qpdf[1] {
		var o struct {
			Value  any
			Stream *struct {
				Data string
				Dict dict
			}
		}
		if err := json.Unmarshal(raw, &o); err != nil {
			t.Fatal(err)
		}
		switch {
		case name == "trailer":
			c.trailer, _ = o.Value.(dict)
		case o.Stream != nil:
			data, err := base64.StdEncoding.DecodeString(o.Stream.Data)
			if err != nil {
				t.Fatal(err)
			}
			c.objects[strings.TrimPrefix(name, "obj:")] = object{o.Stream.Dict, data, true}
		default:
			c.objects[strings.TrimPrefix(name, "obj:")] = object{value: o.Value}
		}
	}
	c.root = c.dict(c.trailer["/Root"])
	return c
}

// get follows a reference.
func (c *checker) get(v any) object {
	if s, ok := v.(string); ok && strings.HasSuffix(s, " R") {
		if o, ok := c.objects[s]; ok {
			return o
		}
	}
	return object{value: v}
}

func (c *checker) dict(v any) dict { d, _ := c.get(v).value.(dict); return d }

func (c *checker) list(v any) []any { l, _ := c.get(v).value.([]any); return l }

func (c *checker) want(ok bool, format string, args ...any) {
	c.t.Helper()
	if !ok {
		c.t.Errorf(format, args...)
	}
}

// each visits every dictionary of the file.
func (c *checker) each(visit func(d dict)) {
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case dict:
			visit(v)
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	for _, o := range c.objects {
		walk(o.value)
	}
}

// frame: header, trailer, identifier (19005-3, 6.1.2 and 6.1.3).
func (c *checker) frame() {
	head, rest, _ := bytes.Cut(c.file, []byte("\n"))
	c.want(bytes.HasPrefix(head, []byte("%PDF-1.")), "header %q", head)
	c.want(len(rest) > 5 && rest[0] == '%' && !slices.ContainsFunc(rest[1:5], func(b byte) bool { return b < 128 }), "no comment of binary characters after the header")
	c.want(bytes.HasSuffix(c.file, []byte("%%EOF\n")) || bytes.HasSuffix(c.file, []byte("%%EOF")), "something stands after the end")
	id := c.list(c.trailer["/ID"])
	c.want(len(id) == 2, "no file identifier")
	c.want(c.trailer["/Encrypt"] == nil, "encrypted")
}

// forbidden: what no dictionary may have (6.1.7–6.1.12, 6.2.5–6.2.10, 6.4, 6.5).
func (c *checker) forbidden() {
	actions := []string{"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/JavaScript"}
	c.each(func(d dict) {
		for _, k := range []string{"/AA", "/JS", "/XFA", "/OPI", "/Ref", "/PS", "/Alternates", "/TR", "/HTP", "/Requirements", "/PresSteps", "/Perms2", "/SMask", "/F_"} {
			c.want(d[k] == nil || k == "/SMask" && d[k] == "/None", "a dictionary has %s", k)
		}
		for _, k := range []string{"/ca", "/CA"} {
			c.want(d[k] == nil || d[k] == 1.0, "transparent: %s %v", k, d[k])
		}
		c.want(d["/BM"] == nil || d["/BM"] == "/Normal", "blend mode %v", d["/BM"])
		c.want(d["/Interpolate"] != true, "a picture is interpolated")
		c.want(d["/NeedAppearances"] != true, "the form needs appearances")
		c.want(d["/Type"] != "/Action" || !slices.Contains(actions, text(d["/S"])), "action %v", d["/S"])
		for k, v := range d {
			c.want(len(k) <= 128, "the name %.20s… is too long", k)
			s, _ := v.(string)
			c.want(len(s) <= 32767, "the text of %s is too long", k)
			c.want(k != "/Filter" || !strings.Contains(s, "LZW"), "LZW")
		}
	})
	for _, v := range []string{"/AcroForm", "/OCProperties"} {
		c.want(c.dict(c.root[v])["/XFA"] == nil, "XFA")
	}
	c.want(c.root["/NeedsRendering"] != true, "needs rendering")
}

func text(v any) string { s, _ := v.(string); return s }

// colours: the output intent and its profile (6.2.3), and that only RGB is used.
func (c *checker) colours() {
	intents := c.list(c.root["/OutputIntents"])
	if len(intents) != 1 {
		c.t.Fatalf("%d output intents", len(intents))
	}
	i := c.dict(intents[0])
	c.want(i["/S"] == "/GTS_PDFA1", "the output intent is %v", i["/S"])
	profile := c.get(i["/DestOutputProfile"])
	d, _ := profile.value.(dict)
	b := profile.data
	c.want(d["/N"] == 3.0 && len(b) > 128, "a profile of %v colours, %d bytes", d["/N"], len(b))
	if len(b) <= 128 {
		return
	}
	c.want(string(b[12:24]) == "mntrRGB XYZ " && string(b[36:40]) == "acsp" && b[8] <= 4, "the profile’s header is %q", b[8:40])
	c.each(func(d dict) {
		if d["/Subtype"] == "/Image" {
			c.want(d["/ColorSpace"] == "/DeviceRGB" || d["/ColorSpace"] == "/DeviceGray", "a picture’s colours are %v", d["/ColorSpace"])
		}
	})
}

// attachments: each embedded file is associated and described (6.8).
func (c *checker) attachments() {
	associated := map[string]bool{}
	for _, v := range c.list(c.root["/AF"]) {
		associated[text(v)] = true
	}
	for ref, o := range c.objects {
		d, _ := o.value.(dict)
		if d["/EF"] == nil {
			continue
		}
		c.want(associated[ref], "a file is attached and not associated")
		c.want(d["/F"] != nil && d["/UF"] != nil && d["/AFRelationship"] != nil && d["/Desc"] != nil, "an attached file lacks a name, a relation or a description: %v", d)
		e := c.dict(c.dict(d["/EF"])["/F"])
		c.want(strings.Contains(text(e["/Subtype"]), "/") && c.dict(e["/Params"])["/ModDate"] != nil, "an attached file lacks its type or time: %v", e)
	}
}
