package portal

import (
	"net/http"
	"unicode/utf8"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/web/ui"
)

// fixed is a page that says the same to everybody.
func fixed(name string) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error { return pages.Render(w, r, name, nil) }
}

// card is a service in a list.
type card struct {
	catalogue.Service
	Org gov.Text
	Tag tag
}

// standingTag says how far a service has come online.
func standingTag(s catalogue.Standing) tag {
	t := tag{Text: pages.T("portal.standing." + string(s))}
	if s == catalogue.Proven || s == catalogue.Running {
		t.Tone = "good"
	}
	return t
}

// Rule is what a service costs, as a card has room for it.
func (c card) Rule() gov.Text {
	rule := c.Costs.Rule()
	for _, s := range rule {
		if utf8.RuneCountInString(s) > 48 {
			return pages.T("portal.cost.rule")
		}
	}
	return rule
}

func (p *Portal) cards(r *http.Request, list []catalogue.Service) []card {
	out := make([]card, len(list))
	for i, s := range list {
		out[i] = card{s, p.org(r.Context(), s.Organisation), standingTag(s.Standing())}
	}
	return out
}

type homePage struct {
	Personal, Business []catalogue.LifeEvent
	Here               []card // what can be completed here now
	Entities, Services int
}

// here is how many services the home page lists.
const here = 6

func (p *Portal) home(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	events, err := p.Book.LifeEvents(ctx)
	if err != nil {
		return err
	}
	orgs, err := p.Book.Organisations(ctx)
	if err != nil {
		return err
	}
	all, err := p.Book.Search(ctx, catalogue.Query{Limit: 1})
	if err != nil {
		return err
	}
	runs, err := p.Book.Search(ctx, catalogue.Query{Lang: ui.LangOf(r), Limit: here,
		Facets: map[string][]string{catalogue.ByStanding: {string(catalogue.Proven), string(catalogue.Running)}}})
	if err != nil {
		return err
	}
	data := homePage{Here: p.cards(r, runs.Services), Entities: len(orgs), Services: all.Total}
	for _, e := range events {
		if e.Business {
			data.Business = append(data.Business, e)
		} else {
			data.Personal = append(data.Personal, e)
		}
	}
	return pages.Render(w, r, "home", data)
}

func (p *Portal) entities(w http.ResponseWriter, r *http.Request) error {
	orgs, err := p.Book.Organisations(r.Context())
	if err != nil {
		return err
	}
	counts, err := p.Book.Counts(r.Context())
	if err != nil {
		return err
	}
	byOrg := map[gov.OrgID]catalogue.Count{}
	for _, c := range counts {
		byOrg[c.Organisation] = c
	}
	type row struct {
		catalogue.Organisation
		Count catalogue.Count
	}
	rows := make([]row, len(orgs))
	for i, o := range orgs {
		rows[i] = row{o, byOrg[o.ID]}
	}
	return pages.Render(w, r, "entities", rows)
}

type listPage struct {
	Organisation catalogue.Organisation
	Event        catalogue.LifeEvent
	Services     []card
}

func (p *Portal) entity(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Book.Organisation(r.Context(), gov.OrgID(r.PathValue("org")))
	if err != nil {
		return err
	}
	found, err := p.Book.Search(r.Context(), catalogue.Query{Lang: ui.LangOf(r), Facets: map[string][]string{catalogue.ByOrganisation: {string(o.ID)}}})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "entity", listPage{Organisation: o, Services: p.cards(r, found.Services)})
}

func (p *Portal) lifeEvent(w http.ResponseWriter, r *http.Request) error {
	events, err := p.Book.LifeEvents(r.Context())
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.ID != r.PathValue("id") {
			continue
		}
		found, err := p.Book.Search(r.Context(), catalogue.Query{Lang: ui.LangOf(r), Facets: map[string][]string{catalogue.ByLifeEvent: {e.ID}}})
		if err != nil {
			return err
		}
		return pages.Render(w, r, "life-event", listPage{Event: e, Services: p.cards(r, found.Services)})
	}
	return gov.Fail(gov.NotFound, "لا توجد صفحة لهذا الحدث", "There is no such life event")
}
