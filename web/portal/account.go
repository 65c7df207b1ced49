package portal

import (
	"net/http"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/notify"
	"diwan.example/web/ui"
)

type hat struct {
	Org     gov.OrgID
	Name    gov.Text
	Roles   []gov.Role
	Current bool
}

type accountPage struct {
	Person   identity.Person
	Passkeys []identity.Passkey
	Sessions []identity.Session
	Told     notify.Preference
	Hats     []hat // offices the person holds
	AsSelf   bool  // acting as the resident they are
	Done     string
}

func (p *Portal) accountPage(w http.ResponseWriter, r *http.Request) error {
	var data accountPage
	var works []identity.Membership
	err := p.read(r, func(tx *db.Tx) (err error) {
		if data.Person, err = identity.Known(tx, tx.Actor().Person); err != nil { // the reader's own record
			return err
		}
		if data.Passkeys, err = identity.Passkeys(tx); err != nil {
			return err
		}
		if data.Sessions, err = p.Gate.Sessions(tx); err != nil {
			return err
		}
		if data.Told, err = notify.Preferred(tx); err != nil {
			return err
		}
		works, err = identity.Roles(tx, tx.Actor().Person)
		return err
	})
	if err != nil {
		return err
	}
	now := gov.ActorFrom(r.Context()).Org
	data.AsSelf, data.Done = now == "", r.URL.Query().Get("done")
	for _, m := range works {
		data.Hats = append(data.Hats, hat{m.Org, p.org(r.Context(), m.Org), m.Roles, m.Org == now})
	}
	return pages.Render(w, r, "account", data)
}

// homes are the pages at which an office begins its work.
var homes = []struct {
	role gov.Role
	path string
}{{gov.Officer, "/desk"}, {gov.Supervisor, "/desk"}, {gov.Operator, "/admin"}, {gov.Owner, "/admin"}}

// wearHat acts from now on for an organisation, or again as the resident.
func (p *Portal) wearHat(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	org := gov.OrgID(r.PostForm.Get("org"))
	if err := p.Gate.Switch(r.Context(), org); err != nil {
		return err
	}
	if org == "" {
		return ui.Redirect(w, r, "/cases")
	}
	var works []identity.Membership
	err := p.read(r, func(tx *db.Tx) (err error) { works, err = identity.Roles(tx, tx.Actor().Person); return err })
	if err != nil {
		return err
	}
	for _, m := range works {
		if m.Org == org {
			return ui.Redirect(w, r, homeOf(m.Roles))
		}
	}
	return ui.Redirect(w, r, "/account")
}

func homeOf(roles []gov.Role) string {
	for _, h := range homes {
		if (gov.Actor{Roles: roles}).Has(h.role) {
			return h.path
		}
	}
	return "/oversight"
}

func (p *Portal) endSession(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	if r.PostForm.Get("session") == "all" {
		if err := p.Gate.EndAllSessions(r.Context()); err != nil {
			return err
		}
		p.Gate.ClearCookie(w)
		return ui.Redirect(w, r, "/")
	}
	if err := p.Gate.EndSession(r.Context(), r.PostForm.Get("session")); err != nil {
		return err
	}
	return ui.Redirect(w, r, "/account?done=session")
}

// prefer takes the language of messages and the ways by which they are told.
func (p *Portal) prefer(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	f := r.PostForm
	err := p.write(r, func(tx *db.Tx) error {
		if err := identity.SetLang(tx, gov.Lang(f.Get("lang"))); err != nil {
			return err
		}
		return notify.Prefer(tx, notify.Preference{Email: f.Get("email") != "", SMS: f.Get("sms") != ""})
	})
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/account?done=prefer")
}

type contactPage struct {
	Fields   []ui.Field
	Problems gov.Problems
}

func contactFields(phone, email string, problems gov.Problems) []ui.Field {
	fields := []ui.Field{
		{Kind: "short-text", Name: "phone", Label: pages.T("portal.account.phone"), Auto: "tel", Optional: true},
		{Kind: "email", Name: "email", Label: pages.T("portal.account.email"), Auto: "email", Optional: true},
	}
	return ui.Fill(fields, map[string]any{"phone": phone, "email": email}, problems, gov.Currency{})
}

func (p *Portal) contactPage(w http.ResponseWriter, r *http.Request) error {
	var who identity.Person
	err := p.read(r, func(tx *db.Tx) (err error) { who, err = identity.Known(tx, tx.Actor().Person); return err })
	if err != nil {
		return err
	}
	return pages.Render(w, r, "contact", contactPage{Fields: contactFields(who.Phone, who.Email, nil)})
}

func (p *Portal) setContact(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	phone, email := r.PostForm.Get("phone"), r.PostForm.Get("email")
	err := p.Gate.SetContact(r.Context(), phone, email)
	if problems, wrong := fieldProblems(err); wrong {
		return pages.RenderInvalid(w, r, "contact", contactPage{contactFields(phone, email, problems), problems})
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/account?done=contact")
}

func (p *Portal) passkeyPage(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "passkey", nil)
}

func (p *Portal) removePasskey(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	err := p.write(r, func(tx *db.Tx) error { return identity.RemovePasskey(tx, r.PostForm.Get("key")) })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/account?done=passkey")
}
