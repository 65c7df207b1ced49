package cpsvap

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"diwan.example/catalogue/gc"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/need"
	"diwan.example/internal/rdf"
)

// sample is the whole sample country.
func sample(t testing.TB) (Profile, Catalogue) {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	return ProfileOf(c), Catalogue{c.Organisations, c.LifeEvents, c.Services}
}

// canada is the inventory as it is loaded.
func canada(t testing.TB) (Profile, Catalogue) {
	t.Helper()
	a, err := os.Open(need.Data(t, "canada-service-inventory", "si_2024.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := os.Open(need.Data(t, "canada-service-inventory", "ss_2024.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	inv, err := gc.Read(gc.Files{Services: a, Standards: b, ServicesName: "si.csv", StandardsName: "ss.csv"})
	if err != nil {
		t.Fatal(err)
	}
	p := Profile{Code: "CA", Name: gov.Text{"en": "Canada", "fr": "Canada"}, Authority: "tbs-sct", Currency: gov.Currency{Code: "CAD", Digits: 2}, Languages: []gov.Lang{"en", "fr"}}
	return p, Catalogue{Organisations: inv.Organisations, Services: inv.Entries}
}

func written(t testing.TB, s Syntax, p Profile, c Catalogue) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, s, p, c, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readBack reads a file that was written here; nothing in it may go without a place.
func readBack(t testing.TB, name string, file []byte, p Profile) Catalogue {
	t.Helper()
	g, err := rdf.Read(name, bytes.NewReader(file), Contexts())
	if err != nil {
		t.Fatal(err)
	}
	c, notes := Read(g, Options{Profile: p, File: name, Lang: "en"})
	for i, n := range notes {
		if i == 10 {
			t.Errorf("and %d more", len(notes)-i)
			break
		}
		t.Errorf("%s", n.In(gov.English))
	}
	return c
}

// plain is a value as JSON without what is empty, so that no list and an empty
// list are equal.
func plain(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var x any
	if err := json.Unmarshal(b, &x); err != nil {
		t.Fatal(err)
	}
	b, err = json.MarshalIndent(pruned(x), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func pruned(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if x = pruned(x); x == nil || x == "" {
				delete(v, k)
			} else {
				v[k] = x
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = pruned(v[i])
		}
		if len(v) == 0 {
			return nil
		}
	}
	return v
}

func same(t testing.TB, want, got Catalogue) {
	t.Helper()
	if len(want.Services) != len(got.Services) || len(want.Organisations) != len(got.Organisations) || len(want.LifeEvents) != len(got.LifeEvents) {
		t.Fatalf("%d services, %d organisations, %d events came back as %d, %d and %d", len(want.Services), len(want.Organisations), len(want.LifeEvents), len(got.Services), len(got.Organisations), len(got.LifeEvents))
	}
	equal := func(what string, a, b any) {
		if x, y := plain(t, a), plain(t, b); x != y {
			t.Errorf("%s went out as\n%s\nand came back as\n%s", what, x, y)
		}
	}
	for i := range want.Services {
		sent := want.Services[i]
		sent.Source = "" // every place says for itself where it has an entry from
		equal(string(sent.ID), sent, got.Services[i])
	}
	for i := range want.Organisations {
		equal(string(want.Organisations[i].ID), want.Organisations[i], got.Organisations[i])
	}
	for i := range want.LifeEvents {
		equal(want.LifeEvents[i].ID, want.LifeEvents[i], got.LifeEvents[i])
	}
}

func TestWhatGoesOutComesBack(t *testing.T) {
	for name, load := range map[string]func(testing.TB) (Profile, Catalogue){"sample country": sample, "Canadian inventory": canada} {
		t.Run(name, func(t *testing.T) {
			p, c := load(t)
			for file, s := range syntaxes {
				b := written(t, s, p, c)
				if !bytes.Equal(b, written(t, s, p, c)) {
					t.Errorf("%s: two exports of the same catalogue differ", file)
				}
				same(t, c, readBack(t, file, b, p))
			}
		})
	}
}

// The standard's own shapes, by two engines.
func TestExportsPassTheShapes(t *testing.T) {
	shapes := need.Data(t, "shacl", "cpsv-ap-3.2.0-SHACL.ttl")
	dir := t.TempDir()
	var files []string
	for name, load := range map[string]func(testing.TB) (Profile, Catalogue){"sample": sample, "canada": canada} {
		p, c := load(t)
		files = append(files, filepath.Join(dir, name+".ttl"))
		if err := os.WriteFile(files[len(files)-1], written(t, Turtle, p, c), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, _ := sample(t)
	files = append(files, filepath.Join(dir, "everything.ttl"))
	if err := os.WriteFile(files[2], written(t, Turtle, p, rapid.Custom(anyCatalogue).Example(3)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := shacl(t, shapes, files...); err != nil {
		t.Errorf("%v\n%s", err, out)
	} else {
		t.Logf("%s", out)
	}
}

// A file that breaks the shapes is found by both engines: a test that passes
// says something.
func TestTheEnginesFindWhatIsWrong(t *testing.T) {
	shapes := need.Data(t, "shacl", "cpsv-ap-3.2.0-SHACL.ttl")
	p, c := sample(t)
	file := filepath.Join(t.TempDir(), "broken.ttl")
	whole := string(written(t, Turtle, p, Catalogue{Organisations: c.Organisations, Services: c.Services[:2]}))
	broken := strings.Replace(whole, "<urn:diwan:channel:portal> a skos:Concept", "<urn:diwan:channel:portal> a skos:Collection", 1)
	if whole == broken {
		t.Fatal("the file has no code list of channels")
	}
	if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := shacl(t, shapes, file)
	if err == nil || !strings.Contains(out, "rdf-validate-shacl: urn:diwan:bh:service:commerce/commercial-registration#channel-1") || !strings.Contains(out, "shacl-engine: urn:diwan:bh:service:commerce/commercial-registration#channel-1") {
		t.Errorf("%v\n%s", err, out)
	}
}

func shacl(t *testing.T, shapes string, files ...string) (string, error) {
	t.Helper()
	node := need.Tool(t, "node", "Debian: nodejs")
	home, err := filepath.Abs("../../e2e")
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []string{"rdf-validate-shacl", "shacl-engine", "n3"} {
		need.File(t, filepath.Join(home, "node_modules", engine), "npm ci in e2e")
	}
	out, err := exec.Command(node, append([]string{"testdata/shacl.mjs", home, shapes}, files...)...).CombinedOutput()
	return string(out), err
}

// syntaxes are those that are written, by a file's name.
var syntaxes = map[string]Syntax{"x.ttl": Turtle, "x.jsonld": JSONLD}

var update = flag.Bool("update", false, "write the golden reports anew")

// Messy catalogues of our own making: what is kept, and what is said of the rest.
func TestMessyCatalogues(t *testing.T) {
	files, err := filepath.Glob("testdata/messy/*.*")
	if err != nil {
		t.Fatal(err)
	}
	p, here := sample(t)
	tried := 0
	for _, file := range files {
		if filepath.Ext(file) == ".golden" {
			continue
		}
		tried++
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		g, err := rdf.Read(filepath.Base(file), bytes.NewReader(b), Contexts())
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		c, notes := Read(g, Options{Profile: p, File: filepath.Base(file), Lang: "en", Here: here})
		var got strings.Builder
		for _, n := range notes {
			fmt.Fprintln(&got, n.In(gov.English))
			if n.Text[gov.Arabic] == "" {
				t.Errorf("%s: not said in Arabic", n.In(gov.English))
			}
		}
		fmt.Fprintf(&got, "\n%s\n", plain(t, c))
		golden := file + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || string(want) != got.String() {
			t.Errorf("%s is not what it was (%v):\n%s", golden, err, got.String())
		}
	}
	if tried == 0 {
		t.Error("there are no messy catalogues")
	}
}
