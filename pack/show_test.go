package pack_test

import (
	"os"
	"path"
	"testing"

	"diwan.example/gov"
	"diwan.example/pack"
	"diwan.example/packs"
)

// TestWriteDrawings leaves the drawings in a folder for people to look at: PACK_DRAWINGS=/tmp/x go test -run Drawings ./pack
func TestWriteDrawings(t *testing.T) {
	dir := os.Getenv("PACK_DRAWINGS")
	if dir == "" {
		dir = t.TempDir()
	}
	list, err := pack.ReadAll(packs.Files, pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		for _, l := range []gov.Lang{"ar", "en"} {
			if err := os.WriteFile(path.Join(dir, path.Base(string(p.ID))+"-"+string(l)+".svg"), pack.Draw(p, l), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// all reads the packs that come with the product.
func all(t testing.TB) []*pack.Pack {
	t.Helper()
	list, err := pack.ReadAll(packs.Files, pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
