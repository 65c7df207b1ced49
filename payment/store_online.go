package payment

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/payment/provider"
)

// The SQL of attempts, events and refunds.

const attemptColumns = `id, charge, provider, ref, redirect, secret, return_url, description, amount, currency, state, created, ended`

func scanAttempt(scan func(...any) error) (a Attempt, err error) {
	var created, ended int64
	err = scan(&a.ID, &a.Charge, &a.Provider, &a.Ref, &a.Redirect, &a.Secret, &a.ReturnURL, db.Doc{To: &a.Description}, &a.Amount, &a.Currency, &a.State, &created, &ended)
	a.Created, a.Ended = db.Moment(created), db.Moment(ended)
	return a, err
}

// insertAttempt makes an attempt; false when the charge has a pending one.
func insertAttempt(tx *db.Tx, a Attempt) (bool, error) {
	n, err := tx.Changed(`INSERT INTO payment_attempt (id, charge, provider, return_url, description, amount, currency, state, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (charge) WHERE state = 'pending' DO NOTHING`,
		a.ID, string(a.Charge), a.Provider, a.ReturnURL, db.JSON(a.Description), int64(a.Amount), a.Currency, string(a.State), a.Created.UnixMilli())
	return n == 1, err
}

func liveAttempt(tx *db.Tx, id gov.ChargeID) (Attempt, bool, error) {
	return db.One(tx, scanAttempt, `SELECT `+attemptColumns+` FROM payment_attempt WHERE charge = $1 AND state = 'pending'`, string(id))
}

func lastAttempt(tx *db.Tx, id gov.ChargeID) (Attempt, bool, error) {
	return db.One(tx, scanAttempt, `SELECT `+attemptColumns+` FROM payment_attempt WHERE charge = $1 ORDER BY id DESC LIMIT 1`, string(id))
}

func attemptByID(tx *db.Tx, id string) (Attempt, bool, error) {
	return db.One(tx, scanAttempt, `SELECT `+attemptColumns+` FROM payment_attempt WHERE id = $1`, id)
}

func attempt(tx *db.Tx, id string) (Attempt, error) {
	a, ok, err := attemptByID(tx, id)
	if err == nil && !ok {
		err = noCharge
	}
	return a, err
}

func attemptByRef(tx *db.Tx, name, ref string) (Attempt, bool, error) {
	return db.One(tx, scanAttempt, `SELECT `+attemptColumns+` FROM payment_attempt WHERE provider = $1 AND ref = $2 AND ref <> ''`, name, ref)
}

// keepRef notes the provider's answer unless a message was faster.
func keepRef(tx *db.Tx, a Attempt) error {
	return tx.Exec(`UPDATE payment_attempt SET ref = $1, redirect = $2, secret = $3 WHERE id = $4 AND ref IN ('', $1)`, a.Ref, a.Redirect, a.Secret, a.ID)
}

// endAttempt notes that the money has arrived; false when that is known.
func endAttempt(tx *db.Tx, id string, s provider.State, ref string) (bool, error) {
	n, err := tx.Changed(`UPDATE payment_attempt SET state = $1, ref = $2, ended = $3 WHERE id = $4 AND state <> $1`, string(s), ref, tx.Millis(), id)
	return n == 1, err
}

func failPending(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE payment_attempt SET state = 'failed', ended = $1 WHERE id = $2 AND state = 'pending'`, tx.Millis(), id)
}

// insertEvent notes an event; false when it came before.
func insertEvent(tx *db.Tx, name, id string) (bool, error) {
	n, err := tx.Changed(`INSERT INTO payment_event (provider, id, at) VALUES ($1, $2, $3) ON CONFLICT (provider, id) DO NOTHING`, name, id, tx.Millis())
	return n == 1, err
}

const refundColumns = `id, charge, provider, payment, ref, amount, parts, reason, state, difference, asked_by, asked, ended`

func scanRefund(scan func(...any) error) (r Refund, err error) {
	var asked, ended int64
	err = scan(&r.ID, &r.Charge, &r.Provider, &r.Payment, &r.Ref, &r.Amount, db.Doc{To: &r.Parts}, &r.Reason, &r.State, &r.Difference, &r.AskedBy, &asked, &ended)
	r.Asked, r.Ended = db.Moment(asked), db.Moment(ended)
	return r, err
}

func insertRefund(tx *db.Tx, r Refund) error {
	return tx.Exec(`INSERT INTO payment_refund (id, charge, provider, payment, amount, parts, reason, state, difference, asked_by, asked)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.ID, string(r.Charge), r.Provider, r.Payment, int64(r.Amount), db.JSON(r.Parts), r.Reason, string(r.State), r.Difference, string(r.AskedBy), r.Asked.UnixMilli())
}

func refundsOf(tx *db.Tx, id gov.ChargeID) ([]Refund, error) {
	return db.Rows(tx, scanRefund, `SELECT `+refundColumns+` FROM payment_refund WHERE charge = $1 ORDER BY id`, string(id))
}

func refundByID(tx *db.Tx, id string) (Refund, bool, error) {
	return db.One(tx, scanRefund, `SELECT `+refundColumns+` FROM payment_refund WHERE id = $1`, id)
}

func refund(tx *db.Tx, id string) (Refund, error) {
	r, ok, err := refundByID(tx, id)
	if err == nil && !ok {
		err = gov.Fail(gov.NotFound, "لا يوجد رد مبلغ بهذا الرقم", "There is no refund with this number")
	}
	return r, err
}

func refundByRef(tx *db.Tx, name, ref string) (Refund, bool, error) {
	return db.One(tx, scanRefund, `SELECT `+refundColumns+` FROM payment_refund WHERE provider = $1 AND ref = $2 AND ref <> ''`, name, ref)
}

func keepRefundRef(tx *db.Tx, id, ref string) error {
	return tx.Exec(`UPDATE payment_refund SET ref = $1 WHERE id = $2 AND ref = ''`, ref, id)
}

// endRefund ends a pending refund; false when it has ended before.
func endRefund(tx *db.Tx, id string, s provider.State, ref string) (Refund, bool, error) {
	return db.One(tx, scanRefund, `UPDATE payment_refund SET state = $1, ref = CASE WHEN ref = '' THEN $2 ELSE ref END, ended = $3
		WHERE id = $4 AND state = 'pending' RETURNING `+refundColumns, string(s), ref, tx.Millis(), id)
}
