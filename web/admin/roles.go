package admin

import (
	"net/http"
	"slices"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// roles are all roles with their names and what they let people do.
var roles = []ui.Option{
	{Value: string(gov.Officer), Text: gov.T("موظف خدمة", "Officer"), Hint: gov.T("ينجز طلبات الجهة", "Works on the organisation's cases")},
	{Value: string(gov.Supervisor), Text: gov.T("مشرف", "Supervisor"), Hint: gov.T("يوزّع العمل ويسحب الوثائق ويرد الرسوم", "Shares out work, revokes documents, refunds fees")},
	{Value: string(gov.Owner), Text: gov.T("مسؤول خدمات", "Service owner"), Hint: gov.T("يكتب خدمات الجهة وينشرها", "Writes and publishes the organisation's services")},
	{Value: string(gov.Head), Text: gov.T("رئيس جهة", "Head"), Hint: gov.T("يرى أرقام الجهة ويعيّن موظفيها", "Sees the organisation's figures and appoints its staff")},
	{Value: string(gov.Authority), Text: gov.T("فريق الجهة القائدة", "Leading authority"), Hint: gov.T("يتابع التحول في كل الجهات", "Follows the transformation everywhere")},
	{Value: string(gov.Committee), Text: gov.T("عضو لجنة متابعة", "Committee member"), Hint: gov.T("يقرأ صفحات المتابعة", "Reads the oversight pages")},
	{Value: string(gov.Auditor), Text: gov.T("مدقق", "Auditor"), Hint: gov.T("يقرأ سجل الأحداث وسجل الاطلاع", "Reads the journal and the access log")},
	{Value: string(gov.Operator), Text: gov.T("مشغّل", "Operator"), Hint: gov.T("يدير الأشخاص والمفاتيح والمهام", "Looks after people, keys and jobs")},
}

func roleNames(list []gov.Role) (out []gov.Text) {
	for _, r := range list {
		out = append(out, roleName(r))
	}
	return out
}

func roleName(r gov.Role) gov.Text {
	i := slices.IndexFunc(roles, func(o ui.Option) bool { return o.Value == string(r) })
	if i < 0 {
		return gov.T(string(r), string(r))
	}
	return roles[i].Text
}

// rolesPage gives a person roles in an organisation.
type rolesPage struct {
	form
	Person identity.Person
	Org    gov.Text // the one organisation of a head
}

// roleFields are the questions; a head chooses within the own organisation and
// among the roles that stay inside it.
func (a *Admin) roleFields(r *http.Request) []ui.Field {
	f := ui.Field{Kind: "many-of", Name: "roles", Label: pages.T("admin.roles"), Options: roles}
	if !isOperator(r) {
		f.Options = roles[:4]
		return []ui.Field{f}
	}
	return []ui.Field{{Kind: "one-of", Name: "org", Label: pages.T("admin.org"), Options: a.organisations()}, f}
}

func (a *Admin) rolesPage(r *http.Request, answers map[string]any, wrong gov.Problems) (p rolesPage, err error) {
	me := gov.ActorFrom(r.Context())
	org := me.Org
	if isOperator(r) {
		if s, _ := answers["org"].(string); s != "" {
			org = gov.OrgID(s)
		}
	} else {
		p.Org = a.org(org)
	}
	err = a.write(r, func(tx *db.Tx) error {
		if p.Person, err = seen(tx, r); err != nil || answers["roles"] != nil {
			return err
		}
		had, err := identity.Roles(tx, p.Person.ID)
		for _, m := range had {
			if m.Org == org {
				answers["roles"] = strs(m.Roles)
			}
		}
		return err
	})
	p.form = a.filled(a.roleFields(r), answers, wrong)
	return p, err
}

func strs[T ~string](list []T) (out []string) {
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}

func (a *Admin) rolesForm(w http.ResponseWriter, r *http.Request) error {
	p, err := a.rolesPage(r, map[string]any{"org": r.URL.Query().Get("org")}, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "roles", p)
}

func (a *Admin) appoint(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	org := gov.ActorFrom(r.Context()).Org
	if isOperator(r) {
		org = gov.OrgID(r.PostForm.Get("org"))
	}
	err := a.write(r, func(tx *db.Tx) error {
		if !a.knows(org) {
			return gov.Fail(gov.Invalid, "اختر الجهة", "Choose the organisation").At("org")
		}
		var chosen []gov.Role
		for _, x := range r.PostForm["roles"] {
			chosen = append(chosen, gov.Role(x))
		}
		return identity.Appoint(tx, gov.PersonID(r.PathValue("id")), org, chosen...)
	})
	if bad, ok := gov.ProblemsOf(err, "roles"); ok {
		p, err := a.rolesPage(r, ui.Read(r.PostForm, a.roleFields(r)), bad)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "roles", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, personURL(r)+"?done=roles")
}

func (a *Admin) dismissForm(w http.ResponseWriter, r *http.Request) error {
	org := gov.OrgID(r.PathValue("org"))
	if !isOperator(r) && org != gov.ActorFrom(r.Context()).Org {
		return errNoPage
	}
	var p identity.Person
	err := a.write(r, func(tx *db.Tx) (err error) { p, err = seen(tx, r); return err })
	if err != nil {
		return err
	}
	return confirm(w, r, confirmation{Title: pages.T("admin.dismiss.title", p.Name(), a.org(org)), Text: pages.T("admin.dismiss.text"), Yes: pages.T("admin.dismiss"), Back: personURL(r), Look: "danger"})
}

func (a *Admin) dismiss(w http.ResponseWriter, r *http.Request) error {
	err := a.write(r, func(tx *db.Tx) error {
		return identity.Dismiss(tx, gov.PersonID(r.PathValue("id")), gov.OrgID(r.PathValue("org")))
	})
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, personURL(r)+"?done=dismissed")
}

// acts are what operators may do with an account.
var acts = map[string]func(*db.Tx, gov.PersonID) error{"sign-out": identity.SignOut, "close": identity.Close, "reopen": identity.Reopen}

func (a *Admin) accountForm(w http.ResponseWriter, r *http.Request) error {
	act := r.PathValue("act")
	if acts[act] == nil {
		return errNoPage
	}
	var p identity.Person
	err := a.write(r, func(tx *db.Tx) (err error) { p, err = seen(tx, r); return err })
	if err != nil {
		return err
	}
	look := "danger"
	if act == "reopen" {
		look = ""
	}
	return confirm(w, r, confirmation{Title: pages.T("admin.account.title."+act, p.Name()), Text: pages.T("admin.account.text." + act), Yes: pages.T("admin.account.do." + act), Back: personURL(r), Look: look})
}

func (a *Admin) account(w http.ResponseWriter, r *http.Request) error {
	act := acts[r.PathValue("act")]
	if act == nil {
		return errNoPage
	}
	id := gov.PersonID(r.PathValue("id"))
	err := a.write(r, func(tx *db.Tx) error {
		if id == tx.Actor().Person && r.PathValue("act") == "close" {
			return gov.Fail(gov.Denied, "لا يغلق المشغّل حسابه بنفسه", "Operators do not close their own account")
		}
		if _, err := identity.Known(tx, id); err != nil {
			return err
		}
		return act(tx, id)
	})
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, personURL(r)+"?done="+r.PathValue("act"))
}
