package portal

import (
	"encoding/json"
	"net/http"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/web/ui"
)

type verifyPage struct {
	Code     string
	Problems gov.Problems
}

// Wrong is what is wrong in the one box of the page.
func (p verifyPage) Wrong() gov.Text { return first(p.Problems) }

// verifyPage takes a code that somebody types.
func (p *Portal) verifyPage(w http.ResponseWriter, r *http.Request) error {
	mayScan(w)
	typed := r.URL.Query().Get("code")
	if typed == "" {
		return pages.Render(w, r, "verify", verifyPage{})
	}
	code, ok := document.ReadCode(typed)
	if !ok {
		return pages.RenderInvalid(w, r, "verify", verifyPage{Code: typed, Problems: gov.Problems{{Field: "code", Text: pages.T("portal.verify.nocode")}}})
	}
	return ui.Redirect(w, r, "/v/"+code)
}

type verdictPage struct {
	document.Verification
	verifyPage
	Code string
	Tone string
}

// Words names the state for the script, as JSON of its languages.
func (p verdictPage) Words() string {
	b, _ := json.Marshal(p.State.Label()) // words always encode
	return string(b)
}

var verdictTones = map[document.State]string{
	document.Valid: "good", document.Expired: "warn", document.Replaced: "warn", document.Suspended: "warn",
	document.Revoked: "bad", document.Altered: "bad", document.Unknown: "bad",
}

// verify answers anybody who holds a code, at a pace that makes guessing useless.
func (p *Portal) verify(w http.ResponseWriter, r *http.Request) error {
	if err := p.Gate.Limit(r.Context(), "verify from "+client(r).Address, 120, 10*time.Minute); err != nil {
		return err
	}
	code, ok := document.ReadCode(r.PathValue("code"))
	data := verdictPage{Verification: document.Verification{State: document.Unknown}, Code: code}
	if ok {
		var err error
		if data.Verification, err = p.Engine.Issuer.VerifyFor(me(r), code, visitor(r)); err != nil {
			return err
		}
	}
	mayScan(w)
	data.Tone = verdictTones[data.State]
	status := http.StatusOK
	if data.State == document.Unknown {
		status = http.StatusNotFound
	}
	w.Header().Set("X-Robots-Tag", "noindex")
	page := "verdict"
	if data.Shared {
		page = "shared"
	}
	return pages.RenderStatus(w, r, status, page, data)
}
