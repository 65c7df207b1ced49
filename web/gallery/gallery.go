// Package gallery shows every component of web/ui in all its states, so that
// a look can be judged in both directions, in the dark, on a phone and on paper.
package gallery

import (
	"embed"
	"net/http"
	"slices"

	"diwan.example/gov"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// parts are the pages of the gallery.
var parts = []string{"basics", "forms", "lists", "cases", "figures"}

// Routes are the addresses of the gallery.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /gallery", Guard: ui.Anyone, Page: show},
		{Pattern: "GET /gallery/{part}", Guard: ui.Anyone, Page: show},
		{Pattern: "POST /gallery/forms", Guard: ui.Anyone, Page: try},
	}
}

type part struct {
	Name    string
	Current bool
}

type samples struct {
	Parts    []part
	Fields   []ui.Field
	Wrong    []ui.Field
	Problems gov.Problems
	Known    []ui.Field
	Sample   sample
}

func show(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("part")
	if name == "" {
		name = "basics"
	}
	if !slices.Contains(parts, name) {
		return gov.Fail(gov.NotFound, "لا يوجد هذا القسم في المعرض", "The gallery has no such part")
	}
	return pages.Render(w, r, name, newSamples(name))
}

func newSamples(name string) samples {
	s := samples{Fields: questions(), Known: answered(), Sample: theSample()}
	for _, p := range parts {
		s.Parts = append(s.Parts, part{p, p == name})
	}
	s.Wrong, s.Problems = mistaken()
	return s
}

// try takes the form as a service would, and shows it again with what was typed.
func try(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(1 << 20); err != nil && err != http.ErrNotMultipart {
		return gov.Fail(gov.Invalid, "تعذّرت قراءة النموذج", "The form could not be read").Because(err)
	}
	s := newSamples("forms")
	s.Fields = ui.Fill(s.Fields, ui.Read(r.PostForm, s.Fields), nil, money)
	return pages.Render(w, r, "forms", s)
}
