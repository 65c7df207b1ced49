package register

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// editPage is one section being written.
type editPage struct {
	head
	Part     *catalogue.Part
	Body     lines
	List     *listed
	Problems gov.Problems
	Note     gov.Text // what hinders saving as a whole
	Conflict []side   // what somebody else saved meanwhile, beside what was typed
	Saves    int
	Remarks  []remark
	NextPart *catalogue.Part
}

var errNoPart = gov.Fail(gov.NotFound, "لا يوجد قسم بهذا الاسم", "There is no section of this name")

// partOf is the section that an address names. Errors: NotFound.
func partOf(r *http.Request) (*catalogue.Part, error) {
	p := catalogue.PartByID(r.PathValue("part"))
	if p == nil || p.Told {
		return nil, errNoPart
	}
	return p, nil
}

// following is the section after a section; nil after the last.
func following(p *catalogue.Part) *catalogue.Part {
	for i := range catalogue.Parts {
		if catalogue.Parts[i].ID == p.ID && i+1 < len(catalogue.Parts) && !catalogue.Parts[i+1].Told {
			return &catalogue.Parts[i+1]
		}
	}
	return nil
}

// draft reads the entry that is being written. Errors: NotFound, Denied.
func (g *Register) draft(tx *db.Tx, r *http.Request) (h head, err error) {
	if h, err = g.head(tx, r); err != nil {
		return h, err
	}
	if _, err = catalogue.Written(tx, h.ID); err == nil && !h.Write {
		err = gov.Fail(gov.Denied, "لا يحرر بيانات الخدمة إلا مسؤول الخدمات في الجهة التي تملكها", "Only the service owner of the organisation that owns a service may edit it")
	}
	return h, err
}

func (g *Register) sheet(r *http.Request, h *head, part *catalogue.Part) *sheet {
	return &sheet{part: part, langs: h.Langs, lang: ui.LangOf(r), currency: g.Country.Currency}
}

// page makes the page of a section from what stands in its boxes.
func (g *Register) page(r *http.Request, h head, s *sheet, wrong gov.Problems) editPage {
	w := &writer{s, wrong, map[string][]catalogue.Choice{"organisation": g.organisations(r), "life-event": g.lifeEvents(r)}}
	p := editPage{head: h, Part: s.part, Body: w.lines(s.part.Fields, ""), Saves: h.Draft.Saves, Remarks: g.remarks(r, &h, s.part), NextPart: following(s.part)}
	all := slices.Concat(p.Body.Usual, p.Body.Rare)
	if f := s.part.List(); f != nil {
		total := len(catalogue.Open(h.Draft.Entry).Rows(f.ID))
		p.List = w.list(total)
		for _, row := range p.List.Rows {
			all = slices.Concat(all, row.Usual, row.Rare)
		}
		here := home(h.ID) + "/edit/" + s.part.ID
		if s.from > 0 {
			p.List.Previous = ui.URL(r, here, "from", strconv.Itoa(s.from-rowsShown))
		}
		if s.from+p.List.Was < total {
			p.List.Next = ui.URL(r, here, "from", strconv.Itoa(s.from+rowsShown))
		}
	}
	p.Problems = w.placed(all)
	return p
}

// wrongIn are the problems of a section.
func wrongIn(part *catalogue.Part, all gov.Problems) (out gov.Problems) {
	for _, p := range all {
		if part.Holds(p.Field) {
			out = append(out, p)
		}
	}
	return out
}

func (g *Register) edit(w http.ResponseWriter, r *http.Request) error {
	part, err := partOf(r)
	if err != nil {
		return err
	}
	var h head
	if err := g.read(r, func(tx *db.Tx) (err error) { h, err = g.draft(tx, r); return err }); err != nil {
		return err
	}
	s := g.sheet(r, &h, part)
	s.from, _ = strconv.Atoi(r.URL.Query().Get("from"))
	s.from = max(s.from, 0) / rowsShown * rowsShown
	s.show(catalogue.Open(h.Draft.Entry))
	s.boxes.Set("_was", strconv.Itoa(s.n))
	var wrong gov.Problems
	if r.URL.Query().Has("check") {
		wrong = wrongIn(part, h.Wrong)
	}
	p := g.page(r, h, s, wrong)
	if h.Draft.State == catalogue.RevisionReview {
		p.Note = pages.T("register.in-review")
	}
	return pages.Render(w, r, "edit", &p)
}

// save keeps what was typed into a section. What cannot be read is shown again
// as it was typed; what somebody else saved meanwhile is shown beside it.
func (g *Register) save(w http.ResponseWriter, r *http.Request) error {
	part, err := partOf(r)
	if err != nil {
		return err
	}
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	var h head
	if err := g.read(r, func(tx *db.Tx) (err error) { h, err = g.draft(tx, r); return err }); err != nil {
		return err
	}
	s := g.sheet(r, &h, part)
	s.typed(r.PostForm)
	if s.rearrange() {
		p := g.page(r, h, s, nil)
		p.Saves = saves(r)
		return pages.Render(w, r, "edit", &p)
	}
	d := catalogue.Open(h.Draft.Entry)
	if wrong := s.put(d); len(wrong) > 0 {
		p := g.page(r, h, s, wrong)
		p.Saves = saves(r)
		return pages.RenderInvalid(w, r, "edit", &p)
	}
	e, err := d.Entry()
	if err != nil {
		return err
	}
	err = g.write(r, func(tx *db.Tx) (err error) {
		_, err = catalogue.Save(tx, e, saves(r))
		return err
	})
	if gov.KindOf(err) == gov.Conflict {
		return g.conflict(w, r, h, s, e, err)
	}
	if err != nil {
		return err
	}
	return g.saved(w, r, h, part)
}

// conflict shows what was typed beside what somebody else saved meanwhile, and
// keeps it in the boxes. When both wrote the same there is nothing to decide.
func (g *Register) conflict(w http.ResponseWriter, r *http.Request, h head, s *sheet, mine catalogue.Entry, cause error) error {
	p := g.page(r, h, s, nil)
	p.Note = gov.PublicOf(cause)
	if h.Draft.State == catalogue.RevisionReview {
		p.Saves = saves(r)
		return pages.RenderStatus(w, r, http.StatusConflict, "edit", &p)
	}
	for _, d := range catalogue.Differences(h.Draft.Entry, mine, g.terms(r, h.Langs)) {
		if d.Part == s.part.ID {
			p.Conflict = append(p.Conflict, sideOf(d))
		}
	}
	if len(p.Conflict) == 0 {
		return g.saved(w, r, h, s.part)
	}
	return pages.RenderStatus(w, r, http.StatusConflict, "edit", &p)
}

// saved leads on: to the next section when that was asked for, to what is still
// wrong in this one, else to the entry.
func (g *Register) saved(w http.ResponseWriter, r *http.Request, h head, part *catalogue.Part) error {
	if err := g.read(r, func(tx *db.Tx) (err error) { h, err = g.head(tx, r); return err }); err != nil {
		return err
	}
	q := url.Values{"done": {"saved"}}
	to := home(h.ID)
	next := following(part)
	switch {
	case len(wrongIn(part, h.Wrong)) > 0 && r.PostForm.Get("go") != "anyway":
		q.Set("check", "1")
		if from := r.PostForm.Get("_from"); from != "0" && from != "" {
			q.Set("from", from)
		}
		to += "/edit/" + part.ID
	case r.PostForm.Get("go") == "next" && next != nil:
		to += "/edit/" + next.ID
	}
	return ui.Redirect(w, r, to+"?"+q.Encode())
}
