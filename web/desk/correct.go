package desk

import (
	"net/http"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// correctPage corrects, with the person present, what an officer sent back.
type correctPage struct {
	*draft
	Reason   gov.Text
	Fields   []ui.Field
	Files    map[string]string // hidden field → what is uploaded already
	Problems gov.Problems
}

// owing is a case that waits for a correction, and the questions that may be changed.
func (d *Desk) owing(r *http.Request) (x *draft, qs []form.Question, err error) {
	if x, err = d.assistedCase(r); err != nil {
		return nil, nil, err
	}
	x.answers = x.Answers
	for _, name := range d.Cases.Correctable(x.View) {
		if q := x.Pack.Form.Question(name); q != nil {
			qs = append(qs, *q)
		}
	}
	return x, qs, nil
}

func (d *Desk) correctForm(w http.ResponseWriter, r *http.Request) error {
	x, qs, err := d.owing(r)
	if err != nil {
		return err
	}
	if len(qs) == 0 {
		return ui.Redirect(w, r, counterPath(x.ID))
	}
	return pages.Render(w, r, "counter-correct", d.correctPage(x, qs, nil))
}

func (d *Desk) correctPage(x *draft, qs []form.Question, bad gov.Problems) correctPage {
	p := correctPage{draft: x, Reason: x.Track.Reason, Fields: x.fields(d, qs, bad), Files: map[string]string{}, Problems: bad}
	for _, q := range qs {
		if list := x.answers[q.Name]; q.Kind == form.File && list != nil {
			p.Files[filesField+q.Name] = db.JSON(list)
		}
	}
	return p
}

// correct takes the corrections and sends the case back to whoever asked.
func (d *Desk) correct(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	x, qs, err := d.owing(r)
	if err != nil {
		return err
	}
	if len(qs) == 0 { // corrected already: pressed twice
		return ui.Redirect(w, r, counterPath(x.ID))
	}
	in, removed, again := ask.Read(r.PostForm, qs)
	carry(qs, x.Answers, in, removed)
	for _, q := range qs {
		if q.Kind == form.File {
			in[q.Name] = kept(r.PostForm.Get(filesField + q.Name))
		}
	}
	in, _ = ask.Drop(in, removed)
	refused, err := d.uploads(r, uploads{Case: x.ID, Service: x.Service, Questions: qs}, in)
	if err != nil {
		return err
	}
	x.answers = in
	if again || refused != nil {
		return pages.RenderInvalid(w, r, "counter-correct", d.correctPage(x, qs, refused))
	}
	err = d.write(r, func(tx *db.Tx) error { _, err := d.Cases.Correct(tx, x.ID, in); return err })
	if bad, ok := gov.ProblemsOf(err, "main"); ok {
		return pages.RenderInvalid(w, r, "counter-correct", d.correctPage(x, qs, bad))
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, counterPath(x.ID))
}
