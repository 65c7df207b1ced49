// Package registry is the pages on registries: what each holds, who keeps it and
// who writes to it; the shared vocabulary; and, for the keepers' officers, records
// with their history, corrections and imports. A record is asked for with a
// purpose, which its person sees; what is asked for never stands in an address.
package registry

import (
	"context"
	"embed"
	"net/http"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	records "diwan.example/registry"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Registries is the pages. Every field is needed.
type Registries struct {
	Book         *records.Book
	Currency     gov.Currency
	Organisation func(context.Context, gov.OrgID) gov.Text
	Service      func(context.Context, gov.ServiceID) gov.Text
}

// keepers are the roles of a keeper's people who read records; the domain asks
// for which organisation.
var keepers = ui.Role(gov.Officer, gov.Supervisor, gov.Owner, gov.Head)

// planners are those who decide what may be asked of people.
var planners = ui.Role(gov.Owner, gov.Head, gov.Authority, gov.Committee, gov.Auditor, gov.Operator)

// Routes are the addresses of the pages.
func (p *Registries) Routes() []ui.Route {
	const one, record = "/registries/{registry}", "/registries/{registry}/records/{record}"
	return []ui.Route{
		{Pattern: "GET /registries", Guard: ui.Staff, Page: p.list},
		{Pattern: "GET /registries/vocabulary", Guard: planners, Page: p.vocabulary},
		{Pattern: "GET " + one, Guard: ui.Staff, Page: p.one},
		{Pattern: "POST " + one + "/lookup", Guard: keepers, Page: p.lookup},
		{Pattern: "POST " + one + "/search", Guard: keepers, Page: p.search},
		{Pattern: "GET " + record + "/correct", Guard: keepers.AndStepUp(), Page: p.correctForm},
		{Pattern: "POST " + record + "/correct", Guard: keepers.AndStepUp(), Page: p.correct},
	}
}

// Area is this package's part of the site's navigation.
func Area() ui.Area {
	return ui.Area{Name: pages.T("registry.area"), Home: "/registries", Guard: ui.Staff, Links: []ui.Link{
		{Text: pages.T("registry.area"), URL: "/registries"},
		{Text: pages.T("registry.vocabulary"), URL: "/registries/vocabulary", Guard: planners},
	}}
}

// line is one registry of the list.
type line struct {
	*records.Definition
	Keeper gov.Text
	Count  int
	Mine   bool // the reader works for its keeper
}

// Elsewhere reports whether its records live elsewhere.
func (l line) Elsewhere() bool { return l.Connector != nil }

// list shows all registries; the reader's own come first.
func (p *Registries) list(w http.ResponseWriter, r *http.Request) error {
	all, err := p.lines(r)
	if err != nil {
		return err
	}
	var mine, others []line
	for _, l := range all {
		if l.Mine {
			mine = append(mine, l)
		} else {
			others = append(others, l)
		}
	}
	return pages.Render(w, r, "list", map[string]any{"Mine": mine, "Others": others, "Planner": planners.Allow(gov.ActorFrom(r.Context()))})
}

func (p *Registries) lines(r *http.Request) (out []line, err error) {
	counts, err := p.Book.Counts(r.Context())
	a := gov.ActorFrom(r.Context())
	for _, d := range p.Book.Definitions() {
		out = append(out, line{d, p.Organisation(r.Context(), d.Organisation), counts[d.ID], d.MayRead(a)})
	}
	return out, err
}

// word is one attribute of the vocabulary and where it is kept.
type word struct {
	*records.Attribute
	Holder gov.Text
	URL    string
	Also   string // other words for it, in the reader's language
}

// vocabulary shows every attribute, what it means and which registry holds it.
func (p *Registries) vocabulary(w http.ResponseWriter, r *http.Request) error {
	var list []word
	for _, a := range p.Book.Vocabulary.Attributes() {
		x := word{Attribute: a, Also: strings.Join(a.Synonyms[ui.LangOf(r)], pages.T("registry.comma").In(ui.LangOf(r)))}
		if d, ok := p.Book.Holder(a.ID); ok {
			x.Holder, x.URL = d.Title, "/registries/"+string(d.ID)
		}
		list = append(list, x)
	}
	return pages.Render(w, r, "vocabulary", list)
}

// definition is the registry of the address. Errors: NotFound.
func (p *Registries) definition(r *http.Request) (*records.Definition, error) {
	return p.Book.Definition(gov.RegistryID(r.PathValue("registry")))
}

// batches are the latest imports, for those who keep the registry.
func (p *Registries) batches(r *http.Request, d *records.Definition) (out []records.Batch, err error) {
	err = p.Book.DB.Read(r.Context(), func(tx *db.Tx) (err error) { out, err = p.Book.Batches(tx, d.ID, 20); return err })
	return out, err
}
