package api

import (
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"diwan.example/gov"
)

var update = flag.Bool("update", false, "write the list of operations anew")

func get(t *testing.T, path string) ([]byte, http.Header) {
	t.Helper()
	w := &world{api: &API{Log: slog.New(slog.DiscardHandler)}}
	w.serve = w.api.Handler()
	w.World = bare(t)
	r := w.call("", "GET", path, nil).want(200)
	return r.body, r.header
}

// TestTheOperationsAreThese shows every change of what programs may rely on.
func TestTheOperationsAreThese(t *testing.T) {
	var lines []string
	for _, r := range (&API{}).serve().routes {
		lines = append(lines, r.id+" "+r.method+" "+r.path+" "+r.scope)
	}
	slices.Sort(lines)
	got := strings.Join(lines, "\n") + "\n"
	const file = "testdata/operations.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("the operations have changed (go test ./api -update keeps them): %v\n%s", err, got)
	}
}

func TestBothDescriptionsAreWhole(t *testing.T) {
	for path, version := range map[string]string{"/openapi.json": "3.1.0", "/openapi-3.0.json": "3.0.3"} {
		b, _ := get(t, root+path)
		var doc map[string]any
		if err := json.Unmarshal(b, &doc); err != nil {
			t.Fatal(err)
		}
		if doc["openapi"] != version {
			t.Errorf("%s says %v", path, doc["openapi"])
		}
		walk(t, doc, doc, path)
		ids := map[string]bool{}
		n := 0
		for p, item := range doc["paths"].(map[string]any) {
			for _, m := range []string{"get", "post", "put", "patch", "delete"} {
				op, ok := item.(map[string]any)[m].(map[string]any)
				if !ok {
					continue
				}
				n++
				operation(t, path+" "+m+" "+p, p, op, ids)
			}
		}
		if n != len((&API{}).serve().routes) {
			t.Errorf("%s describes %d operations", path, n)
		}
	}
}

// operation checks what every described operation must have.
func operation(t *testing.T, name, path string, op map[string]any, ids map[string]bool) {
	id, _ := op["operationId"].(string)
	if id == "" || ids[id] {
		t.Errorf("%s: operation id %q", name, id)
	}
	ids[id] = true
	if op["summary"] == "" || op["x-summary-ar"] == nil {
		t.Errorf("%s lacks a summary", name)
	}
	params := ""
	list, _ := op["parameters"].([]any)
	for _, p := range list {
		if p := p.(map[string]any); p["in"] == "path" {
			params += "{" + p["name"].(string) + "}"
			if p["required"] != true {
				t.Errorf("%s: %v is not required", name, p["name"])
			}
		}
	}
	if strings.Count(path, "{") != strings.Count(params, "{") {
		t.Errorf("%s: its path has other parameters than %s", name, params)
	}
	responses := op["responses"].(map[string]any)
	problem, ok := responses["429"].(map[string]any)
	if !ok || problem["content"].(map[string]any)["application/problem+json"] == nil {
		t.Errorf("%s does not say how it fails", name)
	}
	if op["security"] != nil && responses["401"] == nil {
		t.Errorf("%s wants a token and does not say 401", name)
	}
}

// walk checks that references lead somewhere, and that the older description
// holds nothing of the newer.
func walk(t *testing.T, doc map[string]any, at any, path string) {
	switch v := at.(type) {
	case []any:
		for _, x := range v {
			walk(t, doc, x, path)
		}
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			name := strings.TrimPrefix(ref, "#/components/schemas/")
			if doc["components"].(map[string]any)["schemas"].(map[string]any)[name] == nil {
				t.Errorf("%s: %s leads nowhere", path, ref)
			}
		}
		_, list := v["type"].([]any)
		if _, newer := v["contentMediaType"].(string); (list || newer) && strings.Contains(path, "3.0") {
			t.Errorf("%s holds words of 3.1: %v", path, v)
		}
		for _, x := range v {
			walk(t, doc, x, path)
		}
	}
}

func TestThePageForPeopleListsEverything(t *testing.T) {
	for _, at := range []string{"/api/", root + "/"} {
		b, h := get(t, at)
		if !strings.HasPrefix(h.Get("Content-Type"), "text/html") || strings.Contains(string(b), "<script") || strings.Contains(string(b), "style=") {
			t.Fatal(h)
		}
		for _, r := range (&API{}).serve().routes {
			if !strings.Contains(string(b), `id="`+r.id+`"`) || !strings.Contains(string(b), r.name[gov.Arabic]) {
				t.Errorf("%s is missing", r.id)
			}
		}
	}
	if b, _ := get(t, root+"/openapi.yaml"); !strings.Contains(string(b), "openapi: 3.1.0") {
		t.Error("no YAML")
	}
}
