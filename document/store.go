package document

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: document_*.

func activeKey(tx *db.Tx, org gov.OrgID) (Key, bool, error) {
	return db.One(tx, scanKey, keyColumns+` WHERE org = $1 AND state = 'active'`, string(org))
}

func keyByID(tx *db.Tx, kid string) (Key, bool, error) {
	return db.One(tx, scanKey, keyColumns+` WHERE kid = $1`, kid)
}

func allKeys(tx *db.Tx) ([]Key, error) {
	return db.Rows(tx, scanKey, keyColumns+` ORDER BY org, created DESC, kid`)
}

const keyColumns = `SELECT kid, org, state, created, ended, sealed FROM document_key`

func scanKey(scan func(...any) error) (k Key, err error) {
	var created, ended int64
	err = scan(&k.ID, &k.Organisation, &k.State, &created, &ended, &k.sealed)
	k.Created, k.Ended = moment(created), moment(ended)
	return k, err
}

// insertKey reports false when the organisation has an active key already.
func insertKey(tx *db.Tx, k Key) (bool, error) {
	n, err := tx.Changed(`INSERT INTO document_key (kid, org, state, created, sealed) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org) WHERE state = 'active' DO NOTHING`, k.ID, string(k.Organisation), string(k.State), k.Created.UnixMilli(), k.sealed)
	return n == 1, err
}

func moveKey(tx *db.Tx, kid string, from, to KeyState) (bool, error) {
	n, err := tx.Changed(`UPDATE document_key SET state = $1, ended = $2 WHERE kid = $3 AND state = $4`, string(to), tx.Millis(), kid, string(from))
	return n == 1, err
}

func resealKey(tx *db.Tx, kid, sealed string) error {
	return tx.Exec(`UPDATE document_key SET sealed = $1 WHERE kid = $2`, sealed, kid)
}

// insertDocument reports false when the number is taken.
func insertDocument(tx *db.Tx, d Document) (bool, error) {
	n, err := tx.Changed(`INSERT INTO document_issued (id, number, org, service, version, type, case_id, holder, channel, place, issued, valid_until, state, replaces, token)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (number) DO NOTHING`,
		string(d.ID), d.Number, string(d.Organisation), string(d.Service), d.Version, d.Type, string(d.Case), string(d.Holder), string(d.Channel), d.Place,
		millis(d.Issued), millis(d.ValidUntil), string(d.State), string(d.Replaces), d.Token)
	return n == 1, err
}

const documentColumns = `SELECT id, number, org, service, version, type, case_id, holder, channel, place, issued, valid_until, state, changed, reason, replaces, replaced_by, token
	FROM document_issued`

func scanDocument(scan func(...any) error) (d Document, err error) {
	var issued, until, changed int64
	err = scan(&d.ID, &d.Number, &d.Organisation, &d.Service, &d.Version, &d.Type, &d.Case, &d.Holder, &d.Channel, &d.Place, &issued, &until,
		&d.State, &changed, db.Doc{To: &d.Reason}, &d.Replaces, &d.ReplacedBy, &d.Token)
	d.Issued, d.ValidUntil, d.Changed = moment(issued), moment(until), moment(changed)
	return d, err
}

func documentByID(tx *db.Tx, id gov.DocumentID) (Document, bool, error) {
	return db.One(tx, scanDocument, documentColumns+` WHERE id = $1`, string(id))
}

func documentByNumber(tx *db.Tx, number string) (Document, bool, error) {
	return db.One(tx, scanDocument, documentColumns+` WHERE number = $1`, number)
}

func documentsOfHolder(tx *db.Tx, p gov.PersonID, n int) ([]Document, error) {
	return db.Rows(tx, scanDocument, documentColumns+` WHERE holder = $1 ORDER BY issued DESC, id LIMIT $2`, string(p), n)
}

func documentsOfCase(tx *db.Tx, c gov.CaseID) ([]Document, error) {
	return db.Rows(tx, scanDocument, documentColumns+` WHERE case_id = $1 ORDER BY issued, id`, string(c))
}

// moveDocument reports false when the document is no longer in from.
func moveDocument(tx *db.Tx, id gov.DocumentID, from, to State, by gov.DocumentID, reason gov.Text) (bool, error) {
	n, err := tx.Changed(`UPDATE document_issued SET state = $1, changed = $2, changed_by = $3, reason = $4, replaced_by = $5 WHERE id = $6 AND state = $7`,
		string(to), tx.Millis(), string(tx.Actor().Person), db.JSON(reason), string(by), string(id), string(from))
	return n == 1, err
}

const shareColumns = `SELECT code, document, claims, created, until, stopped, visits, last_visit FROM document_share`

func scanShare(scan func(...any) error) (s Share, err error) {
	var created, until, stopped, last int64
	err = scan(&s.Code, &s.Document, db.Doc{To: &s.Claims}, &created, &until, &stopped, &s.Visits, &last)
	s.Created, s.Until, s.Stopped, s.LastVisit = moment(created), moment(until), moment(stopped), moment(last)
	return s, err
}

func insertShare(tx *db.Tx, s Share) error {
	return tx.Exec(`INSERT INTO document_share (code, document, claims, created, until) VALUES ($1, $2, $3, $4, $5)`,
		s.Code, string(s.Document), db.JSON(s.Claims), s.Created.UnixMilli(), s.Until.UnixMilli())
}

func shareByCode(tx *db.Tx, code string) (Share, bool, error) {
	return db.One(tx, scanShare, shareColumns+` WHERE code = $1`, code)
}

func sharesOf(tx *db.Tx, id gov.DocumentID) ([]Share, error) {
	return db.Rows(tx, scanShare, shareColumns+` WHERE document = $1 ORDER BY created DESC, code`, string(id))
}

func countOpenShares(tx *db.Tx, id gov.DocumentID) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM document_share WHERE document = $1 AND stopped = 0 AND until > $2`, string(id), tx.Millis()).Scan(&n)
	return n, err
}

// stopShare reports false when it was stopped before.
func stopShare(tx *db.Tx, code string) (bool, error) {
	n, err := tx.Changed(`UPDATE document_share SET stopped = $1 WHERE code = $2 AND stopped = 0`, tx.Millis(), code)
	return n == 1, err
}

// countVisit reports false when the share is no longer open.
func countVisit(tx *db.Tx, code string, now time.Time) (bool, error) {
	n, err := tx.Changed(`UPDATE document_share SET visits = visits + 1, last_visit = $1 WHERE code = $2 AND stopped = 0 AND until > $1`, now.UnixMilli(), code)
	return n == 1, err
}
