// Package register is where the catalogue is written: an entity's service owner
// writes its entries section by section in both languages and submits them; the
// leading authority sees what would change beside what is published, comments,
// gives back or publishes. Every rule is the catalogue's; here stand the guards
// and the words.
package register

import (
	"embed"
	"net/http"
	"slices"

	"diwan.example/catalogue"
	"diwan.example/catalogue/workbook"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Register is the area. Every field is needed.
type Register struct {
	DB      *db.DB
	Book    *catalogue.Book
	Country *country.Country // its languages, money and authority
}

var (
	// Guard lets in who writes, answers for, reviews or audits entries.
	Guard    = ui.Role(gov.Owner, gov.Head, gov.Authority, gov.Auditor)
	writers  = ui.Role(gov.Owner)
	speakers = ui.Role(gov.Owner, gov.Head, gov.Authority)
)

// Routes are the addresses of the area.
func (g *Register) Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /register", Guard: Guard, Page: g.list},
		{Pattern: "GET /register/new", Guard: writers, Page: g.newForm},
		{Pattern: "POST /register/new", Guard: writers, Page: g.propose},
		{Pattern: "GET /register/{area}/{name}", Guard: Guard, Page: g.entry},
		{Pattern: "POST /register/{area}/{name}/begin", Guard: writers, Page: g.begin},
		{Pattern: "POST /register/{area}/{name}/submit", Guard: writers, Page: g.submit},
		{Pattern: "POST /register/{area}/{name}/take-back", Guard: writers, Page: g.takeBack},
		{Pattern: "GET /register/{area}/{name}/drop", Guard: writers, Page: g.dropForm},
		{Pattern: "POST /register/{area}/{name}/drop", Guard: writers, Page: g.drop},
		{Pattern: "GET /register/{area}/{name}/edit/{part}", Guard: writers, Page: g.edit},
		{Pattern: "POST /register/{area}/{name}/edit/{part}", Guard: writers, Page: g.save},
		{Pattern: "GET /register/{area}/{name}/review", Guard: Guard, Page: g.review},
		{Pattern: "POST /register/{area}/{name}/review", Guard: speakers, Page: g.judge},
		{Pattern: "POST /register/{area}/{name}/settle/{comment}", Guard: speakers, Page: g.settle},
		{Pattern: "GET /register/{area}/{name}/history", Guard: Guard, Page: g.history},
		{Pattern: "GET /register/{area}/{name}/statement", Guard: Guard, Page: g.statement},
		{Pattern: "POST /register/{area}/{name}/statement", Guard: writers, Page: g.state},
		{Pattern: "GET /register/workbook", Guard: writers, Page: g.workbook},
		{Pattern: "GET /register/workbook/file", Guard: writers, Page: g.handOut},
		{Pattern: "POST /register/workbook", Guard: writers, Page: g.takeIn, MaxBody: workbook.Largest + 1<<20},
		{Pattern: "GET /register/workbook/{id}", Guard: writers, Page: g.taken},
		{Pattern: "GET /register/workbook/{id}/marked", Guard: writers, Page: g.marked},
		{Pattern: "POST /register/workbook/{id}", Guard: writers, Page: g.take},
	}
}

// Area is the entry of this area in the header.
func Area() ui.Area {
	return ui.Area{Name: pages.T("register.area"), Home: "/register", Guard: Guard, Links: []ui.Link{
		{Text: pages.T("register.nav.entries"), URL: "/register"},
		{Text: pages.T("register.nav.new"), URL: "/register/new", Guard: writers},
		{Text: pages.T("register.nav.workbook"), URL: "/register/workbook", Guard: writers},
	}}
}

func (g *Register) read(r *http.Request, do func(tx *db.Tx) error) error {
	return g.DB.Read(r.Context(), do)
}

func (g *Register) write(r *http.Request, do func(tx *db.Tx) error) error {
	return g.DB.Write(r.Context(), do)
}

// organisation names an organisation; its id stands for one that nobody knows.
func (g *Register) organisation(r *http.Request, id gov.OrgID) gov.Text {
	if o, err := g.Book.Organisation(r.Context(), id); err == nil {
		return o.Name
	}
	return gov.T(string(id), string(id))
}

func serviceOf(r *http.Request) gov.ServiceID {
	return gov.ServiceID(r.PathValue("area") + "/" + r.PathValue("name"))
}

// home is the address of an entry's own page.
func home(id gov.ServiceID) string { return "/register/" + string(id) }

// terms put differences into words.
func (g *Register) terms(r *http.Request, langs []gov.Lang) catalogue.Terms {
	return catalogue.Terms{Langs: langs, Currency: g.Country.Currency,
		Organisation: func(id gov.OrgID) gov.Text { return g.organisation(r, id) },
		LifeEvent:    func(id string) gov.Text { return catalogue.InWords(g.lifeEvents(r), id) },
	}
}

func (g *Register) lifeEvents(r *http.Request) (out []catalogue.Choice) {
	list, err := g.Book.LifeEvents(r.Context())
	if err != nil {
		return nil // the codes stand for themselves
	}
	for _, e := range list {
		out = append(out, catalogue.Choice{Code: e.ID, Text: e.Name})
	}
	return out
}

func (g *Register) organisations(r *http.Request) (out []catalogue.Choice) {
	list, err := g.Book.Organisations(r.Context())
	if err != nil {
		return nil
	}
	for _, o := range list {
		out = append(out, catalogue.Choice{Code: string(o.ID), Text: o.Name})
	}
	return out
}

// head is what stands above every page about one entry.
type head struct {
	catalogue.Work
	Owner  gov.Text                  // its organisation
	Names  map[gov.PersonID]gov.Text // of those who wrote and decided
	Write  bool                      // the reader may write it
	Review bool                      // the reader may review it
	Langs  []gov.Lang
	Wrong  gov.Problems // of what is being written
	Said   []catalogue.Comment
	Done   string
}

// Name is what the entry is called; its id while it has no name.
func (h *head) Name() gov.Text {
	if n := h.Entry().Name; len(n) > 0 {
		return n
	}
	return gov.T(string(h.ID), string(h.ID))
}

// Home is the address of the entry's own page.
func (h *head) Home() string { return home(h.ID) }

// Who names somebody.
func (h *head) Who(p gov.PersonID) gov.Text {
	if n := h.Names[p]; len(n) > 0 {
		return n
	}
	return pages.T("register.machine")
}

// head reads an entry. Errors: NotFound.
func (g *Register) head(tx *db.Tx, r *http.Request) (h head, err error) {
	if h.Work, err = catalogue.WorkOn(tx, serviceOf(r)); err != nil {
		return h, err
	}
	me := tx.Actor()
	h.Owner, h.Write, h.Review = g.organisation(r, h.Organisation), catalogue.MayWrite(me, h.Organisation), catalogue.MayReview(me)
	h.Done = doneOf(r)
	known, err := catalogue.Known(tx, h.Organisation)
	if err != nil {
		return h, err
	}
	h.Langs = known.Langs
	if h.Draft == nil {
		return h, nil
	}
	h.Wrong = h.Draft.Entry.Problems(known)
	if h.Said, err = catalogue.Comments(tx, h.ID); err != nil {
		return h, err
	}
	people := []gov.PersonID{h.Draft.Author, h.Draft.Decider}
	for _, c := range h.Said {
		people = append(people, c.Author)
	}
	h.Names, err = identity.Names(tx, people...)
	return h, err
}

// Open counts the comments that are not settled.
func (h *head) Open() (n int) {
	for _, c := range h.Said {
		if c.Settled.IsZero() && c.Number == h.Draft.Number {
			n++
		}
	}
	return n
}

// dones are the things that a page may say were just done.
var dones = []string{"new", "saved", "submitted", "taken-back", "dropped", "wrong", "commented", "settled", "returned", "approved", "stated", "taken"}

func doneOf(r *http.Request) string {
	if s := r.URL.Query().Get("done"); slices.Contains(dones, s) {
		return s
	}
	return ""
}
