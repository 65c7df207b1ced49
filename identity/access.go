package identity

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// MayRead reports whether the actor may read what is kept of a person as that
// person does: they are the person, or hold a guardian's mandate for them.
func MayRead(tx *db.Tx, person gov.PersonID) (bool, error) {
	a := tx.Actor()
	if a.Person == "" || person == "" {
		return false, nil
	}
	if a.Person == person {
		return true, nil
	}
	return MayActFor(tx, a.Person, string(person), Guardian, "")
}

// AccessLog returns who looked at a person's data, newest first, to that person or
// their guardian; what the law delays is not among it. To others there is no such
// person. A guardian's reading is a look itself; tx must be able to write then.
// Errors: NotFound.
func AccessLog(tx *db.Tx, q journal.LookQuery) ([]journal.Look, error) {
	if err := readLog(tx, q.Person); err != nil {
		return nil, err
	}
	return journal.LooksOf(tx, q)
}

// AccessLogLine returns one line of the log of a person whom the actor may read.
// Errors: NotFound.
func AccessLogLine(tx *db.Tx, id string) (journal.Look, error) {
	l, err := journal.LookOf(tx, id)
	if err != nil {
		return l, err
	}
	if ok, err := MayRead(tx, l.Person); err != nil || !ok {
		return journal.Look{}, absent(err, errNoLine)
	}
	return l, nil
}

// Lookers lists the organisations in a person's access log, and the orders on it
// that have opened, to that person or their guardian. Errors: NotFound.
func Lookers(tx *db.Tx, person gov.PersonID) (orgs []gov.OrgID, orders []journal.Order, err error) {
	if ok, err := MayRead(tx, person); err != nil || !ok {
		return nil, nil, absent(err, errNoPerson)
	}
	if orgs, err = journal.LookersAt(tx, person); err != nil {
		return nil, nil, err
	}
	orders, err = journal.Delayed(tx, person)
	return orgs, orders, err
}

var errNoLine = gov.Fail(gov.NotFound, "لا يوجد سطر كهذا في سجل الاطلاع", "There is no such line in the access log")

func readLog(tx *db.Tx, person gov.PersonID) error {
	if ok, err := MayRead(tx, person); err != nil || !ok {
		return absent(err, errNoPerson)
	}
	return looked(tx, journal.Look{Person: person, What: "access-log", Subject: string(person), Purpose: "mandate"})
}

func absent(err, none error) error {
	if err != nil {
		return err
	}
	return none
}
