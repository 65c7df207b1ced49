package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"diwan.example/gov"
)

//go:embed layout texts.yaml
var layoutFiles embed.FS

var ownTexts = sync.OnceValue(func() Texts { return must(ReadTexts(layoutFiles)) })

// own are the frame's own pages: errors and a session that ended.
var own = MustPages(must(fs.Sub(layoutFiles, "layout/pages")), Texts{})

func must[T any](v T, err error) T {
	if err != nil {
		panic("web/ui: " + err.Error())
	}
	return v
}

// Pages are the templates and texts of one web package, inside the frame.
type Pages struct {
	files    fs.FS
	texts    func() Texts // with those of the frame
	names    map[string]bool
	partials []string
	made     sync.Map // variant → *template.Template
}

// variant is one way to write a page: its functions are bound to it.
type variant struct {
	site     *Site
	lang     gov.Lang
	prefixed bool
	name     string
}

// MustPages takes every *.html of fsys as a page that defines "title" and
// "main"; files that begin with _ are shared by all pages. Without texts they are
// those of texts.yaml in fsys. Both are read when they are first needed, because
// most runs of the program show no page; uitest.CheckTexts reads them all.
func MustPages(fsys fs.FS, texts ...Texts) *Pages {
	p := &Pages{files: fsys, names: map[string]bool{}}
	p.texts = sync.OnceValue(func() Texts {
		if len(texts) == 0 {
			texts = []Texts{must(ReadTexts(fsys))}
		}
		all := Texts{}
		for _, t := range append(texts, ownTexts()) {
			all = all.with(t)
		}
		return all
	})
	for _, file := range must(fs.Glob(fsys, "*.html")) {
		if strings.HasPrefix(file, "_") {
			p.partials = append(p.partials, file)
			continue
		}
		p.names[strings.TrimSuffix(file, ".html")] = true
	}
	return p
}

// Check parses every page and gives the first error.
func (p *Pages) Check() error {
	for name := range p.names {
		if _, err := p.parse(variant{&Site{}, gov.Arabic, false, name}); err != nil {
			return err
		}
	}
	return nil
}

// T returns the message under key in every language, for errors and facts that
// handlers write.
func (p *Pages) T(key string, args ...any) gov.Text {
	out := gov.Text{}
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		f := Format{Lang: l, Zone: time.UTC, Now: time.Now}
		out[l] = p.texts().say(l, f, key, args...)
	}
	return out
}

func (p *Pages) parse(v variant) (*template.Template, error) {
	t := template.New("layout").Funcs(funcs(v, p.texts()))
	t, err := t.ParseFS(layoutFiles, "layout/*.html")
	if err != nil {
		return nil, err
	}
	for _, file := range append(p.partials, v.name+".html") {
		b, err := fs.ReadFile(p.files, file)
		if err != nil {
			return nil, err
		}
		if _, err := t.New(path.Base(file)).Parse(string(b)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (p *Pages) template(v variant) (*template.Template, error) {
	if t, ok := p.made.Load(v); ok {
		return t.(*template.Template), nil
	}
	if !p.names[v.name] {
		return nil, fmt.Errorf("no page %q", v.name)
	}
	t, err := p.parse(v)
	if err != nil {
		return nil, err
	}
	kept, _ := p.made.LoadOrStore(v, t)
	return kept.(*template.Template), nil
}

// Render answers 200 with page name around data.
func (p *Pages) Render(w http.ResponseWriter, r *http.Request, name string, data any) error {
	return p.RenderStatus(w, r, http.StatusOK, name, data)
}

// RenderInvalid answers 422 with page name: a form shown again with its problems.
func (p *Pages) RenderInvalid(w http.ResponseWriter, r *http.Request, name string, data any) error {
	return p.RenderStatus(w, r, http.StatusUnprocessableEntity, name, data)
}

// RenderStatus answers status with page name. Nothing is sent when it fails.
func (p *Pages) RenderStatus(w http.ResponseWriter, r *http.Request, status int, name string, data any) error {
	v := visitOf(r.Context())
	t, err := p.template(variant{v.site, v.lang, v.prefixed, name})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", newView(r, v, data)); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", string(v.lang))
	return send(w, r, status, b.Bytes())
}
