package priority

import (
	"time"

	"diwan.example/internal/db"
)

// insertWeighing is false when there is one of this number already.
func insertWeighing(tx *db.Tx, w Weighing) (bool, error) {
	n, err := tx.Changed(`INSERT INTO priority_weighing (number, weights, reason, author, acting, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (number) DO NOTHING`,
		w.Number, db.JSON(w.Weights), w.Reason, string(w.Author), string(w.Acting), w.At.UnixMilli())
	return n == 1, err
}

// weighings are the last n, newest first.
func weighings(tx *db.Tx, n int) ([]Weighing, error) {
	return db.Rows(tx, func(scan func(...any) error) (w Weighing, err error) {
		var at int64
		err = scan(&w.Number, db.Doc{To: &w.Weights}, &w.Reason, &w.Author, &w.Acting, &at)
		w.At = time.UnixMilli(at).UTC()
		return w, err
	}, `SELECT number, weights, reason, author, acting, at FROM priority_weighing ORDER BY number DESC LIMIT $1`, n)
}
