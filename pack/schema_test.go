package pack_test

import (
	"bytes"
	"slices"
	"testing"

	"diwan.example/pack"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

func schemaFor(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	b, err := pack.Schema(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(file, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPacksKeepTheirSchema(t *testing.T) {
	for _, file := range pack.SchemaFiles() {
		s := schemaFor(t, file)
		for _, p := range append(all(t), scaffold(t)) {
			if p.Files[file] == "" && file == "documents.yaml" {
				continue // nothing is issued
			}
			var v any
			if err := yaml.Load([]byte(p.Files[file]), &v); err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(v); err != nil {
				t.Errorf("%s/%s: %v", p.ID, file, err)
			}
		}
	}
}

func TestSchemaRefusesUnknownKeys(t *testing.T) {
	s := schemaFor(t, "procedure.yaml")
	for name, src := range map[string]string{
		"unknown key":   "steps: [{id: a, kind: apply, titel: {ar: ا, en: a}}]",
		"unknown kind":  "steps: [{id: a, kind: aply, title: {ar: ا, en: a}}]",
		"no language":   "steps: [{id: a, kind: apply, title: {}}]",
		"odd language":  "steps: [{id: a, kind: apply, title: {xx: a}}]",
		"missing title": "steps: [{id: a, kind: apply}]",
	} {
		var v any
		if err := yaml.Load([]byte(src), &v); err != nil {
			t.Fatal(err)
		}
		if s.Validate(v) == nil {
			t.Errorf("%s passes the schema", name)
		}
	}
}

func TestEveryKeyIsDescribed(t *testing.T) {
	keys := pack.SchemaKeys()
	for _, k := range keys {
		if !pack.Described(k) {
			t.Errorf("descriptions lack %s", k)
		}
	}
	for _, k := range pack.DescribedKeys() {
		if !slices.Contains(keys, k) {
			t.Errorf("descriptions have %s, which packs do not", k)
		}
	}
}
