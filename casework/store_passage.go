package casework

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// handedIn are the ids of cases that were handed in, in their order.
func handedIn(tx *db.Tx, f Filter, after gov.CaseID, n int) ([]gov.CaseID, error) {
	f.Handed = true
	q, args := f.where()
	args = append(args, string(after), n)
	return db.Rows(tx, db.Scalar[gov.CaseID], `SELECT id FROM case_case WHERE `+q+` AND id > $`+itoa(len(args)-1)+` ORDER BY id LIMIT $`+itoa(len(args)), args...)
}

func countHandedIn(tx *db.Tx, f Filter) (int, error) {
	f.Handed = true
	q, args := f.where()
	n, _, err := db.One(tx, db.Scalar[int], `SELECT count(*) FROM case_case WHERE `+q, args...)
	return n, err
}
