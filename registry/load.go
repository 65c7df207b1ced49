package registry

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// Options says in which country registries are read.
type Options struct {
	Currency     gov.Currency             // zero: the dinar with three decimals
	Langs        []gov.Lang               // empty: Arabic and English
	Organisation func(gov.OrgID) bool     // reports whether there is such an organisation; nil: every name is taken
	Setting      func(name string) string // gives the address of another database by the name of its setting; nil: none
	Dial         string                   // dialling code of local telephone numbers
	DialDigits   int                      //
}

const (
	vocabularyName = "vocabulary.yaml"
	definitionName = "registry.yaml"
)

// Problems are all things wrong with the files of the registries. As an error
// its kind is Invalid.
type Problems []pack.Problem

// Error lists the problems in English, one a line.
func (p Problems) Error() string { return pack.Problems(p).In(gov.English) }

// In lists the problems in a language, one a line.
func (p Problems) In(l gov.Lang) string { return pack.Problems(p).In(l) }

// Unwrap gives the failure that pages show.
func (p Problems) Unwrap() error {
	return gov.Fail(gov.Invalid, "في تعريف السجلات أخطاء تحتاج إلى تصحيح", "The definitions of registries have problems to correct")
}

// Load reads vocabulary.yaml and every NAME/registry.yaml of a folder, strictly.
// Errors: Problems with everything that is wrong, each with file, line, column;
// Unavailable when the folder cannot be read.
func Load(fsys fs.FS, o Options) (*Book, error) {
	if len(o.Langs) == 0 {
		o.Langs = []gov.Lang{gov.Arabic, gov.English}
	}
	words, err := fs.ReadFile(fsys, vocabularyName)
	if err != nil {
		return nil, unreadable(err)
	}
	files, err := fs.Glob(fsys, "*/"+definitionName)
	if err != nil {
		return nil, unreadable(err)
	}
	l := &loader{o: o}
	l.words = l.vocabulary(string(words))
	b := &Book{Vocabulary: l.words, options: o, holders: map[gov.AttributeID]*Definition{}, connectors: map[gov.RegistryID]Connector{}}
	for _, f := range files {
		src, err := fs.ReadFile(fsys, f)
		if err != nil {
			return nil, unreadable(err)
		}
		if d := l.definition(f, string(src), b.holders); d != nil {
			b.definitions = append(b.definitions, d)
		}
	}
	if len(l.problems) > 0 {
		return nil, l.problems
	}
	slices.SortFunc(b.definitions, func(x, y *Definition) int { return strings.Compare(string(x.ID), string(y.ID)) })
	return b, nil
}

func unreadable(err error) error {
	return gov.Fail(gov.Unavailable, "تعذرت قراءة ملفات السجلات", "The files of the registries cannot be read").Because(err)
}

// loader reads the files and gathers their problems.
type loader struct {
	o        Options
	words    *Vocabulary
	problems Problems
}

// checked is one file while it is checked.
type checked struct {
	l      *loader
	name   string
	places pack.Places
}

func (l *loader) file(name, source string, into any) *checked {
	places, wrong := pack.Strictly(name, source, l.o.Langs, into)
	l.problems = append(l.problems, wrong...)
	return &checked{l, name, places}
}

func (c *checked) fail(path, suggestion, ar, en string, args ...any) {
	p := c.places.At(path)
	c.l.problems = append(c.l.problems, pack.Problem{File: c.name, Line: p.Line, Col: p.Col, Text: gov.T(ar, en).Sprintf(args...), Suggestion: suggestion})
}

// compile makes a form of questions that stand at path in the file; what is
// wrong with them is a problem there.
func (c *checked) compile(qs []form.Question, at string, o Options) *form.Form {
	f, issues := form.CompileQuestions(qs, nil, form.Options{Currency: o.Currency, Langs: o.Langs, Dial: o.Dial, DialDigits: o.DialDigits})
	for _, i := range issues {
		p := c.places.At(at + strings.ReplaceAll(i.Path, "/", "."))
		problem := pack.Problem{File: c.name, Line: p.Line, Col: p.Col, Text: i.Words}
		c.l.problems = append(c.l.problems, problem)
	}
	return f
}

func at(parts ...any) string {
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = fmt.Sprint(p)
	}
	return strings.Join(words, ".")
}

// definition reads and checks one registry; nil when it is not to be used.
func (l *loader) definition(file, source string, holders map[gov.AttributeID]*Definition) *Definition {
	d := &Definition{}
	before := len(l.problems)
	c := l.file(file, source, d)
	if len(l.problems) > before {
		return nil
	}
	if dir := path.Dir(file); string(d.ID) != dir {
		c.fail(".id", dir, "معرّف السجل %q يخالف اسم مجلده", "the registry's id %q differs from its folder", d.ID)
	}
	if o := l.o.Organisation; o != nil && !o(d.Organisation) {
		c.fail(".keeper", "", "لا توجد جهة برمز %q", "there is no organisation %q", d.Organisation)
	}
	c.fields(d)
	c.claims(d, holders)
	c.key(d)
	c.searches(d)
	c.rest(d)
	c.connection(d)
	return d
}
