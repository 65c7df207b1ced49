package identity

import (
	"context"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

var contactText = gov.T(
	"تغيّرت بيانات التواصل في حسابك لدى ديوان. إن لم تكن أنت من غيّرها فبادر بالاتصال بمركز خدمة الجمهور.",
	"The contact details of your Diwan account were changed. If it was not you, call the contact centre at once.")

// SetContact changes where the actor is reached. Because codes go there, they
// must have proved themselves within ten minutes, and the old address is told.
// Errors: SignIn, Invalid.
func (g *Gate) SetContact(ctx context.Context, phone, email string) error {
	return g.DB.Write(ctx, func(tx *db.Tx) error {
		a := tx.Actor()
		if a.Person == "" || a.Session == "" || a.Scopes != nil {
			return errNobody
		}
		if !FreshFor(a, tx.Now(), 10*time.Minute) {
			return errProve
		}
		p, err := Known(tx, a.Person)
		if err != nil {
			return err
		}
		was := p.Contact()
		p.Phone, p.Email = phone, email
		if err := replace(tx, p, "identity.contact-changed"); err != nil {
			return err
		}
		if was.Email == "" && was.Phone == "" {
			return nil
		}
		return g.Send(tx, was, contactText)
	})
}

// SetLang remembers the language in which the actor wants messages. Errors:
// SignIn, Invalid.
func SetLang(tx *db.Tx, l gov.Lang) error {
	a := tx.Actor()
	if a.Person == "" {
		return errNobody
	}
	if l != gov.Arabic && l != gov.English {
		return gov.Fail(gov.Invalid, "اختر العربية أو الإنجليزية", "Choose Arabic or English").At("lang")
	}
	return setLang(tx, a.Person, l)
}
