package portal

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"diwan.example/casework"
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/barcode"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/pdf"
	"diwan.example/web/ui"
)

type documentPage struct {
	documentLine
	Verify   string // address that anybody may open
	QR       template.URL
	Mine     bool // the reader is the holder
	Shares   []shareLine
	Open     int // shares that are open
	Share    shareForm
	Wallet   walletPart
	Wrong    []ui.Option // what may be said to be wrong; empty: no correction is offered
	Older    gov.DocumentID
	Problems gov.Problems
}

// opening is how much of a long text the document's page shows, in letters.
const opening = 160

// Long reports whether a text is too long for a line of the page.
func (documentPage) Long(s string) bool { return utf8.RuneCountInString(s) > 2*opening }

// Opening is how a long text begins, whole words without the marks of its layout.
func (documentPage) Opening(s string) string {
	words := strings.Fields(shortened(s, opening))
	words = slices.DeleteFunc(words[:max(len(words)-1, 0)], func(w string) bool { return w == "#" || w == ">" || w == "-" })
	return strings.Join(words, " ") + "…"
}

// document is one document of the reader's, or of somebody they act for.
func (p *Portal) document(w http.ResponseWriter, r *http.Request) error {
	return p.showDocument(w, r, http.StatusOK, nil)
}

func (p *Portal) showDocument(w http.ResponseWriter, r *http.Request, status int, problems gov.Problems) error {
	i := p.Engine.Issuer
	d, err := i.Get(me(r), gov.DocumentID(r.PathValue("id")))
	if err != nil {
		return err
	}
	data := documentPage{documentLine: p.documentLine(r, d), Verify: i.VerifyURL(string(d.ID)), Mine: gov.ActorFrom(r.Context()).Person == d.Holder,
		Older: d.Replaces, Share: shareFields(d, r, problems), Problems: problems}
	text, err := i.QRText(me(r), d)
	if err != nil {
		return err
	}
	if data.QR, err = qrOf(text); err != nil {
		return err
	}
	if data.Shares, err = p.shares(r, d); err != nil {
		return err
	}
	for _, s := range data.Shares {
		if s.Active {
			data.Open++
		}
	}
	if data.Wallet, err = p.walletPart(r, d); err != nil {
		return err
	}
	if data.Wrong, err = p.disputable(r, d); err != nil {
		return err
	}
	return pages.RenderStatus(w, r, status, "document", data)
}

// qrOf draws an address as a square that cameras read.
func qrOf(address string) (template.URL, error) {
	c, err := barcode.Picture(address)
	if err != nil {
		return "", err
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(c.PNG())), nil // our own picture
}

// langsOf are the languages that an address asks for; none: the document's own.
func langsOf(r *http.Request) (out []gov.Lang) {
	if l := gov.Lang(r.URL.Query().Get("lang")); slices.Contains(gov.Spoken, l) {
		return []gov.Lang{l}
	}
	return nil
}

// paper sends a document as PDF; ?lang chooses one language.
func (p *Portal) paper(w http.ResponseWriter, r *http.Request) error {
	id := gov.DocumentID(r.PathValue("id"))
	d, err := p.Engine.Issuer.Get(me(r), id)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := p.Engine.Issuer.Render(me(r), &b, id, langsOf(r)...); err != nil {
		return err
	}
	return attach(w, "application/pdf", d.Number+".pdf", b.Bytes())
}

// signed sends what was signed, as it was signed.
func (p *Portal) signed(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Engine.Issuer.Get(me(r), gov.DocumentID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return attach(w, "application/jose", d.Number+".jws", []byte(d.Token))
}

func attach(w http.ResponseWriter, kind, name string, body []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	_, err := w.Write(body)
	return err
}

// sheetPage is a document as it stands on paper, to be read on a screen.
type sheetPage struct {
	Document document.Document
	Tag      tag
	Parts    []sheetPart
	Ended    bool
}

// sheetPart is one block in the languages of the document.
type sheetPart struct {
	pdf.Block
	Image template.URL
	Langs []gov.Lang
}

func (p *Portal) sheet(w http.ResponseWriter, r *http.Request) error {
	d, drawn, err := p.Engine.Issuer.Sheet(me(r), gov.DocumentID(r.PathValue("id")), langsOf(r)...)
	if err != nil {
		return err
	}
	langs := drawn.Languages
	if len(langs) == 0 {
		langs = []gov.Lang{gov.Arabic, gov.English}
	}
	data := sheetPage{Document: d, Tag: tag{d.State.Label(), documentTones[d.State]}, Ended: d.State != document.Valid}
	for _, b := range drawn.Layout.Blocks {
		x := sheetPart{Block: b, Langs: langs}
		if b.Payload != "" {
			if x.Image, err = qrOf(b.Payload); err != nil {
				return err
			}
		}
		if len(b.Picture) > 0 {
			x.Image = template.URL("data:" + http.DetectContentType(b.Picture) + ";base64," + base64.StdEncoding.EncodeToString(b.Picture))
		}
		data.Parts = append(data.Parts, x)
	}
	return pages.Render(w, r, "sheet", data)
}

// disputable are the statements of a document that may be said to be wrong.
// A document that has ended is not corrected, and neither is anything where the
// country has no service for it or the issuer does not take part in it.
func (p *Portal) disputable(r *http.Request, d document.Document) (out []ui.Option, err error) {
	if d.State != document.Valid && d.State != document.Expired {
		return nil, nil
	}
	err = p.read(r, func(tx *db.Tx) error {
		if kin, err := p.mineOrChild(tx, d.Holder); err != nil || !kin {
			return err
		}
		pk, err := p.Engine.Packs.Current(tx, correction)
		if gov.KindOf(err) == gov.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if q := pk.Form.Question("keeper"); q != nil && len(q.Options) > 0 && !slices.ContainsFunc(q.Options, func(o form.Option) bool { return o.Value == string(d.Organisation) }) {
			return nil
		}
		for _, c := range d.Claims {
			if c.Kind != form.File && c.Shown.In(gov.Arabic) != "" {
				out = append(out, ui.Option{Value: c.Name, Text: c.Label})
			}
		}
		return nil
	})
	return out, err
}

// mineOrChild reports whether the reader may ask on behalf of holder: a company's
// correction is no personal matter and goes by the service that issued the document.
func (p *Portal) mineOrChild(tx *db.Tx, holder gov.PersonID) (bool, error) {
	if me := tx.Actor().Person; holder != me {
		return identity.MayActFor(tx, me, string(holder), identity.Guardian, "")
	}
	return true, nil
}

// correctDocument begins a correction of one statement of a document: a draft to the
// entity that issued it, which its person completes and sends.
func (p *Portal) correctDocument(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	d, err := p.Engine.Issuer.Get(me(r), gov.DocumentID(r.PathValue("id")))
	if err != nil {
		return err
	}
	fields, err := p.disputable(r, d)
	if err != nil {
		return err
	}
	name := r.PostForm.Get("claim")
	at := slices.IndexFunc(d.Claims, func(c document.Claim) bool { return c.Name == name })
	if at < 0 || !slices.ContainsFunc(fields, func(o ui.Option) bool { return o.Value == name }) {
		return p.showDocument(w, r, http.StatusUnprocessableEntity, gov.Problems{{Field: "claim", Text: pages.T("portal.doc.wrong.choose")}})
	}
	lang := ui.LangOf(r)
	c := d.Claims[at]
	answers := form.Answers{"keeper": string(d.Organisation), "registry": "other", "field": "other",
		"shown": shortened(d.Title.In(lang)+" "+d.Number+": "+c.Label.In(lang)+": "+c.Shown.In(lang), 200)}
	var made *casework.Case
	err = p.write(r, func(tx *db.Tx) (err error) {
		if made, err = p.begin(tx, correction, d.Holder, "shown", answers); err != nil {
			return err
		}
		return p.Engine.Issuer.Dispute(tx, made.ID, d.ID, name)
	})
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/cases/"+string(made.ID)+"/apply/record")
}
