package journal

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Reader is an employee who looked at people, for one organisation.
type Reader struct {
	Actor        gov.PersonID
	Organisation gov.OrgID
}

// Readers lists the employees who looked at anybody from a moment to another;
// programs are not among them. For journal/unusual.
func Readers(tx *db.Tx, from, to time.Time) ([]Reader, error) { return readers(tx, from, to) }

// ReadBy gives what one employee read from a moment to another, oldest first, to
// each in turn. For journal/unusual, which says nothing of the people to anybody.
func ReadBy(tx *db.Tx, r Reader, from, to time.Time, each func(Look) error) error {
	after := from.Add(-time.Millisecond)
	id := last
	for {
		list, err := readPage(tx, r, after, id, to, readerPage)
		if err != nil {
			return err
		}
		for _, l := range list {
			if err := each(l); err != nil {
				return err
			}
		}
		if len(list) < readerPage {
			return nil
		}
		after, id = list[len(list)-1].At, list[len(list)-1].ID
	}
}

// readerPage bounds how many looks are held at once.
const readerPage = 2000

// ForCase reports whether an actor looked at a person for a case since a moment.
func ForCase(tx *db.Tx, actor, person gov.PersonID, since time.Time) (bool, error) {
	return forCase(tx, actor, person, since)
}

// Times are the moments at which an actor looked at a person without a case since
// a moment, at most n, newest first.
func Times(tx *db.Tx, actor, person gov.PersonID, since time.Time, n int) ([]time.Time, error) {
	return caseless(tx, actor, person, since, n)
}

// LooksByID returns looks by their ids, oldest first; for auditors. Errors: Denied.
func LooksByID(tx *db.Tx, ids []string) (out []Look, err error) {
	if !tx.Actor().Has(gov.Auditor) {
		return nil, errNotAuditor
	}
	for _, id := range ids {
		l, ok, err := look(tx, id)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, l)
		}
	}
	return out, nil
}
