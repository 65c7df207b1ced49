package catalogue

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

const serviceColumns = `id, body, version, published, proven, updated`

func scanService(scan func(...any) error) (s Service, err error) {
	var id string
	var published, proven, updated int64
	if err = scan(&id, db.Doc{To: &s.Entry}, &s.Version, &published, &proven, &updated); err != nil {
		return s, err
	}
	s.Published, s.ProvenAt, s.Updated = db.Moment(published), db.Moment(proven), db.Moment(updated)
	return s, nil
}

func serviceByID(tx *db.Tx, id gov.ServiceID) (Service, bool, error) {
	return db.One(tx, scanService, `SELECT `+serviceColumns+` FROM catalogue_service WHERE id = $1`, string(id))
}

// services reads the services of one organisation, or of all.
func services(tx *db.Tx, org gov.OrgID) ([]Service, error) {
	if org == "" {
		return db.Rows(tx, scanService, `SELECT `+serviceColumns+` FROM catalogue_service ORDER BY id`)
	}
	return db.Rows(tx, scanService, `SELECT `+serviceColumns+` FROM catalogue_service WHERE organisation = $1 ORDER BY id`, string(org))
}

func putService(tx *db.Tx, d Entry) error {
	public := 0
	if (&Service{Entry: d}).Public() {
		public = 1
	}
	return tx.Exec(`INSERT INTO catalogue_service (id, organisation, body, level, public, updated) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET organisation = excluded.organisation, body = excluded.body, level = excluded.level, public = excluded.public, updated = excluded.updated`,
		string(d.ID), string(d.Organisation), db.JSON(d), d.Online.Level, public, tx.Millis())
}

func setVersion(tx *db.Tx, id gov.ServiceID, version string) error {
	return tx.Exec(`UPDATE catalogue_service SET version = $2, published = $3, updated = $3 WHERE id = $1`, string(id), version, tx.Millis())
}

// countCompleted counts one case and reports whether it was the first.
func countCompleted(tx *db.Tx, id gov.ServiceID, at int64) (first bool, err error) {
	n, _, err := db.One(tx, db.Scalar[int64], `UPDATE catalogue_service
		SET completed = completed + 1, proven = CASE WHEN completed = 0 THEN $2 ELSE proven END
		WHERE id = $1 RETURNING completed`, string(id), at)
	return n == 1, err
}

func counts(tx *db.Tx) ([]Count, error) {
	return db.Rows(tx, func(scan func(...any) error) (c Count, err error) {
		return c, scan(&c.Organisation, &c.Services, &c.Declared, &c.Running, &c.Proven, &c.Completed, &c.RunningOnly, &c.DeclaredOnly, &c.Offline)
	}, `SELECT organisation, count(*), count(*) FILTER (WHERE level >= $1), count(*) FILTER (WHERE version <> ''),
			count(*) FILTER (WHERE completed > 0), cast(sum(completed) AS bigint),
			count(*) FILTER (WHERE completed = 0 AND version <> ''),
			count(*) FILTER (WHERE completed = 0 AND version = '' AND level >= $1),
			count(*) FILTER (WHERE completed = 0 AND version = '' AND level < $1)
		FROM catalogue_service WHERE public = 1 GROUP BY organisation ORDER BY organisation`, ApplyOnline)
}

func organisations(tx *db.Tx) ([]Organisation, error) {
	return bodies[Organisation](tx, `SELECT body FROM catalogue_organisation ORDER BY place, id`)
}

func lifeEvents(tx *db.Tx) ([]LifeEvent, error) {
	return bodies[LifeEvent](tx, `SELECT body FROM catalogue_life_event ORDER BY place, id`)
}

func bodies[T any](tx *db.Tx, q string) ([]T, error) {
	return db.Rows(tx, func(scan func(...any) error) (v T, err error) { return v, scan(db.Doc{To: &v}) }, q)
}

func putOrganisation(tx *db.Tx, place int, o Organisation) error {
	return tx.Exec(`INSERT INTO catalogue_organisation (id, place, body, updated) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET place = excluded.place, body = excluded.body, updated = excluded.updated`, string(o.ID), place, db.JSON(o), tx.Millis())
}

func putLifeEvent(tx *db.Tx, place int, e LifeEvent) error {
	return tx.Exec(`INSERT INTO catalogue_life_event (id, place, body, updated) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET place = excluded.place, body = excluded.body, updated = excluded.updated`, e.ID, place, db.JSON(e), tx.Millis())
}

// turn starts a new revision of the book: what was read before is out of date.
func turn(tx *db.Tx) error {
	return tx.Exec(`INSERT INTO catalogue_book (id, revision, synonyms) VALUES ('book', 1, '[]')
		ON CONFLICT (id) DO UPDATE SET revision = catalogue_book.revision + 1`)
}

func revision(tx *db.Tx) (int64, error) {
	n, _, err := db.One(tx, db.Scalar[int64], `SELECT revision FROM catalogue_book WHERE id = 'book'`)
	return n, err
}

func synonyms(tx *db.Tx) (list [][]string, err error) {
	list, _, err = db.One(tx, func(scan func(...any) error) (v [][]string, err error) { return v, scan(db.Doc{To: &v}) },
		`SELECT synonyms FROM catalogue_book WHERE id = 'book'`)
	return list, err
}

func languages(tx *db.Tx) (list []gov.Lang, err error) {
	list, found, err := db.One(tx, func(scan func(...any) error) (v []gov.Lang, err error) { return v, scan(db.Doc{To: &v}) },
		`SELECT languages FROM catalogue_book WHERE id = 'book'`)
	if err == nil && !found {
		list = []gov.Lang{gov.Arabic, gov.English}
	}
	return list, err
}

func putLanguages(tx *db.Tx, list []gov.Lang) error {
	return tx.Exec(`UPDATE catalogue_book SET languages = $1 WHERE id = 'book'`, db.JSON(list))
}

func serviceIDs(tx *db.Tx) ([]gov.ServiceID, error) {
	return db.Rows(tx, db.Scalar[gov.ServiceID], `SELECT id FROM catalogue_service ORDER BY id`)
}

func organisationByID(tx *db.Tx, id gov.OrgID) (Organisation, bool, error) {
	return db.One(tx, func(scan func(...any) error) (v Organisation, err error) { return v, scan(db.Doc{To: &v}) },
		`SELECT body FROM catalogue_organisation WHERE id = $1`, string(id))
}

func putSynonyms(tx *db.Tx, list [][]string) error {
	return tx.Exec(`UPDATE catalogue_book SET synonyms = $1 WHERE id = 'book'`, db.JSON(list))
}
