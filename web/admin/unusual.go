package admin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	answers "diwan.example/internal/form"
	"diwan.example/journal/unusual"
	"diwan.example/web/ui"
)

func (a *Admin) unusualRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/unusual", Guard: auditor, Page: a.unusual},
		{Pattern: "POST /admin/unusual", Guard: auditor, Page: a.unusualNow},
		{Pattern: "GET /admin/unusual/watched", Guard: auditor, Page: a.watched},
		{Pattern: "POST /admin/unusual/watched", Guard: auditor.AndStepUp(), Page: a.watch},
		{Pattern: "GET /admin/unusual/findings/{id}", Guard: auditor, Page: a.unusualOne},
		{Pattern: "POST /admin/unusual/findings/{id}", Guard: auditor.AndStepUp(), Page: a.unusualDecide},
	}
}

// finding is one employee's day that stands out, in words.
type finding struct {
	unusual.Finding
	On       time.Time
	Who, Org gov.Text
	ByName   gov.Text
}

type unusualPage struct {
	State unusual.State
	Org   gov.OrgID
	Orgs  []ui.Option
	Rows  []finding
	Next  string
	Day   string // to look at, as typed
	Found int    // by a run just now
	Ran   bool
}

// unusual lists what stands out, as far as no auditor has decided.
func (a *Admin) unusual(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := unusualPage{State: unusual.State(q.Get("state")), Org: gov.OrgID(q.Get("org")), Orgs: a.organisations()}
	if !slices.Contains([]unusual.State{unusual.Explained, unusual.Raised}, p.State) {
		p.State = unusual.Open
	}
	p.Found, _ = strconv.Atoi(q.Get("found"))
	p.Ran, p.Found = q.Has("found"), max(p.Found, 0)
	p.Day = a.Cases.Calendar.Day(a.Cases.DB.Now()).Format(time.DateOnly)
	err := a.read(r, func(tx *db.Tx) error {
		list, err := unusual.Findings(tx, unusual.Filter{State: p.State, Organisation: p.Org, Before: q.Get("before"), Limit: perPage + 1})
		if err != nil {
			return err
		}
		if len(list) > perPage {
			list = list[:perPage]
			p.Next = list[perPage-1].ID
		}
		p.Rows, err = a.found(tx, list)
		return err
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "unusual", p)
}

func (a *Admin) found(tx *db.Tx, list []unusual.Finding) (out []finding, err error) {
	var who []gov.PersonID
	for _, f := range list {
		who = append(who, f.Actor, f.By)
	}
	names, err := identity.Names(tx, who...)
	for _, f := range list {
		out = append(out, finding{f, a.Watch.Begins(f.Day), names[f.Actor], a.org(f.Organisation), names[f.By]})
	}
	return out, err
}

// unusualNow goes through one day's reading at once.
func (a *Admin) unusualNow(w http.ResponseWriter, r *http.Request) error {
	day, err := a.date(strings.TrimSpace(gov.Digits(r.PostFormValue("day"))))
	if err != nil {
		return err
	}
	if day.IsZero() || day.After(a.Cases.DB.Now()) || day.Before(a.Cases.DB.Now().AddDate(-1, 0, 0)) {
		return gov.Fail(gov.Invalid, "اختر يومًا من السنة الماضية", "Choose a day of the past year").At("day")
	}
	n, err := a.Watch.Run(r.Context(), a.Watch.Number(day))
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, ui.Path("/admin/unusual", "found", strconv.Itoa(n)))
}

// oneUnusual is one finding with the looks of one of its reasons.
type oneUnusual struct {
	form
	finding
	Rule   string
	Looks  []look
	MayAsk bool
	Own    bool // the reader's own reading
}

func decideFields() []ui.Field {
	return []ui.Field{{Kind: "long-text", Name: "words", Label: pages.T("admin.unusual.words"), Hint: pages.T("admin.unusual.words.hint"), MaxLength: 1500}}
}

func (a *Admin) oneUnusual(r *http.Request, typed map[string]any, wrong gov.Problems) (p oneUnusual, err error) {
	p.form, p.Rule = a.filled(decideFields(), typed, wrong), r.URL.Query().Get("reason")
	err = a.read(r, func(tx *db.Tx) error {
		f, err := unusual.Find(tx, r.PathValue("id"))
		if err != nil {
			return err
		}
		list, err := a.found(tx, []unusual.Finding{f})
		if err != nil {
			return err
		}
		p.finding, p.Own = list[0], f.Actor == tx.Actor().Person
		if !slices.ContainsFunc(f.Reasons, func(x unusual.Reason) bool { return x.Rule == p.Rule }) {
			p.Rule = f.Reasons[0].Rule
		}
		rows, err := f.Rows(tx, p.Rule)
		if err == nil {
			p.Looks, err = a.looks(tx, rows)
		}
		if err == nil {
			_, e := a.Cases.Packs.Current(tx, accessQuestion)
			p.MayAsk = e == nil
		}
		return err
	})
	return p, err
}

func (a *Admin) unusualOne(w http.ResponseWriter, r *http.Request) error {
	p, err := a.oneUnusual(r, nil, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "unusual-one", p)
}

// accessQuestion is the service by which organisations are asked about reading.
const accessQuestion gov.ServiceID = "personal-data/access-question"

// unusualDecide explains a finding, or asks the organisation by a case.
func (a *Admin) unusualDecide(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	typed := ui.Read(r.PostForm, decideFields())
	words, _ := typed["words"].(string)
	id := r.PathValue("id")
	err := a.write(r, func(tx *db.Tx) error {
		if r.PostForm.Get("do") != "raise" {
			return unusual.Explain(tx, id, words)
		}
		c, err := a.question(tx, id, words)
		if err == nil {
			err = unusual.Raise(tx, id, c)
		}
		return err
	})
	if bad, ok := gov.ProblemsOf(err, "words"); ok {
		for i := range bad {
			bad[i].Field = "words"
		}
		p, err := a.oneUnusual(r, typed, bad)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "unusual-one", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/unusual/findings/"+id)
}

// question asks an organisation about a finding: the auditor applies in person.
func (a *Admin) question(tx *db.Tx, id, words string) (gov.CaseID, error) {
	f, err := unusual.Find(tx, id)
	if err != nil {
		return "", err
	}
	names, err := identity.Names(tx, f.Actor)
	if err != nil {
		return "", err
	}
	said := []string{strings.TrimSpace(words), names[f.Actor].In(gov.Arabic) + " · " + a.Watch.Begins(f.Day).Format(time.DateOnly)}
	for _, x := range f.Reasons {
		said = append(said, "– "+x.Words().In(gov.Arabic))
	}
	me := tx.Actor()
	c, err := a.Cases.Apply(tx.As(gov.Actor{Person: me.Person, Channel: gov.Portal, Session: me.Session, StepUp: me.StepUp}), casework.Application{
		Service: accessQuestion, Answers: answers.Answers{"entity": string(f.Organisation), "line": f.ID, "wish": "complaint", "words": strings.Join(said, "\n")}})
	if err != nil {
		return "", err
	}
	return c.ID, nil
}

// watchedPage is the list of people whose data others are curious about.
type watchedPage struct {
	form
	List []unusual.Protected
	Done bool
}

func watchedFields() []ui.Field {
	return []ui.Field{
		{Kind: "civil-number", Name: "civil", Label: pages.T("admin.civil"), Hint: pages.T("admin.watched.civil")},
		{Kind: "short-text", Name: "words", Label: pages.T("admin.watched.words"), Hint: pages.T("admin.watched.words.hint"), MaxLength: 120},
	}
}

func (a *Admin) watchedPage(r *http.Request, typed map[string]any, wrong gov.Problems) (p watchedPage, err error) {
	p.form, p.Done = a.filled(watchedFields(), typed, wrong), r.URL.Query().Has("saved")
	err = a.read(r, func(tx *db.Tx) (err error) { p.List, err = unusual.Marked(tx); return err })
	return p, err
}

func (a *Admin) watched(w http.ResponseWriter, r *http.Request) error {
	p, err := a.watchedPage(r, nil, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "watched", p)
}

// watch enters somebody, or takes them off the list. Nobody's name is shown.
func (a *Admin) watch(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	typed := ui.Read(r.PostForm, watchedFields())
	err := a.write(r, func(tx *db.Tx) error {
		if off := r.PostForm.Get("remove"); off != "" {
			return unusual.Unmark(tx, gov.PersonID(off))
		}
		p, err := byNumber(tx, typed, "civil")
		if err != nil {
			return err
		}
		words, _ := typed["words"].(string)
		return unusual.Mark(tx, p, words)
	})
	bad, ok := gov.ProblemsOf(err, "civil")
	if !ok && gov.KindOf(err) == gov.Conflict {
		bad, ok = gov.Problems{{Field: "civil", Text: gov.PublicOf(err)}}, true
	}
	if ok {
		p, err := a.watchedPage(r, typed, bad)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "watched", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/unusual/watched?saved=1")
}

// byNumber finds somebody by the civil number that was typed, for the machine's
// own work: nothing of theirs is shown.
func byNumber(tx *db.Tx, typed map[string]any, field string) (gov.PersonID, error) {
	n, _ := typed[field].(string)
	p, err := identity.ByCivilNumber(tx, n)
	if gov.KindOf(err) == gov.NotFound {
		err = gov.Fail(gov.Invalid, "لا يوجد شخص مسجّل بهذا الرقم", "Nobody is registered under this number").At(field)
	}
	return p.ID, err
}

// reading counts what waits for auditors behind the doors of the area.
func (a *Admin) reading(tx *db.Tx, name string) (int, error) {
	if name == "unusual" {
		return unusual.Waiting(tx)
	}
	list, err := a.Cases.AuditQueue(tx, casework.QueueFilter{Limit: 100})
	return len(list), err
}
