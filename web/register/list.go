package register

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/search"
	"diwan.example/web/ui"
)

// pageRows is how many entries a page lists.
const pageRows = 50

// listPage are the entries that the reader may see, by where the work on them stands.
type listPage struct {
	Org      gov.OrgID // whose entries; empty: everybody's
	Owner    gov.Text
	All      bool // the reader may see everybody's
	Write    bool
	Query    string
	Standing string // a state; "" for all
	Tabs     []tab
	Rows     []row
	Next     string
	Found    int
	Orgs     []ui.Option
	Done     string
}

type tab struct {
	Text    gov.Text
	Here    string
	Count   int
	Current bool
}

type row struct {
	catalogue.Work
	Owner gov.Text
}

// Name is what the entry is called; its id while it has no name.
func (x row) Name() gov.Text { h := head{Work: x.Work}; return h.Name() }

// Tone is the colour of the state.
func (x row) Tone() string { return tone(x.State()) }

func tone(s catalogue.WorkState) string {
	switch s {
	case catalogue.WorkReturned:
		return "bad"
	case catalogue.WorkDraft:
		return "warn"
	case catalogue.WorkReview:
		return "info"
	}
	return "good"
}

// Moved is when the entry was last worked on.
func (x row) Moved() any {
	if x.Draft != nil {
		last := x.Draft.Saved
		for _, t := range []time.Time{x.Draft.Submitted, x.Draft.Decided} {
			if t.After(last) {
				last = t
			}
		}
		return last
	}
	return x.Published.Updated
}

func (g *Register) list(w http.ResponseWriter, r *http.Request) error {
	q, me := r.URL.Query(), gov.ActorFrom(r.Context())
	p := listPage{All: me.Has(gov.Authority, gov.Auditor), Write: writers.Allow(me), Standing: q.Get("state"), Query: shortened(q.Get("q")), Done: doneOf(r)}
	p.Org = me.Org
	if p.All && !p.Write || q.Has("org") && p.All {
		p.Org = gov.OrgID(shortened(q.Get("org")))
	}
	if p.Org != "" {
		p.Owner = g.organisation(r, p.Org)
	}
	if p.All {
		p.Orgs = options(g.organisations(r))
	}
	var all []catalogue.Work
	err := g.read(r, func(tx *db.Tx) (err error) { all, err = catalogue.Works(tx, p.Org); return err })
	if err != nil {
		return err
	}
	if p.Query != "" {
		all = slices.DeleteFunc(all, func(x catalogue.Work) bool { return !matches(x, search.Fold(p.Query)) })
	}
	p.count(r, all)
	g.fill(r, &p, all)
	return pages.Render(w, r, "list", p)
}

func matches(x catalogue.Work, folded string) bool {
	words := string(x.ID)
	for _, s := range x.Entry().Name {
		words += " " + s
	}
	return strings.Contains(search.Fold(words), folded)
}

// count makes the tabs, each with how many entries stand so.
func (p *listPage) count(r *http.Request, all []catalogue.Work) {
	n := map[catalogue.WorkState]int{}
	for i := range all {
		n[all[i].State()]++
	}
	here := func(state string) string {
		return ui.URL(r, "/register", "state", state, "q", p.Query, "org", r.URL.Query().Get("org"))
	}
	p.Tabs = append(p.Tabs, tab{pages.T("register.state.all"), here(""), len(all), p.Standing == ""})
	for _, s := range catalogue.WorkStates {
		p.Tabs = append(p.Tabs, tab{pages.T("register.state." + string(s)), here(string(s)), n[s], p.Standing == string(s)})
	}
}

func (g *Register) fill(r *http.Request, p *listPage, all []catalogue.Work) {
	after := r.URL.Query().Get("after")
	for _, x := range all {
		if p.Standing != "" && string(x.State()) != p.Standing {
			continue
		}
		p.Found++
		if string(x.ID) <= after {
			continue
		}
		if len(p.Rows) == pageRows {
			p.Next = string(p.Rows[pageRows-1].ID)
			continue
		}
		p.Rows = append(p.Rows, row{x, g.organisation(r, x.Organisation)})
	}
}

// shortened keeps what came in an address from filling the page.
func shortened(s string) string {
	s, _ = gov.CleanText(strings.TrimSpace(s))
	if n := []rune(s); len(n) > 80 {
		return string(n[:80])
	}
	return s
}

func options(list []catalogue.Choice) (out []ui.Option) {
	for _, c := range list {
		out = append(out, ui.Option{Value: c.Code, Text: c.Text})
	}
	return out
}
