// Package uitest holds the tests that every page package runs on itself: that
// its texts are complete, used and sorted, and that its routes are guarded.
package uitest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"diwan.example/gov"
	"diwan.example/web/ui"
)

var (
	inTemplate = regexp.MustCompile(`(?:\{\{|\(|\s)t "([a-z0-9._-]+)"`)
	inGo       = regexp.MustCompile(`(?:[^v]\.T|\bsay)\("([a-z0-9._-]+)"`)
	beginning  = regexp.MustCompile(`(?:t \(print "([a-z0-9._-]+)"|\.T\("([a-z0-9._-]+)"\s*\+)`)
	argument   = regexp.MustCompile(`\{\d\}`)
)

var pluralForms = map[gov.Lang][]string{
	gov.Arabic:  {"zero", "one", "two", "few", "many", "other"},
	gov.English: {"one", "other"},
}

// CheckTexts fails t when texts.yaml in the package's folder lacks a key that
// its templates or Go files use, a language, or a plural form; or holds one that
// nobody uses, out of order, or with other arguments in one language; or when a
// page does not parse. Keys made
// up while running count as used by their beginning: t (print "desk.state." .X).
func CheckTexts(t testing.TB, fsys fs.FS) {
	t.Helper()
	texts, err := ui.ReadTexts(fsys)
	if err != nil {
		t.Fatal(err)
	}
	used, begun := uses(t, fsys)
	for key := range used {
		if _, ok := texts[key]; !ok && !strings.HasPrefix(key, "ui.") {
			t.Errorf("texts.yaml lacks %q", key)
		}
	}
	for key, phrases := range texts {
		if !used[key] && !slices.ContainsFunc(begun, func(b string) bool { return strings.HasPrefix(key, b) }) {
			t.Errorf("nobody uses %q", key)
		}
		checkPhrases(t, key, phrases)
	}
	checkOrder(t, fsys)
	if err := ui.MustPages(fsys).Check(); err != nil {
		t.Errorf("a page does not parse: %v", err)
	}
}

// uses collects the keys in the templates of fsys and the Go files beside the test.
func uses(t testing.TB, fsys fs.FS) (used map[string]bool, begun []string) {
	used = map[string]bool{}
	read := func(src string, keys *regexp.Regexp) {
		for _, m := range beginning.FindAllStringSubmatch(src, -1) {
			begun = append(begun, m[1]+m[2])
		}
		for _, m := range keys.FindAllStringSubmatch(src, -1) {
			if !strings.HasSuffix(m[1], ".") {
				used[m[1]] = true
			}
		}
	}
	fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ".html") {
			b, _ := fs.ReadFile(fsys, p)
			read(string(b), inTemplate)
		}
		return err
	})
	goFiles, _ := filepath.Glob("*.go")
	for _, f := range goFiles {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(f, "_test.go") {
			read(string(b), inGo)
		}
	}
	return used, begun
}

func checkPhrases(t testing.TB, key string, phrases map[gov.Lang]ui.Forms) {
	args := map[gov.Lang]string{}
	counts := len(phrases[gov.Arabic]) > 1 || len(phrases[gov.English]) > 1
	for l, forms := range pluralForms {
		if strings.TrimSpace(phrases[l]["other"]) == "" {
			t.Errorf("%q is missing in %s", key, l)
		}
		for _, f := range forms {
			if _, ok := phrases[l][f]; counts && !ok && len(phrases[l]) > 1 {
				t.Errorf("%q in %s lacks the form %s", key, l, f)
			}
		}
		for f := range phrases[l] {
			if !slices.Contains(forms, f) {
				t.Errorf("%q: %s has no form %q", key, l, f)
			}
		}
		found := argument.FindAllString(phrases[l]["other"], -1)
		slices.Sort(found)
		args[l] = strings.Join(slices.Compact(found), "")
	}
	if args[gov.Arabic] != args[gov.English] {
		t.Errorf("%q takes %q in Arabic and %q in English", key, args[gov.Arabic], args[gov.English])
	}
}

func checkOrder(t testing.TB, fsys fs.FS) {
	b, err := fs.ReadFile(fsys, "texts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil || len(doc.Content) == 0 {
		t.Fatalf("texts.yaml: %v", err)
	}
	last := ""
	for i := 0; i < len(doc.Content[0].Content); i += 2 {
		key := doc.Content[0].Content[i].Value
		if key <= last {
			t.Errorf("texts.yaml line %d: %q stands after %q", doc.Content[0].Content[i].Line, key, last)
		}
		last = key
	}
}

// CheckRoutes fails t when a route has no guard, no page, no method, or an
// address given twice.
func CheckRoutes(t testing.TB, routes []ui.Route) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range routes {
		switch {
		case r.Guard.Name == "" || r.Guard.Allow == nil:
			t.Errorf("%s has no guard", r.Pattern)
		case r.Page == nil:
			t.Errorf("%s has no page", r.Pattern)
		case !strings.Contains(r.Pattern, " "):
			t.Errorf("%s names no method", r.Pattern)
		case seen[r.Pattern]:
			t.Errorf("%s is mounted twice", r.Pattern)
		}
		seen[r.Pattern] = true
	}
}
