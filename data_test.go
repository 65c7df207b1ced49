package diwan

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// prefixes say which tables a package owns, where that is not the package's name
// and an underscore.
var prefixes = map[string]string{
	"casework":                 "case_",
	"internal/jobs":            "jobs_",
	"payment/provider/sandbox": "payment_bank_",
	"web/portal":               "portal_",
}

// owners are the names that migrations give their owners.
var owners = map[string]string{"jobs": "internal/jobs", "portal": "web/portal"}

const migrations = "internal/db/migrations"

var (
	numbered    = regexp.MustCompile(`^(\d{5})_([a-z]+)[a-z_]*\.sql$`)
	createTable = regexp.MustCompile(`(?i)\bCREATE TABLE\s+(?:IF NOT EXISTS\s+)?([a-z_]+)`)
	tableWord   = regexp.MustCompile(`\b[a-z]+_[a-z_]+\b`)
	sql         = regexp.MustCompile(`(?i)\b(from|into|update|join|table)\s+[a-z"%]`)
	createIndex = regexp.MustCompile(`(?i)\bCREATE (?:UNIQUE )?INDEX\s+([a-z_]+)\s+ON\s+([a-z_]+)`)
)

func prefix(dir string) string {
	if p, ok := prefixes[dir]; ok {
		return p
	}
	return path.Base(dir) + "_"
}

// migrationFiles are the migrations by name.
func migrationFiles(t *testing.T) map[string]string {
	t.Helper()
	list, err := filepath.Glob(migrations + "/*")
	if err != nil || len(list) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	out := map[string]string{}
	for _, f := range list {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = string(b)
	}
	return out
}

func TestMigrationsAreNumberedAndUndone(t *testing.T) {
	taken := map[string]string{}
	for name, text := range migrationFiles(t) {
		m := numbered.FindStringSubmatch(name)
		if m == nil {
			t.Errorf("%s is not named like 00010_owner.sql", name)
			continue
		}
		if other := taken[m[1]]; other != "" {
			t.Errorf("%s and %s have the same number", name, other)
		}
		taken[m[1]] = name
		up, down := strings.Index(text, "-- +goose Up"), strings.Index(text, "-- +goose Down")
		if up < 0 || down < up {
			t.Errorf("%s lacks its way up or down", name)
		}
	}
}

// Each migration builds on the earlier ones: it makes no table twice, and indexes
// only what stands already.
func TestMigrationsBuildOnEachOther(t *testing.T) {
	tables := map[string]string{}
	names := []string{}
	files := migrationFiles(t)
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		up, _, _ := strings.Cut(files[name], "-- +goose Down")
		for _, m := range createTable.FindAllStringSubmatch(up, -1) {
			if first := tables[m[1]]; first != "" {
				t.Errorf("%s makes the table %s, which %s makes already", name, m[1], first)
			}
			tables[m[1]] = name
		}
		for _, m := range createIndex.FindAllStringSubmatch(up, -1) {
			if !strings.HasPrefix(m[1], m[2]) {
				t.Errorf("%s: the index %s is not named after its table %s", name, m[1], m[2])
			}
			if tables[m[2]] == "" {
				t.Errorf("%s: the index %s stands on a table that no earlier migration makes", name, m[1])
			}
		}
	}
}

func TestMigrationsMakeTheirOwnersTables(t *testing.T) {
	for name, text := range migrationFiles(t) {
		m := numbered.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		owner := m[2]
		if dir, ok := owners[owner]; ok {
			owner = dir
		}
		for _, table := range createTable.FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(table[1], prefix(owner)) {
				t.Errorf("%s makes the table %s, which is not %s's", name, table[1], owner)
			}
		}
	}
}

// allTables are the tables that migrations make.
func allTables(t *testing.T) map[string]bool {
	out := map[string]bool{}
	for _, text := range migrationFiles(t) {
		for _, m := range createTable.FindAllStringSubmatch(text, -1) {
			out[m[1]] = true
		}
	}
	return out
}

func TestATableBelongsToOnePackage(t *testing.T) {
	tables := allTables(t)
	for _, s := range goFiles(t) {
		ast.Inspect(s.tree, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING || s.dir == "." || s.dir == "internal/db" && s.test() {
				return true // the database's own tests look at what migrations made
			}
			for _, name := range tablesIn(lit.Value, tables) {
				owns := strings.HasPrefix(name, prefix(s.dir))
				stored := s.test() || strings.HasPrefix(path.Base(s.file), "store")
				if !owns || !stored {
					t.Errorf("%s names the table %s; only its owner's store.go may", positions.Position(lit.Pos()), name)
				}
			}
			return true
		})
	}
}

// tablesIn are the tables that a string with SQL names.
func tablesIn(text string, tables map[string]bool) (out []string) {
	if !sql.MatchString(text) {
		return nil
	}
	for _, w := range tableWord.FindAllString(text, -1) {
		if tables[w] {
			out = append(out, w)
		}
	}
	return out
}

func TestEveryTableIsUsed(t *testing.T) {
	tables := allTables(t)
	for _, s := range goFiles(t) {
		if !s.test() {
			for _, w := range tableWord.FindAllString(string(s.text), -1) {
				delete(tables, w)
			}
		}
	}
	for name := range tables {
		t.Errorf("nothing reads or writes the table %s", name)
	}
}

// Every pack carries its own example cases; the engine's tests run them.
func TestPacksCarryExamples(t *testing.T) {
	list, err := filepath.Glob("packs/*/*/service.yaml")
	if err != nil || len(list) < 3 {
		t.Fatalf("%d packs, want three or more (%v)", len(list), err)
	}
	for _, f := range list {
		b, err := os.ReadFile(filepath.Join(filepath.Dir(f), "examples.yaml"))
		if err != nil || len(b) < 200 {
			t.Errorf("%s has no example cases (%v)", filepath.Dir(f), err)
		}
	}
	for _, s := range goFiles(t) {
		if s.test() && s.dir == "casework" && strings.Contains(string(s.text), "packs.Files") || strings.Contains(string(s.text), "casetest.") && strings.Contains(s.file, "examples_test") {
			return
		}
	}
	t.Error("no test of casework runs the examples of the packs")
}
