package journal

import (
	"encoding/json"
	"math"
	"time"

	"diwan.example/internal/db"
)

// The SQL of this package. Tables: journal_*.

// On SQLite writers come one after the other, so the next number is known at
// once; on PostgreSQL numbers would become visible out of order, so the facts
// wait until the sequencer numbers them.
const (
	insertNumbered = `INSERT INTO journal_fact (id, seq, at, name, subject, actor, acting, service, organisation, channel, place, version, body)
		VALUES ($1, (SELECT coalesce(max(seq), 0) + 1 FROM journal_fact WHERE seq IS NOT NULL), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	insertWaiting = `INSERT INTO journal_fact (id, at, name, subject, actor, acting, service, organisation, channel, place, version, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	columns = `id, coalesce(seq, 0), at, name, subject, actor, acting, service, organisation, channel, place, version, body`
)

func insert(tx *db.Tx, f Fact) error {
	q := insertWaiting
	if tx.Serial() {
		q = insertNumbered
	}
	return tx.Exec(q, f.ID, f.At.UnixMilli(), f.Name, f.Subject, string(f.Actor), string(f.Acting), string(f.Service),
		string(f.Organisation), string(f.Channel), f.Place, f.Version, string(f.Body))
}

func scanFact(scan func(...any) error) (f Fact, err error) {
	var at int64
	var body string
	err = scan(&f.ID, &f.Seq, &at, &f.Name, &f.Subject, &f.Actor, &f.Acting, &f.Service, &f.Organisation, &f.Channel, &f.Place, &f.Version, &body)
	f.At, f.Body = time.UnixMilli(at).UTC(), json.RawMessage(body)
	return f, err
}

func bySubject(tx *db.Tx, subject string) ([]Fact, error) {
	return db.Rows(tx, scanFact, `SELECT `+columns+` FROM journal_fact WHERE subject = $1 ORDER BY id`, subject)
}

func page(tx *db.Tx, after int64, n int) ([]Fact, error) {
	return db.Rows(tx, scanFact, `SELECT `+columns+` FROM journal_fact WHERE seq > $1 ORDER BY seq LIMIT $2`, after, n)
}

func selected(tx *db.Tx, q Query) ([]Fact, error) {
	before := q.Before
	if before == 0 {
		before = math.MaxInt64
	}
	return db.Rows(tx, scanFact, `SELECT `+columns+` FROM journal_fact WHERE seq < $1
			AND ($2 = '' OR subject = $2) AND ($3 = '' OR organisation = $3 OR acting = $3) AND ($4 = '' OR name = $4) AND ($5 = '' OR actor = $5)
		ORDER BY seq DESC LIMIT $6`, before, q.Subject, string(q.Organisation), q.Name, string(q.Actor), q.Limit)
}

func cursor(tx *db.Tx, follower string) (int64, error) {
	n, _, err := db.One(tx, db.Scalar[int64], `SELECT seq FROM journal_cursor WHERE follower = $1`, follower)
	return n, err
}

// moveCursor moves from one place to another, and reports false when another
// node has moved it meanwhile.
func moveCursor(tx *db.Tx, follower string, from, to int64) (bool, error) {
	if err := tx.Exec(`INSERT INTO journal_cursor (follower, seq, at) VALUES ($1, 0, $2) ON CONFLICT (follower) DO NOTHING`, follower, tx.Millis()); err != nil {
		return false, err
	}
	n, err := tx.Changed(`UPDATE journal_cursor SET seq = $1, at = $2, trouble = '' WHERE follower = $3 AND seq = $4`, to, tx.Millis(), follower, from)
	return n == 1, err
}

func noteTrouble(tx *db.Tx, follower, trouble string) error {
	return tx.Exec(`INSERT INTO journal_cursor (follower, seq, at, trouble) VALUES ($1, 0, $2, $3)
		ON CONFLICT (follower) DO UPDATE SET trouble = excluded.trouble`, follower, tx.Millis(), trouble)
}

// cursors leaves out the rows that are only locks.
func cursors(tx *db.Tx) ([]Progress, error) {
	return db.Rows(tx, func(scan func(...any) error) (p Progress, err error) {
		var at int64
		err = scan(&p.Follower, &p.Seq, &at, &p.Trouble)
		p.At = time.UnixMilli(at).UTC()
		return p, err
	}, `SELECT follower, seq, at, trouble FROM journal_cursor WHERE follower NOT IN ('sequencer', 'looks') ORDER BY follower`)
}

func lastSeq(tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(`SELECT coalesce(max(seq), 0) FROM journal_fact WHERE seq IS NOT NULL`).Scan(&n)
	return n, err
}

// number gives the waiting facts their places, in one transaction of one node
// at a time: the cursor row named "sequencer" is the lock.
func number(tx *db.Tx) (int64, error) {
	if err := tx.Exec(`INSERT INTO journal_cursor (follower, seq, at) VALUES ('sequencer', 0, $1) ON CONFLICT (follower) DO UPDATE SET at = excluded.at`, tx.Millis()); err != nil {
		return 0, err
	}
	return tx.Changed(`UPDATE journal_fact SET seq = w.n FROM (
			SELECT id, (SELECT coalesce(max(seq), 0) FROM journal_fact WHERE seq IS NOT NULL) + row_number() OVER (ORDER BY id) AS n
			FROM (SELECT id FROM journal_fact WHERE seq IS NULL ORDER BY id LIMIT 2000) AS unnumbered
		) AS w WHERE journal_fact.id = w.id`)
}
