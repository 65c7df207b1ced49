package journal

import (
	"diwan.example/internal/db"
)

// sealedLook is a look with what its seal needs beside it.
type sealedLook struct {
	Look
	seq     int64
	claimed string
}

func lookPage(tx *db.Tx, after int64, n int) ([]sealedLook, error) {
	return db.Rows(tx, func(scan func(...any) error) (s sealedLook, err error) {
		s.Look, err = scanLook(func(to ...any) error { return scan(append(to, &s.seq, &s.claimed)...) })
		return s, err
	}, `SELECT `+lookColumns+`, seq, claimed FROM journal_look WHERE seq > $1 ORDER BY seq LIMIT $2`, after, n)
}

func unnumbered(tx *db.Tx) (bool, error) {
	_, ok, err := db.One(tx, db.Scalar[string], `SELECT id FROM journal_look WHERE seq IS NULL LIMIT 1`)
	return ok, err
}

func countUnnumbered(tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM journal_look WHERE seq IS NULL`).Scan(&n)
	return n, err
}

func countLooks(tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM journal_look`).Scan(&n)
	return n, err
}

func lastLook(tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(`SELECT coalesce(max(seq), 0) FROM journal_look WHERE seq IS NOT NULL`).Scan(&n)
	return n, err
}

// looksAtOnce is how many looks get their places in one transaction.
const looksAtOnce = 2000

// numberLooks gives the waiting looks their places, in one transaction of one node
// at a time: the cursor row named "looks" is the lock.
func numberLooks(tx *db.Tx) (int64, error) {
	if err := tx.Exec(`INSERT INTO journal_cursor (follower, seq, at) VALUES ('looks', 0, $1) ON CONFLICT (follower) DO UPDATE SET at = excluded.at`, tx.Millis()); err != nil {
		return 0, err
	}
	return tx.Changed(`UPDATE journal_look SET seq = w.n FROM (
			SELECT id, (SELECT coalesce(max(seq), 0) FROM journal_look WHERE seq IS NOT NULL) + row_number() OVER (ORDER BY id) AS n
			FROM (SELECT id FROM journal_look WHERE seq IS NULL ORDER BY id LIMIT $1) AS waiting
		) AS w WHERE journal_look.id = w.id`, looksAtOnce)
}

func factsNamed(tx *db.Tx, name string) ([]Fact, error) {
	return db.Rows(tx, scanFact, `SELECT `+columns+` FROM journal_fact WHERE name = $1 ORDER BY id`, name)
}
