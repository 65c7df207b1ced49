package desk

import (
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/web/ui"
)

// lineName is the answer by which a question names a line of an access log.
const lineName = "line"

// line adds what a line of the applicant's access log says, when the case asks
// about one: to the organisation that looked, which must answer, and to auditors.
func (x *dossier) line(tx *db.Tx, lang gov.Lang) error {
	id, _ := x.Answers[lineName].(string)
	if id == "" {
		return nil
	}
	l, err := journal.LookOf(tx, id)
	if gov.KindOf(err) == gov.NotFound {
		return nil
	}
	if a := tx.Actor(); err != nil || l.Person != x.Applicant || l.Organisation != a.Org && !x.Auditing {
		return err
	}
	names, err := identity.Names(tx, l.Actor)
	if err != nil {
		return err
	}
	who := names[l.Actor]
	if l.Machine {
		who = pages.T("desk.platform")
	}
	s := section{Title: pages.T("desk.line")}
	for _, f := range []ui.Field{
		{Name: "line-who", Label: pages.T("desk.line.who"), Value: who.In(lang)},
		{Name: "line-why", Label: pages.T("desk.line.why"), Value: l.Purpose},
		{Name: "line-at", Label: pages.T("desk.line.at"), Value: l.At.Format("2006-01-02"), Kind: "date"},
	} {
		if f.Kind == "" {
			f.Kind = "short-text"
		}
		s.Items = append(s.Items, item{Field: f})
	}
	x.Sections = append(x.Sections, s)
	return nil
}
