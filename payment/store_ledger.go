package payment

import (
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of the ledger. Rows are only added here, never changed or removed.

func insertAccount(tx *db.Tx, a Account) error {
	kind, holder, _ := strings.Cut(string(a), ":")
	return tx.Exec(`INSERT INTO payment_account (id, kind, holder, opened) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`, string(a), kind, holder, tx.Millis())
}

func insertPosting(tx *db.Tx, p Posting) error {
	if err := tx.Exec(`INSERT INTO payment_posting (id, charge, kind, at, provider, ref) VALUES ($1, $2, $3, $4, $5, $6)`,
		p.ID, string(p.Charge), string(p.Kind), p.At.UnixMilli(), p.Provider, p.Ref); err != nil {
		return err
	}
	args := make([]any, 0, 5*len(p.Entries))
	for i, e := range p.Entries {
		args = append(args, p.ID, i, string(e.Debit), string(e.Credit), int64(e.Amount))
	}
	return tx.Exec(`INSERT INTO payment_entry (posting, n, debit, credit, amount) VALUES `+places(len(p.Entries), 5), args...)
}

func postingsOf(tx *db.Tx, id gov.ChargeID) ([]Posting, error) {
	rows, err := db.Rows(tx, scanPosting, `SELECT p.id, p.charge, p.kind, p.at, p.provider, p.ref, e.debit, e.credit, e.amount
		FROM payment_posting p JOIN payment_entry e ON e.posting = p.id WHERE p.charge = $1 ORDER BY p.id, e.n`, string(id))
	return gather(rows), err
}

func scanPosting(scan func(...any) error) (p Posting, err error) {
	var at int64
	var e Entry
	err = scan(&p.ID, &p.Charge, &p.Kind, &at, &p.Provider, &p.Ref, &e.Debit, &e.Credit, &e.Amount)
	p.At, p.Entries = db.Moment(at), []Entry{e}
	return p, err
}

// gather puts the entries of one posting together.
func gather(rows []Posting) (out []Posting) {
	for _, r := range rows {
		if n := len(out); n > 0 && out[n-1].ID == r.ID {
			out[n-1].Entries = append(out[n-1].Entries, r.Entries...)
			continue
		}
		out = append(out, r)
	}
	return out
}

func balances(tx *db.Tx) ([]Balance, error) {
	return db.Rows(tx, func(scan func(...any) error) (b Balance, err error) {
		return b, scan(&b.Account, &b.Debit, &b.Credit)
	}, `SELECT account, cast(sum(debit) as bigint), cast(sum(credit) as bigint) FROM (
			SELECT debit AS account, amount AS debit, 0 AS credit FROM payment_entry
			UNION ALL SELECT credit, 0, amount FROM payment_entry
		) AS sides GROUP BY account ORDER BY account`)
}

// accountPage sums up the books of n charges after the given one.
func accountPage(tx *db.Tx, after gov.ChargeID, n int) ([]account, error) {
	return db.Rows(tx, func(scan func(...any) error) (a account, err error) {
		return a, scan(&a.id, &a.state, &a.total, &a.refunded, &a.promised, &a.paid, &a.back, &a.postings, &a.receipts, &a.numbers)
	}, `SELECT c.id, c.state, c.total, c.refunded, c.promised,
			`+postedAs+`'settled'), `+postedAs+`'refunded'),
			(SELECT count(*) FROM payment_posting p WHERE p.charge = c.id AND p.kind = 'settled'),
			(SELECT cast(coalesce(sum(r.amount), 0) as bigint) FROM payment_receipt r WHERE r.charge = c.id),
			(SELECT count(*) FROM payment_receipt r WHERE r.charge = c.id)
		FROM payment_charge c WHERE c.id > $1 ORDER BY c.id LIMIT $2`, string(after), n)
}

const postedAs = `(SELECT cast(coalesce(sum(e.amount), 0) as bigint) FROM payment_posting p JOIN payment_entry e ON e.posting = p.id WHERE p.charge = c.id AND p.kind = `

// counterGaps lists counters whose receipts do not run from 1 to the last number.
func counterGaps(tx *db.Tx) ([]string, error) {
	return db.Rows(tx, db.Scalar[string], `SELECT 'receipts of ' || k.entity || ' ' || k.year || ' have a gap' FROM payment_counter k
		LEFT JOIN (SELECT entity, year, count(*) AS n, max(serial) AS top FROM payment_receipt GROUP BY entity, year) r
			ON r.entity = k.entity AND r.year = k.year
		WHERE r.n IS NULL OR r.n <> k.last OR r.top <> k.last`)
}
