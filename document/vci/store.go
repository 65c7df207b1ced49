package vci

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: vci_*.

func insertOffer(tx *db.Tx, x Offer) error {
	return tx.Exec(`INSERT INTO vci_offer (id, document, holder, made_by, created, until) VALUES ($1, $2, $3, $4, $5, $6)`,
		x.ID, string(x.Document), string(x.holder), string(tx.Actor().Person), tx.Millis(), x.Until.UnixMilli())
}

func offerByID(tx *db.Tx, id string) (Offer, bool, error) {
	return db.One(tx, func(scan func(...any) error) (x Offer, err error) {
		var until, used int64
		err = scan(&x.ID, &x.Document, &x.holder, &until, &x.Tries, &used)
		x.Until, x.Used = db.Moment(until), used != 0
		return x, err
	}, `SELECT id, document, holder, until, tries, used FROM vci_offer WHERE id = $1`, id)
}

// countOffers counts the offers of a document that are still open.
func countOffers(tx *db.Tx, id gov.DocumentID) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM vci_offer WHERE document = $1 AND used = 0 AND until > $2`, string(id), tx.Millis()).Scan(&n)
	return n, err
}

// useOffer reports false when another wallet was faster, or too many tries were made.
func useOffer(tx *db.Tx, id string) (bool, error) {
	n, err := tx.Changed(`UPDATE vci_offer SET used = $1 WHERE id = $2 AND used = 0 AND tries < $3`, tx.Millis(), id, mostTries)
	return n == 1, err
}

func countTry(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE vci_offer SET tries = tries + 1 WHERE id = $1`, id)
}

// insertRequest also forgets requests whose time has passed.
func insertRequest(tx *db.Tx, id string, p params, until time.Time) error {
	if err := tx.Exec(`DELETE FROM vci_request WHERE until < $1`, tx.Millis()); err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO vci_request (id, params, until) VALUES ($1, $2, $3)`, id, db.JSON(p), until.UnixMilli())
}

// openRequest finds a request that waits for an answer.
func openRequest(tx *db.Tx, id string) (params, bool, error) {
	return db.One(tx, func(scan func(...any) error) (p params, err error) { return p, scan(db.Doc{To: &p}) },
		`SELECT params FROM vci_request WHERE id = $1 AND answered = 0 AND until > $2`, id, tx.Millis())
}

// answerRequest reports false when it was answered before.
func answerRequest(tx *db.Tx, id string) (bool, error) {
	n, err := tx.Changed(`UPDATE vci_request SET answered = $1 WHERE id = $2 AND answered = 0`, tx.Millis(), id)
	return n == 1, err
}

// consent is what a code stands for.
type consent struct {
	Params params
	Person gov.PersonID
	Grants []grant
	Until  time.Time
}

func insertCode(tx *db.Tx, at string, p params, who gov.PersonID, grants []grant, until time.Time) error {
	return tx.Exec(`INSERT INTO vci_code (digest, params, person, grants, until) VALUES ($1, $2, $3, $4, $5)`, at, db.JSON(p), string(who), db.JSON(grants), until.UnixMilli())
}

func codeByDigest(tx *db.Tx, at string) (consent, bool, error) {
	return db.One(tx, func(scan func(...any) error) (c consent, err error) {
		var until int64
		err = scan(db.Doc{To: &c.Params}, &c.Person, db.Doc{To: &c.Grants}, &until)
		c.Until = db.Moment(until)
		return c, err
	}, `SELECT params, person, grants, until FROM vci_code WHERE digest = $1`, at)
}

// useCode reports false when it was used before.
func useCode(tx *db.Tx, at string) (bool, error) {
	n, err := tx.Changed(`UPDATE vci_code SET used = $1 WHERE digest = $2 AND used = 0`, tx.Millis(), at)
	return n == 1, err
}

func insertToken(tx *db.Tx, p pass) error {
	return tx.Exec(`INSERT INTO vci_token (digest, person, client, thumb, source, grants, until) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		p.Digest, string(p.Person), p.Client, p.Thumb, p.Source, db.JSON(p.Grants), p.Until.UnixMilli())
}

func tokenByDigest(tx *db.Tx, at string) (pass, bool, error) {
	return db.One(tx, func(scan func(...any) error) (p pass, err error) {
		var until int64
		err = scan(&p.Digest, &p.Person, &p.Client, &p.Thumb, &p.Source, db.Doc{To: &p.Grants}, &until, &p.Copies)
		p.Until = db.Moment(until)
		return p, err
	}, `SELECT digest, person, client, thumb, source, grants, until, copies FROM vci_token WHERE digest = $1`, at)
}

// endTokens ends the tokens that a code gave.
func endTokens(tx *db.Tx, source string) error {
	return tx.Exec(`UPDATE vci_token SET until = 0 WHERE source = $1`, source)
}

func lengthenToken(tx *db.Tx, at string, until time.Time) error {
	return tx.Exec(`UPDATE vci_token SET until = $1 WHERE digest = $2 AND until < $1`, until.UnixMilli(), at)
}

// countCopies reports false when the token has no room for n more.
func countCopies(tx *db.Tx, at string, n int) (bool, error) {
	done, err := tx.Changed(`UPDATE vci_token SET copies = copies + $1 WHERE digest = $2 AND copies + $1 <= $3`, n, at, mostCopies)
	return done == 1, err
}

// useOnce reports false when a thing was used before. It also forgets what would
// no longer be taken anyway.
func useOnce(tx *db.Tx, at string, until time.Time) (bool, error) {
	if err := tx.Exec(`DELETE FROM vci_used WHERE until < $1`, tx.Millis()); err != nil {
		return false, err
	}
	n, err := tx.Changed(`INSERT INTO vci_used (digest, until) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING`, at, until.UnixMilli())
	return n == 1, err
}

func insertPromise(tx *db.Tx, at, token string, p promise, until time.Time) error {
	return tx.Exec(`INSERT INTO vci_deferred (digest, token, request, until) VALUES ($1, $2, $3, $4)`, at, token, db.JSON(p), until.UnixMilli())
}

// openPromise finds a promise made to the bearer of a token and not yet kept.
func openPromise(tx *db.Tx, at, token string) (promise, bool, error) {
	return db.One(tx, func(scan func(...any) error) (p promise, err error) { return p, scan(db.Doc{To: &p}) },
		`SELECT request FROM vci_deferred WHERE digest = $1 AND token = $2 AND done = 0 AND until > $3`, at, token, tx.Millis())
}

// keepPromise reports false when it was kept before.
func keepPromise(tx *db.Tx, at string) (bool, error) {
	n, err := tx.Changed(`UPDATE vci_deferred SET done = $1 WHERE digest = $2 AND done = 0`, tx.Millis(), at)
	return n == 1, err
}

const copyColumns = `SELECT id, handing, document, person, format, client, device, thumb, uri, place, at, state, changed FROM vci_copy`

func scanCopy(scan func(...any) error) (c Copy, err error) {
	var at, changed int64
	err = scan(&c.ID, &c.handing, &c.Document, &c.person, &c.Form, &c.Client, &c.Device, &c.Key, &c.ref.List.URI, &c.ref.List.Index, &at, &c.State, &changed)
	c.At, c.Changed = db.Moment(at), db.Moment(changed)
	return c, err
}

func insertCopy(tx *db.Tx, c Copy) error {
	return tx.Exec(`INSERT INTO vci_copy (id, handing, document, person, format, client, device, thumb, uri, place, at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		c.ID, c.handing, string(c.Document), string(c.person), c.Form, c.Client, c.Device, c.Key, c.ref.List.URI, c.ref.List.Index, c.At.UnixMilli(), string(c.State))
}

func copyByID(tx *db.Tx, id string) (Copy, bool, error) {
	return db.One(tx, scanCopy, copyColumns+` WHERE id = $1`, id)
}

func copiesOf(tx *db.Tx, id gov.DocumentID) ([]Copy, error) {
	return db.Rows(tx, scanCopy, copyColumns+` WHERE document = $1 ORDER BY at DESC, id LIMIT 200`, string(id))
}

func copiesOfHanding(tx *db.Tx, id string) ([]Copy, error) {
	return db.Rows(tx, scanCopy, copyColumns+` WHERE handing = $1 ORDER BY id`, id)
}

// moveCopy reports false when the copy is no longer in from.
func moveCopy(tx *db.Tx, id string, from, to State) (bool, error) {
	n, err := tx.Changed(`UPDATE vci_copy SET state = $1, changed = $2 WHERE id = $3 AND state = $4`, string(to), tx.Millis(), id, string(from))
	return n == 1, err
}
