package portal

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"time"

	"rsc.io/qr"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

var documentTones = map[document.State]string{document.Valid: "good", document.Replaced: "warn", document.Expired: "warn", document.Revoked: "bad", document.Altered: "bad"}

type documentLine struct {
	document.Document
	Org gov.Text
	Tag tag
}

func (p *Portal) documentLine(r *http.Request, d document.Document) documentLine {
	return documentLine{d, p.org(r.Context(), d.Organisation), tag{d.State.Label(), documentTones[d.State]}}
}

func (p *Portal) documents(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Engine.Issuer.Mine(me(r))
	if err != nil {
		return err
	}
	data := documentsPage{Mine: p.documentLines(r, all)}
	if data.Others, err = p.held(r); err != nil {
		return err
	}
	return pages.Render(w, r, "documents", data)
}

func (p *Portal) documentLines(r *http.Request, all []document.Document) (out []documentLine) {
	for _, d := range all {
		out = append(out, p.documentLine(r, d))
	}
	return out
}

type documentsPage struct {
	Mine   []documentLine
	Others []heldBy
}

// heldBy are the documents of somebody for whom the reader acts.
type heldBy struct {
	Name gov.Text
	List []documentLine
}

// held lists the documents of those for whom the reader acts now.
func (p *Portal) held(r *http.Request) (out []heldBy, err error) {
	var mandates []identity.Mandate
	err = p.read(r, func(tx *db.Tx) error {
		all, err := identity.Mandates(tx, tx.Actor().Person)
		for _, m := range all {
			if m.Kind != identity.Company && m.ValidAt(tx.Now()) {
				mandates = append(mandates, m)
			}
		}
		return err
	})
	for _, m := range mandates {
		list, err := p.Engine.Issuer.Held(me(r), gov.PersonID(m.For))
		if gov.KindOf(err) == gov.NotFound || err == nil && len(list) == 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, heldBy{nameOr(m.ForName, m.For), p.documentLines(r, list)})
	}
	return out, err
}

type documentPage struct {
	documentLine
	Verify   string // address that anybody may open
	QR       template.URL
	Shares   []shareLine
	Share    ui.Field // what to reveal
	Days     ui.Field
	Problems gov.Problems
}

type shareLine struct {
	document.Share
	URL    string
	Names  []gov.Text // what is revealed
	Active bool
}

func (p *Portal) document(w http.ResponseWriter, r *http.Request) error {
	return p.showDocument(w, r, http.StatusOK, nil)
}

func (p *Portal) showDocument(w http.ResponseWriter, r *http.Request, status int, problems gov.Problems) error {
	i := p.Engine.Issuer
	d, err := i.Get(me(r), gov.DocumentID(r.PathValue("id")))
	if err != nil {
		return err
	}
	data := documentPage{documentLine: p.documentLine(r, d), Verify: i.VerifyURL(string(d.ID)), Problems: problems}
	if data.QR, err = qrOf(data.Verify); err != nil {
		return err
	}
	if data.Shares, err = p.shares(r, d); err != nil {
		return err
	}
	data.Share, data.Days = shareFields(d, r, first(problems))
	return pages.RenderStatus(w, r, status, "document", data)
}

func (p *Portal) shares(r *http.Request, d document.Document) (out []shareLine, err error) {
	all, err := p.Engine.Issuer.Shares(me(r), d.ID)
	labels := map[string]gov.Text{}
	for _, c := range d.Claims {
		labels[c.Name] = c.Label
	}
	for _, s := range all {
		x := shareLine{Share: s, URL: p.Engine.Issuer.VerifyURL(s.Code), Active: s.Stopped.IsZero() && s.Until.After(p.db().Now())}
		for _, c := range s.Claims {
			x.Names = append(x.Names, labels[c])
		}
		out = append(out, x)
	}
	return out, err
}

// shareFields ask what to reveal and for how long; nothing is chosen beforehand.
func shareFields(d document.Document, r *http.Request, wrong gov.Text) (what, days ui.Field) {
	what = ui.Field{Kind: "many-of", Name: "claims", Label: pages.T("portal.share.what"), Hint: pages.T("portal.share.what.hint"), Chosen: r.PostForm["claims"], Error: wrong}
	for _, c := range d.Claims {
		if c.Shown.In(gov.Arabic) != "" {
			what.Options = append(what.Options, ui.Option{Value: c.Name, Text: c.Label})
		}
	}
	days = ui.Field{Kind: "one-of", Name: "days", Label: pages.T("portal.share.days"), Value: "7"}
	if v := r.PostForm.Get("days"); v != "" {
		days.Value = v
	}
	for _, n := range []int{1, 7, 30, 90} {
		days.Options = append(days.Options, ui.Option{Value: strconv.Itoa(n), Text: pages.T("portal.days", n)})
	}
	return what, days
}

// qrOf draws an address as a square that cameras read.
func qrOf(address string) (template.URL, error) {
	c, err := qr.Encode(address, qr.M)
	if err != nil {
		return "", err
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(c.PNG())), nil // our own picture
}

// paper sends a document as PDF; ?lang chooses one language.
func (p *Portal) paper(w http.ResponseWriter, r *http.Request) error {
	id := gov.DocumentID(r.PathValue("id"))
	var langs []gov.Lang
	if l := gov.Lang(r.URL.Query().Get("lang")); l == gov.Arabic || l == gov.English {
		langs = []gov.Lang{l}
	}
	d, err := p.Engine.Issuer.Get(me(r), id)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := p.Engine.Issuer.Render(me(r), &b, id, langs...); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Number + ".pdf"}))
	_, err = w.Write(b.Bytes())
	return err
}

// share lets whoever gets the new code see what was chosen.
func (p *Portal) share(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	days, _ := strconv.Atoi(r.PostForm.Get("days"))
	until := p.db().Now().Add(time.Duration(min(max(days, 1), 365)) * 24 * time.Hour)
	id := r.PathValue("id")
	_, err := p.Engine.Issuer.Share(me(r), gov.DocumentID(id), r.PostForm["claims"], until)
	if problems, wrong := fieldProblems(err); wrong {
		for i := range problems {
			problems[i].Field = "claims"
		}
		return p.showDocument(w, r, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/documents/"+id+"#shares")
}

func (p *Portal) stopShare(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	if err := p.Engine.Issuer.StopShare(me(r), r.PostForm.Get("code")); err != nil {
		return err
	}
	return ui.Redirect(w, r, "/documents/"+r.PathValue("id")+"#shares")
}
