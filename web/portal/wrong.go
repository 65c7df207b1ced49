package portal

import (
	"net/http"
	"strings"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// wrongPage is where a person says that what a registry holds of them is wrong.
type wrongPage struct {
	Case     *draft
	Question *form.Question
	Fields   []ui.Field // the answer as the registry has it
	Words    string
	Dispute  string // where the registry itself is disputed
	Back     string
	Problems gov.Problems
}

// Wrong is what is wrong in the one box of the page.
func (p wrongPage) Wrong() gov.Text { return first(p.Problems) }

// disputing loads the reader's draft or correction and the held question that
// the address names. Errors: NotFound.
func (p *Portal) disputing(r *http.Request) (data wrongPage, err error) {
	if err := p.gather(r); err != nil {
		return data, err
	}
	err = p.write(r, func(tx *db.Tx) error {
		data.Case, err = p.draft(tx, gov.CaseID(r.PathValue("id")))
		return err
	})
	if err != nil {
		return data, err
	}
	d := data.Case
	d.ctx = r.Context()
	data.Question = d.Pack.Form.Question(r.PathValue("question"))
	if q := data.Question; q == nil || !d.Track.Held.Answers(*q) {
		return data, gov.Fail(gov.NotFound, "لا يوجد سؤال بهذا الاسم أجاب عنه سجل", "There is no question of this name that a registry answered")
	}
	beside := p.beside(r, d, nil)
	beside.Answers, beside.Wrong = plain(d.answers), nil
	data.Fields = ask.Fields([]form.Question{*data.Question}, beside)
	data.Fields[0].Said = ""
	data.Words, data.Back = d.Track.Disputes[data.Question.Name].Words, d.Path()
	if d.State == casework.Draft {
		data.Back = d.Path("apply", d.pageOf(data.Question.Name))
	}
	data.Dispute = ui.Path("/apply/" + string(correction))
	return data, nil
}

// pageOf names the page on which a question is asked now.
func (d *draft) pageOf(question string) string {
	for _, page := range d.visible {
		for _, q := range page.Questions {
			if q.Name == question {
				return page.Name
			}
		}
	}
	return ""
}

func (p *Portal) wrongPage(w http.ResponseWriter, r *http.Request) error {
	data, err := p.disputing(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "wrong", data)
}

var errNoWords = gov.Fail(gov.Invalid, "اكتب ما الخطأ", "Write what is wrong")

// wrong notes what the person says; the officer reads it with the case.
func (p *Portal) wrong(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	data, err := p.disputing(r)
	if err != nil {
		return err
	}
	words := r.PostForm.Get("words")
	if strings.TrimSpace(words) == "" && data.Words == "" {
		data.Problems, _ = gov.ProblemsOf(errNoWords, "words")
		return pages.RenderInvalid(w, r, "wrong", data)
	}
	err = p.write(r, func(tx *db.Tx) error {
		_, err := p.Engine.Dispute(tx, data.Case.ID, data.Question.Name, words)
		return err
	})
	if problems, wrong := fieldProblems(err); wrong {
		data.Words, data.Problems = words, problems
		return pages.RenderInvalid(w, r, "wrong", data)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, data.Back)
}
