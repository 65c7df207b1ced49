package registry

import (
	"net/http"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	records "diwan.example/registry"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// correctPage asks the keeper's supervisor what is right and why.
type correctPage struct {
	*records.Definition
	Record   *records.Record
	Fields   []ui.Field
	Back     string
	Problems gov.Problems
}

// corrigible are the fields that a correction may change: all but the key.
func corrigible(d *records.Definition) (out []form.Question) {
	for _, q := range d.Questions() {
		if q.Name != d.Key {
			q.Label = d.Field(q.Name).Label
			out = append(out, q)
		}
	}
	return out
}

// corrected reads the record that is to be corrected; that is a look, whose
// purpose is the correction.
func (p *Registries) corrected(r *http.Request) (d *records.Definition, x *records.Record, err error) {
	if d, err = p.definition(r); err != nil {
		return d, nil, err
	}
	if !d.MayCorrect(gov.ActorFrom(r.Context())) {
		return d, nil, gov.Fail(gov.NotFound, "لا يوجد سجل بهذا المفتاح", "There is no record under this key")
	}
	why := pages.T("registry.correct").In(gov.Arabic)
	err = p.Book.DB.Write(r.Context(), func(tx *db.Tx) (err error) {
		x, err = p.Book.Lookup(tx, records.Ask{Registry: d.ID, ID: r.PathValue("record"), Purpose: why})
		return err
	})
	return d, x, err
}

func (p *Registries) correctPage(d *records.Definition, x *records.Record, answers form.Answers, why string, bad gov.Problems) *correctPage {
	fields := ask.Fields(corrigible(d), ask.Page{Answers: answers, Problems: bad, Currency: p.Currency})
	reason := ui.Field{Kind: "long-text", Name: "_reason", Label: pages.T("registry.reason"), Hint: pages.T("registry.reason.hint"), MaxLength: 1000, Value: why}
	for i, b := range bad {
		if b.Field == "reason" {
			bad[i].Field, reason.Error = reason.Name, b.Text
		}
	}
	return &correctPage{Definition: d, Record: x, Fields: append(fields, reason), Back: "/registries/" + string(d.ID), Problems: bad}
}

func (p *Registries) correctForm(w http.ResponseWriter, r *http.Request) error {
	d, x, err := p.corrected(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "correct", p.correctPage(d, x, form.Answers(x.Values), "", nil))
}

func (p *Registries) correct(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	d, x, err := p.corrected(r)
	if err != nil {
		return err
	}
	answers, _, rearranged := ask.Read(r.PostForm, corrigible(d))
	if rearranged {
		return pages.Render(w, r, "correct", p.correctPage(d, x, answers, r.PostForm.Get("_reason"), nil))
	}
	base, _ := strconv.ParseInt(r.PostForm.Get("_base"), 10, 64)
	values := map[string]any{}
	for _, q := range corrigible(d) {
		values[q.Name] = answers[q.Name] // what was left empty is taken away
	}
	err = p.Book.DB.Write(r.Context(), func(tx *db.Tx) error {
		_, err := p.Book.Correct(tx, records.Change{Registry: d.ID, Key: x.Key, Values: values, From: x.From, Base: base, Reason: r.PostForm.Get("_reason")})
		return err
	})
	bad, ok := gov.ProblemsOf(err, "")
	if k := gov.KindOf(err); err != nil && (k == gov.Conflict || k == gov.Denied) {
		bad, ok = gov.Problems{{Field: corrigible(d)[0].Name, Text: gov.PublicOf(err)}}, true
	}
	if ok {
		return pages.RenderInvalid(w, r, "correct", p.correctPage(d, x, answers, r.PostForm.Get("_reason"), bad))
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/registries/"+string(d.ID)+"?done=corrected")
}
