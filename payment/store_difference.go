package payment

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/payment/provider"
)

// The SQL of differences and reconciliation.

const differenceColumns = `id, provider, kind, ref, charge, ours, theirs, currency, at, day, state, words, closed_by, closed`

func scanDifference(scan func(...any) error) (d Difference, err error) {
	var at, closed int64
	err = scan(&d.ID, &d.Provider, &d.Kind, &d.Ref, &d.Charge, &d.Ours, &d.Theirs, &d.Currency, &at, &d.Day, &d.State, &d.Words, &d.ClosedBy, &closed)
	d.At, d.Closed = db.Moment(at), db.Moment(closed)
	return d, err
}

// insertDifference opens a difference; false when it is known.
func insertDifference(tx *db.Tx, d Difference) (bool, error) {
	n, err := tx.Changed(`INSERT INTO payment_difference (id, provider, kind, ref, charge, ours, theirs, currency, at, day, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (provider, kind, ref) DO NOTHING`,
		d.ID, d.Provider, string(d.Kind), d.Ref, string(d.Charge), int64(d.Ours), int64(d.Theirs), d.Currency, d.At.UnixMilli(), d.Day, string(d.State))
	return n == 1, err
}

func difference(tx *db.Tx, id string) (Difference, error) {
	d, ok, err := db.One(tx, scanDifference, `SELECT `+differenceColumns+` FROM payment_difference WHERE id = $1`, id)
	if err == nil && !ok {
		err = noDifference
	}
	return d, err
}

func differences(tx *db.Tx, f Filter) ([]Difference, error) {
	if f.Before == "" {
		f.Before = "~" // after every id
	}
	return db.Rows(tx, scanDifference, `SELECT `+differenceColumns+` FROM payment_difference
		WHERE ($1 = '' OR provider = $1) AND ($2 = '' OR state = $2) AND id < $3 ORDER BY id DESC LIMIT $4`,
		f.Provider, string(f.State), f.Before, f.Limit)
}

// moveDifference moves a difference from one state to another; words are kept
// when none are given. Errors: Conflict when it is not in the first state.
func moveDifference(tx *db.Tx, id string, from, to DifferenceState, words string) error {
	n, err := tx.Changed(`UPDATE payment_difference SET state = $1, words = CASE WHEN $2 = '' THEN words ELSE $2 END, closed_by = $3, closed = $4 WHERE id = $5 AND state = $6`,
		string(to), words, string(tx.Actor().Person), tx.Millis(), id, string(from))
	if err == nil && n == 0 {
		err = gov.Fail(gov.Conflict, "تغيّرت حالة هذا الفرق", "This difference has changed meanwhile")
	}
	return err
}

// clearMissing clears a difference that said something was missing on one side.
func clearMissing(tx *db.Tx, name, ref string) error {
	return tx.Exec(`UPDATE payment_difference SET state = $1, closed = $2 WHERE provider = $3 AND ref = $4 AND kind IN ($5, $6) AND state = $7`,
		string(Cleared), tx.Millis(), name, ref, string(MissingHere), string(MissingThere), string(Unexplained))
}

func keepLine(tx *db.Tx, name, day string, l provider.StatementLine) error {
	return tx.Exec(`INSERT INTO payment_statement (provider, ref, day, kind, amount, currency) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (provider, ref) DO UPDATE SET day = excluded.day, amount = excluded.amount, currency = excluded.currency`,
		name, l.Ref, day, string(l.Kind), int64(l.Amount), l.Currency)
}

// postedAmount is what the ledger holds under a provider's reference.
func postedAmount(tx *db.Tx, name, ref string) (gov.Money, bool, error) {
	return db.One(tx, db.Scalar[gov.Money], `SELECT cast(sum(e.amount) as bigint) FROM payment_posting p JOIN payment_entry e ON e.posting = p.id
		WHERE p.provider = $1 AND p.ref = $2 AND p.ref <> '' GROUP BY p.id`, name, ref)
}

// suspended is what came into suspense under a provider's reference.
func suspended(tx *db.Tx, name, ref string) (gov.Money, error) {
	m, _, err := db.One(tx, db.Scalar[gov.Money], `SELECT cast(sum(e.amount) as bigint) FROM payment_posting p JOIN payment_entry e ON e.posting = p.id
		WHERE p.provider = $1 AND p.ref = $2 AND p.ref <> '' AND p.kind = $3 GROUP BY p.id`, name, ref, string(PostSuspended))
	return m, err
}

// unstated are the provider's postings in a span of time that no statement
// shows; their entries are summed into one. Ids begin with their time, so that
// they bound the search.
func unstated(tx *db.Tx, name string, from, to time.Time) ([]Posting, error) {
	return db.Rows(tx, func(scan func(...any) error) (p Posting, err error) {
		p.Entries = make([]Entry, 1)
		return p, scan(&p.Ref, &p.Charge, &p.Entries[0].Amount)
	}, `SELECT p.ref, p.charge, (SELECT cast(sum(e.amount) as bigint) FROM payment_entry e WHERE e.posting = p.id)
		FROM payment_posting p WHERE p.id > $1 AND p.id < $2 AND p.at >= $3 AND p.at < $4 AND p.provider = $5 AND p.ref <> ''
			AND NOT EXISTS (SELECT 1 FROM payment_statement s WHERE s.provider = p.provider AND s.ref = p.ref) ORDER BY p.id`,
		db.NewID(from.Add(-time.Second)), db.NewID(to.Add(time.Second)), from.UnixMilli(), to.UnixMilli(), name)
}

func lastReconciled(tx *db.Tx, name string) (string, bool, error) {
	return db.One(tx, db.Scalar[string], `SELECT day FROM payment_reconciled WHERE provider = $1 ORDER BY day DESC LIMIT 1`, name)
}

// beginReconciling marks the day before the first one to be reconciled.
func beginReconciling(tx *db.Tx, name, day string) error {
	return tx.Exec(`INSERT INTO payment_reconciled (provider, day, at, lines, differences) VALUES ($1, $2, 0, 0, 0) ON CONFLICT (provider, day) DO NOTHING`, name, day)
}

func keepReconciled(tx *db.Tx, r Reconciled) error {
	return tx.Exec(`INSERT INTO payment_reconciled (provider, day, at, lines, differences) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (provider, day) DO UPDATE SET at = excluded.at, lines = excluded.lines, differences = payment_reconciled.differences + excluded.differences`,
		r.Provider, r.Day, r.At.UnixMilli(), r.Lines, r.Differences)
}

func reconciledDays(tx *db.Tx, n int) ([]Reconciled, error) {
	return db.Rows(tx, func(scan func(...any) error) (r Reconciled, err error) {
		var at int64
		err = scan(&r.Provider, &r.Day, &at, &r.Lines, &r.Differences)
		r.At = db.Moment(at)
		return r, err
	}, `SELECT provider, day, at, lines, differences FROM payment_reconciled WHERE at > 0 ORDER BY day DESC, provider LIMIT $1`, n)
}
