package sandbox

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/payment/provider"
)

// The SQL of the bank's books. Tables: payment_bank_*.

const paymentColumns = `id, key, intent, amount, currency, description, return_url, state, tries, last4, created`

func scanPayment(scan func(...any) error) (p payment, err error) {
	var created int64
	err = scan(&p.ID, &p.Key, &p.Intent, &p.Amount, &p.Currency, db.Doc{To: &p.Description}, &p.ReturnURL, &p.State, &p.Tries, &p.Last4, &created)
	p.Created = time.UnixMilli(created).UTC()
	return p, err
}

// insertPayment makes a payment; false when its key was used.
func insertPayment(tx *db.Tx, p payment) (bool, error) {
	n, err := tx.Changed(`INSERT INTO payment_bank_payment (id, key, intent, amount, currency, description, return_url, state, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (key) DO NOTHING`,
		p.ID, p.Key, p.Intent, int64(p.Amount), p.Currency, db.JSON(p.Description), p.ReturnURL, p.State, p.Created.UnixMilli())
	return n == 1, err
}

func paymentByKey(tx *db.Tx, key string) (payment, bool, error) {
	return db.One(tx, scanPayment, `SELECT `+paymentColumns+` FROM payment_bank_payment WHERE key = $1`, key)
}

func paymentByID(tx *db.Tx, ref string) (payment, error) {
	p, ok, err := db.One(tx, scanPayment, `SELECT `+paymentColumns+` FROM payment_bank_payment WHERE id = $1`, ref)
	if err == nil && !ok {
		err = noPayment
	}
	return p, err
}

// lockPayment reads a payment and keeps others from paying it back meanwhile.
func lockPayment(tx *db.Tx, ref string) (payment, error) {
	p, ok, err := db.One(tx, scanPayment, `UPDATE payment_bank_payment SET tries = tries WHERE id = $1 RETURNING `+paymentColumns, ref)
	if err == nil && !ok {
		err = noPayment
	}
	return p, err
}

// endPayment ends a payment that has not ended; false when it has.
func endPayment(tx *db.Tx, ref, state, last4 string) (bool, error) {
	n, err := tx.Changed(`UPDATE payment_bank_payment SET state = $1, last4 = $2, ended = $3 WHERE id = $4 AND state IN ($5, $6)`,
		state, last4, tx.Millis(), ref, waiting, clearing)
	return n == 1, err
}

// startClearing sends a waiting payment on its slow way; false when it waits no more.
func startClearing(tx *db.Tx, ref, last4 string) (bool, error) {
	n, err := tx.Changed(`UPDATE payment_bank_payment SET state = $1, last4 = $2 WHERE id = $3 AND state = $4`, clearing, last4, ref, waiting)
	return n == 1, err
}

// countTry counts a refused card and returns how many there were.
func countTry(tx *db.Tx, ref string) (n int, err error) {
	err = tx.QueryRow(`UPDATE payment_bank_payment SET tries = tries + 1 WHERE id = $1 RETURNING tries`, ref).Scan(&n)
	return n, err
}

func insertRefund(tx *db.Tx, s provider.Status, key, ref string) error {
	return tx.Exec(`INSERT INTO payment_bank_refund (id, key, payment, amount, ended) VALUES ($1, $2, $3, $4, $5)`,
		s.Ref, key, ref, int64(s.Amount), tx.Millis())
}

const refundColumns = `SELECT r.id, r.amount, p.currency FROM payment_bank_refund r JOIN payment_bank_payment p ON p.id = r.payment `

func scanRefund(scan func(...any) error) (s provider.Status, err error) {
	s.State = provider.Succeeded
	return s, scan(&s.Ref, &s.Amount, &s.Currency)
}

func refundByKey(tx *db.Tx, key string) (provider.Status, bool, error) {
	return db.One(tx, scanRefund, refundColumns+`WHERE r.key = $1`, key)
}

func refundByID(tx *db.Tx, ref string) (provider.Status, error) {
	s, ok, err := db.One(tx, scanRefund, refundColumns+`WHERE r.id = $1`, ref)
	if err == nil && !ok {
		err = noPayment
	}
	return s, err
}

func paidBack(tx *db.Tx, ref string) (m gov.Money, err error) {
	err = tx.QueryRow(`SELECT cast(coalesce(sum(amount), 0) as bigint) FROM payment_bank_refund WHERE payment = $1`, ref).Scan(&m)
	return m, err
}

func statement(tx *db.Tx, from, to time.Time) ([]provider.StatementLine, error) {
	return db.Rows(tx, func(scan func(...any) error) (l provider.StatementLine, err error) {
		var at int64
		err = scan(&l.Ref, &l.Kind, &l.Amount, &l.Currency, &at)
		l.At = time.UnixMilli(at).UTC()
		return l, err
	}, `SELECT id, 'payment', amount, currency, ended FROM payment_bank_payment WHERE state = 'succeeded' AND ended >= $1 AND ended < $2
		UNION ALL
		SELECT r.id, 'refund', r.amount, p.currency, r.ended FROM payment_bank_refund r JOIN payment_bank_payment p ON p.id = r.payment
			WHERE r.ended >= $1 AND r.ended < $2
		ORDER BY 5, 1`, from.UnixMilli(), to.UnixMilli())
}
