package admin

import (
	"net/http"
	"strings"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/pack"
	"diwan.example/web/ui"
)

func (a *Admin) delayRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/delays", Guard: auditor, Page: a.delays},
		{Pattern: "GET /admin/delays/new", Guard: auditor.AndStepUp(), Page: a.delayForm},
		{Pattern: "POST /admin/delays/new", Guard: auditor.AndStepUp(), Page: a.delay},
		{Pattern: "GET /admin/questions", Guard: auditor, Page: a.questions},
	}
}

// delayed is an order in words. Whose log it is about is shown to nobody.
type delayed struct {
	journal.Order
	Org   gov.Text
	Open  bool // entries and order are open to the person
	Again bool // it may be renewed
}

type delaysPage struct {
	List []delayed
	Done bool
}

func (a *Admin) delays(w http.ResponseWriter, r *http.Request) error {
	p := delaysPage{Done: r.URL.Query().Has("saved")}
	err := a.read(r, func(tx *db.Tx) error {
		list, err := journal.Orders(tx, 200)
		for _, o := range list {
			open := !tx.Now().Before(o.Opens)
			p.List = append(p.List, delayed{o, a.org(o.Organisation), open, !open && o.Opens.Equal(o.Until)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "delays", p)
}

type delayPage struct {
	form
	Renews string
	Org    gov.Text
}

func (a *Admin) delayFields(renews string) []ui.Field {
	rest := []ui.Field{
		{Kind: "short-text", Name: "legal", Label: pages.T("admin.delay.legal"), Hint: pages.T("admin.delay.legal.hint"), MaxLength: 300},
		{Kind: "date", Name: "until", Label: pages.T("admin.delay.until"), Hint: pages.T("admin.delay.until.hint")},
	}
	if renews != "" {
		return rest
	}
	return append([]ui.Field{
		{Kind: "civil-number", Name: "person", Label: pages.T("admin.delay.person"), Hint: pages.T("admin.delay.person.hint")},
		{Kind: "one-of", Name: "organisation", Label: pages.T("admin.delay.org"), Options: a.organisations()},
		{Kind: "civil-number", Name: "actor", Label: pages.T("admin.delay.actor"), Hint: pages.T("admin.delay.actor.hint"), Optional: true},
	}, rest...)
}

func (a *Admin) delayPage(r *http.Request, typed map[string]any, wrong gov.Problems) (p delayPage, err error) {
	p.Renews = r.FormValue("renews")
	p.form = a.filled(a.delayFields(p.Renews), typed, wrong)
	if p.Renews == "" {
		return p, nil
	}
	err = a.read(r, func(tx *db.Tx) error {
		o, err := journal.OrderOf(tx, p.Renews)
		p.Org = a.org(o.Organisation)
		return err
	})
	return p, err
}

func (a *Admin) delayForm(w http.ResponseWriter, r *http.Request) error {
	p, err := a.delayPage(r, nil, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "delay", p)
}

// delay records an order, new or renewing one.
func (a *Admin) delay(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	renews := r.PostForm.Get("renews")
	typed := ui.Read(r.PostForm, a.delayFields(renews))
	said := func(name string) string { s, _ := typed[name].(string); return strings.TrimSpace(s) }
	err := a.write(r, func(tx *db.Tx) (err error) {
		o := journal.Order{Renews: renews, Organisation: gov.OrgID(said("organisation")), Legal: said("legal")}
		if o.Until, err = a.date(said("until")); err != nil {
			return gov.Fail(gov.Invalid, gov.PublicOf(err).In(gov.Arabic), gov.PublicOf(err).In(gov.English)).At("until")
		}
		if renews == "" {
			if o.Person, err = byNumber(tx, typed, "person"); err != nil {
				return err
			}
			if said("actor") != "" {
				if o.Actor, err = byNumber(tx, typed, "actor"); err != nil {
					return err
				}
			}
			if o.Organisation != "" && !a.knows(o.Organisation) {
				o.Organisation = ""
			}
		}
		_, err = journal.Delay(tx, o)
		return err
	})
	if bad, ok := gov.ProblemsOf(err, "legal"); ok {
		p, err := a.delayPage(r, typed, bad)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "delay", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/delays?saved=1")
}

// asked is a case that a pack brings before auditors.
type asked struct {
	casework.Task
	Title, At gov.Text
}

// questions lists what packs bring before the auditors of the organisation; whose
// case it is, is seen when it is opened.
func (a *Admin) questions(w http.ResponseWriter, r *http.Request) error {
	var list []asked
	err := a.read(r, func(tx *db.Tx) error {
		tasks, err := a.Cases.AuditQueue(tx, casework.QueueFilter{Limit: 200})
		known := map[gov.ServiceID]*pack.Pack{}
		for _, t := range tasks {
			if known[t.Service] == nil {
				if known[t.Service], err = a.Cases.Packs.Current(tx, t.Service); err != nil {
					return err
				}
			}
			x := asked{Task: t, Title: known[t.Service].Title, At: gov.T(t.Step, t.Step)}
			if s := known[t.Service].Step(t.Step); s != nil {
				x.At = s.Title
			}
			list = append(list, x)
		}
		return err
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "questions", list)
}
