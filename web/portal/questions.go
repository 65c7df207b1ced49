package portal

import (
	"net/http"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

type questionPage struct {
	Case     *draft
	Page     form.Page
	Step, Of int
	Fields   []ui.Field
	Problems gov.Problems
	Asked    string // names of the questions shown
	From     string // "check" when the reader came from there
	Back     string
	Kept     bool // typed before the session ended
	Alone    bool // the only question is the page's heading
	Live     bool // answers may bring up further questions: the script asks for them
}

// questions shows one page of the application.
func (p *Portal) questions(w http.ResponseWriter, r *http.Request) error {
	typed, err := p.keptFor(w, r)
	if err != nil {
		return err
	}
	return p.reading(w, r, func(d *draft) error {
		page, _, ok := d.page(r.PathValue("page"))
		if !ok {
			return ui.Redirect(w, r, d.Path("apply"))
		}
		if typed != nil {
			answers, _, _ := ask.Read(typed, page.Questions)
			d.with(over(d.answers, answers))
			page, _, _ = d.page(page.Name)
		}
		return p.showQuestions(w, r, http.StatusOK, d, page.Name, r.URL.Query().Get("from"), typed != nil, nil)
	})
}

// over are answers with others laid over them; files stay.
func over(answers, top form.Answers) form.Answers {
	out := form.Answers{}
	for k, v := range answers {
		out[k] = v
	}
	for k, v := range top {
		out[k] = v
	}
	return out
}

func (p *Portal) showQuestions(w http.ResponseWriter, r *http.Request, status int, d *draft, name, from string, kept bool, problems gov.Problems) error {
	page, i, _ := d.page(name)
	data := questionPage{Case: d, Page: page, Step: i + 1, Of: len(d.visible), Problems: labelled(problems, page.Questions), Back: d.Path("apply"), Kept: kept}
	if from == "check" {
		data.From, data.Back = "check", d.Path("check")
	} else if i > 0 {
		data.Back = d.Path("apply", d.visible[i-1].Name)
	}
	data.Asked, data.Live = namesOf(page.Questions), lively(d, page.Name)
	data.Fields = ask.Fields(page.Questions, p.beside(r, d, problems))
	if len(data.Fields) == 1 {
		data.Alone = heads(data.Fields[0].Kind)
		data.Fields[0].Heading = data.Alone
	}
	return pages.RenderStatus(w, r, status, "questions", data)
}

// lively reports whether what a page asks or shows depends on its answers.
func lively(d *draft, page string) bool {
	for _, def := range d.Pack.Form.Pages {
		if def.Name == page {
			return slices.ContainsFunc(def.Questions, func(q form.Question) bool {
				return q.When != "" || q.Kind == form.Computed || slices.ContainsFunc(q.Options, func(o form.Option) bool { return o.When != "" })
			})
		}
	}
	return false
}

// heads reports whether a lone question of this kind may be the page's heading.
func heads(kind string) bool { return kind == "one-of" || kind == "yes-no" || kind == "many-of" }

func (p *Portal) beside(r *http.Request, d *draft, problems gov.Problems) ask.Page {
	return ask.Page{Answers: d.answers, Problems: problems, Currency: p.Engine.Currency, Source: p.source(), Offered: d.offered, Held: &d.Track, From: p.from, Wrong: func(q string) string { return d.Path("wrong", q) }, Wallet: p.wallet(d),
		FileURL: func(_ string, a form.Attachment) string { return ui.URL(r, d.Path("files", a.Blob)) }}
}

// answer takes one page of answers. They are saved as typed before anything is
// said about them. When the session has ended they wait for the next one. The
// script sends them with _live as somebody writes: then nothing is saved, and the
// page is shown as these answers make it.
func (p *Portal) answer(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	if gov.ActorFrom(r.Context()).Person == "" {
		if r.PostForm.Has("_live") {
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
		if err := p.keep(w, r); err != nil {
			return err
		}
		return ui.Redirect(w, r, ui.Path("/sign-in", "next", r.URL.EscapedPath()))
	}
	return p.reading(w, r, func(d *draft) error { return p.take(w, r, d) })
}

// take saves what was typed on a page and goes on from there.
func (p *Portal) take(w http.ResponseWriter, r *http.Request, d *draft) error {
	page, _, ok := d.page(r.PathValue("page"))
	if !ok {
		return ui.Redirect(w, r, d.Path("apply"))
	}
	asked := askedOf(d, page.Name, r.PostForm.Get("_asked"))
	in, removed, again := ask.Read(r.PostForm, asked)
	refused := p.uploads(r, d, asked, in)
	d.with(over(d.answers, in))
	if removed != "" {
		d.answers, _ = ask.Drop(d.answers, removed)
	}
	if r.PostForm.Has("_live") {
		return p.showQuestions(w, r, http.StatusOK, d, page.Name, r.PostForm.Get("_from"), false, nil)
	}
	if err := p.save(r, d, asked); err != nil {
		return err
	}
	from := r.PostForm.Get("_from")
	switch {
	case len(refused) > 0:
		return p.showQuestions(w, r, http.StatusUnprocessableEntity, d, page.Name, from, false, refused)
	case again:
		return ui.Redirect(w, r, ui.Path(d.Path("apply", page.Name), "from", from))
	case r.PostForm.Has("_save"):
		return ui.Redirect(w, r, ui.Path("/cases", "saved", "1"))
	}
	return p.forward(w, r, d, page.Name, asked, from)
}

// forward leads on from a page that was saved: to what the answers brought up,
// to what is wrong, to the next page.
func (p *Portal) forward(w http.ResponseWriter, r *http.Request, d *draft, page string, asked []form.Question, from string) error {
	now, _, visible := d.page(page)
	var problems gov.Problems
	if visible {
		problems = d.problems(page)
	}
	known := func(field string) bool {
		name, _, _ := strings.Cut(field, ".")
		return slices.ContainsFunc(asked, func(q form.Question) bool { return q.Name == name })
	}
	seen := slices.DeleteFunc(slices.Clone(problems), func(x gov.Problem) bool { return !known(x.Field) })
	if len(seen) > 0 {
		return p.showQuestions(w, r, http.StatusUnprocessableEntity, d, page, from, false, seen)
	}
	for _, q := range now.Questions {
		if !known(q.Name) { // the answers brought up a further question
			return ui.Redirect(w, r, ui.Path(d.Path("apply", page), "from", from)+"#f-"+q.Name)
		}
	}
	if from == "check" && d.Open() == "" {
		return ui.Redirect(w, r, d.Path("check"))
	}
	if next := d.Pack.Form.Next(d.ctx, page, d.answers, d.form); next != "" {
		return ui.Redirect(w, r, d.Path("apply", next))
	}
	return ui.Redirect(w, r, d.Path("check"))
}

// askedOf are the questions that stood on the page when it was sent.
func askedOf(d *draft, page, names string) (out []form.Question) {
	list := strings.Fields(names)
	for _, def := range d.Pack.Form.Pages {
		if def.Name != page {
			continue
		}
		for _, q := range def.Questions {
			if slices.Contains(list, q.Name) {
				out = append(out, q)
			}
		}
	}
	return out
}

// save stores what was asked, and only that: what the record offers is not typed.
func (p *Portal) save(r *http.Request, d *draft, asked []form.Question) error {
	in := form.Answers{}
	for _, q := range asked {
		if q.Kind == form.Computed {
			continue
		}
		if v, ok := d.answers[q.Name]; ok {
			in[q.Name] = v
		}
	}
	return p.write(r, func(tx *db.Tx) error {
		_, err := p.Engine.Save(tx, d.ID, in)
		return err
	})
}
