package portal

import (
	"net/http"
	"strings"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/search"
	"diwan.example/web/ui"
)

var documentTones = map[document.State]string{document.Valid: "good", document.Replaced: "warn", document.Expired: "warn", document.Suspended: "warn", document.Revoked: "bad", document.Altered: "bad"}

// soon is how long before its end a document is told apart.
const soon = 30 * 24 * time.Hour

// manyDocuments is from how many on a shelf can be searched.
const manyDocuments = 6

type documentLine struct {
	document.Document
	Org  gov.Text
	Tag  tag
	Soon bool // it ends within a month
}

func (p *Portal) documentLine(r *http.Request, d document.Document) documentLine {
	x := documentLine{Document: d, Org: p.org(r.Context(), d.Organisation), Tag: tag{d.State.Label(), documentTones[d.State]}}
	now := p.db().Now()
	if d.State == document.Valid && !d.ValidUntil.IsZero() && d.ValidUntil.Sub(now) < soon {
		x.Soon, x.Tag = true, tag{pages.T("portal.doc.today"), "warn"}
		if n := nights(now.In(p.zone()), d.ValidUntil.In(p.zone())); n > 0 {
			x.Tag.Text = pages.T("portal.doc.soon", n)
		}
	}
	return x
}

// nights are the midnights between two moments: 1 is tomorrow, at whatever hour.
func nights(from, to time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(to).Sub(day(from)).Hours() / 24)
}

type documentsPage struct {
	Query   string
	Search  bool // there are enough to look for one
	Shelves []shelf
	None    bool // nobody's shelf has a document
	Found   int
}

// shelf is what one person, or one company, holds.
type shelf struct {
	For    string // as in addresses; empty: the reader
	Name   gov.Text
	Kind   string // the phrase portal.shelf.…
	Soon   []documentLine
	Now    []documentLine
	Ended  []documentLine
	Total  int
	Hidden int // that do not match the search
}

// documents is the reader's shelf, and those of all for whom they act.
func (p *Portal) documents(w http.ResponseWriter, r *http.Request) error {
	data := documentsPage{Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	of, err := p.held(r)
	if err != nil {
		return err
	}
	total := 0
	for _, s := range of {
		all, err := p.Engine.Issuer.Held(me(r), gov.PersonID(s.holder))
		if gov.KindOf(err) == gov.NotFound { // the mandate ended between two reads, or does not reach documents
			continue
		}
		if err != nil {
			return err
		}
		s.put(p, r, all, data.Query)
		total += s.Total
		data.Found += s.Total - s.Hidden
		if s.Total > 0 || s.For == "" {
			data.Shelves = append(data.Shelves, s.shelf)
		}
	}
	data.None, data.Search = total == 0, total >= manyDocuments || data.Query != ""
	return pages.Render(w, r, "documents", data)
}

// shelfOf is a shelf with whose it is.
type shelfOf struct {
	shelf
	holder string
}

// put sorts documents onto a shelf; those that do not match are only counted.
func (s *shelfOf) put(p *Portal, r *http.Request, all []document.Document, query string) {
	s.Total = len(all)
	for _, d := range all {
		x := p.documentLine(r, d)
		switch {
		case !x.matches(query):
			s.Hidden++
		case x.Soon:
			s.Soon = append(s.Soon, x)
		case d.State == document.Valid:
			s.Now = append(s.Now, x)
		default:
			s.Ended = append(s.Ended, x)
		}
	}
}

// matches reports whether every word of a query is somewhere in what a line says.
func (x documentLine) matches(query string) bool {
	said := []string{x.Number, x.Reference}
	for _, t := range []gov.Text{x.Title, x.Org} {
		for _, s := range t {
			said = append(said, s)
		}
	}
	for _, c := range x.Claims {
		said = append(said, c.Shown.In(gov.Arabic), c.Shown.In(gov.English))
	}
	all := search.Fold(strings.Join(said, " "))
	for _, word := range strings.Fields(search.Fold(query)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// held are the shelves that the reader may see: their own first, then those of
// their children and of the companies they speak for.
func (p *Portal) held(r *http.Request) (out []shelfOf, err error) {
	err = p.read(r, func(tx *db.Tx) error {
		out = []shelfOf{{shelf{Kind: "me"}, string(tx.Actor().Person)}}
		all, err := identity.Mandates(tx, tx.Actor().Person)
		for _, m := range all {
			if (m.Kind == identity.Guardian || m.Kind == identity.Company) && m.Scope == "" && m.ValidAt(tx.Now()) {
				out = append(out, shelfOf{shelf{For: m.For, Name: nameOr(m.ForName, m.For), Kind: string(m.Kind)}, m.For})
			}
		}
		return err
	})
	return out, err
}

// heldOf is one of them, named as in an address. Errors: NotFound.
func (p *Portal) heldOf(r *http.Request, named string) (shelfOf, error) {
	all, err := p.held(r)
	if err != nil {
		return shelfOf{}, err
	}
	for _, s := range all {
		if s.For == named {
			return s, nil
		}
	}
	return shelfOf{}, gov.Fail(gov.NotFound, "لا توجد صفحة بهذا العنوان", "There is no page at this address")
}

// documentOf is the address of one document.
func documentOf(id gov.DocumentID, more ...string) string {
	return strings.Join(append([]string{"/documents", string(id)}, more...), "/")
}

// redirectTo leads back to a document's page.
func redirectTo(w http.ResponseWriter, r *http.Request, id, part string) error {
	return ui.Redirect(w, r, documentOf(gov.DocumentID(id))+part)
}
