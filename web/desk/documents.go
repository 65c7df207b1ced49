package desk

import (
	"context"
	"net/http"
	"slices"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// endPage ends a document: takes it back, or puts a corrected one in its place.
type endPage struct {
	Document document.Document
	Claims   []ui.Field // what a replacement may say otherwise
	Fixed    []document.Claim
	Reason   reason // as typed
	Problems gov.Problems
	Unproved bool
	Act      string     // revoke, suspend, resume or replace
	Case     gov.CaseID // to which its officer returns
	Disputed *disputed  // what that case says is wrong with it; nil: it is the document's own

	form *form.Form
}

func (d *Desk) endPage(r *http.Request) (p endPage, err error) {
	p.Unproved = !d.proved(gov.ActorFrom(r.Context()))
	p.Document, err = d.Cases.Issuer.Get(r.Context(), gov.DocumentID(r.PathValue("id")))
	if err == nil && p.Document.Organisation != gov.ActorFrom(r.Context()).Org {
		err = gov.Fail(gov.NotFound, "لا توجد وثيقة بهذا الرقم في جهتك", "Your organisation has no document with this number")
	}
	return p, err
}

// reason is why a document ends, in the words of an officer; English may be left out.
type reason struct{ Ar, En string }

func (x reason) text() gov.Text { return gov.T(x.Ar, x.En) }

func (p *endPage) typed(r *http.Request) {
	p.Reason = reason{r.PostFormValue("reason"), r.PostFormValue("reason_en")}
}

// ending is what may be done to a document beside replacing it.
type ending struct {
	to document.State
	do func(*document.Issuer, context.Context, gov.DocumentID, gov.Text) error
}

var endings = map[string]ending{
	"revoke":  {document.Revoked, (*document.Issuer).Revoke},
	"suspend": {document.Suspended, (*document.Issuer).Suspend},
	"resume":  {document.Valid, (*document.Issuer).Resume},
}

// endRoutes are a page for each ending, and what it posts.
func (d *Desk) endRoutes() (out []ui.Route) {
	for act := range endings {
		at := " /desk/documents/{id}/" + act
		out = append(out, ui.Route{Pattern: "GET" + at, Guard: staff, Page: d.endForm(act)}, ui.Route{Pattern: "POST" + at, Guard: staff.AndStepUp(), Page: d.end(act)})
	}
	return out
}

func (d *Desk) endForm(act string) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := d.endPage(r)
		if err != nil {
			return err
		}
		p.Act = act
		return pages.Render(w, r, "end", p)
	}
}

// end does what one of those pages asks for.
func (d *Desk) end(act string) ui.Handler {
	x := endings[act]
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := d.endPage(r)
		if err != nil {
			return err
		}
		p.Act = act
		p.typed(r)
		err = x.do(d.Cases.Issuer, r.Context(), p.Document.ID, p.Reason.text())
		if bad, ok := gov.ProblemsOf(err, "reason"); ok {
			p.Problems = bad
			return pages.RenderInvalid(w, r, "end", p)
		}
		if err != nil && !(gov.KindOf(err) == gov.Conflict && p.Document.State == x.to) { // pressed twice: done once
			return err
		}
		return ui.Redirect(w, r, "/desk/cases/"+string(p.Document.Case)+"#documents")
	}
}

func (d *Desk) replaceForm(w http.ResponseWriter, r *http.Request) error {
	p, err := d.replacePage(r)
	if err != nil {
		return err
	}
	p.fields(stated(p.Document), nil, d.Cases.Currency)
	return pages.Render(w, r, "replace", p)
}

// replacePage is endPage with a form of the document's statements.
func (d *Desk) replacePage(r *http.Request) (p endPage, err error) {
	if p, err = d.endPage(r); err != nil {
		return p, err
	}
	p.Act, p.Case = "replace", p.Document.Case
	if c := gov.CaseID(r.URL.Query().Get("case")); c != "" {
		if err := d.replacing(r, &p, c); err != nil {
			return p, err
		}
	}
	var k *pack.Pack
	err = d.Cases.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		k, err = d.Cases.Packs.At(tx, p.Document.Service, p.Document.Version)
		return err
	})
	if err != nil {
		return p, err
	}
	kind := k.Document(p.Document.Type)
	if kind == nil {
		return p, errNotHere
	}
	var qs []form.Question
	for _, c := range p.Document.Claims {
		q, ok := claimQuestion(kind, c)
		if !ok {
			p.Fixed = append(p.Fixed, c)
			continue
		}
		qs = append(qs, q)
	}
	compiled, issues := form.CompileQuestions(qs, nil, form.Options{Currency: d.Cases.Currency})
	if len(issues) > 0 {
		return p, gov.Fail(gov.Internal, "", "").Because(issueOf(issues))
	}
	p.form = compiled
	return p, nil
}

// replacing reads the case from which a document is replaced: one that is about it.
func (d *Desk) replacing(r *http.Request, p *endPage, c gov.CaseID) error {
	return d.write(r, func(tx *db.Tx) error {
		if _, err := d.Cases.Get(tx, c); err != nil {
			return err
		}
		x, err := d.disputed(tx, c)
		if err == nil && (x == nil || x.ID != p.Document.ID) {
			err = errNotHere
		}
		p.Case, p.Disputed = c, x
		return err
	})
}

func issueOf(list []form.Issue) error { return gov.Fail(gov.Internal, "", list[0].String()) }

// claimQuestion asks for a statement again: by the question it repeats, without
// that question's conditions. Pictures and tables stay as they are.
func claimQuestion(kind *pack.Document, c document.Claim) (form.Question, bool) {
	i := slices.IndexFunc(kind.Claims, func(x pack.Claim) bool { return x.Name == c.Name })
	if i < 0 || c.Kind == form.File || c.Kind == form.Group {
		return form.Question{}, false
	}
	q := form.Question{Kind: c.Kind}
	if from := kind.Claims[i].Question(); from != nil && from.Kind == c.Kind {
		q = form.Question{Kind: from.Kind, Options: from.Options, MaxLength: from.MaxLength, Decimals: from.Decimals}
		for i := range q.Options {
			q.Options = slices.Clone(q.Options)
			q.Options[i].When = ""
		}
	}
	if q.Kind == form.Country {
		q.Kind = form.ShortText // by its code
	}
	q.Name, q.Label = c.Name, c.Label
	return q, q.Kind != form.Computed
}

func stated(doc document.Document) form.Answers {
	out := form.Answers{}
	for _, c := range doc.Claims {
		out[c.Name] = c.Value
	}
	return out
}

func (p *endPage) fields(a form.Answers, bad gov.Problems, c gov.Currency) {
	p.Problems = bad
	p.Claims = ask.Fields(p.form.Questions(), ask.Page{Answers: a, Problems: bad, Currency: c})
}

func (d *Desk) replace(w http.ResponseWriter, r *http.Request) error {
	p, err := d.replacePage(r)
	if err != nil {
		return err
	}
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	p.typed(r)
	answers, _, _ := ask.Read(r.PostForm, p.form.Questions())
	clean, err := p.form.Check(r.Context(), answers, form.Context{Now: d.Cases.DB.Now(), Zone: d.Cases.Calendar.Zone})
	if err == nil {
		_, err = d.Cases.Issuer.Replace(r.Context(), p.Document.ID, document.Draft{Claims: p.claims(clean)}, p.Reason.text())
	}
	if bad, ok := gov.ProblemsOf(err, "reason"); ok {
		p.fields(answers, bad, d.Cases.Currency)
		return pages.RenderInvalid(w, r, "replace", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, p.Back())
}

// Back is where the officer came from.
func (p endPage) Back() string {
	if p.Disputed != nil {
		return "/desk/cases/" + string(p.Case) + "#disputed"
	}
	return "/desk/cases/" + string(p.Document.Case) + "#documents"
}

// Self is the address of the page itself.
func (p endPage) Self() string {
	at := "/desk/documents/" + string(p.Document.ID) + "/" + p.Act
	if p.Disputed != nil {
		at += "?case=" + string(p.Case)
	}
	return at
}

// claims are those of the new document, in the order of the old one.
func (p *endPage) claims(clean form.Answers) (out []document.Claim) {
	for _, c := range p.Document.Claims {
		v, given := clean[c.Name]
		if q := p.form.Question(c.Name); q == nil {
			v, given = c.Value, true
		}
		if given {
			out = append(out, document.Claim{Name: c.Name, Value: v})
		}
	}
	return out
}
