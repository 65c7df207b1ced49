package portal

import (
	"encoding/json"
	"net/http"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

type progressPage struct {
	Case  *draft
	Tasks []todo
	Done  bool
}

// todo is a line of the component "tasks".
type todo struct {
	Text, Hint gov.Text
	URL        string
	Tag        *tag
}

type tag struct {
	Text gov.Text
	Tone string
}

// progress lists the pages of an application and how far each has come.
func (p *Portal) progress(w http.ResponseWriter, r *http.Request) error {
	return p.reading(w, r, func(d *draft) error {
		data := progressPage{Case: d, Done: d.Open() == ""}
		for _, page := range d.visible {
			t := todo{Text: page.Title, URL: d.Path("apply", page.Name), Tag: &tag{pages.T("portal.page.done"), "good"}}
			if len(d.problems(page.Name)) > 0 {
				t.Tag = &tag{pages.T("portal.page.open"), "info"}
			}
			data.Tasks = append(data.Tasks, t)
		}
		return pages.Render(w, r, "progress", data)
	})
}

// answered is a page of answers with the address where they can be changed.
type answered struct {
	Title  gov.Text
	Change string
	Fields []ui.Field
}

type checkPage struct {
	Case     *draft
	For      gov.Text // name of the person it is for, when it is for another
	Pages    []answered
	Fees     *feeTable
	Problems gov.Problems
}

// checkPage shows all answers once more before they are handed in. An
// application that still lacks something leads to its list of pages.
func (p *Portal) checkPage(w http.ResponseWriter, r *http.Request) error {
	return p.reading(w, r, func(d *draft) error {
		clean, err := d.Pack.Form.Check(d.ctx, d.answers, d.form)
		if _, wrong := fieldProblems(err); wrong {
			return ui.Redirect(w, r, d.Path("apply"))
		}
		if err != nil {
			return err
		}
		data := checkPage{Case: d, Pages: p.answeredPages(r, d, clean), Fees: d.fees(clean)}
		if d.Agent != "" {
			data.For = gov.T(d.form.Person.NameAr, d.form.Person.NameEn)
		}
		return pages.Render(w, r, "check", data)
	})
}

func (p *Portal) answeredPages(r *http.Request, d *draft, clean form.Answers) (out []answered) {
	beside := p.beside(r, d, nil)
	beside.Answers = plain(over(d.answers, clean))
	for _, page := range d.visible {
		out = append(out, answered{page.Title, d.Path("apply", page.Name) + "?from=check", ask.Fields(page.Questions, beside)})
	}
	return out
}

// plain are answers as they come out of the database: what was just checked
// holds typed values that pages do not know.
func plain(answers form.Answers) form.Answers {
	out := form.Answers{}
	b, err := json.Marshal(answers)
	if err != nil || json.Unmarshal(b, &out) != nil {
		return answers
	}
	return out
}

// submit hands the application in. Sent twice, it leads to the same case.
func (p *Portal) submit(w http.ResponseWriter, r *http.Request) error {
	return p.reading(w, r, func(d *draft) error {
		err := p.write(r, func(tx *db.Tx) error { _, err := p.Engine.Submit(tx, d.ID); return err })
		if _, wrong := fieldProblems(err); wrong {
			return ui.Redirect(w, r, d.Path("apply"))
		}
		if err != nil && gov.KindOf(err) != gov.Conflict {
			return err
		}
		return ui.Redirect(w, r, d.Path("sent"))
	})
}

type sentPage struct {
	*casework.View
	Pay, Granted, Closed bool
}

// sent confirms that an application has arrived and says what comes next.
func (p *Portal) sent(w http.ResponseWriter, r *http.Request) error {
	v, err := p.mine(r)
	if err != nil {
		return err
	}
	if v.State == casework.Draft {
		return ui.Redirect(w, r, "/cases/"+string(v.ID)+"/apply")
	}
	return pages.Render(w, r, "sent", sentPage{View: v, Pay: v.Owing != nil && v.Owing.Kind == pack.Pay,
		Granted: v.Outcome == casework.Granted, Closed: v.State == casework.Closed})
}

// mine loads the reader's own case. Errors: NotFound to everybody else.
func (p *Portal) mine(r *http.Request) (v *casework.View, err error) {
	err = p.write(r, func(tx *db.Tx) error {
		v, err = p.Engine.Get(tx, gov.CaseID(r.PathValue("id")))
		if err == nil && !v.Mine {
			err = errNoCase
		}
		return err
	})
	return v, err
}

func (p *Portal) dropPage(w http.ResponseWriter, r *http.Request) error {
	return p.reading(w, r, func(d *draft) error { return pages.Render(w, r, "drop", d) })
}

// drop throws an unfinished application away.
func (p *Portal) drop(w http.ResponseWriter, r *http.Request) error {
	return p.reading(w, r, func(d *draft) error {
		if err := p.write(r, func(tx *db.Tx) error { return p.Engine.Drop(tx, d.ID) }); err != nil {
			return err
		}
		return ui.Redirect(w, r, ui.Path("/cases", "dropped", "1"))
	})
}
