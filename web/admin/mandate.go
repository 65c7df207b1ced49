package admin

import (
	"net/http"
	"strings"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// mandateKinds are the kinds of mandate that rest on a record or a word.
var mandateKinds = []ui.Option{
	{Value: string(identity.Guardian), Text: gov.T("ولاية على قاصر", "Guardian of a child")},
	{Value: string(identity.Company), Text: gov.T("مفوّض بالتوقيع عن شركة", "Signatory of a company")},
	{Value: string(identity.Agent), Text: gov.T("وكالة", "Agent")},
}

func mandateKind(k identity.MandateKind) gov.Text {
	for _, o := range mandateKinds {
		if o.Value == string(k) {
			return o.Text
		}
	}
	return gov.T(string(k), string(k))
}

// KindWords names the mandate's kind.
func (g given) KindWords() gov.Text { return mandateKind(g.Kind) }

// mandatePage registers that the person may act for another.
type mandatePage struct {
	form
	Person identity.Person
}

func mandateFields() []ui.Field {
	return []ui.Field{
		{Kind: "one-of", Name: "kind", Label: pages.T("admin.mandate.kind"), Options: mandateKinds},
		{Kind: "short-text", Name: "for", Label: pages.T("admin.mandate.for"), Hint: pages.T("admin.mandate.for.hint"), MaxLength: 40},
		{Kind: "short-text", Name: "scope", Label: pages.T("admin.mandate.scope"), Hint: pages.T("admin.mandate.scope.hint"), MaxLength: 80, Optional: true},
		{Kind: "date", Name: "until", Label: pages.T("admin.mandate.until"), Hint: pages.T("admin.mandate.until.hint"), Optional: true},
		{Kind: "short-text", Name: "source", Label: pages.T("admin.mandate.source"), Hint: pages.T("admin.mandate.source.hint"), MaxLength: 200},
	}
}

func (a *Admin) mandatePage(r *http.Request, answers map[string]any, wrong gov.Problems) (p mandatePage, err error) {
	p.form = a.filled(mandateFields(), answers, wrong)
	err = a.write(r, func(tx *db.Tx) (err error) { p.Person, err = seen(tx, r); return err })
	return p, err
}

func (a *Admin) mandateForm(w http.ResponseWriter, r *http.Request) error {
	p, err := a.mandatePage(r, nil, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "mandate", p)
}

func (a *Admin) grant(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	answers := ui.Read(r.PostForm, mandateFields())
	err := a.write(r, func(tx *db.Tx) error {
		m, err := a.mandate(tx, answers)
		if err != nil {
			return err
		}
		m.Holder = gov.PersonID(r.PathValue("id"))
		_, err = identity.Grant(tx, m)
		return err
	})
	if bad, ok := gov.ProblemsOf(err, "for"); ok {
		p, err := a.mandatePage(r, answers, bad)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "mandate", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, personURL(r)+"?done=mandate")
}

// mandate makes a mandate of what was typed. Its subject is a person by civil
// number, or a company by its number in the commercial register.
func (a *Admin) mandate(tx *db.Tx, answers map[string]any) (m identity.Mandate, err error) {
	said := func(name string) string { s, _ := answers[name].(string); return strings.TrimSpace(s) }
	m.Kind, m.Scope, m.Source = identity.MandateKind(said("kind")), said("scope"), said("source")
	if m.Until, err = a.date(said("until")); err != nil {
		return m, gov.Fail(gov.Invalid, gov.PublicOf(err).In(gov.Arabic), gov.PublicOf(err).In(gov.English)).At("until")
	}
	subject := gov.Digits(said("for"))
	if gov.CivilNumberValid(subject) {
		p, err := identity.ByCivilNumber(tx, subject)
		if gov.KindOf(err) == gov.NotFound {
			err = gov.Fail(gov.Invalid, "لا يوجد شخص مسجّل بهذا الرقم", "Nobody is registered under this number").At("for")
		}
		m.For = string(p.ID)
		return m, err
	}
	if m.Kind != identity.Company || !strings.HasPrefix(subject, "cr-") {
		return m, gov.Fail(gov.Invalid, "اكتب رقمًا شخصيًا صحيحًا، أو رقم شركة مثل cr-12345", "Write a right civil number, or a company's number such as cr-12345").At("for")
	}
	m.For = subject
	return m, nil
}

func (a *Admin) unmandateForm(w http.ResponseWriter, r *http.Request) error {
	return confirm(w, r, confirmation{Title: pages.T("admin.unmandate.title"), Text: pages.T("admin.unmandate.text"), Yes: pages.T("admin.unmandate"), Back: personURL(r), Look: "danger"})
}

func (a *Admin) unmandate(w http.ResponseWriter, r *http.Request) error {
	err := a.write(r, func(tx *db.Tx) error { return identity.Revoke(tx, r.PathValue("mandate")) })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, personURL(r)+"?done=unmandate")
}

// registerFields are a person's record as an operator enters it.
func registerFields() []ui.Field {
	return []ui.Field{
		{Kind: "civil-number", Name: "civil_number", Label: pages.T("admin.civil")},
		{Kind: "short-text", Name: "name_ar", Label: pages.T("admin.name.ar"), MaxLength: 120},
		{Kind: "short-text", Name: "name_en", Label: pages.T("admin.name.en"), MaxLength: 120},
		{Kind: "date", Name: "birth", Label: pages.T("admin.birth")},
		{Kind: "one-of", Name: "sex", Label: pages.T("admin.sex"), Options: []ui.Option{{Value: "f", Text: gov.T("أنثى", "Female")}, {Value: "m", Text: gov.T("ذكر", "Male")}}},
		{Kind: "short-text", Name: "nationality", Label: pages.T("admin.nationality"), Hint: pages.T("admin.nationality.hint"), MaxLength: 2},
		{Kind: "email", Name: "email", Label: pages.T("admin.email"), Optional: true},
		{Kind: "phone", Name: "phone", Label: pages.T("admin.phone"), Optional: true},
	}
}

func (a *Admin) registerForm(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "register", a.filled(registerFields(), nil, nil))
}

func (a *Admin) register(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	answers := ui.Read(r.PostForm, registerFields())
	said := func(name string) string { s, _ := answers[name].(string); return s }
	p := identity.Person{CivilNumber: said("civil_number"), NameAr: said("name_ar"), NameEn: said("name_en"), Birth: said("birth"), Sex: said("sex"),
		Nationality: strings.ToUpper(said("nationality")), Email: said("email"), Phone: a.dialled(said("phone"))}
	var id gov.PersonID
	err := a.write(r, func(tx *db.Tx) (err error) {
		if p.CivilNumber == "" {
			return gov.Problems{{Field: "civil_number", Text: gov.T("اكتب الرقم الشخصي", "Write the civil number")}}
		}
		id, err = identity.Register(tx, p)
		return err
	})
	bad, ok := gov.ProblemsOf(err, "civil_number")
	if gov.KindOf(err) == gov.Conflict {
		bad, ok = gov.Problems{{Field: "civil_number", Text: gov.PublicOf(err)}}, true
	}
	if ok {
		return pages.RenderInvalid(w, r, "register", a.filled(registerFields(), answers, bad))
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/people/"+string(id)+"?done=registered")
}

// dialled puts the country's code before a local number.
func (a *Admin) dialled(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(gov.Digits(s)), " ", "")
	if s == "" || strings.HasPrefix(s, "+") || strings.HasPrefix(s, "00") {
		return s
	}
	return a.Country.Dial + s
}
