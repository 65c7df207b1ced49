// Package gc reads the service inventory that the Government of Canada publishes
// under its Policy on Service and Digital, as two CSV files: services
// (GC Service Inventory, one row a service and fiscal year) and service standards
// (one row a standard and fiscal year). Services become entries of the catalogue
// in English and French; what departments say of a year becomes statements.
//
// Source: open.canada.ca, datasets 3ac0d080-6149-499a-8b06-7ce5f00ec56c and its
// standards, Open Government Licence – Canada. The data itself is not in this
// repository.
package gc

import (
	"fmt"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Inventory is what the two files say.
type Inventory struct {
	Organisations []catalogue.Organisation
	Entries       []catalogue.Entry     // as of the latest year read
	Statements    []catalogue.Statement // one a service and year
	Notes         []Note                // what was not understood and left out
}

// Note is something in a file that is wrong, at its place.
type Note struct {
	File   string
	Line   int
	Column string // of the file's header; empty: the whole line
	Text   gov.Text
}

// In writes the note as file:line: column: text.
func (n Note) In(l gov.Lang) string {
	place := n.File
	if n.Line > 0 {
		place = fmt.Sprintf("%s:%d", n.File, n.Line)
	}
	if n.Column != "" {
		place += ": " + n.Column
	}
	return place + ": " + n.Text.In(l)
}

// Wrong are all reasons why files were refused. Its kind is Invalid.
type Wrong []Note

// Error is for logs: the first reasons in English.
func (w Wrong) Error() string {
	var b strings.Builder
	for i, n := range w {
		if i == 3 {
			fmt.Fprintf(&b, "; and %d more", len(w)-i)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(n.In(gov.English))
	}
	return b.String()
}

// Unwrap gives the failure its kind and a text for people.
func (w Wrong) Unwrap() error {
	return gov.Fail(gov.Invalid, "في الملفين أخطاء، ولم يُستورد منهما شيء", "The files have errors; nothing of them was imported")
}

// placeOfDepartments orders departments after the organisations of the country's
// profile.
const placeOfDepartments = 1000

// Put enters the inventory into the catalogue, in one transaction: all of it or
// nothing. Entries that a department has since written itself keep their text.
// progress is told how many of all entries and statements are done. It may be
// repeated. Only the machine and operators may. Errors: Denied.
func Put(tx *db.Tx, inv *Inventory, progress func(done, all int)) error {
	if a := tx.Actor(); a.Person != gov.System.Person && !a.Has(gov.Operator) {
		return gov.Fail(gov.Denied, "استيراد قائمة الخدمات للمشغل", "Importing an inventory is the operator's")
	}
	for i, o := range inv.Organisations {
		if err := catalogue.PutOrganisation(tx, placeOfDepartments+i, o); err != nil {
			return gov.Wrap(err, string(o.ID))
		}
	}
	all, done := len(inv.Entries)+len(inv.Statements), 0
	step := func() {
		if done++; progress != nil {
			progress(done, all)
		}
	}
	for _, e := range inv.Entries {
		if err := enter(tx, e); err != nil {
			return gov.Wrap(err, string(e.ID))
		}
		step()
	}
	for _, s := range inv.Statements {
		if err := catalogue.State(tx, s); err != nil {
			return gov.Wrap(err, string(s.Service)+" "+s.Year)
		}
		step()
	}
	return nil
}

// enter puts an entry unless its department has written it itself.
func enter(tx *db.Tx, e catalogue.Entry) error {
	old, err := catalogue.Find(tx, e.ID)
	if err == nil && old.Source != e.Source {
		return nil
	}
	if err != nil && gov.KindOf(err) != gov.NotFound {
		return err
	}
	return catalogue.Enter(tx, e)
}
