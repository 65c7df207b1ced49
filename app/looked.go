package app

import (
	"encoding/json"
	"slices"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/journal/unusual"
	"diwan.example/notify"
	"diwan.example/registry"
)

// revealed tells a person that entries of their access log, delayed by law, have
// opened.
func (a *App) revealed(tx *db.Tx, o journal.Order) error {
	return a.Office.Tell(tx, notify.Message{
		To: o.Person, Link: "/account/looks",
		Subject: gov.T("انكشف في سجل الاطلاع ما كان مؤجلًا", "Delayed entries of your access log are open"),
		Body: gov.T("أُجّل بأمر نظامي ظهور اطلاع على بياناتك، وحان موعد انكشافه. ستجد في سجل الاطلاع كل سطر بتاريخه، ومعه الأمر الذي أجّله.",
			"By an order of law, entries of your access log were kept back; they are open now. You find each with its date in the log, and the order itself."),
	})
}

// kin says how two people are related: by mandates and accounts, then by the
// registries that hold families and addresses. The names of families say nothing.
func (a *App) kin(tx *db.Tx, actor, person gov.PersonID) (gov.Text, error) {
	if tie, err := unusual.Related(tx, actor, person); err != nil || len(tie) > 0 {
		return tie, err
	}
	one, err := a.family(tx, actor)
	if err != nil || one == nil {
		return nil, err
	}
	other, err := a.family(tx, person)
	if err != nil || other == nil {
		return nil, err
	}
	switch {
	case slices.Contains(one.close, other.civil) || slices.Contains(other.close, one.civil):
		return gov.T("من أسرة واحدة في سجل السكان", "of one family in the population register"), nil
	case slices.ContainsFunc(one.guardians, func(n string) bool { return slices.Contains(other.guardians, n) }):
		return gov.T("لهما ولي أمر واحد في سجل السكان", "they have a guardian in common in the population register"), nil
	case one.home != "" && one.home == other.home:
		return gov.T("يسكنان العنوان نفسه في سجل السكان", "they live at the same address in the population register"), nil
	}
	return nil, nil
}

// relations are what the registries say of somebody's family and home.
type relations struct {
	civil     string
	close     []string // civil numbers of guardians and children
	guardians []string
	home      string
}

// family reads the relations of a person for the machine's own work; nil when no
// registry here holds them.
func (a *App) family(tx *db.Tx, p gov.PersonID) (*relations, error) {
	d, ok := a.Records.Holder("person.guardians")
	if !ok || d.Connector != nil {
		return nil, nil
	}
	known, err := identity.Known(tx, p)
	if gov.KindOf(err) == gov.NotFound || err == nil && known.CivilNumber == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := a.Records.OfPerson(tx, d.ID, p, tx.Now())
	if err != nil || len(list) == 0 {
		return nil, err
	}
	out := &relations{civil: known.CivilNumber, guardians: numbers(d, &list[0], "person.guardians")}
	out.close = append(numbers(d, &list[0], "person.children"), out.guardians...)
	if home := d.Value(&list[0], "person.address"); home != nil {
		out.home = db.JSON(home)
	}
	return out, nil
}

// numbers are the civil numbers in a list of relatives.
func numbers(d *registry.Definition, r *registry.Record, name gov.AttributeID) (out []string) {
	var rows []struct {
		CivilNumber string `json:"civil_number"`
	}
	if json.Unmarshal([]byte(db.JSON(d.Value(r, name))), &rows) == nil {
		for _, x := range rows {
			out = append(out, x.CivilNumber)
		}
	}
	return out
}
