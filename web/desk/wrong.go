package desk

import (
	"net/http"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
)

// wrongPage notes what the person at the counter says is wrong with what a
// registry holds of them.
type wrongPage struct {
	*draft
	Question *form.Question
	Fields   []ui.Field
	Words    string
	Back     string
	Problems gov.Problems
}

func (d *Desk) disputing(r *http.Request) (p wrongPage, err error) {
	x, err := d.assistedCase(r)
	if err != nil {
		return p, err
	}
	x.take(x.Answers)
	p = wrongPage{draft: x, Question: x.Pack.Form.Question(r.PathValue("question")), Back: counterPath(x.ID)}
	if p.Question == nil || !x.Track.Held.Answers(*p.Question) {
		return p, gov.Fail(gov.NotFound, "لا يوجد سؤال بهذا الاسم أجاب عنه سجل", "There is no question of this name that a registry answered")
	}
	p.Words = x.Track.Disputes[p.Question.Name].Words
	p.Fields = x.fields(d, []form.Question{*p.Question}, nil)
	p.Fields[0].Wrong, p.Fields[0].Said = "", ""
	if x.State == casework.Open && len(d.Cases.Correctable(x.View)) > 0 {
		p.Back = counterPath(x.ID, "correct")
	}
	return p, nil
}

func (d *Desk) wrongForm(w http.ResponseWriter, r *http.Request) error {
	p, err := d.disputing(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "counter-wrong", p)
}

func (d *Desk) wrong(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	p, err := d.disputing(r)
	if err != nil {
		return err
	}
	words := r.PostForm.Get("words")
	err = d.write(r, func(tx *db.Tx) error { _, err := d.Cases.Dispute(tx, p.ID, p.Question.Name, words); return err })
	if bad, ok := gov.ProblemsOf(err, "words"); ok {
		p.Words, p.Problems = words, bad
		return pages.RenderInvalid(w, r, "counter-wrong", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, p.Back)
}
