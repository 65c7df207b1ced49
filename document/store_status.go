package document

import (
	"diwan.example/document/statuslist"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// statusPage is a list as the table has it.
type statusPage struct {
	ID      string
	Org     gov.OrgID
	Purpose string
	Number  int64
	Version int64
}

const listColumns = `SELECT id, org, purpose, number, version FROM document_list`

func scanList(scan func(...any) error) (l statusPage, err error) {
	err = scan(&l.ID, &l.Org, &l.Purpose, &l.Number, &l.Version)
	return l, err
}

func listByID(tx *db.Tx, id string) (statusPage, bool, error) {
	return db.One(tx, scanList, listColumns+` WHERE id = $1`, id)
}

func allLists(tx *db.Tx) ([]string, error) {
	return db.Rows(tx, db.Scalar[string], `SELECT id FROM document_list ORDER BY id`)
}

// newestList is the list that org fills now.
func newestList(tx *db.Tx, org gov.OrgID, purpose string) (statusPage, bool, error) {
	return db.One(tx, scanList, listColumns+` WHERE org = $1 AND purpose = $2 ORDER BY number DESC LIMIT 1`, string(org), purpose)
}

// insertList does nothing when another transaction made the list.
func insertList(tx *db.Tx, l statusPage) error {
	return tx.Exec(`INSERT INTO document_list (id, org, purpose, number, created) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		l.ID, string(l.Org), l.Purpose, l.Number, tx.Millis())
}

// placeTaken reports whether a document or a copy has the place.
func placeTaken(tx *db.Tx, l statusPage, index int) (taken bool, err error) {
	q := `SELECT EXISTS (SELECT 1 FROM document_issued WHERE status_list = $1 AND status_index = $2 AND status_list <> '')`
	if l.Purpose == forCopies {
		q = `SELECT EXISTS (SELECT 1 FROM document_copy WHERE list = $1 AND place = $2)`
	}
	err = tx.QueryRow(q, l.ID, index).Scan(&taken)
	return taken, err
}

// insertCopy reports false when the place was taken just now.
func insertCopy(tx *db.Tx, list string, index int, id gov.DocumentID) (bool, error) {
	n, err := tx.Changed(`INSERT INTO document_copy (list, place, document, made) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, list, index, string(id), tx.Millis())
	return n == 1, err
}

// withdrawCopy reports false when it was withdrawn before, or is none.
func withdrawCopy(tx *db.Tx, list string, index int) (bool, error) {
	n, err := tx.Changed(`UPDATE document_copy SET withdrawn = $1 WHERE list = $2 AND place = $3 AND withdrawn = 0`, tx.Millis(), list, index)
	return n == 1, err
}

// touchLists says that the lists in which a document and its copies stand have changed.
func touchLists(tx *db.Tx, d Document) error {
	return tx.Exec(`UPDATE document_list SET version = version + 1 WHERE id = $1 OR id IN (SELECT list FROM document_copy WHERE document = $2)`,
		d.list, string(d.ID))
}

func touchList(tx *db.Tx, list string) error {
	return tx.Exec(`UPDATE document_list SET version = version + 1 WHERE id = $1`, list)
}

// standing is what one place of a list says.
type standing struct {
	index  int
	status statuslist.Status
}

// standings are the places of a list that are not Valid.
func standings(tx *db.Tx, l statusPage) ([]standing, error) {
	q := `SELECT status_index, state, 0 FROM document_issued WHERE status_list = $1 AND state <> 'valid'`
	if l.Purpose == forCopies {
		q = `SELECT c.place, d.state, c.withdrawn FROM document_copy c JOIN document_issued d ON d.id = c.document
			WHERE c.list = $1 AND (c.withdrawn <> 0 OR d.state <> 'valid')`
	}
	return db.Rows(tx, func(scan func(...any) error) (s standing, err error) {
		var state State
		var withdrawn int64
		err = scan(&s.index, &state, &withdrawn)
		s.status = statuslist.Invalid
		if state == Suspended && withdrawn == 0 {
			s.status = statuslist.Suspended
		}
		return s, err
	}, q, l.ID)
}

// standingAt is what one place of a list says, of a document or of a copy.
func standingAt(tx *db.Tx, list string, index int) (standing, bool, error) {
	return db.One(tx, func(scan func(...any) error) (s standing, err error) {
		var state State
		var withdrawn int64
		err = scan(&s.index, &state, &withdrawn)
		switch {
		case withdrawn != 0 || state != Valid && state != Suspended:
			s.status = statuslist.Invalid
		case state == Suspended:
			s.status = statuslist.Suspended
		}
		return s, err
	}, `SELECT status_index, state, 0 FROM document_issued WHERE status_list = $1 AND status_index = $2
		UNION ALL SELECT c.place, d.state, c.withdrawn FROM document_copy c JOIN document_issued d ON d.id = c.document WHERE c.list = $1 AND c.place = $2`, list, index)
}
