package portal

import (
	"encoding/json"
	"io"
	"net/http"

	"diwan.example/gov"
	"diwan.example/web/ui"
)

// ceremonyCookie names the passkey ceremony that this browser is in.
const ceremonyCookie = "passkey"

// beginPasskey answers what navigator.credentials wants. {purpose} is enter,
// prove or add.
func (p *Portal) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	id, options, err := p.Gate.BeginPasskey(r.Context(), r.PathValue("purpose"))
	if err != nil {
		return err
	}
	http.SetCookie(w, p.cookie(ceremonyCookie, id, 300))
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(options)
	return err
}

// finishPasskey takes the authenticator's answer and says where to go next.
func (p *Portal) finishPasskey(w http.ResponseWriter, r *http.Request) error {
	c, err := r.Cookie(ceremonyCookie)
	if err != nil {
		return gov.Fail(gov.Invalid, "انتهت المحاولة، ابدأ من جديد", "This attempt has ended; please begin again")
	}
	http.SetCookie(w, p.cookie(ceremonyCookie, "", -1))
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var more struct{ Fields map[string]string }
	if err := json.Unmarshal(body, &more); err != nil {
		return gov.Fail(gov.Invalid, "تعذّرت قراءة الطلب", "The request could not be read").Because(err)
	}
	token, err := p.Gate.FinishPasskey(r.Context(), c.Value, more.Fields["label"], body, client(r))
	if err != nil {
		return err
	}
	if token != "" {
		p.Gate.SetCookie(w, token)
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]string{"to": ui.URL(r, ui.LocalPath(more.Fields["next"], "/cases"))})
}
