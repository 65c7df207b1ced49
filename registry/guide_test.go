package registry_test

import (
	"os"
	"regexp"
	"testing"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/registries"
	"diwan.example/registry"
)

var example = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```")

// TestTheGuidesExamplesAreRight loads what the guide shows: a registry, and the
// same registry with each connector.
func TestTheGuidesExamplesAreRight(t *testing.T) {
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	words, err := registries.Files.ReadFile("vocabulary.yaml")
	if err != nil {
		t.Fatal(err)
	}
	known := registry.Options{Organisation: func(id gov.OrgID) bool { return c.Organisation(id) != nil }}
	for _, file := range []string{"registries.md", "registries.ar.md"} {
		b, err := os.ReadFile("../docs/guides/" + file)
		if err != nil {
			t.Fatal(err)
		}
		blocks := example.FindAllStringSubmatch(string(b), -1)
		if len(blocks) != 3 {
			t.Fatalf("%s has %d examples", file, len(blocks))
		}
		if _, err := registry.Load(folder(map[string]string{"vocabulary.yaml": string(words), "library-card/registry.yaml": blocks[0][1]}), known); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		for _, x := range blocks[1:] {
			if _, err := registry.Load(folder(map[string]string{"vocabulary.yaml": string(words), "land/registry.yaml": land + x[1] + "write: {}\n"}), known); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}
