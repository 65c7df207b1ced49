package vp

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Table: vp_request.

const requestColumns = `SELECT code, person, civil, case_id, question, org, type, claims, plain, nonce, state_token, sealed, here, state, until, reason, given FROM vp_request`

func scanRequest(scan func(...any) error) (r Request, err error) {
	var until, plain, here int64
	w := &r.Wish
	err = scan(&r.Code, &w.Person, &w.Civil, &w.Case, &w.Name, &w.For, &w.Type, db.Doc{To: &w.Claims}, &plain, &r.nonce, &r.state, &r.sealed,
		&here, &r.State, &until, db.Doc{To: &r.Reason}, db.Doc{To: &r.Given})
	r.Until, w.Plain, r.here = db.Moment(until), plain == 1, here == 1
	return r, err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func insertRequest(tx *db.Tx, r Request) error {
	w := r.Wish
	return tx.Exec(`INSERT INTO vp_request (code, person, civil, case_id, question, org, type, claims, plain, nonce, state_token, sealed, state, created, until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, r.Code, string(w.Person), w.Civil, string(w.Case), w.Name, string(w.For), w.Type,
		db.JSON(w.Claims), flag(w.Plain), r.nonce, r.state, r.sealed, string(r.State), tx.Millis(), r.Until.UnixMilli())
}

func requestByCode(tx *db.Tx, code string) (Request, bool, error) {
	return db.One(tx, scanRequest, requestColumns+` WHERE code = $1`, code)
}

func latestRequest(tx *db.Tx, p gov.PersonID, c gov.CaseID, name string) (Request, bool, error) {
	return db.One(tx, scanRequest, requestColumns+` WHERE case_id = $1 AND question = $2 AND person = $3 ORDER BY created DESC, code DESC LIMIT 1`, string(c), name, string(p))
}

// endOthers takes back what is still open for the same question.
func endOthers(tx *db.Tx, w Wish) error {
	return tx.Exec(`UPDATE vp_request SET until = $1, sealed = '' WHERE case_id = $2 AND question = $3 AND state = 'waiting' AND until > $1`, tx.Millis(), string(w.Case), w.Name)
}

func markFetched(tx *db.Tx, code string, here bool) error {
	return tx.Exec(`UPDATE vp_request SET here = $1 WHERE code = $2`, flag(here), code)
}

// answered reports false when another answer was faster. The key that the answer
// was encrypted to goes away.
func answered(tx *db.Tx, code string, to State, p Presented, reason gov.Text) (bool, error) {
	n, err := tx.Changed(`UPDATE vp_request SET state = $1, given = $2, reason = $3, sealed = '', civil = '' WHERE code = $4 AND state = 'waiting'`,
		string(to), db.JSON(p), db.JSON(reason), code)
	return n == 1, err
}

// collect reports false when it was collected before. What was proven goes away.
func collect(tx *db.Tx, code string) (bool, error) {
	n, err := tx.Changed(`UPDATE vp_request SET state = 'collected', given = NULL WHERE code = $1 AND state = 'given'`, code)
	return n == 1, err
}

// Sweep forgets requests that ended a day ago.
func Sweep(tx *db.Tx) error {
	return tx.Exec(`DELETE FROM vp_request WHERE until < $1`, tx.Now().AddDate(0, 0, -1).UnixMilli())
}
