package register

import (
	"net/http"
	"strconv"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// entryPage is one entry with its sections and what can be done with it.
type entryPage struct {
	head
	Sections []section
	Changes  int // differences from what is published
}

// section is one part of the entry and how it stands.
type section struct {
	catalogue.Part
	Wrong   int
	Changes int
	Filled  bool
}

func (g *Register) entry(w http.ResponseWriter, r *http.Request) error {
	var p entryPage
	err := g.read(r, func(tx *db.Tx) (err error) { p.head, err = g.head(tx, r); return err })
	if err != nil {
		return err
	}
	var list []catalogue.Difference
	if p.Draft != nil {
		list = catalogue.Differences(p.Before(), p.Draft.Entry, g.terms(r, p.Langs))
	}
	p.Changes, p.Sections = len(list), sections(&p.head, list, g.terms(r, p.Langs))
	return pages.Render(w, r, "entry", &p)
}

func sections(h *head, list []catalogue.Difference, t catalogue.Terms) (out []section) {
	doc := catalogue.Open(h.Entry())
	for _, part := range catalogue.Parts {
		if part.Told {
			continue
		}
		s := section{Part: part}
		for _, x := range h.Wrong {
			if part.Holds(x.Field) {
				s.Wrong++
			}
		}
		for _, d := range list {
			if d.Part == part.ID {
				s.Changes++
			}
		}
		for i := range part.Fields {
			f := &part.Fields[i]
			s.Filled = s.Filled || len(doc.Rows(f.ID)) > 0 || f.Kind != catalogue.List && len(t.Words(f, doc)) > 0
		}
		out = append(out, s)
	}
	return out
}

func (g *Register) newForm(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "new", form{Fields: newFields()})
}

// form is a page that asks: fields with what was typed, and what is wrong.
type form struct {
	Fields   []ui.Field
	Problems gov.Problems
}

func newFields() []ui.Field {
	return []ui.Field{
		{Kind: "short-text", Name: "name_ar", Label: pages.T("register.new.name.ar"), MaxLength: 400},
		{Kind: "short-text", Name: "name_en", Label: pages.T("register.new.name.en"), MaxLength: 400},
		{Kind: "short-text", Name: "id", Label: pages.T("register.new.id"), Hint: pages.T("register.new.id.hint"), MaxLength: 120},
	}
}

func (g *Register) propose(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	answers := ui.Read(r.PostForm, newFields())
	said := func(name string) string { s, _ := answers[name].(string); s, _ = gov.CleanText(s); return s }
	name := gov.Text{}
	for field, l := range map[string]gov.Lang{"name_ar": gov.Arabic, "name_en": gov.English} {
		if s := said(field); s != "" {
			name[l] = s
		}
	}
	e := catalogue.Entry{ID: gov.ServiceID(said("id")), Organisation: gov.ActorFrom(r.Context()).Org, Name: name, Sample: g.Country.Sample, WorkingDays: -1}
	err := g.write(r, func(tx *db.Tx) error {
		if wrong := idOf(e); wrong != nil {
			return wrong
		}
		_, err := catalogue.Propose(tx, e)
		return err
	})
	wrong, ok := gov.ProblemsOf(err, "id")
	if gov.KindOf(err) == gov.Conflict {
		wrong, ok = gov.Problems{{Field: "id", Text: gov.PublicOf(err)}}, true
	}
	if ok {
		return pages.RenderInvalid(w, r, "new", form{ui.Fill(newFields(), answers, wrong, g.Country.Currency), wrong})
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, home(e.ID)+"?done=new")
}

// idOf is what is wrong with the id of a new entry.
func idOf(e catalogue.Entry) error {
	for _, p := range e.Problems(country.Known{}) {
		if p.Field == "id" {
			return gov.Problems{p}
		}
	}
	return nil
}

// saves is how often the draft had been saved when the page was made.
func saves(r *http.Request) int {
	n, err := strconv.Atoi(r.PostFormValue("saves"))
	if err != nil {
		return -1
	}
	return n
}

func (g *Register) begin(w http.ResponseWriter, r *http.Request) error {
	err := g.write(r, func(tx *db.Tx) error { _, err := catalogue.Begin(tx, serviceOf(r)); return err })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, home(serviceOf(r)))
}

// submit gives the draft to the authority; what is missing is shown on the
// entry's own page.
func (g *Register) submit(w http.ResponseWriter, r *http.Request) error {
	n := saves(r)
	err := g.write(r, func(tx *db.Tx) error { _, err := catalogue.Submit(tx, serviceOf(r), n); return err })
	if _, wrong := gov.ProblemsOf(err, ""); wrong {
		return ui.Redirect(w, r, home(serviceOf(r))+"?done=wrong")
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, home(serviceOf(r))+"?done=submitted")
}

func (g *Register) takeBack(w http.ResponseWriter, r *http.Request) error {
	err := g.write(r, func(tx *db.Tx) error { _, err := catalogue.TakeBack(tx, serviceOf(r)); return err })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, home(serviceOf(r))+"?done=taken-back")
}

// confirmation is a page that asks once more before something is done.
type confirmation struct {
	Title, Text, Yes gov.Text
	Back, Look       string
}

func (g *Register) dropForm(w http.ResponseWriter, r *http.Request) error {
	err := g.read(r, func(tx *db.Tx) error { _, err := catalogue.Written(tx, serviceOf(r)); return err })
	if err != nil {
		return err
	}
	return pages.Render(w, r, "confirm", confirmation{pages.T("register.drop.title"), pages.T("register.drop.text"), pages.T("register.drop"), home(serviceOf(r)), "danger"})
}

func (g *Register) drop(w http.ResponseWriter, r *http.Request) error {
	err := g.write(r, func(tx *db.Tx) error { return catalogue.Drop(tx, serviceOf(r)) })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/register?done=dropped")
}
