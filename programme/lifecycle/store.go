package lifecycle

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: lifecycle_*.

const placeColumns = `service, number, at, organisation, stage, basis, proven, declared, came, went, held`

func scanPlace(scan func(...any) error) (p Place, err error) {
	var at int64
	err = scan(&p.Service, &p.Number, &at, &p.Organisation, &p.Stage, &p.Basis, &p.Proven, &p.Declared, db.Doc{To: &p.Came}, db.Doc{To: &p.Went}, db.Doc{To: &p.Held})
	p.At = db.Moment(at)
	return p, err
}

func insertPlace(tx *db.Tx, p Place) error {
	return tx.Exec(`INSERT INTO lifecycle_stage (`+placeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		string(p.Service), p.Number, p.At.UnixMilli(), string(p.Organisation), string(p.Stage), string(p.Basis), p.Proven, p.Declared, db.JSON(p.Came), db.JSON(p.Went), db.JSON(p.Held))
}

func placesOf(tx *db.Tx, id gov.ServiceID) ([]Place, error) {
	return db.Rows(tx, scanPlace, `SELECT `+placeColumns+` FROM lifecycle_stage WHERE service = $1 ORDER BY number DESC`, string(id))
}

// placesAt reads, of every service, the last place it had come to at a moment.
func placesAt(tx *db.Tx, at time.Time, org gov.OrgID) ([]Place, error) {
	return db.Rows(tx, scanPlace, `SELECT `+placeColumns+` FROM lifecycle_stage AS s WHERE at <= $1 AND ($2 = '' OR organisation = $2)
			AND NOT EXISTS (SELECT 1 FROM lifecycle_stage AS later WHERE later.service = s.service AND later.number > s.number AND later.at <= $1)
		ORDER BY service`, at.UnixMilli(), string(org))
}

// lastPlaces reads the last place of some services.
func lastPlaces(tx *db.Tx, ids []gov.ServiceID) (map[gov.ServiceID]Place, error) {
	out := map[gov.ServiceID]Place{}
	if len(ids) <= few {
		for _, id := range ids {
			p, ok, err := db.One(tx, scanPlace, `SELECT `+placeColumns+` FROM lifecycle_stage WHERE service = $1 ORDER BY number DESC LIMIT 1`, string(id))
			if err != nil {
				return nil, err
			}
			if ok {
				out[id] = p
			}
		}
		return out, nil
	}
	list, err := db.Rows(tx, scanPlace, `SELECT `+placeColumns+` FROM lifecycle_stage AS s
		WHERE NOT EXISTS (SELECT 1 FROM lifecycle_stage AS later WHERE later.service = s.service AND later.number > s.number)`)
	for _, p := range list {
		out[p.Service] = p
	}
	return out, err
}

const signedColumns = `id, service, evidence, words, link, signer, acting, at, until, withdrawn, withdrawer`

func scanSigned(scan func(...any) error) (s Statement, err error) {
	var at, until, withdrawn int64
	err = scan(&s.ID, &s.Service, &s.Evidence, &s.Words, &s.Link, &s.Signer, &s.Acting, &at, &until, &withdrawn, &s.Withdrawer)
	s.At, s.Until, s.Withdrawn = db.Moment(at), db.Moment(until), db.Moment(withdrawn)
	return s, err
}

func insertSigned(tx *db.Tx, s Statement) error {
	return tx.Exec(`INSERT INTO lifecycle_signed (`+signedColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '')`,
		s.ID, string(s.Service), s.Evidence, s.Words, s.Link, string(s.Signer), string(s.Acting), s.At.UnixMilli(), db.Millis(s.Until))
}

// holding keeps, of what is signed, what holds at the moment.
const holding = `withdrawn = 0 AND (until = 0 OR until > $1)`

func signedNow(tx *db.Tx, id gov.ServiceID, evidence string) (Statement, bool, error) {
	return db.One(tx, scanSigned, `SELECT `+signedColumns+` FROM lifecycle_signed WHERE `+holding+` AND service = $2 AND evidence = $3 ORDER BY at DESC LIMIT 1`,
		tx.Millis(), string(id), evidence)
}

func withdrawSigned(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE lifecycle_signed SET withdrawn = $2, withdrawer = $3 WHERE id = $1`, id, tx.Millis(), string(tx.Actor().Person))
}

// signedOf reads everything that was ever signed about a service, the latest first.
func signedOf(tx *db.Tx, id gov.ServiceID) ([]Statement, error) {
	return db.Rows(tx, scanSigned, `SELECT `+signedColumns+` FROM lifecycle_signed WHERE service = $1 ORDER BY at DESC, id DESC`, string(id))
}

const givenColumns = `service, name, source, since, until, words, link`

func scanGiven(scan func(...any) error) (x Evidence, err error) {
	var since, until int64
	err = scan(&x.Service, &x.Name, &x.Source, &since, &until, db.Doc{To: &x.Words}, &x.Link)
	x.Since, x.Until = db.Moment(since), db.Moment(until)
	return x, err
}

func givenBy(tx *db.Tx, id gov.ServiceID, name, source string) (Evidence, bool, error) {
	return db.One(tx, scanGiven, `SELECT `+givenColumns+` FROM lifecycle_evidence WHERE service = $1 AND name = $2 AND source = $3`, string(id), name, source)
}

func putGiven(tx *db.Tx, x Evidence) error {
	return tx.Exec(`INSERT INTO lifecycle_evidence (`+givenColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (service, name, source) DO UPDATE SET since = excluded.since, until = excluded.until, words = excluded.words, link = excluded.link`,
		string(x.Service), x.Name, x.Source, db.Millis(x.Since), db.Millis(x.Until), db.JSON(x.Words), x.Link)
}

func removeGiven(tx *db.Tx, id gov.ServiceID, name, source string) error {
	return tx.Exec(`DELETE FROM lifecycle_evidence WHERE service = $1 AND name = $2 AND source = $3`, string(id), name, source)
}
