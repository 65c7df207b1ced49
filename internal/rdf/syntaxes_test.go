package rdf

import (
	"errors"
	"strings"
	"testing"
)

const head = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">`

func TestXMLIsReadAsItIsMeant(t *testing.T) {
	for name, x := range map[string]struct{ in, want string }{
		"typed node":    {head + "\n<e:A rdf:about=\"http://a\" e:p=\"x\"/></rdf:RDF>", "2 http://a type http://e/A\n2 http://a http://e/p \"x\"@^string\n"},
		"language":      {head + `<rdf:Description rdf:about="u:a" xml:lang="fr"><e:p>é</e:p><e:p xml:lang="ar">نص</e:p><e:p xml:lang="">x</e:p></rdf:Description></rdf:RDF>`, "1 u:a http://e/p \"é\"@fr^langString\n1 u:a http://e/p \"نص\"@ar^langString\n1 u:a http://e/p \"x\"@^string\n"},
		"datatype":      {head + `<rdf:Description rdf:about="u:a"><e:p rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">7</e:p></rdf:Description></rdf:RDF>`, "1 u:a http://e/p \"7\"@^integer\n"},
		"nested":        {head + `<rdf:Description rdf:about="u:a"><e:p><e:B><e:q rdf:resource="u:c"/></e:B></e:p></rdf:Description></rdf:RDF>`, "1 _:n1 type http://e/B\n1 _:n1 http://e/q u:c\n1 u:a http://e/p _:n1\n"},
		"parse types":   {head + `<rdf:Description rdf:about="u:a"><e:p rdf:parseType="Resource"><e:q>1</e:q></e:p><e:r rdf:parseType="Literal">a <b>c</b></e:r></rdf:Description></rdf:RDF>`, "1 _:n1 http://e/q \"1\"@^string\n1 u:a http://e/p _:n1\n1 u:a http://e/r \"a c\"@^XMLLiteral\n"},
		"collection":    {head + `<rdf:Description rdf:about="u:a"><e:p rdf:parseType="Collection"><rdf:Description rdf:about="u:b"/></e:p></rdf:Description></rdf:RDF>`, "1 _:n1 first u:b\n1 _:n1 rest http://www.w3.org/1999/02/22-rdf-syntax-ns#nil\n1 u:a http://e/p _:n1\n"},
		"base and ID":   {strings.Replace(head, ">", ` xml:base="http://b/f#">`, 1) + `<e:A rdf:ID="x"><e:p rdf:resource="../y"/></e:A></rdf:RDF>`, "1 http://b/f#x type http://e/A\n1 http://b/f#x http://e/p http://b/y\n"},
		"entities":      {"<!DOCTYPE rdf:RDF [ <!ENTITY e \"http://e/\"> ]>" + head + `<rdf:Description rdf:about="&e;a"><e:p rdf:nodeID="n"/></rdf:Description></rdf:RDF>`, "1 http://e/a http://e/p _:n1\n"},
		"in short":      {head + `<rdf:Description rdf:about="u:a"><e:p e:q="1"/></rdf:Description></rdf:RDF>`, "1 _:n1 http://e/q \"1\"@^string\n1 u:a http://e/p _:n1\n"},
		"one, no frame": {`<e:A xmlns:e="http://e/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="u:a"><e:p/></e:A>`, "1 u:a type http://e/A\n1 u:a http://e/p \"\"@^string\n"},
	} {
		g, err := Read("x.rdf", strings.NewReader(x.in), nil)
		if err != nil || lines(g) != x.want {
			t.Errorf("%s: %v\n%s", name, err, lines(g))
		}
	}
}

func TestJSONLDIsReadAsItIsMeant(t *testing.T) {
	for name, x := range map[string]struct{ in, want string }{
		"lines": {"{\"@id\":\"u:a\",\n\"u:p\":[\n{\"@id\":\"u:b\",\"u:q\":\"x\"}]}", "3 u:b u:q \"x\"@^string\n1 u:a u:p u:b\n"},
		"values": {`{"@context":{"p":"u:p","d":{"@id":"u:d","@type":"http://www.w3.org/2001/XMLSchema#date"},"t":{"@id":"u:t","@container":"@language"}},"@id":"u:a",
			"d":"2026-01-01","p":[1,2.5,true,{"@value":"x","@language":"fr"}],"t":{"ar":["نص"],"en":"x"}}`,
			"1 u:a u:d \"2026-01-01\"@^date\n1 u:a u:p \"1\"@^integer\n1 u:a u:p \"2.5\"@^double\n1 u:a u:p \"true\"@^boolean\n1 u:a u:p \"x\"@fr^langString\n1 u:a u:t \"نص\"@ar^langString\n1 u:a u:t \"x\"@en^langString\n"},
		"lists and reverse": {`{"@id":"u:a","u:p":{"@list":["x"]},"@reverse":{"u:r":{"@id":"u:c"}}}`, "1 u:c u:r u:a\n1 _:n1 first \"x\"@^string\n1 _:n1 rest http://www.w3.org/1999/02/22-rdf-syntax-ns#nil\n1 u:a u:p _:n1\n"},
		"unknown keys":      {`{"@context":{"p":"u:p"},"@id":"u:a","p":"x","q":"y"}`, "1 u:a https://diwan.invalid/term/q \"y\"@^string\n1 u:a u:p \"x\"@^string\n"},
		"a known context":   {`{"@context":"https://c.example/c","@id":"u:a","p":"x"}`, "1 u:a u:p \"x\"@^string\n"},
		"an index":          {`{"@context":{"p":{"@id":"u:p","@container":"@index"}},"@id":"u:a","p":{"one":{"@id":"u:b","u:q":1}}}`, "1 u:b u:q \"1\"@^integer\n1 u:a u:p u:b\n"},
	} {
		g, err := Read("x.jsonld", strings.NewReader(x.in), map[string][]byte{"https://c.example/c": []byte(`{"@context":{"p":"u:p"}}`)})
		if err != nil || lines(g) != x.want {
			t.Errorf("%s: %v\n%s", name, err, lines(g))
		}
	}
}

func TestWrongFilesNameTheirPlace(t *testing.T) {
	bomb := `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>` + head + `<e:A e:p="&b;"/></rdf:RDF>`
	for name, x := range map[string]struct{ file, in, place, words string }{
		"empty":             {"x.ttl", " \n", "x.ttl: ", "empty"},
		"unfinished":        {"x.rdf", head + "<e:A>", "x.rdf:1:", "XML"},
		"no RDF":            {"x.xml", "<catalog/>", "x.xml:1:", "“catalog”"},
		"not well-formed":   {"x.rdf", head + "\n<e:A></e:B>", "x.rdf:2:", "XML"},
		"latin":             {"x.rdf", `<?xml version="1.0" encoding="ISO-8859-1"?>` + head + "</rdf:RDF>", "x.rdf:1:", "UTF-8"},
		"entity bomb":       {"x.rdf", bomb, "x.rdf:1:", "XML"},
		"an outside entity": {"x.rdf", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + head + `<e:A e:p="&a;"/></rdf:RDF>`, "x.rdf:1:", "XML"},
		"deep":              {"x.rdf", head + strings.Repeat("<e:A><e:p>", 100), "x.rdf:1:", "nested"},
		"relative":          {"x.rdf", head + `<e:A rdf:about="a"/></rdf:RDF>`, "x.rdf:1:", "relative"},
		"text for a node":   {"x.rdf", head + "text</rdf:RDF>", "x.rdf:1:", "resource"},
		"broken JSON":       {"x.jsonld", "{\n\"a\": }", "x.jsonld:2:", "JSON"},
		"cut JSON":          {"x.jsonld", "{\n\"a\": [1,", "x.jsonld:2:", "JSON"},
		"deep JSON":         {"x.jsonld", strings.Repeat(`{"u:a":`, 100), "x.jsonld:1:", "nested"},
		"two documents":     {"x.jsonld", "{}\n{}", "x.jsonld:2:", "follows"},
		"remote context":    {"x.jsonld", "{\n\"@context\": \"https://evil.example/c.jsonld\",\n\"@id\": \"u:a\"}", "x.jsonld:2:14", "nothing is fetched"},
		"bad context":       {"x.jsonld", `{"@context": {"p": {"@id": 7}}, "p": "x"}`, "x.jsonld: ", "JSON-LD"},
		"relative id":       {"x.jsonld", "{\"@graph\":[\n{\"@id\":\"a\",\"u:p\":1}]}", "x.jsonld:2", "whole IRI"},
	} {
		_, err := Read(x.file, strings.NewReader(x.in), nil)
		var s *SyntaxError
		if !errors.As(err, &s) || !strings.HasPrefix(s.In("en"), x.place) || !strings.Contains(s.In("en"), x.words) || s.Text["ar"] == "" {
			t.Errorf("%s: %v, want %s … %s", name, err, x.place, x.words)
		}
	}
}

func FuzzXML(f *testing.F) {
	f.Add(head + `<e:A rdf:about="u:a" e:p="x"><e:q rdf:parseType="Resource"/></e:A></rdf:RDF>`)
	f.Add(`<!DOCTYPE x [<!ENTITY a "b">]>` + head + `<e:A e:p="&a;"/></rdf:RDF>`)
	f.Fuzz(func(t *testing.T, s string) {
		g, err := Read("x.rdf", strings.NewReader(s), nil)
		if (g == nil) == (err == nil) {
			t.Errorf("%v %v", g, err)
		}
	})
}

func FuzzJSONLD(f *testing.F) {
	f.Add(`{"@context":{"p":"u:p"},"@id":"u:a","p":[1,{"@list":["x"]}],"q":{"@value":"x"}}`)
	f.Add(`{"@context":["https://c.example/c",{"@vocab":"u:"}],"@graph":[{"a":{"b":null}}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		g, err := Read("x.jsonld", strings.NewReader(s), map[string][]byte{"https://c.example/c": []byte(`{"@context":{"p":"u:p"}}`)})
		if (g == nil) == (err == nil) {
			t.Errorf("%v %v", g, err)
		}
	})
}
