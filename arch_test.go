package diwan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "diwan.example/"

// layers is the whole import rule: a package may import only packages that stand
// on an earlier line. A new package is added here first.
var layers = [][]string{
	{"gov"},              // shared words
	{"country"},          // a country's profile, as data
	{"internal/barcode"}, // codes that cameras read
	{"internal/rule", "internal/search", "internal/sign", "internal/scan", "internal/blob", "internal/pdf", "internal/mail", "internal/need", "internal/effort", "internal/rdf", "internal/reply", "internal/cms", "internal/xlsx"},
	{"internal/form", "internal/pdf/pdftest", "internal/blob/blobtest", "internal/mail/mailtest", "internal/hardware", "internal/sign/signtest", "internal/timestamp", "internal/merkle"},
	{"internal/db"},
	{"internal/jobs", "internal/translog", "internal/db/dbtest"},
	{"document/trust"},             // whose signatures count
	{"journal"},                    // what happened
	{"identity", "pack", "notify"}, // who, what a service needs, what people are told
	{"packs", "registries"},        // the services and registries themselves: data only
	{"payment/provider", "payment/provider/signature"},
	{"payment/provider/providertest", "payment/provider/stripe/stripetest"},
	{"payment/provider/sandbox", "payment/provider/stripe"},
	{"document/seal", "document/mdoc", "document/pades", "document/statuslist", "document/sdjwt"}, // forms of a document: pure
	{"document/verdict"}, // what any form is worth
	{"catalogue", "payment", "document", "registry", "journal/unusual"}, // what a case uses, and who read too much
	{"document/vp", "document/vci"},                                     // what wallets present to us, and what is handed to them
	{"catalogue/gc", "catalogue/workbook", "registry/registrytest"},     // catalogues of others
	{"catalogue/cpsvap"},                       // the catalogue for others
	{"catalogue/draft"},                        // packs made of entries
	{"document/archive", "document/inventory"}, // old papers, and every type of document
	{"exchange/xroad"},                         // the words of X-Road
	{"exchange/message"},
	{"exchange/asice"},
	{"exchange/messagelog", "exchange/directory"},
	{"exchange/gateway"},
	{"exchange/consent"},
	{"exchange/agreement"}, // who may read what, why, until when
	{"exchange/event", "exchange/fetch"},
	{"casework"}, // the case itself
	{"casework/casetest", "casework/eventlog"},
	{"programme"}, // who watches the facts
	{"programme/indicator", "programme/lifecycle", "programme/procedure", "programme/priority"},
	{"programme/committee", "programme/plan", "programme/policy"}, // those who decide on it
	{"programme/forum"}, // and where they meet
	{"web/ui"},          // the frame
	{"web/ui/ask", "web/ui/uitest"},
	{"web/gallery", "web/portal", "web/desk", "web/register", "web/procedure", "web/oversight", "web/life", "web/committee", "web/admin", "web/programme", "web/registry", "web/exchange", "web/linkage", "web/papers", "web/transparency", "api"},
	{"app"}, // wiring
	{"cmd/diwan", "e2e"},
	{"."}, // the tests of the house
}

// source is one Go file of the house.
type source struct {
	dir, file string // slashes, from the root; dir "." is the root itself
	text      []byte
	tree      *ast.File
}

func (s source) test() bool { return strings.HasSuffix(s.file, "_test.go") }

// proof reports whether the file only serves tests.
func (s source) proof() bool { return s.test() || forTests(s.dir) }

// forTests reports whether a package only serves tests.
func forTests(dir string) bool {
	return strings.HasSuffix(dir, "test") || dir == "internal/need" || dir == "internal/effort"
}

var positions = token.NewFileSet()

// sources reads every Go file once.
var sources = sync.OnceValues(func() (out []source, err error) {
	err = eachFile(func(file string, text []byte) error {
		if path.Ext(file) != ".go" {
			return nil
		}
		tree, err := parser.ParseFile(positions, file, text, parser.ParseComments|parser.SkipObjectResolution)
		out = append(out, source{path.Dir(file), file, text, tree})
		return err
	})
	return out, err
})

// foreign are folders that hold nothing of ours, or nothing that is kept.
var foreign = []string{".git", "node_modules", "e2e/out", "diwan-data"}

func eachFile(do func(file string, text []byte) error) error {
	return filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		p = filepath.ToSlash(p)
		if err == nil && d.IsDir() && (slices.Contains(foreign, p) || slices.Contains(foreign, d.Name())) {
			return fs.SkipDir
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		return do(p, b)
	})
}

func goFiles(t *testing.T) []source {
	t.Helper()
	list, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 100 {
		t.Fatalf("only %d Go files found: the test does not run at the root of the house", len(list))
	}
	return list
}

func place(dir string) int {
	return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, dir) })
}

func TestImportsGoDown(t *testing.T) {
	for _, s := range goFiles(t) {
		mine := place(s.dir)
		if mine < 0 {
			t.Errorf("%s: package %s stands on no line of layers", s.file, s.dir)
			continue
		}
		for _, im := range s.tree.Imports {
			p, ours := strings.CutPrefix(strings.Trim(im.Path.Value, `"`), module)
			if !ours || p == s.dir {
				continue
			}
			if above := place(p) >= mine; above && !mayForProof(s, p, mine) {
				t.Errorf("%s may not import %s: it does not stand below", s.file, p)
			}
			if forTests(p) && !s.proof() {
				t.Errorf("%s imports %s, which only serves tests", s.file, p)
			}
		}
	}
}

// mayForProof allows tests the packages that serve their line's tests, and the
// packs, which are data to try things on.
func mayForProof(s source, imported string, mine int) bool {
	return s.test() && (imported == "packs" || forTests(imported) && place(imported) <= mine+2)
}

func TestLayersAreReal(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range goFiles(t) {
		seen[s.dir] = true
	}
	for _, line := range layers {
		for _, p := range line {
			if !seen[p] {
				t.Errorf("layers names %s, which does not exist", p)
			}
		}
	}
}

func TestPacksHoldNoProgram(t *testing.T) {
	for _, s := range goFiles(t) {
		if strings.HasPrefix(s.dir, "packs/") || strings.HasPrefix(s.dir, "country/") {
			t.Errorf("%s: a service or a country is data, never a program", s.file)
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	said := map[string]int{}
	for _, s := range goFiles(t) {
		if s.test() && s.dir != "e2e" {
			continue
		}
		said[s.dir] += 0
		if s.tree.Doc != nil {
			said[s.dir]++
		}
	}
	for dir, n := range said {
		if n != 1 {
			t.Errorf("package %s has %d package comments, want exactly one", dir, n)
		}
	}
}
