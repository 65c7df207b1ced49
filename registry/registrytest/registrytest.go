// Package registrytest gives tests the product's registries with one of them kept
// elsewhere.
package registrytest

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"diwan.example/gov"
	"diwan.example/registries"
)

// Elsewhere are the product's registries, with the records of one behind a
// connector (in YAML, without its key) instead of here.
func Elsewhere(t testing.TB, id gov.RegistryID, connector string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(registries.Files, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(registries.Files, p)
		if p == string(id)+"/registry.yaml" {
			head, _, _ := strings.Cut(string(b), "search:")
			b = []byte(head + "retention: {days: 30, because: {ar: مدة, en: A while}}\nconnector: " + connector + "\nwrite: {}\n")
		}
		out[p] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
