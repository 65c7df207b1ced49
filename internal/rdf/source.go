package rdf

import (
	"bytes"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"diwan.example/gov"
)

// The syntaxes that are read.
const (
	Turtle = "turtle"
	JSONLD = "json-ld"
	RDFXML = "rdf/xml"
)

// Read reads a whole file, in the syntax that its content and its name show.
// contexts are the JSON-LD contexts that may be named, by address; others are
// refused, nothing is fetched. Errors: SyntaxError.
func Read(name string, from io.Reader, contexts map[string][]byte) (*Graph, error) {
	b, err := io.ReadAll(io.LimitReader(from, Largest+1))
	if err != nil {
		return nil, err
	}
	refuse := func(ar, en string) error { return &SyntaxError{File: name, Text: gov.T(ar, en)} }
	switch {
	case len(b) > Largest:
		return nil, refuse("الملف أكبر من 64 ميغابايت", "The file is larger than 64 MB")
	case bytes.HasPrefix(b, []byte("\xFF\xFE")) || bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return nil, refuse("الملف بترميز UTF-16؛ احفظه بترميز UTF-8", "The file is in UTF-16; save it as UTF-8")
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	if len(bytes.TrimSpace(b)) == 0 {
		return nil, refuse("الملف فارغ", "The file is empty")
	}
	syntax, err := sniff(name, b)
	if err != nil {
		return nil, err
	}
	if bad := invalid(b); bad >= 0 {
		line, column := position(b, bad)
		return nil, &SyntaxError{name, line, column, gov.T("الملف ليس بترميز UTF-8 هنا", "The file is not in UTF-8 here")}
	}
	switch syntax {
	case JSONLD:
		return readJSONLD(name, b, contexts)
	case RDFXML:
		return readXML(name, b)
	}
	return readTurtle(name, string(b), "")
}

// invalid is where a text stops being UTF-8; -1: nowhere.
func invalid(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// position is the line and column of a byte, from 1.
func position(b []byte, at int) (line, column int) {
	before := b[:min(max(at, 0), len(b))]
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
}

var foreign = []struct{ begins, ar, en string }{
	{"PK\x03\x04", "هذا ملف مضغوط أو ملف Excel، وليس RDF", "This is a ZIP or Excel file, not RDF"},
	{"%PDF", "هذا ملف PDF، وليس RDF", "This is a PDF file, not RDF"},
	{"\x1F\x8B", "هذا ملف مضغوط؛ فكّ ضغطه أولًا", "The file is compressed; unpack it first"},
	{"<!doctype html", "هذه صفحة ويب، وليست RDF", "This is a web page, not RDF"},
	{"<html", "هذه صفحة ويب، وليست RDF", "This is a web page, not RDF"},
}

// sniff tells a file's syntax by how it begins, and where that leaves room by its
// name.
func sniff(name string, b []byte) (string, error) {
	s := strings.TrimLeft(string(b[:min(len(b), 4096)]), " \t\r\n")
	for _, f := range foreign {
		if len(s) >= len(f.begins) && strings.EqualFold(s[:len(f.begins)], f.begins) {
			return "", &SyntaxError{File: name, Text: gov.T(f.ar, f.en)}
		}
	}
	ext := strings.ToLower(path.Ext(name))
	switch {
	case strings.HasPrefix(s, "<?xml"), strings.HasPrefix(s, "<!DOCTYPE"), strings.HasPrefix(s, "<!--"), strings.HasPrefix(s, "<rdf:RDF"), ext == ".rdf", ext == ".xml", ext == ".owl":
		return RDFXML, nil
	case strings.HasPrefix(s, "{"):
		return JSONLD, nil
	case strings.HasPrefix(s, "[") && (ext == ".jsonld" || ext == ".json"):
		return JSONLD, nil
	case ext == ".csv", ext == ".xlsx", ext == ".zip", strings.ContainsRune(s, 0):
		return "", &SyntaxError{File: name, Text: gov.T("ليس هذا ملف Turtle ولا JSON-LD ولا RDF/XML", "This is no Turtle, JSON-LD or RDF/XML file")}
	}
	return Turtle, nil
}
