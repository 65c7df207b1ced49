package payment

import (
	"fmt"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of charges and receipts. Tables: payment_*; the ledger's are in
// store_ledger.go, those of online payments in store_online.go.

const chargeColumns = `id, case_id, step, service, owner, payer, channel, place, version, lines, waived, waived_reason,
	total, refunded, promised, state, reason, means, reference, due, created, settled`

func insertCharge(tx *db.Tx, c Charge) error {
	return tx.Exec(`INSERT INTO payment_charge (id, case_id, step, service, owner, payer, channel, place, version, lines, waived, waived_reason, total, state, due, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		string(c.ID), string(c.Case), c.Step, string(c.Service), string(c.Owner), string(c.Payer), string(c.Channel), c.Place, c.Version,
		db.JSON(c.Lines), int64(c.Waived), db.JSON(c.WaivedReason), int64(c.Total), string(c.State), db.Millis(c.Due), c.Created.UnixMilli())
}

func scanCharge(scan func(...any) error) (c Charge, err error) {
	var due, created, settled int64
	err = scan(&c.ID, &c.Case, &c.Step, &c.Service, &c.Owner, &c.Payer, &c.Channel, &c.Place, &c.Version,
		db.Doc{To: &c.Lines}, &c.Waived, db.Doc{To: &c.WaivedReason}, &c.Total, &c.Refunded, &c.Promised,
		&c.State, &c.Reason, &c.Means.By, &c.Means.Reference, &due, &created, &settled)
	c.Due, c.Created, c.Settled = db.Moment(due), db.Moment(created), db.Moment(settled)
	return c, err
}

func charge(tx *db.Tx, id gov.ChargeID) (Charge, error) {
	c, ok, err := db.One(tx, scanCharge, `SELECT `+chargeColumns+` FROM payment_charge WHERE id = $1`, string(id))
	if err == nil && !ok {
		err = noCharge
	}
	return c, err
}

func chargesOfCase(tx *db.Tx, id gov.CaseID) ([]Charge, error) {
	return db.Rows(tx, scanCharge, `SELECT `+chargeColumns+` FROM payment_charge WHERE case_id = $1 ORDER BY id`, string(id))
}

func chargesOfPayer(tx *db.Tx, p gov.PersonID, before gov.ChargeID, n int) ([]Charge, error) {
	if before == "" {
		before = "~" // after every id
	}
	return db.Rows(tx, scanCharge, `SELECT `+chargeColumns+` FROM payment_charge WHERE payer = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, string(p), string(before), n)
}

// settleCharge moves an open charge to settled; false when it is not open.
func settleCharge(tx *db.Tx, id gov.ChargeID, by Means) (Charge, bool, error) {
	return db.One(tx, scanCharge, `UPDATE payment_charge SET state = $1, means = $2, reference = $3, settled = $4 WHERE id = $5 AND state = $6 RETURNING `+chargeColumns,
		string(Settled), by.By, by.Reference, tx.Millis(), string(id), string(Open))
}

// voidCharge moves an open charge to void; false when it is not open.
func voidCharge(tx *db.Tx, id gov.ChargeID, reason string) (Charge, bool, error) {
	return db.One(tx, scanCharge, `UPDATE payment_charge SET state = $1, reason = $2 WHERE id = $3 AND state = $4 RETURNING `+chargeColumns,
		string(Voided), reason, string(id), string(Open))
}

// promise reserves an amount to be paid back; false when less than that is left.
func promise(tx *db.Tx, id gov.ChargeID, amount gov.Money) (Charge, bool, error) {
	return db.One(tx, scanCharge, `UPDATE payment_charge SET promised = promised + $1 WHERE id = $2 AND total - promised >= $1 RETURNING `+chargeColumns,
		int64(amount), string(id))
}

// unpromise takes a promise back, because the refund was refused.
func unpromise(tx *db.Tx, id gov.ChargeID, amount gov.Money) error {
	return tx.Exec(`UPDATE payment_charge SET promised = promised - $1 WHERE id = $2`, int64(amount), string(id))
}

// addRefunded adds to what was paid back and returns the charge as it is then.
func addRefunded(tx *db.Tx, id gov.ChargeID, amount gov.Money) (Charge, error) {
	c, ok, err := db.One(tx, scanCharge, `UPDATE payment_charge SET refunded = refunded + $1 WHERE id = $2 RETURNING `+chargeColumns, int64(amount), string(id))
	if err == nil && !ok {
		err = noCharge
	}
	return c, err
}

func setState(tx *db.Tx, id gov.ChargeID, s State) error {
	return tx.Exec(`UPDATE payment_charge SET state = $1 WHERE id = $2`, string(s), string(id))
}

// nextSerial takes the next receipt number of an organisation and year. It is
// given back when the transaction fails, so that no number is skipped.
func nextSerial(tx *db.Tx, o gov.OrgID, year int) (n int64, err error) {
	err = tx.QueryRow(`INSERT INTO payment_counter (entity, year, last) VALUES ($1, $2, 1)
		ON CONFLICT (entity, year) DO UPDATE SET last = payment_counter.last + 1 RETURNING last`, string(o), year).Scan(&n)
	return n, err
}

func insertReceipts(tx *db.Tx, list []Receipt) error {
	args := make([]any, 0, 6*len(list))
	for _, r := range list {
		args = append(args, string(r.Entity), r.Year, r.Serial, string(r.Charge), int64(r.Amount), r.At.UnixMilli())
	}
	return tx.Exec(`INSERT INTO payment_receipt (entity, year, serial, charge, amount, at) VALUES `+places(len(list), 6), args...)
}

// places makes n rows of k placeholders: ($1, $2), ($3, $4).
func places(n, k int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(",", min(i, 1)) + "(")
		for j := range k {
			b.WriteString(strings.Repeat(",", min(j, 1)))
			fmt.Fprintf(&b, "$%d", i*k+j+1)
		}
		b.WriteByte(')')
	}
	return b.String()
}

func scanReceipt(scan func(...any) error) (r Receipt, err error) {
	var at int64
	err = scan(&r.Entity, &r.Year, &r.Serial, &r.Charge, &r.Amount, &at)
	r.At = db.Moment(at)
	return r, err
}

const receiptColumns = `entity, year, serial, charge, amount, at`

func receiptsOf(tx *db.Tx, id gov.ChargeID) ([]Receipt, error) {
	return db.Rows(tx, scanReceipt, `SELECT `+receiptColumns+` FROM payment_receipt WHERE charge = $1 ORDER BY entity`, string(id))
}

func receipt(tx *db.Tx, o gov.OrgID, year int, serial int64) (Receipt, bool, error) {
	return db.One(tx, scanReceipt, `SELECT `+receiptColumns+` FROM payment_receipt WHERE entity = $1 AND year = $2 AND serial = $3`, string(o), year, serial)
}
