package catalogue

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

const revisionHead = `number, state, base, saves, author, acting, decider, began, saved, submitted, decided`

// scanRevision reads the head of a revision and what more receives.
func scanRevision(scan func(...any) error, more ...func(*Revision) any) (r Revision, err error) {
	var began, saved, submitted, decided int64
	to := []any{&r.Number, &r.State, &r.Base, &r.Saves, &r.Author, &r.Acting, &r.Decider, &began, &saved, &submitted, &decided}
	for _, m := range more {
		to = append(to, m(&r))
	}
	err = scan(to...)
	r.Began, r.Saved, r.Submitted, r.Decided = db.Moment(began), db.Moment(saved), db.Moment(submitted), db.Moment(decided)
	return r, err
}

func wholeRevision(scan func(...any) error) (Revision, error) {
	return scanRevision(scan, func(r *Revision) any { return db.Doc{To: &r.Entry} })
}

// headOfRevision reads all but the body: of the entry only whose it is.
func headOfRevision(scan func(...any) error) (Revision, error) {
	return scanRevision(scan, func(r *Revision) any { return &r.ID }, func(r *Revision) any { return &r.Organisation })
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func insertRevision(tx *db.Tx, r Revision) error {
	return tx.Exec(`INSERT INTO catalogue_revision (service, number, state, organisation, base, saves, body, author, acting, decider, began, saved, submitted, decided)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		string(r.ID), r.Number, string(r.State), string(r.Organisation), r.Base, r.Saves, db.JSON(r.Entry), string(r.Author), string(r.Acting), string(r.Decider),
		millis(r.Began), millis(r.Saved), millis(r.Submitted), millis(r.Decided))
}

// updateRevision stores a revision unless it was saved since it had saves.
func updateRevision(tx *db.Tx, r Revision, saves int) (bool, error) {
	n, err := tx.Changed(`UPDATE catalogue_revision SET state = $4, saves = $5, body = $6, author = $7, acting = $8, decider = $9, saved = $10, submitted = $11, decided = $12
		WHERE service = $1 AND number = $2 AND saves = $3`,
		string(r.ID), r.Number, saves, string(r.State), r.Saves, db.JSON(r.Entry), string(r.Author), string(r.Acting), string(r.Decider),
		millis(r.Saved), millis(r.Submitted), millis(r.Decided))
	return n == 1, err
}

// replacePublished makes the published revision of a service a replaced one.
func replacePublished(tx *db.Tx, id gov.ServiceID) error {
	return tx.Exec(`UPDATE catalogue_revision SET state = 'replaced' WHERE service = $1 AND state = 'published'`, string(id))
}

func written(tx *db.Tx, id gov.ServiceID) (Revision, bool, error) {
	return db.One(tx, wholeRevision, `SELECT `+revisionHead+`, body FROM catalogue_revision WHERE service = $1 AND state IN ('draft', 'review')`, string(id))
}

func revisionByNumber(tx *db.Tx, id gov.ServiceID, number int) (Revision, bool, error) {
	return db.One(tx, wholeRevision, `SELECT `+revisionHead+`, body FROM catalogue_revision WHERE service = $1 AND number = $2`, string(id), number)
}

// lastRevision is the highest number of a service's revisions, and that of the
// published one; 0 when there is none.
func lastRevision(tx *db.Tx, id gov.ServiceID) (last, published int, err error) {
	err = tx.QueryRow(`SELECT coalesce(max(number), 0), coalesce(max(number) FILTER (WHERE state = 'published'), 0)
		FROM catalogue_revision WHERE service = $1`, string(id)).Scan(&last, &published)
	return last, published, err
}

func revisions(tx *db.Tx, id gov.ServiceID) ([]Revision, error) {
	return db.Rows(tx, headOfRevision, `SELECT `+revisionHead+`, service, organisation FROM catalogue_revision WHERE service = $1 ORDER BY number DESC`, string(id))
}

func inWork(tx *db.Tx, org gov.OrgID) ([]Revision, error) {
	return db.Rows(tx, wholeRevision, `SELECT `+revisionHead+`, body FROM catalogue_revision
		WHERE state IN ('draft', 'review') AND ($1 = '' OR organisation = $1) ORDER BY state DESC, submitted, saved, service`, string(org))
}

func insertComment(tx *db.Tx, c Comment) error {
	return tx.Exec(`INSERT INTO catalogue_comment (id, service, number, place, words, author, acting, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.ID, string(c.Service), c.Number, c.Place, c.Words, string(c.Author), string(c.Acting), c.At.UnixMilli())
}

func settleComment(tx *db.Tx, id gov.ServiceID, comment string) (bool, error) {
	n, err := tx.Changed(`UPDATE catalogue_comment SET settled = CASE WHEN settled = 0 THEN $3 ELSE settled END WHERE service = $1 AND id = $2`, string(id), comment, tx.Millis())
	return n == 1, err
}

func comments(tx *db.Tx, id gov.ServiceID) ([]Comment, error) {
	return db.Rows(tx, func(scan func(...any) error) (c Comment, err error) {
		var at, settled int64
		err = scan(&c.ID, &c.Service, &c.Number, &c.Place, &c.Words, &c.Author, &c.Acting, &at, &settled)
		c.At, c.Settled = db.Moment(at), db.Moment(settled)
		return c, err
	}, `SELECT id, service, number, place, words, author, acting, at, settled FROM catalogue_comment WHERE service = $1 ORDER BY id`, string(id))
}

func scanStatement(scan func(...any) error) (s Statement, err error) {
	var at int64
	err = scan(db.Doc{To: &s}, &at, &s.Author)
	s.Said = db.Moment(at)
	return s, err
}

func putStatement(tx *db.Tx, s Statement) error {
	return tx.Exec(`INSERT INTO catalogue_statement (service, year, at, organisation, body, author) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (service, year, at) DO UPDATE SET body = excluded.body, author = excluded.author`,
		string(s.Service), s.Year, tx.Millis(), string(s.Organisation), db.JSON(s), string(tx.Actor().Person))
}

func statementOf(tx *db.Tx, id gov.ServiceID, year string) (Statement, bool, error) {
	return db.One(tx, scanStatement, `SELECT body, at, author FROM catalogue_statement WHERE service = $1 AND year = $2 ORDER BY at DESC LIMIT 1`, string(id), year)
}

// latest keeps, of the statements on a service and year, the last one said up to
// the moment $2.
const latest = ` AND NOT EXISTS (SELECT 1 FROM catalogue_statement AS later
	WHERE later.service = s.service AND later.year = s.year AND later.at > s.at AND later.at <= $2)`

func statementsOf(tx *db.Tx, id gov.ServiceID) ([]Statement, error) {
	return db.Rows(tx, scanStatement, `SELECT body, at, author FROM catalogue_statement AS s WHERE service = $1 AND at <= $2`+latest+` ORDER BY year DESC`, string(id), tx.Millis())
}

func statementsAt(tx *db.Tx, year string, at time.Time) ([]Statement, error) {
	return db.Rows(tx, scanStatement, `SELECT body, at, author FROM catalogue_statement AS s WHERE year = $1 AND at <= $2`+latest+` ORDER BY organisation, service`, year, at.UnixMilli())
}

func statedYears(tx *db.Tx) ([]StatedYear, error) {
	return db.Rows(tx, func(scan func(...any) error) (y StatedYear, err error) { return y, scan(&y.Year, &y.Statements) },
		`SELECT year, count(DISTINCT service) FROM catalogue_statement GROUP BY year ORDER BY year DESC`)
}

// entriesAt reads the entries that were published at a moment.
func entriesAt(tx *db.Tx, at int64) ([]Entry, error) {
	return db.Rows(tx, func(scan func(...any) error) (e Entry, err error) { return e, scan(db.Doc{To: &e}) },
		`SELECT body FROM catalogue_revision AS r WHERE decided > 0 AND decided <= $1 AND state IN ('published', 'replaced')
			AND NOT EXISTS (SELECT 1 FROM catalogue_revision AS later WHERE later.service = r.service AND later.number > r.number
				AND later.decided > 0 AND later.decided <= $1 AND later.state IN ('published', 'replaced'))
		ORDER BY service`, at)
}

func declaredSince(tx *db.Tx) (map[gov.ServiceID]string, error) {
	type first struct {
		id  gov.ServiceID
		day string
	}
	list, err := db.Rows(tx, func(scan func(...any) error) (f first, err error) { return f, scan(&f.id, &f.day) },
		`SELECT service, min(cast(body -> 'online' ->> 'declared' AS text)) FROM catalogue_revision
			WHERE decided > 0 AND state IN ('published', 'replaced') AND cast(body -> 'online' ->> 'level' AS bigint) >= $1 AND cast(body -> 'online' ->> 'declared' AS text) <> ''
			GROUP BY service`, ApplyOnline)
	out := make(map[gov.ServiceID]string, len(list))
	for _, f := range list {
		out[f.id] = f.day
	}
	return out, err
}
