package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/web/ui"
)

func (a *Admin) auditRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/audit", Guard: auditor, Page: a.journal},
		{Pattern: "GET /admin/audit/access", Guard: auditor, Page: a.accessForm},
		{Pattern: "POST /admin/audit/access", Guard: auditor, Page: a.accessFind},
		{Pattern: "POST /admin/audit/access/{id}", Guard: auditor, Page: a.access},
	}
}

// journalPage is a part of the journal, newest first.
type journalPage struct {
	Query   journal.Query
	Number  string // before which, as typed
	Names   []ui.Option
	Orgs    []ui.Option
	Rows    []fact
	Next    int64
	Someone bool // the subject is a person: this look is in their access log
}

// journal is the auditor's view of what happened. The history of a person is a
// look at them, and recorded as such.
func (a *Admin) journal(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := journalPage{Number: gov.Digits(strings.TrimSpace(q.Get("number"))), Names: factChoices(), Orgs: a.organisations()}
	p.Query = journal.Query{Subject: strings.TrimSpace(q.Get("subject")), Organisation: gov.OrgID(q.Get("org")), Name: q.Get("name"), Limit: perPage + 1}
	p.Query.Before = before(p.Number, q)
	limit := perPage
	if wants(r) {
		limit = perSheet
	}
	p.Query.Limit = limit + 1
	err := a.write(r, func(tx *db.Tx) (err error) {
		if p.Someone, err = lookedUp(tx, p.Query.Subject); err != nil {
			return err
		}
		list, err := journal.Select(tx, p.Query)
		if err != nil {
			return err
		}
		if len(list) > limit {
			list = list[:limit]
			p.Next = list[limit-1].Seq
		}
		p.Rows, err = a.facts(tx, list)
		return err
	})
	if err != nil {
		return err
	}
	if wants(r) {
		return p.sheet().send(w, r)
	}
	return pages.Render(w, r, "journal", p)
}

// before is where the page begins: at a number that was asked for, or after the
// last row of the page before.
func before(number string, q url.Values) int64 {
	if n, err := strconv.ParseInt(number, 10, 64); err == nil && n > 0 && n < 1<<62 && q.Get("before") == "" {
		return n + 1
	}
	n, _ := strconv.ParseInt(q.Get("before"), 10, 64)
	return max(n, 0)
}

// lookedUp records a look when the subject is a person.
func lookedUp(tx *db.Tx, subject string) (bool, error) {
	if subject == "" {
		return false, nil
	}
	_, err := identity.Look(tx, gov.PersonID(subject), "audit")
	if gov.KindOf(err) == gov.NotFound {
		return false, nil
	}
	return err == nil, err
}

// factChoices are the names of facts, in the order of their codes.
func factChoices() (out []ui.Option) {
	for name, words := range factNames {
		out = append(out, ui.Option{Value: name, Text: words})
	}
	slices.SortFunc(out, func(x, y ui.Option) int { return strings.Compare(x.Value, y.Value) })
	return out
}

func (p journalPage) sheet() sheet {
	s := sheet{name: "journal", heads: []gov.Text{pages.T("admin.number"), pages.T("admin.at"), pages.T("admin.fact"), pages.T("admin.what"), pages.T("admin.subject"), pages.T("admin.who"),
		pages.T("admin.for"), pages.T("admin.service"), pages.T("admin.org"), pages.T("admin.channel"), pages.T("admin.version"), pages.T("admin.body")}}
	for _, f := range p.Rows {
		s.rows = append(s.rows, []any{f.Seq, stamp(f.At), f.Name, f.Words, f.Subject, f.Who, f.ForWhom, string(f.Service), f.Owner, string(f.Channel), f.Version, f.Said})
	}
	return s
}

// accessPage finds a person whose access log is to be read, and shows it. The
// reason stands in that very log.
type accessPage struct {
	form
	Reason   string
	Searched bool
	Found    []identity.Person
	Person   *identity.Person
	Looks    []look
}

// look is one look at a person's data, in words.
type look struct {
	journal.Look
	Who, Org, Thing, Why gov.Text
	Number               int // of the person among those in the list, who are not named
}

func accessFields() []ui.Field {
	return []ui.Field{
		{Kind: "short-text", Name: "reason", Label: pages.T("admin.reason"), Hint: pages.T("admin.reason.hint"), MaxLength: 200},
		{Kind: "short-text", Name: "q", Label: pages.T("admin.find"), Hint: pages.T("admin.find.hint"), MaxLength: 120},
	}
}

func (a *Admin) accessForm(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "access", accessPage{form: a.filled(accessFields(), nil, nil)})
}

// reason is why an auditor looks; it must say something.
func reason(r *http.Request) (string, error) {
	s, _ := gov.CleanText(strings.Join(strings.Fields(r.PostFormValue("reason")), " "))
	if n := len([]rune(s)); n < 8 || n > 200 {
		return s, gov.Fail(gov.Invalid, "اكتب سبب الاطلاع في جملة قصيرة؛ سيراه صاحب البيانات", "Write in a short sentence why you look; the person will see it").At("reason")
	}
	return s, nil
}

// accessFind answers directly: neither what was typed nor the reason may stand
// in an address.
func (a *Admin) accessFind(w http.ResponseWriter, r *http.Request) error {
	p := accessPage{Searched: true}
	why, err := reason(r)
	if err == nil {
		p.Reason = why
		err = a.write(r, func(tx *db.Tx) (err error) { p.Found, err = identity.Find(tx, r.PostFormValue("q"), why); return err })
	}
	bad, ok := gov.ProblemsOf(err, "q")
	p.form = a.filled(accessFields(), ui.Read(r.PostForm, accessFields()), bad)
	if ok {
		return pages.RenderInvalid(w, r, "access", p)
	}
	if err != nil {
		return err
	}
	return pages.Render(w, r, "access", p)
}

// access shows who looked at a person, this look included.
func (a *Admin) access(w http.ResponseWriter, r *http.Request) error {
	p := accessPage{}
	why, err := reason(r)
	if err != nil {
		return err
	}
	p.Reason = why
	err = a.write(r, func(tx *db.Tx) error {
		who, err := identity.Look(tx, gov.PersonID(r.PathValue("id")), why)
		if err != nil {
			return err
		}
		p.Person = &who
		list, err := journal.Audit(tx, journal.LookQuery{Person: who.ID, Limit: 500})
		if err == nil {
			p.Looks, err = a.looks(tx, list)
		}
		return err
	})
	if err != nil {
		return err
	}
	if wants(r) {
		return p.sheet().send(w, r)
	}
	return pages.Render(w, r, "access-log", p)
}

var lookedAt = map[string]gov.Text{
	"case": gov.T("طلب", "Application"), "decision": gov.T("بتّ في طلب", "Decided an application"), "record": gov.T("قيد في سجل", "Record in a registry"), "access-log": gov.T("سجل الاطلاع", "Access log"), "document": gov.T("وثيقة", "Document"), "documents": gov.T("الوثائق", "Documents"),
	"credential": gov.T("وثيقة قُدّمت من محفظة", "Credential presented from a wallet"),
	"person":     gov.T("البيانات الشخصية", "Personal record"), "search": gov.T("ظهر في نتائج بحث", "Found by a search"),
}

// purposes are the reasons that pages give by themselves.
var purposes = map[string]gov.Text{
	purpose: gov.T("إدارة الحسابات والصلاحيات", "Looking after accounts and roles"), "audit": gov.T("تدقيق", "Audit"), "mandate": gov.T("بتفويض", "By mandate"),
}

func (a *Admin) looks(tx *db.Tx, list []journal.Look) (out []look, err error) {
	var actors []gov.PersonID
	for _, l := range list {
		actors = append(actors, l.Actor)
	}
	who := map[gov.PersonID]int{}
	names, err := identity.Names(tx, actors...)
	for _, l := range list {
		x := look{Look: l, Who: names[l.Actor], Thing: lookedAt[l.What]}
		if x.Thing == nil {
			x.Thing = gov.T(l.What, l.What)
		}
		if x.Why = purposes[l.Purpose]; x.Why == nil {
			x.Why = gov.T(l.Purpose, l.Purpose)
			if s, err := catalogue.Find(tx, gov.ServiceID(l.Purpose)); err == nil {
				x.Why = s.Name
			}
		}
		if who[l.Person] == 0 {
			who[l.Person] = len(who) + 1
		}
		x.Number = who[l.Person]
		if l.Organisation != "" {
			x.Org = a.org(l.Organisation)
		}
		out = append(out, x)
	}
	return out, err
}

func (p accessPage) sheet() sheet {
	s := sheet{name: "access-log", heads: []gov.Text{pages.T("admin.at"), pages.T("admin.who"), pages.T("admin.org"), pages.T("admin.what"), pages.T("admin.reference"), pages.T("admin.purpose")}}
	for _, l := range p.Looks {
		s.rows = append(s.rows, []any{stamp(l.At), l.Who, l.Org, l.Thing, l.Subject, l.Why})
	}
	return s
}
