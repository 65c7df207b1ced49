package form

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

// compiler gathers the issues of one form.
type compiler struct {
	opts   Options
	issues []Issue
	person *rule.Env
}

// Compile checks pages and makes them ready. The Form is usable only when there
// are no issues; it is never nil, so that a pack's other rules can still be
// checked against the names it declares.
func Compile(pages []Page, o Options) (*Form, []Issue) {
	c := &compiler{opts: o.whole()}
	f := &Form{Pages: pages, opts: c.opts}
	var all []*question
	for i := range pages {
		p := &page{def: &pages[i]}
		f.pages = append(f.pages, p)
		all = append(all, c.page(p, i)...)
	}
	c.finish(f, all, append(surroundings(), o.Extra...))
	for i, p := range f.pages {
		p.when = c.rule(f.scope.env, p.def.When, rule.Bool, fmt.Sprintf("/pages/%d/when", i))
	}
	c.arrange(f.scope)
	return f, c.issues
}

// CompileQuestions checks a lone list, such as what an officer fills in. Its
// rules may also use the names of base (nil: none) and see Context.Base.
func CompileQuestions(qs []Question, base *Form, o Options) (*Form, []Issue) {
	c := &compiler{opts: o.whole()}
	f := &Form{Pages: []Page{{Questions: qs}}, opts: c.opts}
	p := &page{def: &f.Pages[0]}
	f.pages = []*page{p}
	known := append(surroundings(), o.Extra...)
	if base != nil {
		known = append(base.Env().Vars(), o.Extra...)
	}
	c.finish(f, c.questions(qs, p, ""), known)
	c.arrange(f.scope)
	return f, c.issues
}

func (c *compiler) issue(path, ar, en string, args ...any) {
	t := gov.T(ar, en)
	if len(args) > 0 {
		t = t.Sprintf(args...)
	}
	c.issues = append(c.issues, Issue{Path: path, Text: t[gov.English], Words: t})
}

var goodName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

func (c *compiler) page(p *page, i int) []*question {
	path := "/pages/" + strconv.Itoa(i)
	if !goodName.MatchString(strings.ReplaceAll(p.def.Name, "-", "_")) {
		c.issue(path+"/name", "اسم الصفحة من حروف لاتينية صغيرة وأرقام و - فقط", "a page's name has small letters, digits and - only")
	}
	c.text(path+"/title", p.def.Title, true)
	c.text(path+"/help", p.def.Help, false)
	if len(p.def.Questions) == 0 {
		c.issue(path+"/questions", "لا سؤال في الصفحة", "the page asks nothing")
	}
	return c.questions(p.def.Questions, p, path+"/questions")
}

func (c *compiler) questions(qs []Question, p *page, path string) (out []*question) {
	for i := range qs {
		out = append(out, &question{Question: &qs[i], page: p, path: path + "/" + strconv.Itoa(i)})
	}
	return out
}

// finish declares the names, then compiles every question over them.
func (c *compiler) finish(f *Form, all []*question, known []rule.Var) {
	f.scope = c.scope(all, known)
	c.person = mustEnv(personal(), c.opts)
	seen := map[string]bool{}
	for i, p := range f.pages {
		if p.def.Name != "" && seen[p.def.Name] {
			c.issue(fmt.Sprintf("/pages/%d/name", i), "توجد صفحة أخرى باسم %q", "another page is already named %q", p.def.Name)
		}
		seen[p.def.Name] = true
	}
	for _, q := range all {
		c.question(f.scope, q, false)
	}
}

func mustEnv(vars []rule.Var, o Options) *rule.Env {
	e, err := rule.NewEnv(vars, rule.WithDigits(o.Currency.Digits))
	if err != nil {
		panic(err) // names are checked before they are declared
	}
	return e
}

var taken = []string{
	"answered", "person", "today", "now", "fee", "outcome", "case", "true", "false", "null", "in", "as", "break", "const", "continue",
	"else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while",
}

// scope checks the names of qs and declares those that are good, after known.
func (c *compiler) scope(qs []*question, known []rule.Var) *scope {
	s := &scope{byName: map[string]*question{}}
	vars := slices.Clone(known)
	for _, q := range qs {
		switch {
		case !goodName.MatchString(q.Name):
			c.issue(q.path+"/name", "لا يصلح %q اسمًا: ابدأ بحرف لاتيني صغير، ثم حروف صغيرة وأرقام و _", "%q is no name: begin with a small letter; then small letters, digits and _", q.Name)
		case slices.Contains(taken, q.Name), slices.ContainsFunc(c.opts.Extra, func(v rule.Var) bool { return v.Name == q.Name }):
			c.issue(q.path+"/name", "للكلمة %q معنى آخر في القواعد، فاختر اسمًا غيرها", "%q means something else in rules; choose another name", q.Name)
		case s.byName[q.Name] != nil:
			c.issue(q.path+"/name", "يوجد سؤال آخر باسم %q", "another question is already named %q", q.Name)
		default:
			q.index = len(s.questions)
			s.questions = append(s.questions, q)
			s.byName[q.Name] = q
			vars = append(vars, rule.Var{Name: q.Name, Type: TypeOf(*q.Question)})
		}
	}
	if shown, any := shownVar(s.questions); any {
		if q := s.byName[presented]; q != nil {
			c.issue(q.path+"/name", "للكلمة %q معنى آخر في القواعد، فاختر اسمًا غيرها", "%q means something else in rules; choose another name", presented)
		} else {
			vars = append(vars, shown)
		}
	}
	s.env = mustEnv(vars, c.opts)
	return s
}

// text wants all languages; an empty text is an issue only when needed.
func (c *compiler) text(path string, t gov.Text, needed bool) {
	if len(t) == 0 && !needed {
		return
	}
	if missing := t.Missing(c.opts.Langs...); len(missing) > 0 {
		c.issue(path, "ينقص النص باللغات: %s", "the text is missing in: %s", join(missing))
	}
}

func join(langs []gov.Lang) string {
	out := make([]string, len(langs))
	for i, l := range langs {
		out[i] = string(l)
	}
	return strings.Join(out, ", ")
}

// rule compiles src; nil when it is empty or wrong.
func (c *compiler) rule(env *rule.Env, src string, want rule.Type, path string) *rule.Program {
	if src == "" {
		return nil
	}
	p, err := env.Compile(src, want)
	if err == nil {
		return p
	}
	var wrong *rule.Error
	if !errors.As(err, &wrong) {
		wrong = &rule.Error{Line: 1, Col: 1, Words: gov.T(err.Error(), err.Error())}
	}
	t := meant(wrong.Words, wrong.Suggestion)
	c.issues = append(c.issues, Issue{Path: path, Text: t[gov.English], Words: t, Line: wrong.Line, Col: wrong.Col})
	return nil
}

// meant adds a suggestion to t, when there is one.
func meant(t gov.Text, suggestion string) gov.Text {
	if suggestion == "" {
		return t
	}
	return gov.T("%s — أتقصد %q؟", "%s — did you mean %q?").Sprintf(t, suggestion)
}
