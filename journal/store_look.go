package journal

import (
	"encoding/json"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

const lookColumns = `id, at, person, actor, organisation, what, subject, purpose, registry, agreement, case_id, service, channel, attributes, machine, opens, delay, unclaimed`

func insertLook(tx *db.Tx, id string, l Look) error {
	attributes := l.Attributes
	if attributes == nil {
		attributes = []gov.AttributeID{}
	}
	machine := 0
	if l.Machine {
		machine = 1
	}
	return tx.Exec(`INSERT INTO journal_look (`+lookColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)`,
		id, l.At.UnixMilli(), string(l.Person), string(l.Actor), string(l.Organisation), l.What, l.Subject, l.Purpose,
		string(l.Registry), string(l.Agreement), string(l.Case), string(l.Service), string(l.Channel), db.JSON(attributes), machine, db.Millis(l.Opens), l.Order, l.Unclaimed)
}

func scanLook(scan func(...any) error) (l Look, err error) {
	var at, machine, opens int64
	var attributes string
	err = scan(&l.ID, &at, &l.Person, &l.Actor, &l.Organisation, &l.What, &l.Subject, &l.Purpose,
		&l.Registry, &l.Agreement, &l.Case, &l.Service, &l.Channel, &attributes, &machine, &opens, &l.Order, &l.Unclaimed)
	if err != nil {
		return l, err
	}
	l.At, l.Machine, l.Opens = db.Moment(at), machine == 1, db.Moment(opens)
	if attributes == "[]" {
		return l, nil
	}
	return l, json.Unmarshal([]byte(attributes), &l.Attributes)
}

// The queries that must not read a whole table, however many looks there are.
const (
	looksQuery   = `SELECT ` + lookColumns + ` FROM journal_look WHERE person = $1 AND id < $2 AND opens <= $3 ORDER BY id DESC LIMIT $4`
	looksOfQuery = `SELECT ` + lookColumns + ` FROM journal_look WHERE person = $1 AND id < $2 AND opens <= $3 AND organisation = $5 ORDER BY id DESC LIMIT $4`
	readersQuery = `SELECT DISTINCT actor, organisation FROM journal_look WHERE machine = 0 AND at >= $1 AND at < $2 AND actor <> '' AND organisation <> '' ORDER BY organisation, actor`
	readQuery    = `SELECT ` + lookColumns + ` FROM journal_look WHERE actor = $1 AND (at, id) > ($2, $3) AND at < $4 AND organisation = $5 AND machine = 0 ORDER BY at, id LIMIT $6`
	forCaseQuery = `SELECT at FROM journal_look WHERE person = $1 AND actor = $2 AND at >= $3 AND machine = 0 AND case_id <> '' LIMIT 1`
	timesQuery   = `SELECT at FROM journal_look WHERE person = $1 AND actor = $2 AND at >= $3 AND machine = 0 AND case_id = '' ORDER BY at DESC LIMIT $4`
	orderQuery   = `SELECT ` + orderColumns + ` FROM journal_delay WHERE person = $1 AND until > $2 AND organisation = $3
		AND (actor = '' OR actor = $4) AND (case_id = '' OR case_id = $5) ORDER BY until DESC, id DESC LIMIT 1`
)

func claim(tx *db.Tx, unclaimed string, p gov.PersonID) (int64, error) {
	return tx.Changed(`UPDATE journal_look SET person = $1, unclaimed = '', claimed = unclaimed WHERE unclaimed = $2 AND unclaimed <> ''`, string(p), unclaimed)
}

func anyUnclaimed(tx *db.Tx) (bool, error) {
	_, ok, err := db.One(tx, db.Scalar[string], `SELECT unclaimed FROM journal_look WHERE unclaimed <> '' LIMIT 1`)
	return ok, err
}

// last stands after every id, in every collation.
const last = "Z"

// looksAt leaves out what the person may not see yet.
func looksAt(tx *db.Tx, q LookQuery) ([]Look, error) {
	args := []any{string(q.Person), q.Before, tx.Millis(), q.Limit}
	if q.Organisation != "" {
		return db.Rows(tx, scanLook, looksOfQuery, append(args, string(q.Organisation))...)
	}
	return db.Rows(tx, scanLook, looksQuery, args...)
}

// looksAtAll is looksAt with what is delayed.
func looksAtAll(tx *db.Tx, q LookQuery) ([]Look, error) {
	return db.Rows(tx, scanLook, `SELECT `+lookColumns+` FROM journal_look WHERE person = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, string(q.Person), q.Before, q.Limit)
}

func look(tx *db.Tx, id string) (Look, bool, error) {
	return db.One(tx, scanLook, `SELECT `+lookColumns+` FROM journal_look WHERE id = $1`, id)
}

// lookersAt are the organisations among the latest looks at a person, as far as
// they may know.
func lookersAt(tx *db.Tx, p gov.PersonID) ([]gov.OrgID, error) {
	return db.Rows(tx, db.Scalar[gov.OrgID], `SELECT DISTINCT organisation FROM (SELECT organisation FROM journal_look WHERE person = $1 AND opens <= $2 ORDER BY id DESC LIMIT 5000) AS latest
		WHERE organisation <> '' ORDER BY organisation`, string(p), tx.Millis())
}

const orderColumns = `id, at, person, organisation, actor, case_id, legal, ordered_by, ordered_for, until, opens, opened, renews`

func insertOrder(tx *db.Tx, o Order) error {
	return tx.Exec(`INSERT INTO journal_delay (`+orderColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`,
		o.ID, o.At.UnixMilli(), string(o.Person), string(o.Organisation), string(o.Actor), string(o.Case), o.Legal, string(o.By), string(o.For),
		db.Millis(o.Until), db.Millis(o.Opens), db.Millis(o.Opened), o.Renews)
}

func scanOrder(scan func(...any) error) (o Order, err error) {
	var at, until, opens, opened int64
	err = scan(&o.ID, &at, &o.Person, &o.Organisation, &o.Actor, &o.Case, &o.Legal, &o.By, &o.For, &until, &opens, &opened, &o.Renews)
	o.At, o.Until, o.Opens, o.Opened = db.Moment(at), db.Moment(until), db.Moment(opens), db.Moment(opened)
	return o, err
}

func order(tx *db.Tx, id string) (Order, bool, error) {
	return db.One(tx, scanOrder, `SELECT `+orderColumns+` FROM journal_delay WHERE id = $1`, id)
}

func orders(tx *db.Tx, n int) ([]Order, error) {
	return db.Rows(tx, scanOrder, `SELECT `+orderColumns+` FROM journal_delay ORDER BY id DESC LIMIT $1`, n)
}

func openOrders(tx *db.Tx, p gov.PersonID) ([]Order, error) {
	return db.Rows(tx, scanOrder, `SELECT `+orderColumns+` FROM journal_delay WHERE person = $1 AND opens <= $2 ORDER BY id DESC LIMIT 100`, string(p), tx.Millis())
}

// orderFor is the order that covers a look now; of several, the one that lasts longest.
func orderFor(tx *db.Tx, l Look) (id string, opens time.Time, err error) {
	o, ok, err := db.One(tx, scanOrder, orderQuery,
		string(l.Person), tx.Millis(), string(l.Organisation), string(l.Actor), string(l.Case))
	if err != nil || !ok {
		return "", time.Time{}, err
	}
	return o.ID, o.Opens, nil
}

// carryOver hides on what the renewed order still hides, and lets that order open
// together with the new one.
func carryOver(tx *db.Tx, o Order) error {
	if err := tx.Exec(`UPDATE journal_look SET opens = $1, delay = $2 WHERE delay = $3 AND opens > $4`, db.Millis(o.Opens), o.ID, o.Renews, tx.Millis()); err != nil {
		return err
	}
	return tx.Exec(`UPDATE journal_delay SET opens = $1 WHERE id = $2`, db.Millis(o.Opens), o.Renews)
}

func markOpened(tx *db.Tx, o Order) error {
	return tx.Exec(`UPDATE journal_delay SET opened = $1 WHERE id = $2`, tx.Millis(), o.ID)
}

func readers(tx *db.Tx, from, to time.Time) ([]Reader, error) {
	return db.Rows(tx, func(scan func(...any) error) (r Reader, err error) { return r, scan(&r.Actor, &r.Organisation) }, readersQuery,
		db.Millis(from), db.Millis(to))
}

func readPage(tx *db.Tx, r Reader, after time.Time, id string, to time.Time, n int) ([]Look, error) {
	return db.Rows(tx, scanLook, readQuery, string(r.Actor), db.Millis(after), id, db.Millis(to), string(r.Organisation), n)
}

func forCase(tx *db.Tx, actor, person gov.PersonID, since time.Time) (bool, error) {
	_, ok, err := db.One(tx, db.Scalar[int64], forCaseQuery, string(person), string(actor), db.Millis(since))
	return ok, err
}

func caseless(tx *db.Tx, actor, person gov.PersonID, since time.Time, n int) ([]time.Time, error) {
	return db.Rows(tx, func(scan func(...any) error) (t time.Time, err error) {
		var at int64
		err = scan(&at)
		return db.Moment(at), err
	}, timesQuery, string(person), string(actor), db.Millis(since), n)
}
