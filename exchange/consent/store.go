package consent

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: consent_*.

const columns = `person, number, agreement, body, hash, kid, signature`

func scanRow(scan func(...any) error) (r row, err error) {
	return r, scan(&r.Person, &r.Number, &r.Agreement, &r.Body, &r.Hash, &r.Kid, &r.Signature)
}

func revisions(tx *db.Tx, p gov.PersonID) ([]row, error) {
	return db.Rows(tx, scanRow, `SELECT `+columns+` FROM consent_revision WHERE person = $1 ORDER BY number`, string(p))
}

func latest(tx *db.Tx, p gov.PersonID) (row, bool, error) {
	return db.One(tx, scanRow, `SELECT `+columns+` FROM consent_revision WHERE person = $1 ORDER BY number DESC LIMIT 1`, string(p))
}

func kept(tx *db.Tx, p gov.PersonID, number int64) (bool, error) {
	_, ok, err := db.One(tx, db.Scalar[int64], `SELECT number FROM consent_revision WHERE person = $1 AND number = $2`, string(p), number)
	return ok, err
}

func insertRevision(tx *db.Tx, r row) error {
	err := tx.Exec(`INSERT INTO consent_revision (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(r.Person), r.Number, string(r.Agreement), r.Body, r.Hash, r.Kid, r.Signature)
	if db.Taken(err) { // the person said something else at the same moment
		return gov.Fail(gov.Conflict, "تغيرت موافقاتك قبل لحظات، راجعها ثم أعد المحاولة", "Your consents changed a moment ago; look at them and try again")
	}
	return err
}

const currentColumns = `person, agreement, state, number, until, used, used_at`

func scanCurrent(scan func(...any) error) (c Consent, err error) {
	var until, used int64
	err = scan(&c.Person, &c.Agreement, &c.State, &c.number, &until, &c.Used, &used)
	c.Until, c.UsedAt = db.Moment(until), db.Moment(used)
	return c, err
}

func current(tx *db.Tx, p gov.PersonID, id gov.AgreementID) (Consent, bool, error) {
	return db.One(tx, scanCurrent, `SELECT `+currentColumns+` FROM consent_consent WHERE person = $1 AND agreement = $2`, string(p), string(id))
}

func currents(tx *db.Tx, p gov.PersonID) ([]Consent, error) {
	return db.Rows(tx, scanCurrent, `SELECT `+currentColumns+` FROM consent_consent WHERE person = $1 ORDER BY agreement`, string(p))
}

func put(tx *db.Tx, r Revision, s State) error {
	return tx.Exec(`INSERT INTO consent_consent (`+currentColumns+`) VALUES ($1, $2, $3, $4, $5, 0, 0)
		ON CONFLICT (person, agreement) DO UPDATE SET state = excluded.state, number = excluded.number, until = excluded.until`,
		string(r.Person), string(r.About.Agreement), string(s), r.Number, r.About.Until.UnixMilli())
}

// spend counts a use if the consent stands. The row stays locked until the
// transaction ends.
func spend(tx *db.Tx, p gov.PersonID, id gov.AgreementID) (bool, error) {
	n, err := tx.Changed(`UPDATE consent_consent SET used = used + 1, used_at = $3 WHERE person = $1 AND agreement = $2 AND state = 'given' AND until > $3`,
		string(p), string(id), tx.Millis())
	return n == 1, err
}

func stands(tx *db.Tx, p gov.PersonID, id gov.AgreementID) (bool, error) {
	_, ok, err := db.One(tx, db.Scalar[int64], `SELECT number FROM consent_consent WHERE person = $1 AND agreement = $2 AND state = 'given' AND until > $3`,
		string(p), string(id), tx.Millis())
	return ok, err
}

// spoken are the next people who ever said something, or of whom it is stored
// that they did.
func spoken(tx *db.Tx, after gov.PersonID, n int) ([]gov.PersonID, error) {
	return db.Rows(tx, db.Scalar[gov.PersonID], `SELECT person FROM (SELECT person FROM consent_revision UNION SELECT person FROM consent_consent) AS people
		WHERE person > $1 ORDER BY person LIMIT $2`, string(after), n)
}

func newestKey(tx *db.Tx) (stored, bool, error) {
	return db.One(tx, scanKey, `SELECT id, sealed FROM consent_key ORDER BY at DESC, id DESC LIMIT 1`)
}

func keys(tx *db.Tx) ([]stored, error) {
	return db.Rows(tx, scanKey, `SELECT id, sealed FROM consent_key`)
}

func scanKey(scan func(...any) error) (k stored, err error) { return k, scan(&k.id, &k.sealed) }

func insertKey(tx *db.Tx, k stored) error {
	return tx.Exec(`INSERT INTO consent_key (id, sealed, at) VALUES ($1, $2, $3)`, k.id, k.sealed, tx.Millis())
}
