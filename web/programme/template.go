package programme

import (
	"net/http"
	"slices"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/programme/plan"
	"diwan.example/web/ui"
)

func titleQuestions() []form.Question {
	return []form.Question{
		{Name: "title", Kind: form.ShortText, Label: pages.T("programme.section.title.ar")},
		{Name: "title_en", Kind: form.ShortText, Label: pages.T("programme.section.title.en")},
	}
}

// sectionQuestions ask how a section of the template shall be. Once the cycle is
// open only its words change.
func sectionQuestions(s plan.Section, open bool) []form.Question {
	out := append(titleQuestions(),
		form.Question{Name: "guidance", Kind: form.LongText, MaxLength: 1500, Optional: true, Label: pages.T("programme.guidance.ar"), Help: pages.T("programme.guidance.hint")},
		form.Question{Name: "guidance_en", Kind: form.LongText, MaxLength: 1500, Optional: true, Label: pages.T("programme.guidance.en")})
	if open {
		return out
	}
	out = append(out, form.Question{Name: "asking", Kind: form.OneOf, Label: pages.T("programme.asking"), Options: []form.Option{
		{Value: "needed", Label: pages.T("programme.asking.needed")}, {Value: "asked", Label: pages.T("programme.asking.asked")}, {Value: "not", Label: pages.T("programme.asking.not")}}})
	if list := s.Optional(); len(list) > 0 {
		q := form.Question{Name: "ask", Kind: form.ManyOf, Optional: true, Label: pages.T("programme.asked.questions"), Help: pages.T("programme.asked.questions.hint")}
		for _, x := range list {
			q.Options = append(q.Options, form.Option{Value: x.Name, Label: x.Label})
		}
		out = append(out, q)
	}
	extra := form.Question{Name: "extra", Kind: form.Group, Optional: true, MaxRows: 10, Label: pages.T("programme.extra"), Questions: []form.Question{
		{Name: "label", Kind: form.ShortText, Label: pages.T("programme.extra.ar")},
		{Name: "label_en", Kind: form.ShortText, Label: pages.T("programme.extra.en")},
		{Name: "kind", Kind: form.OneOf, Label: pages.T("programme.extra.kind")},
		{Name: "needed", Kind: form.YesNo, Label: pages.T("programme.extra.needed")},
	}}
	for _, k := range plan.ExtraKinds {
		extra.Questions[2].Options = append(extra.Questions[2].Options, form.Option{Value: string(k), Label: pages.T("programme.kind." + string(k))})
	}
	return append(out, extra)
}

// written is a section as the form shows it.
func written(s plan.Section) form.Answers {
	a := form.Answers{"title": s.Title[gov.Arabic], "title_en": s.Title[gov.English], "guidance": s.Guidance[gov.Arabic], "guidance_en": s.Guidance[gov.English], "asking": "not"}
	switch {
	case s.Asked && s.Needed:
		a["asking"] = "needed"
	case s.Asked:
		a["asking"] = "asked"
	}
	asked := []string{}
	for _, q := range s.Optional() {
		if !slices.Contains(s.Without, q.Name) {
			asked = append(asked, q.Name)
		}
	}
	rows := []any{}
	for _, x := range s.Extra {
		rows = append(rows, map[string]any{"label": x.Label[gov.Arabic], "label_en": x.Label[gov.English], "kind": string(x.Kind), "needed": x.Needed})
	}
	a["ask"], a["extra"] = asked, rows
	return a
}

// sectionOf is the section that a form describes.
func sectionOf(old plan.Section, a form.Answers) plan.Section {
	s := plan.Section{ID: old.ID, Title: both(a, "title"), Guidance: both(a, "guidance"), Asked: text(a, "asking") != "not", Needed: text(a, "asking") == "needed"}
	asked, _ := a["ask"].([]string)
	for _, q := range old.Optional() {
		if !slices.Contains(asked, q.Name) {
			s.Without = append(s.Without, q.Name)
		}
	}
	for _, x := range rowsOf(a, "extra") {
		e := plan.Extra{Label: both(x, "label"), Kind: form.Kind(text(x, "kind"))}
		e.Needed, _ = x["needed"].(bool)
		s.Extra = append(s.Extra, e)
	}
	return s
}

// sectionPage is one section of the template.
type sectionPage struct {
	plan.Cycle
	Section  plan.Section
	Fields   []ui.Field
	Problems gov.Problems
}

// findSection reads the section that an address names.
func (p *Programme) findSection(r *http.Request) (v sectionPage, err error) {
	year, err := yearOf(r)
	if err != nil {
		return v, err
	}
	err = p.read(r, func(tx *db.Tx) (err error) { v.Cycle, err = p.Plans.Cycle(tx, year); return err })
	if err != nil {
		return v, err
	}
	s := v.Template.Section(r.PathValue("section"))
	if s == nil {
		return v, errNoSection
	}
	v.Section = *s
	return v, nil
}

var errNoSection = gov.Fail(gov.NotFound, "لا يوجد قسم بهذا الاسم", "There is no such section")

func (p *Programme) section(w http.ResponseWriter, r *http.Request) error {
	v, err := p.findSection(r)
	if err != nil {
		return err
	}
	v.Fields = p.fields(sectionQuestions(v.Section, v.State != plan.CycleDraft), written(v.Section), nil)
	return pages.Render(w, r, "section", v)
}

func (p *Programme) saveSection(w http.ResponseWriter, r *http.Request) error {
	v, err := p.findSection(r)
	if err != nil {
		return err
	}
	qs := sectionQuestions(v.Section, v.State != plan.CycleDraft)
	typed, out, problems, again, err := p.checked(r, qs)
	if err != nil {
		return err
	}
	if len(problems) == 0 && !again {
		err := p.change(r, func(tx *db.Tx) error {
			_, err := p.Plans.SetSection(tx, v.Year, sectionOf(v.Section, out), savesOf(r))
			return err
		})
		list, ok := refused(err, "title")
		if err != nil && !ok {
			return err
		}
		problems = list
	}
	if len(problems) == 0 && !again {
		return ui.Redirect(w, r, cyclePath(v.Year)+"?saved=1")
	}
	v.Fields, v.Problems = p.fields(qs, typed, problems), problems
	status := http.StatusUnprocessableEntity
	if again {
		status = http.StatusOK
		v.Saves = savesOf(r)
	}
	return pages.RenderStatus(w, r, status, "section", v)
}

// addSection adds a section of the authority's own.
func (p *Programme) addSection(w http.ResponseWriter, r *http.Request) error {
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	typed, out, problems, _, err := p.checked(r, titleQuestions())
	if err != nil {
		return err
	}
	id := ""
	if problems == nil {
		err := p.change(r, func(tx *db.Tx) (err error) {
			_, id, err = p.Plans.AddSection(tx, year, both(out, "title"), savesOf(r))
			return err
		})
		list, ok := refused(err, "title")
		if err != nil && !ok {
			return err
		}
		problems = list
	}
	if len(problems) > 0 {
		return p.showCycle(w, r, http.StatusUnprocessableEntity, year, nil, typed, problems)
	}
	return ui.Redirect(w, r, "/programme/cycles/"+strconv.Itoa(year)+"/sections/"+id)
}
