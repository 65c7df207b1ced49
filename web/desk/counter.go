package desk

import (
	"net/http"
	"slices"
	"strings"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/web/ui"
)

func (d *Desk) counterRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /desk/counter", Guard: staff, Page: atCounter(d.counter)},
		{Pattern: "POST /desk/counter", Guard: staff, Page: atCounter(d.findPerson)},
		{Pattern: "POST /desk/counter/start", Guard: staff, Page: atCounter(d.startFor)},
		{Pattern: "GET /desk/counter/cases/{id}", Guard: staff, Page: atCounter(d.assisted)},
		{Pattern: "GET /desk/counter/cases/{id}/fill/{page}", Guard: staff, Page: atCounter(d.questions)},
		{Pattern: "POST /desk/counter/cases/{id}/fill/{page}", Guard: staff, Page: atCounter(d.answer), MaxBody: largest},
		{Pattern: "GET /desk/counter/cases/{id}/check", Guard: staff, Page: atCounter(d.check)},
		{Pattern: "POST /desk/counter/cases/{id}/check", Guard: staff, Page: atCounter(d.submit)},
		{Pattern: "GET /desk/counter/cases/{id}/wrong/{question}", Guard: staff, Page: atCounter(d.wrongForm)},
		{Pattern: "POST /desk/counter/cases/{id}/wrong/{question}", Guard: staff, Page: atCounter(d.wrong)},
		{Pattern: "POST /desk/counter/cases/{id}/drop", Guard: staff, Page: atCounter(d.drop)},
		{Pattern: "GET /desk/counter/cases/{id}/correct", Guard: staff, Page: atCounter(d.correctForm)},
		{Pattern: "POST /desk/counter/cases/{id}/correct", Guard: staff, Page: atCounter(d.correct), MaxBody: largest},
		{Pattern: "POST /desk/counter/cases/{id}/pay", Guard: staff.AndStepUp(), Page: atCounter(d.settle)},
		{Pattern: "GET /desk/counter/cases/{id}/files/{blob}", Guard: staff, Page: atCounter(d.file)},
	}
}

// atCounter lets a page act as the counter: what is begun there is assisted
// entry, with the person present.
func atCounter(page ui.Handler) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		a := gov.ActorFrom(r.Context())
		a.Channel = gov.Counter
		return page(w, r.WithContext(gov.WithActor(r.Context(), a)))
	}
}

// ways are how a person may be recognised.
var ways = []string{"identity-card", "passport", "known"}

// counterPage finds the person and begins their application.
type counterPage struct {
	Words    string
	Searched bool
	People   []identity.Person
	Person   string // chosen
	Service  ui.Field
	Presence ui.Field
	// Elsewhere are the services whose counter is closed.
	Elsewhere []gov.Text
	Problems  gov.Problems
}

func (d *Desk) counter(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "counter", counterPage{})
}

// findPerson looks people up; each of them can read that they were.
func (d *Desk) findPerson(w http.ResponseWriter, r *http.Request) error {
	p := counterPage{Words: r.PostFormValue("words"), Searched: true}
	if strings.TrimSpace(p.Words) == "" {
		p.Searched, p.Problems = false, gov.Problems{{Field: "words", Text: pages.T("desk.counter.find.empty")}}
		return pages.RenderInvalid(w, r, "counter", p)
	}
	err := d.write(r, func(tx *db.Tx) (err error) {
		if p.People, err = identity.Find(tx, p.Words, "counter"); err != nil {
			return err
		}
		return d.choices(tx, &p)
	})
	if bad, ok := gov.ProblemsOf(err, "words"); ok {
		p.Searched, p.Problems = false, gov.Problems{{Field: "words", Text: bad[0].Text}}
		return pages.RenderInvalid(w, r, "counter", p)
	}
	if err != nil {
		return err
	}
	if len(p.People) == 1 {
		p.Person = string(p.People[0].ID)
	}
	return pages.Render(w, r, "counter", p)
}

// choices are the services that the officer's organisation offers at its
// counters, and the ways to recognise somebody. Services whose counter was closed
// are named, so that the officer knows where to send people.
func (d *Desk) choices(tx *db.Tx, p *counterPage) error {
	packs, err := d.Cases.Packs.Heads(tx, tx.Actor().Org)
	if err != nil {
		return err
	}
	var closed []gov.ServiceID
	if d.Closed != nil {
		if closed, err = d.Closed(tx); err != nil {
			return err
		}
	}
	p.Service = ui.Field{Kind: "one-of", Name: "service", Label: pages.T("desk.counter.service"), Value: p.Service.Value, Error: p.Service.Error}
	p.Elsewhere = nil
	for _, k := range packs {
		switch {
		case !slices.Contains(k.Channels, gov.Counter):
		case slices.Contains(closed, k.ID):
			p.Elsewhere = append(p.Elsewhere, k.Title)
		default:
			p.Service.Options = append(p.Service.Options, ui.Option{Value: string(k.ID), Text: k.Title})
		}
	}
	p.Presence = ui.Field{Kind: "one-of", Name: "presence", Label: pages.T("desk.counter.presence"), Value: p.Presence.Value, Error: p.Presence.Error}
	for _, x := range ways {
		p.Presence.Options = append(p.Presence.Options, ui.Option{Value: x, Text: pages.T("desk.counter." + x)})
	}
	return err
}

// startFor opens the application of the person who stands there.
func (d *Desk) startFor(w http.ResponseWriter, r *http.Request) error {
	p := counterPage{Person: r.PostFormValue("person"), Words: r.PostFormValue("words"), Searched: true}
	p.Service.Value, p.Presence.Value = r.PostFormValue("service"), r.PostFormValue("presence")
	var c *casework.Case
	err := d.write(r, func(tx *db.Tx) (err error) {
		if err := d.choices(tx, &p); err != nil {
			return err
		}
		if p.wrong(); p.Problems != nil {
			who, err := identity.Look(tx, gov.PersonID(p.Person), "counter")
			p.People = []identity.Person{who}
			return err
		}
		c, err = d.Cases.Start(tx, casework.Application{Service: gov.ServiceID(p.Service.Value), For: gov.PersonID(p.Person), Presence: p.Presence.Value})
		return err
	})
	if err != nil {
		return err
	}
	if p.Problems != nil {
		return pages.RenderInvalid(w, r, "counter", p)
	}
	return ui.Redirect(w, r, counterPath(c.ID))
}

// wrong notes what was not chosen.
func (p *counterPage) wrong() {
	if !offers(p.Service) {
		p.Service.Error = pages.T("desk.counter.service.choose")
	}
	if !offers(p.Presence) {
		p.Presence.Error = pages.T("desk.counter.presence.choose")
	}
	p.Problems = ui.Problems([]ui.Field{p.Service, p.Presence})
}

func offers(f ui.Field) bool {
	return slices.ContainsFunc(f.Options, func(o ui.Option) bool { return o.Value == f.Value })
}

func counterPath(id gov.CaseID, parts ...string) string {
	return strings.Join(append([]string{"/desk/counter/cases", string(id)}, parts...), "/")
}

// sentPage is the confirmation that the person takes away, and where the fee is paid.
type sentPage struct {
	*casework.View
	Name     gov.Text
	Org      gov.Text
	Status   gov.Text
	Bill     *bill // what is to be paid, or was
	Slip     string
	Problems gov.Problems
	Unproved bool
}

// assisted leads a draft to its first open page and shows what was submitted.
func (d *Desk) assisted(w http.ResponseWriter, r *http.Request) error {
	p, err := d.sentPage(r)
	if err != nil {
		return err
	}
	if p.State == casework.Draft {
		return d.reading(w, r, func(x *draft) error {
			if open := x.open(); open != "" {
				return ui.Redirect(w, r, counterPath(x.ID, "fill", open))
			}
			return ui.Redirect(w, r, counterPath(x.ID, "check"))
		})
	}
	return pages.Render(w, r, "counter-sent", p)
}

func (d *Desk) sentPage(r *http.Request) (p sentPage, err error) {
	p.Unproved = !d.proved(gov.ActorFrom(r.Context()))
	err = d.write(r, func(tx *db.Tx) error {
		v, err := d.Cases.Get(tx, gov.CaseID(r.PathValue("id")))
		if err != nil {
			return err
		}
		if !v.Mine || v.Track.Presence == nil {
			return errNotHere
		}
		p.View, p.Org, p.Status = v, d.org(r.Context(), v.Organisation), status(v.Case)
		names, err := identity.Names(tx, v.Applicant)
		if err != nil || v.State == casework.Draft {
			return err
		}
		p.Name = names[v.Applicant]
		all, err := d.bills(tx, v.ID)
		for i := range all {
			p.Bill = &all[i]
		}
		return err
	})
	return p, err
}

// Pays reports whether the fee is still to be paid.
func (p sentPage) Pays() bool { return p.Owing != nil && p.Owing.Kind == pack.Pay && p.Bill != nil }

// Corrects reports whether the applicant owes a correction.
func (p sentPage) Corrects() bool { return p.Owing != nil && p.Owing.Kind == pack.Correct }

// settle records money taken at the counter. Pressed twice it is taken once.
func (d *Desk) settle(w http.ResponseWriter, r *http.Request) error {
	p, err := d.sentPage(r)
	if err != nil {
		return err
	}
	if !p.Pays() {
		return ui.Redirect(w, r, counterPath(p.ID))
	}
	p.Slip = r.PostFormValue("slip")
	_, err = d.Cases.Cashier.SettleAtCounter(r.Context(), p.Charge, p.Slip)
	if bad, ok := gov.ProblemsOf(err, "slip"); ok {
		p.Problems = gov.Problems{{Field: "slip", Text: bad[0].Text}}
		return pages.RenderInvalid(w, r, "counter-sent", p)
	}
	if err != nil && gov.KindOf(err) != gov.Conflict {
		return err
	}
	return ui.Redirect(w, r, counterPath(p.ID))
}
