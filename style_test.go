package diwan

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The sizes of files and functions, in lines, for everything but tests.
const (
	longestFile     = 500
	medianFile      = 120
	longestFunction = 80
	medianFunction  = 12
	mostFunctions   = 45 // nine in ten stay within it
)

func TestFilesAndFunctionsStaySmall(t *testing.T) {
	var files, functions []int
	for _, s := range goFiles(t) {
		if s.test() {
			continue
		}
		n := bytes.Count(s.text, []byte("\n"))
		files = append(files, n)
		if n > longestFile {
			t.Errorf("%s has %d lines; stop at %d", s.file, n, longestFile)
		}
		functions = append(functions, sizes(t, s)...)
	}
	slices.Sort(files)
	slices.Sort(functions)
	t.Logf("the median file has %d lines; aim at %d", files[len(files)/2], medianFile)
	within(t, "the median function", functions[len(functions)/2], medianFunction)
	within(t, "the function that nine in ten do not exceed", functions[len(functions)*9/10], mostFunctions)
}

func sizes(t *testing.T, s source) (out []int) {
	for _, d := range s.tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		n := positions.Position(f.End()).Line - positions.Position(f.Pos()).Line + 1
		out = append(out, n)
		if n > longestFunction {
			t.Errorf("%s: %s has %d lines; stop at %d", positions.Position(f.Pos()), f.Name.Name, n, longestFunction)
		}
	}
	return out
}

func within(t *testing.T, what string, got, most int) {
	t.Helper()
	t.Logf("%s has %d lines, of at most %d", what, got, most)
	if got > most {
		t.Errorf("%s has %d lines, more than %d", what, got, most)
	}
}

func TestEveryFileIsFormatted(t *testing.T) {
	for _, s := range goFiles(t) {
		if b, err := format.Source(s.text); err != nil || !bytes.Equal(b, s.text) {
			t.Errorf("%s is not as gofmt writes it (%v)", s.file, err)
		}
	}
}

func TestEveryExportedNameIsExplained(t *testing.T) {
	for _, s := range goFiles(t) {
		if s.test() {
			continue
		}
		for _, d := range s.tree.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Doc == nil && d.Name.IsExported() && ofExported(d) {
					t.Errorf("%s: %s has no comment", positions.Position(d.Pos()), d.Name.Name)
				}
			case *ast.GenDecl:
				explained(t, d)
			}
		}
	}
}

// ofExported reports whether a function, or the type it belongs to, can be seen
// from outside. Methods that only satisfy a well-known interface explain themselves.
func ofExported(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	kind := f.Recv.List[0].Type
	if p, ok := kind.(*ast.StarExpr); ok {
		kind = p.X
	}
	if g, ok := kind.(*ast.IndexExpr); ok {
		kind = g.X
	}
	id, ok := kind.(*ast.Ident)
	known := []string{"Error", "Unwrap", "Is", "String", "Len", "Less", "Swap", "Read", "Write", "Close", "Scan", "Value", "ServeHTTP",
		"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "UnmarshalYAML", "MarshalYAML"}
	return ok && id.IsExported() && !slices.Contains(known, f.Name.Name)
}

func explained(t *testing.T, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch x := spec.(type) {
		case *ast.TypeSpec:
			if x.Name.IsExported() && d.Doc == nil && x.Doc == nil && x.Comment == nil {
				t.Errorf("%s: %s has no comment", positions.Position(x.Pos()), x.Name.Name)
			}
		case *ast.ValueSpec:
			if x.Names[0].IsExported() && d.Doc == nil && x.Doc == nil && x.Comment == nil {
				t.Errorf("%s: %s has no comment", positions.Position(x.Pos()), x.Names[0].Name)
			}
		}
	}
}

// clocked are the packages that may ask the machine for the time: the door to the
// database, whose clock everything else uses; what deals with the machine's files
// and network; what measures or shows the present; and the wiring.
var clocked = []string{"internal/db", "internal/blob", "internal/mail", "web/ui", "web/gallery", "app", "cmd/diwan", "e2e"}

func lineOf(text []byte, n int) string {
	return strings.Split(string(text), "\n")[n-1]
}

func TestClocksAreInjected(t *testing.T) {
	for _, s := range goFiles(t) {
		if s.proof() || slices.Contains(clocked, s.dir) {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if line := lineOf(s.text, positions.Position(sel.Pos()).Line); strings.Contains(line, "Deadline(time.Now()") {
				return true // the network's time
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				t.Errorf("%s asks the machine for the time; use the injected clock", positions.Position(sel.Pos()))
			}
			return true
		})
	}
}

// The words are put together here so that this file does not hold them itself.
var (
	unfinished  = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME)\b`)
	ourMachines = regexp.MustCompile(`(^|[\s"'=(:])/(wo` + `rk|ro` + `ot|ho` + `me/\w+)/`)
	registries  = regexp.MustCompile(`https?://[\w.-]*(regis` + `try|pro` + `xy|mir` + `ror)[\w-]*\.[\w-]`)
	vague       = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "manager", "managers", "misc", "base", "shared", "lib"}
	written     = []string{".go", ".html", ".css", ".js", ".mjs", ".json", ".md", ".sh", ".sql", ".yaml", ".txt", "", ".npmrc", ".gitignore"}
)

func TestWordsWeDoNotUse(t *testing.T) {
	err := eachFile(func(file string, text []byte) error {
		if !slices.Contains(written, path.Ext(file)) || bytes.IndexByte(text, 0) >= 0 {
			return nil
		}
		for i, line := range strings.Split(string(text), "\n") {
			for what, re := range map[string]*regexp.Regexp{"unfinished work": unfinished, "a path of one machine": ourMachines, "a package registry": registries} {
				if m := re.FindString(line); m != "" && !strings.Contains(file, "testdata/") {
					t.Errorf("%s:%d names %s: %q", file, i+1, what, m)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range goFiles(t) {
		if slices.Contains(vague, path.Base(s.dir)) || slices.Contains(vague, s.tree.Name.Name) {
			t.Errorf("%s: the package's name says nothing", s.file)
		}
		if slices.Contains(vague, strings.TrimSuffix(path.Base(s.file), ".go")) {
			t.Errorf("%s: the file's name says nothing", s.file)
		}
	}
}

// A test that leaves something out says so through internal/need, which `make
// test` turns into a failure.
func TestNothingIsLeftOutInSilence(t *testing.T) {
	leave := regexp.MustCompile(`\b[tb]\.Skip(f|Now)?\(`)
	for _, s := range goFiles(t) {
		if m := leave.FindIndex(s.text); m != nil && s.dir != "internal/need" && path.Base(s.file) != "suite.go" { // a suite asks each implementation only what it offers
			t.Errorf("%s:%d skips by itself; use internal/need", s.file, 1+bytes.Count(s.text[:m[0]], []byte("\n")))
		}
	}
}

var (
	arabic = regexp.MustCompile(`\p{Arabic}`)
	latin  = regexp.MustCompile(`\p{Latin}`)
	verbs  = regexp.MustCompile(`%[-+# 0-9.\[\]]*[a-zA-Z]`)
)

// What people read is written in both languages where it is written: gov.T(ar, en)
// and gov.Fail(kind, ar, en).
func TestTextsAreInBothLanguages(t *testing.T) {
	for _, s := range goFiles(t) {
		if s.proof() {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			ar, en, ok := bothTexts(call)
			ar, en = verbs.ReplaceAllString(ar, ""), verbs.ReplaceAllString(en, "")
			crossed := latin.MatchString(ar) && !arabic.MatchString(ar) || arabic.MatchString(en)
			alone := arabic.MatchString(ar) && !latin.MatchString(en)
			toOther := ar == "English" // a link to the other language is named in that language
			if ok && !toOther && (crossed || alone) {
				t.Errorf("%s: %q and %q are not Arabic and English", positions.Position(call.Pos()), ar, en)
			}
			return true
		})
	}
}

// bothTexts are the two texts of a call that takes them as they stand.
func bothTexts(call *ast.CallExpr) (ar, en string, ok bool) {
	f, named := call.Fun.(*ast.SelectorExpr)
	if !named || len(call.Args) < 2 {
		return "", "", false
	}
	pkg, named := f.X.(*ast.Ident)
	at := map[string]int{"T": 0, "Fail": 1}
	first, known := at[f.Sel.Name]
	if !named || pkg.Name != "gov" || !known || len(call.Args) < first+2 {
		return "", "", false
	}
	ar, okAr := literal(call.Args[first])
	en, okEn := literal(call.Args[first+1])
	return ar, en, okAr && okEn
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
