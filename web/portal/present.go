package portal

import (
	"html/template"
	"io"
	"net/http"

	"diwan.example/casework"
	"diwan.example/document/vp"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
)

// presentPage is where a person presents a credential from their wallet in place
// of a file.
type presentPage struct {
	Case     *draft
	Question *form.Question
	Type     gov.Text // what is to be presented
	Claims   []gov.Text
	Asked    bool // there is a request
	Request  vp.Request
	Shown    *vp.Presented // what answers the question already
	Early    bool          // the person was faster than the wallet
	QR       template.URL
	Link     template.URL // opens a wallet on this device
	Back     string
}

// Here is the page's own address.
func (p presentPage) Here() string { return p.Case.Path("present", p.Question.Name) }

// presenting loads the reader's draft or correction and the question that the
// address names. Errors: NotFound.
func (p *Portal) presenting(r *http.Request) (data presentPage, err error) {
	if p.Presentations == nil {
		return data, errNoCredential
	}
	err = p.write(r, func(tx *db.Tx) error {
		if data.Case, err = p.draft(tx, gov.CaseID(r.PathValue("id"))); err != nil {
			return err
		}
		data.Case.ctx = r.Context()
		data.Question = data.Case.Pack.Form.Question(r.PathValue("question"))
		if data.Question == nil || data.Question.Credential == nil {
			return errNoCredential
		}
		t, ok, err := p.Presentations.TypeOf(tx, data.Question.Credential.Type)
		if err != nil || !ok {
			return err
		}
		data.Type = t.Title
		for _, name := range data.Question.Credential.Names() {
			data.Claims = append(data.Claims, t.Label(name))
		}
		data.Request, data.Asked, err = p.Presentations.Latest(tx, data.Case.ID, data.Question.Name)
		return err
	})
	if err != nil {
		return data, err
	}
	d := data.Case
	if shown, ok := d.Track.Presented[data.Question.Name]; ok {
		data.Shown = &shown
	}
	data.Back = d.Path()
	if d.State == casework.Draft {
		data.Back = d.Path("apply", d.pageOf(data.Question.Name))
	} else if d.Owing != nil {
		data.Back = d.Path("correct")
	}
	return data, nil
}

var errNoCredential = gov.Fail(gov.NotFound, "لا يوجد سؤال بهذا الاسم يُجاب عنه من المحفظة", "There is no question of this name that a credential answers")

// presentPage shows the code and the link, or what has become of them.
func (p *Portal) presentPage(w http.ResponseWriter, r *http.Request) error {
	data, err := p.presenting(r)
	if err != nil {
		return err
	}
	data.Early = r.URL.Query().Get("early") != ""
	if data.Asked && data.Request.State == vp.Waiting {
		err = p.read(r, func(tx *db.Tx) error {
			far, err := p.Presentations.Link(tx, data.Request, false)
			if err != nil {
				return err
			}
			near, err := p.Presentations.Link(tx, data.Request, true)
			if err != nil {
				return err
			}
			data.Link = template.URL(near) // our own request
			data.QR, err = qrOf(far)
			return err
		})
		if err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return pages.Render(w, r, "present", data)
}

// presentState tells the page's script whether a wallet has answered.
func (p *Portal) presentState(w http.ResponseWriter, r *http.Request) error {
	data, err := p.presenting(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err = io.WriteString(w, string(data.Request.State))
	return err
}

// present makes a request, takes what a wallet presented as the answer, or takes
// that answer back.
func (p *Portal) present(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	data, err := p.presenting(r)
	if err != nil {
		return err
	}
	id, question := data.Case.ID, data.Question.Name
	switch r.PostForm.Get("do") {
	case "ask":
		err = p.write(r, func(tx *db.Tx) error {
			wish, err := p.Engine.Wish(tx, id, question)
			if err == nil {
				_, err = p.Presentations.Ask(tx, wish)
			}
			return err
		})
	case "drop":
		err = p.write(r, func(tx *db.Tx) error { return p.Engine.Present(tx, id, question, nil) })
	default:
		return p.collect(w, r, data)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, data.Here())
}

// collect makes what was presented the answer, and leads back to the question.
func (p *Portal) collect(w http.ResponseWriter, r *http.Request, data presentPage) error {
	switch {
	case data.Asked && data.Request.State == vp.Given:
	case data.Asked && data.Request.State == vp.Waiting:
		return ui.Redirect(w, r, ui.Path(data.Here(), "early", "1"))
	default:
		return ui.Redirect(w, r, data.Here())
	}
	err := p.write(r, func(tx *db.Tx) error {
		got, err := p.Presentations.Collect(tx, data.Request.Code)
		if err == nil {
			err = p.Engine.Present(tx, data.Case.ID, data.Question.Name, &got)
		}
		return err
	})
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, data.Back+"#f-"+data.Question.Name)
}

// wallet says where a question's credential is presented; nil when it cannot be.
func (p *Portal) wallet(d *draft) func(question string) string {
	if p.Presentations == nil {
		return nil
	}
	return func(q string) string { return d.Path("present", q) }
}
