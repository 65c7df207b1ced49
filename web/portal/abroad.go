package portal

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/web/ui"
)

// attest makes a statement of a document for readers abroad and opens it.
func (p *Portal) attest(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	a, err := p.Engine.Issuer.Attest(me(r), gov.DocumentID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, documentOf(a.Document, "abroad", a.Number))
}

// attestation sends a statement as PDF.
func (p *Portal) attestation(w http.ResponseWriter, r *http.Request) error {
	var b bytes.Buffer
	number := r.PathValue("number")
	if err := p.Engine.Issuer.AttestationPage(me(r), &b, number); err != nil {
		return err
	}
	return attach(w, "application/pdf", number+".pdf", b.Bytes())
}

// registerPage is the register of statements, open to anybody.
type registerPage struct {
	Number   string
	Date     string
	Found    *document.Attestation
	Tone     string
	Problems gov.Problems
}

// Wrong is what is wrong in the boxes of the page.
func (p registerPage) Wrong() gov.Text { return first(p.Problems) }

// register answers anybody who has a statement's number and date, at a pace that
// makes guessing useless.
func (p *Portal) register(w http.ResponseWriter, r *http.Request) error {
	data := registerPage{Number: strings.TrimSpace(r.URL.Query().Get("number")), Date: strings.TrimSpace(r.URL.Query().Get("date"))}
	if data.Number == "" && data.Date == "" {
		return pages.Render(w, r, "e-register", data)
	}
	if err := p.Gate.Limit(r.Context(), "e-register from "+client(r).Address, 60, 10*time.Minute); err != nil {
		return err
	}
	a, err := p.Engine.Issuer.Attested(me(r), data.Number, data.Date)
	w.Header().Set("X-Robots-Tag", "noindex")
	if gov.KindOf(err) == gov.NotFound {
		data.Problems = gov.Problems{{Field: "number", Text: gov.PublicOf(err)}}
		return pages.RenderStatus(w, r, http.StatusNotFound, "e-register", data)
	}
	if err != nil {
		return err
	}
	data.Found, data.Tone = &a, verdictTones[a.State]
	return pages.Render(w, r, "e-register", data)
}
