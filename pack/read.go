package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"go.yaml.in/yaml/v4"
)

// The files of a pack.
const (
	serviceFile   = "service.yaml"
	questionsFile = "questions.yaml"
	procedureFile = "procedure.yaml"
	documentsFile = "documents.yaml"
	examplesFile  = "examples.yaml"
)

var fileNames = []string{serviceFile, questionsFile, procedureFile, documentsFile, examplesFile}

// largest is how many bytes one file may have.
const largest = 1 << 20

// Options says in which country a pack is read.
type Options struct {
	Currency     gov.Currency         // zero: the dinar with three decimals
	Langs        []gov.Lang           // languages of a pack that names none; empty: Arabic and English
	Organisation func(gov.OrgID) bool // reports whether there is such an organisation; nil: every name is taken
	Dial         string               // dialling code put before local telephone numbers; empty: "+973"
	DialDigits   int                  // how many digits a local number has; 0: 8
	// Meanings are the attributes of the shared vocabulary; none: every attribute is taken.
	Meanings []Meaning
	// Source says which registry holds an attribute of people, and whether the
	// organisation may obtain it there; nil: what is asked again is not looked for.
	Source Source
	Types  Types  // documents that may be presented from a wallet; nil: ReadAll knows those of the packs it reads, Parse takes every type
	Today  string // "2026-11-23": exceptions that ended before are refused; empty: none are
	Stored bool   // the version was checked when it was published: its examples and organisations are not checked again
}

func (o Options) filled() Options {
	if o.Currency.Code == "" {
		o.Currency = gov.Currency{Code: "BHD", Digits: 3, Symbol: gov.T("د.ب", "BD")}
	}
	if len(o.Langs) == 0 {
		o.Langs = []gov.Lang{gov.Arabic, gov.English}
	}
	return o
}

// The five files as they are written.
type (
	questions struct {
		Pages []form.Page `yaml:"pages"`
	}
	procedure struct {
		Steps []Step `yaml:"steps"`
	}
	documents struct {
		Documents []Document `yaml:"documents"`
	}
	examples struct {
		Examples []Example `yaml:"examples"`
	}
)

// Read reads and checks the pack in a folder. Errors: Problems (Invalid) with
// everything that is wrong; NotFound when there is no such folder.
func Read(fsys fs.FS, dir string, o Options) (*Pack, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, gov.Fail(gov.NotFound, "لا توجد خدمة في هذا المجلد", "There is no pack in this folder").Because(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || !isYAML(e.Name()) {
			continue
		}
		if info, err := e.Info(); err == nil && info.Size() > largest {
			return nil, Problems{tooLarge(e.Name())}
		}
		b, err := fs.ReadFile(fsys, path.Join(dir, e.Name()))
		if err != nil {
			return nil, gov.Fail(gov.Unavailable, "تعذرت قراءة ملفات الخدمة", "The pack's files cannot be read").Because(err)
		}
		files[e.Name()] = string(b)
	}
	return Parse(files, o)
}

// ReadAll reads every pack below fsys: each folder with a service.yaml. The
// packs that are right come back even when others are wrong; files of the
// problems then carry their folder.
func ReadAll(fsys fs.FS, o Options) ([]*Pack, error) {
	var out []*Pack
	var wrong Problems
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() != serviceFile {
			return err
		}
		dir := path.Dir(name)
		p, err := Read(fsys, dir, o)
		var found Problems
		if errors.As(err, &found) {
			for _, x := range found {
				x.File = path.Join(dir, x.File)
				wrong = append(wrong, x)
			}
			return nil
		}
		if err == nil && string(p.ID) != dir {
			wrong = append(wrong, Problem{File: name, Line: 1, Col: 1, Suggestion: dir,
				Text: gov.T("معرّف الخدمة %q يخالف مسار المجلد", "the service's id %q differs from its folder").Sprintf(string(p.ID))})
		}
		out = append(out, p)
		return err
	})
	if o.Types == nil {
		wrong = append(wrong, unpresentable(out)...)
	}
	if err == nil && len(wrong) > 0 {
		err = wrong
	}
	return out, err
}

// Parse reads and checks a pack from its files by name: a stored version reads
// as the folder did. Errors: Problems with everything that is wrong.
func Parse(files map[string]string, o Options) (*Pack, error) {
	o = o.filled()
	p := &Pack{Files: maps.Clone(files), Digest: digest(files)}
	r := &reader{o: o, p: p, files: map[string]*strict{}}
	var q questions
	var pr procedure
	var d documents
	var e examples
	r.read(serviceFile, files, &p.Service) // first: it says in which languages the others are
	for name, into := range map[string]any{questionsFile: &q, procedureFile: &pr, documentsFile: &d, examplesFile: &e} {
		r.read(name, files, into)
	}
	for name := range files {
		if !slices.Contains(fileNames, name) {
			r.problems = append(r.problems, Problem{File: name, Line: 1, Col: 1, Suggestion: nearest(name, fileNames),
				Text: gov.T("هذا الملف ليس من ملفات الخدمة", "this file is not part of a pack")})
		}
	}
	p.Pages, p.Steps, p.Documents, p.Examples = form.WithDocuments(q.Pages), pr.Steps, d.Documents, e.Examples
	p.Languages = r.o.Langs
	for i := range p.Documents {
		p.Documents[i].Languages = p.Languages
	}
	if len(r.problems) == 0 {
		r.check()
	}
	if len(r.problems) > 0 {
		return nil, r.problems.sorted()
	}
	p.Warnings = p.Warnings.sorted()
	return p, nil
}

// reader reads one pack and gathers its problems.
type reader struct {
	o        Options
	p        *Pack
	files    map[string]*strict
	problems Problems
}

func (r *reader) read(name string, files map[string]string, into any) {
	s := &strict{file: name, source: files[name], langs: r.o.Langs, places: map[string]place{"": {line: 1, col: 1}}}
	r.files[name] = s
	if src, ok := files[name]; ok {
		s.load(src, into)
		r.o.Langs = s.langs
	} else if name != documentsFile {
		s.fail(&yaml.Node{}, "", "الملف ناقص", "the file is missing")
	}
	r.problems = append(r.problems, s.problems...)
}

// load fills into from source text.
func (s *strict) load(src string, into any) {
	if len(src) > largest {
		s.problems = Problems{tooLarge(s.file)}
		return
	}
	if s.letters(src); len(s.problems) > 0 {
		return
	}
	var n yaml.Node
	if err := yaml.Load([]byte(src), &n); err != nil {
		s.syntax(src, err)
		return
	}
	if n.Kind != yaml.DocumentNode || len(n.Content) != 1 {
		s.fail(&n, "", "الملف فارغ", "the file is empty")
		return
	}
	if s.file == serviceFile {
		s.languages(n.Content[0])
	}
	s.value(n.Content[0], reflect.ValueOf(into).Elem(), "")
}

// syntax records what the YAML reader itself refused.
func (s *strict) syntax(src string, err error) {
	at, detail := &yaml.Node{}, err.Error()
	var e *yaml.LoadError
	if errors.As(err, &e) {
		at.Line, at.Column, detail = e.Mark.Line, e.Mark.Column, e.Message
	}
	if strings.Contains(detail, "no documents") {
		s.fail(at, "", "الملف فارغ", "the file is empty")
		return
	}
	if at.Line > 0 && strings.HasPrefix(strings.TrimLeft(lineOf(src, at.Line), " "), "\t") {
		s.fail(at, "", "استعمل المسافات لا علامة الجدولة (Tab) في بداية السطر", "begin the line with spaces, not with a tab")
		return
	}
	s.fail(at, "", "الصياغة غير صحيحة هنا، تحقق من المسافات والأقواس وعلامات الاقتباس (%s)", "this is not valid YAML: %s", detail)
}

// letters refuses what is not clean UTF-8 text.
func (s *strict) letters(src string) {
	for i, l := range strings.Split(src, "\n") {
		l = strings.TrimSuffix(l, "\r")
		at := &yaml.Node{Line: i + 1, Column: 1}
		if !utf8.ValidString(l) {
			s.fail(at, "", "الملف ليس بترميز UTF-8، احفظه بهذا الترميز", "the file is not UTF-8; save it in that encoding")
			return
		}
		if strings.TrimSpace(l) == "" {
			continue
		}
		if _, dirty := gov.CleanText(l); dirty {
			s.fail(at, "", "في السطر محارف خفية تقلب اتجاه النص أو محارف تحكم", "the line has hidden control or direction characters")
		}
	}
}

func tooLarge(file string) Problem {
	return Problem{File: file, Line: 1, Col: 1, Text: gov.T("الملف أكبر من 1 ميغابايت", "the file is larger than 1 MB")}
}

func lineOf(src string, n int) string {
	lines := strings.Split(src, "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return lines[n-1]
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// digest is the SHA-256 over names and contents in order.
func digest(files map[string]string) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%d %s %d %s", len(name), name, len(files[name]), files[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}
