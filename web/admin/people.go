package admin

import (
	"net/http"
	"strings"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/web/ui"
)

// purpose stands in a person's access log for looks from these pages.
const purpose = "administration"

func (a *Admin) peopleRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/people", Guard: people, Page: a.findForm},
		{Pattern: "POST /admin/people", Guard: people, Page: a.find},
		{Pattern: "GET /admin/people/new", Guard: operator.AndStepUp(), Page: a.registerForm},
		{Pattern: "POST /admin/people/new", Guard: operator.AndStepUp(), Page: a.register},
		{Pattern: "GET /admin/people/{id}", Guard: people, Page: a.person},
		{Pattern: "GET /admin/people/{id}/roles", Guard: people.AndStepUp(), Page: a.rolesForm},
		{Pattern: "POST /admin/people/{id}/roles", Guard: people.AndStepUp(), Page: a.appoint},
		{Pattern: "GET /admin/people/{id}/dismiss/{org}", Guard: people.AndStepUp(), Page: a.dismissForm},
		{Pattern: "POST /admin/people/{id}/dismiss/{org}", Guard: people.AndStepUp(), Page: a.dismiss},
		{Pattern: "GET /admin/people/{id}/account/{act}", Guard: operator.AndStepUp(), Page: a.accountForm},
		{Pattern: "POST /admin/people/{id}/account/{act}", Guard: operator.AndStepUp(), Page: a.account},
		{Pattern: "GET /admin/people/{id}/mandates/new", Guard: operator.AndStepUp(), Page: a.mandateForm},
		{Pattern: "POST /admin/people/{id}/mandates/new", Guard: operator.AndStepUp(), Page: a.grant},
		{Pattern: "GET /admin/people/{id}/mandates/{mandate}/revoke", Guard: operator.AndStepUp(), Page: a.unmandateForm},
		{Pattern: "POST /admin/people/{id}/mandates/{mandate}/revoke", Guard: operator.AndStepUp(), Page: a.unmandate},
		{Pattern: "GET /admin/staff", Guard: ui.Role(gov.Operator, gov.Head, gov.Auditor), Page: a.staff},
	}
}

// findPage is the search for a person. An operator searches by name; the head of
// an organisation must know the civil number.
type findPage struct {
	Query    string
	ByNumber bool
	Searched bool
	Found    []identity.Person
	Problems gov.Problems
}

func (a *Admin) findForm(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "people", findPage{ByNumber: !isOperator(r)})
}

func isOperator(r *http.Request) bool { return gov.ActorFrom(r.Context()).Has(gov.Operator) }

// find answers a search directly: what was typed must not stand in an address.
func (a *Admin) find(w http.ResponseWriter, r *http.Request) error {
	p := findPage{Query: strings.TrimSpace(r.PostFormValue("q")), ByNumber: !isOperator(r), Searched: true}
	err := a.write(r, func(tx *db.Tx) (err error) {
		if !p.ByNumber {
			p.Found, err = identity.Find(tx, p.Query, purpose)
			return err
		}
		if !gov.CivilNumberValid(gov.Digits(p.Query)) {
			return gov.Fail(gov.Invalid, "اكتب الرقم الشخصي كاملًا", "Write the whole civil number").At("q")
		}
		known, err := identity.ByCivilNumber(tx, p.Query)
		if gov.KindOf(err) == gov.NotFound {
			return nil
		}
		if err == nil {
			known, err = identity.Look(tx, known.ID, purpose)
			p.Found = []identity.Person{known}
		}
		return err
	})
	if bad, ok := gov.ProblemsOf(err, "q"); ok {
		p.Problems = bad
		return pages.RenderInvalid(w, r, "people", p)
	}
	if err != nil {
		return err
	}
	return pages.Render(w, r, "people", p)
}

// personPage is what operators see of a person; the head of an organisation sees
// the name and the roles in the own organisation only.
type personPage struct {
	Person  identity.Person
	Whole   bool // the reader is an operator
	Members []membership
	Held    []given
	Given   []given
	Facts   []fact
	Done    string
	MayJoin bool // roles may be given
	Myself  bool
}

type membership struct {
	Org   gov.OrgID
	Name  gov.Text
	Roles []gov.Text
}

// given is a mandate that somebody else holds for the person.
type given struct {
	identity.Mandate
	HolderName gov.Text
}

// seen loads a person and records the look.
func seen(tx *db.Tx, r *http.Request) (identity.Person, error) {
	return identity.Look(tx, gov.PersonID(r.PathValue("id")), purpose)
}

func (a *Admin) person(w http.ResponseWriter, r *http.Request) error {
	p := personPage{Whole: isOperator(r), Done: done(r)}
	err := a.write(r, func(tx *db.Tx) (err error) {
		if p.Person, err = seen(tx, r); err != nil {
			return err
		}
		me := tx.Actor()
		p.Myself = me.Person == p.Person.ID
		p.MayJoin = !p.Person.Closed && (p.Whole || !p.Myself)
		if p.Members, err = a.memberships(tx, p.Person.ID, me, p.Whole); err != nil || !p.Whole {
			return err
		}
		return a.around(tx, &p)
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "person", p)
}

func (a *Admin) memberships(tx *db.Tx, id gov.PersonID, me gov.Actor, all bool) (out []membership, err error) {
	list, err := identity.Roles(tx, id)
	for _, m := range list {
		if all || m.Org == me.Org {
			out = append(out, membership{m.Org, a.org(m.Org), roleNames(m.Roles)})
		}
	}
	return out, err
}

// around adds what operators see besides: mandates and what happened.
func (a *Admin) around(tx *db.Tx, p *personPage) error {
	held, err := identity.Mandates(tx, p.Person.ID)
	if err != nil {
		return err
	}
	for _, m := range held {
		p.Held = append(p.Held, given{Mandate: m})
	}
	list, err := identity.Given(tx, string(p.Person.ID))
	if err != nil {
		return err
	}
	var holders []gov.PersonID
	for _, m := range list {
		holders = append(holders, m.Holder)
	}
	names, err := identity.Names(tx, holders...)
	if err != nil {
		return err
	}
	for _, m := range list {
		p.Given = append(p.Given, given{m, names[m.Holder]})
	}
	facts, err := journal.Of(tx, string(p.Person.ID))
	if err == nil {
		p.Facts, err = a.facts(tx, latest(facts, 50))
	}
	return err
}

// latest turns a history around and keeps its end.
func latest(fs []journal.Fact, n int) (out []journal.Fact) {
	for i := len(fs) - 1; i >= 0 && len(out) < n; i-- {
		out = append(out, fs[i])
	}
	return out
}

// doings are what may stand in ?done=… after something was done.
var doings = map[string]bool{"roles": true, "dismissed": true, "sign-out": true, "close": true, "reopen": true, "mandate": true, "unmandate": true,
	"registered": true, "published": true, "rotated": true, "revoked": true, "explained": true, "sent-back": true, "retried": true, "resumed": true, "unsubscribed": true, "again": true}

func done(r *http.Request) string {
	if d := r.URL.Query().Get("done"); doings[d] {
		return d
	}
	return ""
}

func personURL(r *http.Request) string { return "/admin/people/" + r.PathValue("id") }

// staff lists the people of one organisation.
func (a *Admin) staff(w http.ResponseWriter, r *http.Request) error {
	me := gov.ActorFrom(r.Context())
	p := staffPage{Org: me.Org}
	if me.Has(gov.Operator, gov.Auditor) {
		p.Choices = a.organisations()
		if id := gov.OrgID(r.URL.Query().Get("org")); id != "" {
			p.Org = id
		}
		if !a.knows(p.Org) {
			return gov.Fail(gov.NotFound, "لا توجد جهة بهذا الرمز", "There is no organisation with this code")
		}
	}
	p.Name, p.Open = a.org(p.Org), me.Has(gov.Operator, gov.Head)
	err := a.read(r, func(tx *db.Tx) error {
		list, err := identity.Staff(tx, p.Org)
		for _, c := range list {
			p.People = append(p.People, colleague{c, roleNames(c.Roles)})
		}
		return err
	})
	if err != nil {
		return err
	}
	if wants(r) {
		return p.sheet().send(w, r)
	}
	return pages.Render(w, r, "staff", p)
}

type staffPage struct {
	Org     gov.OrgID
	Name    gov.Text
	Choices []ui.Option
	People  []colleague
	Open    bool // the reader may open a person
}

type colleague struct {
	identity.Colleague
	Words []gov.Text
}

func (p staffPage) sheet() sheet {
	s := sheet{name: "staff-" + string(p.Org), heads: []gov.Text{pages.T("admin.person"), pages.T("admin.roles")}}
	for _, c := range p.People {
		s.rows = append(s.rows, []any{c.Name, joined(c.Words)})
	}
	return s
}

func joined(list []gov.Text) gov.Text {
	var ar, en []string
	for _, t := range list {
		ar, en = append(ar, t.In(gov.Arabic)), append(en, t.In(gov.English))
	}
	return gov.T(strings.Join(ar, "، "), strings.Join(en, ", "))
}
