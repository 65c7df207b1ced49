package pack_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/pack"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what is found into the cases of testdata/wrong")

// country of the cases: two languages, two organisations.
var here = pack.Options{Organisation: func(id gov.OrgID) bool { return id == "moh" || id == "moic" }}

// base is the pack that the cases change: one of their own, so that what is said
// of them stays when new packs begin differently.
func base(t testing.TB) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range pack.SchemaFiles() {
		b, err := os.ReadFile(filepath.Join("testdata", "base", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(b)
	}
	return files
}

// TestWrongPacks reads every case of testdata/wrong: a pack with edits that
// make it wrong, and what must be said about it in both languages. A new case is
// a new file; -update fills in what is said.
func TestWrongPacks(t *testing.T) {
	cases, err := filepath.Glob("testdata/wrong/*.txt")
	if err != nil || len(cases) < 30 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, name := range cases {
		t.Run(filepath.Base(name), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := base(t)
			want := -1
			for i, f := range a.Files {
				data := string(f.Data)
				switch target, kind, _ := strings.Cut(f.Name, " "); {
				case f.Name == "want":
					want = i
				case kind == "gone":
					delete(files, target)
				case kind == "edit":
					edit(t, files, target, data)
				default:
					files[f.Name] = data
				}
			}
			got := problems(t, files)
			if *update {
				if want < 0 {
					a.Files, want = append(a.Files, txtar.File{Name: "want"}), len(a.Files)
				}
				a.Files[want].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want < 0 || got != string(a.Files[want].Data) {
				t.Errorf("got\n%s", got)
			}
		})
	}
}

// edit replaces "old\n===\nnew" in a file; old must occur once.
func edit(t *testing.T, files map[string]string, file, data string) {
	t.Helper()
	for _, e := range strings.Split(data, "\n+++\n") {
		old, now, ok := strings.Cut(e, "\n===\n")
		if !ok || strings.Count(files[file], old) != 1 {
			t.Fatalf("%q occurs %d times in %s", old, strings.Count(files[file], old), file)
		}
		files[file] = strings.Replace(files[file], old, strings.TrimSuffix(now, "\n"), 1)
	}
}

func problems(t *testing.T, files map[string]string) string {
	t.Helper()
	_, err := pack.Parse(files, here)
	var found pack.Problems
	if !errors.As(err, &found) || gov.KindOf(err) != gov.Invalid {
		t.Fatalf("the pack passes: %v", err)
	}
	return found.In(gov.English) + "\n" + found.In(gov.Arabic) + "\n"
}
