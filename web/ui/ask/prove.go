package ask

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
)

// prove shows what a credential proved in place of a file, or where one can be
// presented.
func (p Page) prove(f *ui.Field, q form.Question) {
	if p.Wallet != nil {
		f.Wallet = p.Wallet(q.Name)
	}
	if p.Held == nil {
		return
	}
	got, ok := p.Held.Presented[q.Name]
	if !ok {
		return
	}
	f.Kind, f.Locked, f.Held, f.Files = string(form.ShortText), true, "wallet", nil
	f.Proof = &ui.Proof{Title: got.Title, Issuer: got.Name, Verified: time.UnixMilli(got.Verified)}
	if got.Status != 0 {
		f.Proof.Status = time.UnixMilli(got.Status)
	}
	for _, c := range got.Claims {
		line := ui.Line{Label: c.Label, Value: gov.Text{}}
		kind := c.Kind
		if kind == "" {
			kind = form.ShortText
		}
		for _, l := range gov.Spoken {
			line.Value[l] = form.Display(form.Question{Kind: kind}, c.Value, l, p.Currency)
		}
		f.Proof.Claims = append(f.Proof.Claims, line)
	}
}
