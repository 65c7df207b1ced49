package desk

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// draft is an application being filled in at the counter. Its pages are the
// same as the portal's; the officer types what the person says.
type draft struct {
	*casework.View
	r       *http.Request
	ctx     form.Context
	answers form.Answers // as typed, with what the person's record offers
	pages   []form.Page  // asked now
	Name    gov.Text
}

// reading runs do with a draft of this counter; what was submitted already
// leads to its confirmation.
func (d *Desk) reading(w http.ResponseWriter, r *http.Request, do func(*draft) error) error {
	x, err := d.assistedCase(r)
	if err != nil {
		return err
	}
	if x.State != casework.Draft {
		return ui.Redirect(w, r, counterPath(x.ID))
	}
	x.take(x.Answers)
	return do(x)
}

// assistedCase loads what was begun at this counter; to others it does not exist.
func (d *Desk) assistedCase(r *http.Request) (*draft, error) {
	x := &draft{r: r}
	if err := d.Cases.Gather(r.Context(), gov.CaseID(r.PathValue("id"))); err != nil {
		return nil, err
	}
	return x, d.write(r, func(tx *db.Tx) (err error) {
		if x.View, err = d.Cases.Get(tx, gov.CaseID(r.PathValue("id"))); err != nil {
			return err
		}
		if !x.Mine || x.Track.Presence == nil {
			return errNotHere
		}
		who, err := identity.LookFor(tx, x.Applicant, forCase(x.Case))
		if err != nil {
			return err
		}
		x.Name = who.Name()
		if x.State == casework.Draft { // a draft follows the version in force
			if x.Pack, err = d.Cases.Packs.Current(tx, x.Service); err != nil {
				return err
			}
		}
		x.ctx, err = d.Cases.FormContext(tx, x.View)
		return err
	})
}

// take lays answers over what the record offers and works out what is asked now.
func (x *draft) take(answers form.Answers) {
	f := x.Pack.Form
	x.answers = f.Prefill(x.r.Context(), x.ctx)
	for name, v := range answers {
		if q := f.Question(name); q != nil && x.answers[name] != nil && (q.Locked || x.ctx.Held.Answers(*q)) {
			continue
		}
		x.answers[name] = v
	}
	x.pages = f.Visible(x.r.Context(), x.answers, x.ctx)
}

func (x *draft) page(name string) (form.Page, int) {
	i := slices.IndexFunc(x.pages, func(p form.Page) bool { return p.Name == name })
	if i < 0 {
		return form.Page{}, -1
	}
	return x.pages[i], i
}

// wrong is what is wrong on a page.
func (x *draft) wrong(page string) gov.Problems {
	_, err := x.Pack.Form.CheckPage(x.r.Context(), page, x.answers, x.ctx)
	list, _ := gov.ProblemsOf(err, page)
	return list
}

// open is the first page that lacks something; "" when all is answered.
func (x *draft) open() string {
	for _, p := range x.pages {
		if len(x.wrong(p.Name)) > 0 {
			return p.Name
		}
	}
	return ""
}

// fillPage is one page of questions.
type fillPage struct {
	*draft
	Page     form.Page
	Step, Of int
	Fields   []ui.Field
	Asked    string // the questions that stand on the page
	Problems gov.Problems
}

func (d *Desk) questions(w http.ResponseWriter, r *http.Request) error {
	return d.reading(w, r, func(x *draft) error {
		if _, i := x.page(r.PathValue("page")); i < 0 {
			return ui.Redirect(w, r, counterPath(x.ID))
		}
		return d.showPage(w, r, x, http.StatusOK, nil)
	})
}

func (d *Desk) showPage(w http.ResponseWriter, r *http.Request, x *draft, status int, bad gov.Problems) error {
	page, i := x.page(r.PathValue("page"))
	p := fillPage{draft: x, Page: page, Step: i + 1, Of: len(x.pages), Problems: bad}
	p.Fields = x.fields(d, page.Questions, bad)
	var names []string
	for _, q := range page.Questions {
		names = append(names, q.Name)
	}
	p.Asked = strings.Join(names, " ")
	return pages.RenderStatus(w, r, status, "counter-fill", p)
}

// fields are questions with their answers.
func (x *draft) fields(d *Desk, qs []form.Question, bad gov.Problems) []ui.Field {
	return ask.Fields(qs, ask.Page{Answers: x.answers, Problems: bad, Currency: d.Cases.Currency,
		Source: pages.T("desk.counter.source"), Offered: x.Pack.Form.Prefill(x.r.Context(), x.ctx),
		Held: &x.Track, From: d.from, Wrong: func(q string) string { return counterPath(x.ID, "wrong", q) },
		FileURL: func(_ string, a form.Attachment) string { return counterPath(x.ID, "files", a.Blob) }})
}

// answer saves a page as typed before anything is said about it, and goes on
// when it is right.
func (d *Desk) answer(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	return d.reading(w, r, func(x *draft) error {
		qs := x.asked(r.PathValue("page"), r.PostForm.Get("_asked"))
		if len(qs) == 0 {
			return ui.Redirect(w, r, counterPath(x.ID))
		}
		again, refused, err := d.save(r, x, qs)
		if err != nil {
			return err
		}
		page, i := x.page(r.PathValue("page"))
		switch {
		case i < 0:
			return ui.Redirect(w, r, counterPath(x.ID))
		case refused != nil:
			return d.showPage(w, r, x, http.StatusUnprocessableEntity, refused)
		case again || len(page.Questions) > len(qs): // a row was added, or an answer brought up a question
			return ui.Redirect(w, r, counterPath(x.ID, "fill", page.Name))
		}
		if bad := x.wrong(page.Name); bad != nil {
			return d.showPage(w, r, x, http.StatusUnprocessableEntity, bad)
		}
		if next := x.Pack.Form.Next(r.Context(), page.Name, x.answers, x.ctx); next != "" {
			return ui.Redirect(w, r, counterPath(x.ID, "fill", next))
		}
		return ui.Redirect(w, r, counterPath(x.ID, "check"))
	})
}

// asked are the questions that stood on the page when it was sent.
func (x *draft) asked(page, names string) (out []form.Question) {
	list := strings.Fields(names)
	for _, p := range x.Pack.Pages {
		for _, q := range p.Questions {
			if p.Name == page && slices.Contains(list, q.Name) {
				out = append(out, q)
			}
		}
	}
	return out
}

func (d *Desk) save(r *http.Request, x *draft, qs []form.Question) (again bool, refused gov.Problems, err error) {
	in, removed, again := ask.Read(r.PostForm, qs)
	carry(qs, x.answers, in, removed)
	if refused, err = d.uploads(r, uploads{Case: x.ID, Service: x.Service, Questions: qs}, in); err != nil {
		return again, nil, err
	}
	err = d.write(r, func(tx *db.Tx) error {
		_, err := d.Cases.Save(tx, x.ID, maps.Clone(in))
		return err
	})
	merged := maps.Clone(x.answers)
	maps.Copy(merged, in)
	x.take(merged)
	return again, refused, err
}

// checkPage shows all answers before they are handed in.
type checkPage struct {
	*draft
	Pages    []checked
	Problems gov.Problems
}

type checked struct {
	Title  gov.Text
	Fields []ui.Field
	Change string
}

func (d *Desk) check(w http.ResponseWriter, r *http.Request) error {
	return d.reading(w, r, func(x *draft) error {
		if open := x.open(); open != "" {
			return ui.Redirect(w, r, counterPath(x.ID, "fill", open))
		}
		return pages.Render(w, r, "counter-check", d.checkPage(x, nil))
	})
}

func (d *Desk) checkPage(x *draft, bad gov.Problems) checkPage {
	p := checkPage{draft: x, Problems: bad}
	for _, page := range x.pages {
		p.Pages = append(p.Pages, checked{page.Title, x.fields(d, page.Questions, nil), counterPath(x.ID, "fill", page.Name)})
	}
	return p
}

// submit hands the application in; pressed twice it is handed in once.
func (d *Desk) submit(w http.ResponseWriter, r *http.Request) error {
	return d.reading(w, r, func(x *draft) error {
		err := d.write(r, func(tx *db.Tx) error {
			_, err := d.Cases.Save(tx, x.ID, x.answers)
			if err == nil {
				_, err = d.Cases.Submit(tx, x.ID)
			}
			return err
		})
		if bad, ok := gov.ProblemsOf(err, "main"); ok {
			return pages.RenderInvalid(w, r, "counter-check", d.checkPage(x, bad))
		}
		if err != nil && gov.KindOf(err) != gov.Conflict {
			return err
		}
		return ui.Redirect(w, r, counterPath(x.ID))
	})
}

func (d *Desk) drop(w http.ResponseWriter, r *http.Request) error {
	err := d.write(r, func(tx *db.Tx) error { return d.Cases.Drop(tx, gov.CaseID(r.PathValue("id"))) })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/desk/counter")
}
