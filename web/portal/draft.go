package portal

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"diwan.example/web/ui"
)

// draft is an application being filled in, with all that its questions may know.
type draft struct {
	*casework.View
	ctx     context.Context
	form    form.Context
	answers form.Answers // as typed, with what the person's record offers
	offered form.Answers // what the person's record offers
	visible []form.Page
}

// draft loads the reader's application. over are answers to be looked at as if
// they were saved. Errors: NotFound to strangers.
func (p *Portal) draft(tx *db.Tx, id gov.CaseID) (*draft, error) {
	v, err := p.Engine.Get(tx, id)
	if err != nil {
		return nil, err
	}
	if !v.Mine {
		return nil, errNoCase
	}
	if v.State == casework.Draft { // a draft follows the version in force
		if v.Pack, err = p.Engine.Packs.Current(tx, v.Service); err != nil {
			return nil, err
		}
	}
	d := &draft{View: v, ctx: tx.Context()}
	if d.form, err = p.Engine.FormContext(tx, v); err != nil {
		return nil, err
	}
	d.with(v.Answers)
	return d, nil
}

var errNoCase = gov.Fail(gov.NotFound, "لا يوجد طلب بهذا الرقم", "There is no application with this number")

// with takes answers as the draft's own and works out what is asked now.
func (d *draft) with(answers form.Answers) {
	d.answers = maps.Clone(answers)
	if d.answers == nil {
		d.answers = form.Answers{}
	}
	d.offered = d.Pack.Form.Prefill(d.ctx, d.form)
	for name, offer := range d.offered {
		q := d.Pack.Form.Question(name)
		if _, typed := d.answers[name]; !typed || q != nil && (q.Locked || d.form.Held.Answers(*q)) {
			d.answers[name] = offer
		}
	}
	d.visible = d.Pack.Form.Visible(d.ctx, d.answers, d.form)
	d.compute()
}

// compute adds what is worked out from the answers, as far as it can be.
func (d *draft) compute() {
	maps.DeleteFunc(d.answers, func(name string, _ any) bool {
		q := d.Pack.Form.Question(name)
		return q != nil && q.Kind == form.Computed
	})
	maps.Copy(d.answers, d.Pack.Form.Computed(d.ctx, d.answers, d.form))
}

// page is a page that is asked now, its place among them, and whether there is one.
func (d *draft) page(name string) (form.Page, int, bool) {
	i := slices.IndexFunc(d.visible, func(p form.Page) bool { return p.Name == name })
	if i < 0 {
		return form.Page{}, 0, false
	}
	return d.visible[i], i, true
}

// problems are what is wrong on a page; every question counts.
func (d *draft) problems(page string) gov.Problems {
	_, err := d.Pack.Form.CheckPage(d.ctx, page, d.answers, d.form)
	return problemsOf(err)
}

// Open is the first page that still lacks something; "" when all is answered.
func (d *draft) Open() string {
	for _, page := range d.visible {
		if len(d.problems(page.Name)) > 0 {
			return page.Name
		}
	}
	return ""
}

// Path is an address below the application's.
func (d *draft) Path(parts ...string) string {
	return strings.Join(append([]string{"/cases", string(d.ID)}, parts...), "/")
}

// gather fetches what registries hold for the reader's application.
func (p *Portal) gather(r *http.Request) error {
	return p.Engine.Gather(me(r), gov.CaseID(r.PathValue("id")))
}

// reading runs do with the reader's draft; one that was handed in already leads
// to its case.
func (p *Portal) reading(w http.ResponseWriter, r *http.Request, do func(d *draft) error) error {
	var d *draft
	if err := p.gather(r); err != nil {
		return err
	}
	err := p.write(r, func(tx *db.Tx) (err error) {
		if d, err = p.draft(tx, gov.CaseID(r.PathValue("id"))); err == nil {
			d.ctx = r.Context()
		}
		return err
	})
	if err != nil {
		return err
	}
	if d.State != casework.Draft {
		return ui.Redirect(w, r, d.Path())
	}
	return do(d)
}

// fees are what the first payment would come to, when it can be said now.
func (d *draft) fees(clean form.Answers) *feeTable {
	for i := range d.Pack.Steps {
		s := &d.Pack.Steps[i]
		if s.Kind != pack.Pay {
			continue
		}
		lines, waived, why, err := d.Pack.Fees(d.ctx, s, d.Pack.Vars(clean, d.form))
		if err != nil {
			return nil
		}
		return newFeeTable(lines, waived, why)
	}
	return nil
}

type feeTable struct {
	Title gov.Text
	Lines []feeLine
	Total gov.Money
}

type feeLine struct {
	Text, Note gov.Text
	Amount     gov.Money
}

func newFeeTable(lines []pack.Fee, waived gov.Money, why gov.Text) *feeTable {
	t := &feeTable{Title: pages.T("portal.fees")}
	for _, l := range lines {
		t.Lines = append(t.Lines, feeLine{Text: l.Label, Amount: l.Gross})
		t.Total += l.Gross
	}
	if waived > 0 {
		t.Lines = append(t.Lines, feeLine{Text: pages.T("portal.fees.waived"), Note: why, Amount: -waived})
		t.Total -= waived
	}
	return t
}
