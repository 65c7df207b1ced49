package portal

import (
	"net/http"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// whose says whose data a page shows: the reader's, or that of a child whose
// guardian they are.
type whose struct {
	Person gov.PersonID
	For    string // as in the address; empty: the reader
	Name   gov.Text
	Child  bool
	Of     []ui.Option // all whose data the reader may see, the reader first; empty: only the reader's
}

// whose finds out whose page is asked for and reads it. Whatever is read of a
// child is a look at the child, so that runs where it can be written. Errors:
// NotFound for somebody else's data.
func (p *Portal) whose(r *http.Request, of *whose, read func(tx *db.Tx) error) error {
	of.For = r.FormValue("for")
	do := func(tx *db.Tx) error {
		if err := of.find(tx); err != nil {
			return err
		}
		return read(tx)
	}
	if of.For == "" {
		return p.read(r, do)
	}
	return p.write(r, do)
}

func (of *whose) find(tx *db.Tx) error {
	me := tx.Actor().Person
	of.Person, of.Of = me, nil
	held, err := identity.Mandates(tx, me)
	if err != nil {
		return err
	}
	for _, m := range held {
		if m.Kind != identity.Guardian || m.Scope != "" || !m.ValidAt(tx.Now()) {
			continue
		}
		of.Of = append(of.Of, ui.Option{Value: m.For, Text: nameOr(m.ForName, m.For)})
		if m.For == of.For {
			of.Person, of.Name, of.Child = gov.PersonID(m.For), nameOr(m.ForName, m.For), true
		}
	}
	if of.For != "" && !of.Child {
		return gov.Fail(gov.NotFound, "لا توجد صفحة بهذا العنوان", "There is no page at this address")
	}
	if len(of.Of) > 0 {
		of.Of = append([]ui.Option{{Text: pages.T("portal.whose.me")}}, of.Of...)
	}
	return nil
}
