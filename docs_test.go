package diwan

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Guides show commands in blocks fenced as ```sh. Every command of ours in them
// must exist with its flags. A block fenced as ```sh run is also run, line by line,
// in a folder that holds a copy of packs/, country/ and registries/.
var (
	block     = regexp.MustCompile("(?ms)^```sh( run)?\\s*\n(.*?)^```")
	flagInUse = regexp.MustCompile(`^--?([a-z][a-z0-9-]*)(=.*)?$`)
	flagKnown = regexp.MustCompile(`(?m)^\s+--?([a-z][a-z0-9-]*)`)
	target    = regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):`)
)

// guides are the pages whose commands are checked.
func guides(t *testing.T) (out []string) {
	for _, glob := range []string{"README*.md", "docs/*.md", "docs/*/*.md", "docs/*/*/*.md"} {
		list, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, list...)
	}
	return out
}

// binary is diwan, built once for the tests of the house.
var binary = sync.OnceValues(func() (string, error) {
	file := filepath.Join(built, "diwan")
	if out, err := exec.Command("go", "build", "-o", file, "./cmd/diwan").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return file, nil
})

// built is the folder for the binary.
var built string

func TestMain(m *testing.M) {
	var err error
	if built, err = os.MkdirTemp("", "diwan-house-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(built)
	os.Exit(code)
}

func TestDocumentedCommands(t *testing.T) {
	for _, file := range guides(t) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range block.FindAllStringSubmatch(string(b), -1) {
			t.Run(file, func(t *testing.T) { tryBlock(t, m[2], m[1] != "") })
		}
	}
}

func tryBlock(t *testing.T, text string, run bool) {
	dir := t.TempDir()
	if run {
		for _, data := range []string{"packs", "country", "registries"} {
			if err := os.CopyFS(filepath.Join(dir, data), os.DirFS(data)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		line, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "$ "), " #")
		words := strings.Fields(strings.TrimSpace(line))
		switch {
		case len(words) > 1 && words[0] == "make":
			knownTargets(t, words[1:])
		case len(words) > 2 && words[0] == "go" && words[1] == "run" && words[2] == "./cmd/diwan":
			tryCommand(t, dir, words[3:], run)
		case len(words) > 1 && (words[0] == "diwan" || words[0] == "./diwan"):
			tryCommand(t, dir, words[1:], run)
		}
	}
}

func knownTargets(t *testing.T, words []string) {
	b, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, m := range target.FindAllStringSubmatch(string(b), -1) {
		known = append(known, m[1])
	}
	for _, w := range words {
		if !strings.Contains(w, "=") && !slices.Contains(known, w) {
			t.Errorf("make %s: the Makefile has no such target", w)
		}
	}
}

// tryCommand checks that a command and its flags exist, and runs it when asked to.
func tryCommand(t *testing.T, dir string, words []string, run bool) {
	t.Helper()
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "&" })
	help := ""
	for n := min(3, len(words)); n > 0 && help == ""; n-- {
		if !strings.HasPrefix(words[n-1], "-") {
			help = helpOf(file, words[:n])
		}
	}
	if help == "" {
		t.Errorf("diwan %s: there is no such command", strings.Join(words, " "))
		return
	}
	for _, w := range words {
		if m := flagInUse.FindStringSubmatch(w); m != nil && m[1] != "help" && !has(help, m[1]) {
			t.Errorf("diwan %s: there is no flag --%s", strings.Join(words, " "), m[1])
		}
	}
	if run {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
		defer stop()
		c := exec.CommandContext(ctx, file, words...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("diwan %s: %v\n%s", strings.Join(words, " "), err, out)
		}
	}
}

// helpOf is the help of a command; empty when there is no such command.
func helpOf(file string, words []string) string {
	out, err := exec.Command(file, append(slices.Clone(words), "--help")...).CombinedOutput()
	name := "diwan " + strings.Join(words, " ") + " "
	if err != nil || !strings.HasPrefix(string(out), name) {
		return ""
	}
	return string(out)
}

func has(help, flag string) bool {
	for _, m := range flagKnown.FindAllStringSubmatch(help, -1) {
		if m[1] == flag {
			return true
		}
	}
	_, settings, _ := strings.Cut(help, "\ndiwan config lists them")
	settings, _, _ = strings.Cut(settings, "\n")
	return slices.Contains(strings.Fields(settings), "-"+flag)
}

func TestEveryModuleSaysWhyItIsHere(t *testing.T) {
	b, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	direct := map[string]bool{}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) >= 2 && strings.HasPrefix(f[1], "v") && !strings.Contains(line, "// indirect") {
			direct[f[0]] = true
			if !strings.Contains(string(page), "`"+f[0]+"`") {
				t.Errorf("docs/dependencies.md does not say why %s is here", f[0])
			}
		}
	}
	if len(direct) < 5 {
		t.Fatalf("only %d direct modules found in go.mod", len(direct))
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(string(page), -1) {
		if strings.Contains(m[1], ".") && !direct[m[1]] {
			t.Errorf("docs/dependencies.md explains %s, which go.mod does not ask for", m[1])
		}
	}
}

// Pages link only to files that exist.
func TestLinksBetweenPagesWork(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#\s]+)(?:#[^)]*)?\)`)
	for _, file := range guides(t) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(b), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s links to %s, which does not exist", file, m[1])
			}
		}
	}
}
