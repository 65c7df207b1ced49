package programme

import (
	"time"

	"diwan.example/internal/db"
)

const rowColumns = `seq, kind, day, at, organisation, service, channel, place, subject, outcome, timed, late, amount, ours, theirs, others`

func insertRow(tx *db.Tx, r Row) error {
	return tx.Exec(`INSERT INTO programme_row (`+rowColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		r.seq, r.Kind, int(r.Day), r.At.UnixMilli(), string(r.Organisation), string(r.Service), string(r.Channel), r.Place, r.Subject, r.Outcome,
		number(r.Timed), number(r.Late), int64(r.Amount), r.Ours.Milliseconds(), r.Theirs.Milliseconds(), r.Others.Milliseconds())
}

// closing is the last row of a case's closing before seq, on that day or, when
// day is 0, on any.
func closing(tx *db.Tx, subject string, day Day, seq int64) (Row, bool, error) {
	w := &clause{}
	w.add("kind = 'closed'")
	w.add("subject = %s", subject)
	w.add("seq < %s", seq)
	if day != 0 {
		w.add("day = %s", int(day))
	}
	return db.One(tx, scanRow, "SELECT "+rowColumns+" FROM programme_row"+w.String()+" ORDER BY day DESC, seq DESC LIMIT 1", w.args...)
}

func dropRow(tx *db.Tx, seq int64) error {
	return tx.Exec(`DELETE FROM programme_row WHERE seq = $1`, seq)
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func scanRow(scan func(...any) error) (r Row, err error) {
	var day, at, timed, late, ours, theirs, others int64
	err = scan(&r.seq, &r.Kind, &day, &at, &r.Organisation, &r.Service, &r.Channel, &r.Place, &r.Subject, &r.Outcome, &timed, &late, &r.Amount, &ours, &theirs, &others)
	r.Day, r.At, r.Timed, r.Late = Day(day), time.UnixMilli(at).UTC(), timed != 0, late != 0
	r.Ours, r.Theirs, r.Others = millis(ours), millis(theirs), millis(others)
	return r, err
}

// happened are up to n rows of one kind, the newest first, after the cursor.
func happened(tx *db.Tx, g Figure, f Filter, c cursor, n int) ([]Row, error) {
	w := &clause{}
	w.add("kind = '" + g.kind + "'") // as text: the indexes of some kinds are partial
	w.add("day BETWEEN %s AND %s", int(f.From), int(f.To))
	if c.seq > 0 {
		w.add("(day, seq) < (%s, %s)", int(c.day), c.seq)
	}
	w.keys(f)
	if g.only != "" {
		w.add(g.only)
	}
	if g.outcome != "" {
		w.add("outcome = %s", g.outcome)
	}
	q := "SELECT " + rowColumns + " FROM programme_row" + w.String() + " ORDER BY day DESC, seq DESC"
	return db.Rows(tx, scanRow, q+limit(w, n), w.args...)
}

// standing are up to n cases that are open now, the oldest first, after the cursor.
func standing(tx *db.Tx, g Figure, f Filter, c cursor, n int) ([]Row, error) {
	w := &clause{}
	w.add("seq > %s", c.seq)
	w.keys(f)
	if g.only != "" {
		w.add(g.only)
	}
	q := "SELECT seq, 'open', 0, at, organisation, service, channel, place, subject, '', 0, late, 0, 0, 0, 0 FROM programme_open" + w.String() + " ORDER BY seq"
	return db.Rows(tx, scanRow, q+limit(w, n), w.args...)
}

func limit(w *clause, n int) string {
	w.args = append(w.args, n)
	return " LIMIT $" + db.JSON(len(w.args))
}
