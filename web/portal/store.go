package portal

import "diwan.example/internal/db"

// The SQL of this package. Tables: portal_*.

func insertStash(tx *db.Tx, id, body string, ends int64) error {
	if err := tx.Exec(`DELETE FROM portal_stash WHERE ends < $1`, tx.Millis()); err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO portal_stash (id, ends, body) VALUES ($1, $2, $3)`, id, ends, body)
}

// takeStash removes and returns what was kept; ok is false when there is
// nothing, or it is too old.
func takeStash(tx *db.Tx, id string) (body string, ok bool, err error) {
	body, ok, err = db.One(tx, func(scan func(...any) error) (s string, err error) { return s, scan(&s) },
		`DELETE FROM portal_stash WHERE id = $1 AND ends >= $2 RETURNING body`, id, tx.Millis())
	return body, ok, err
}
