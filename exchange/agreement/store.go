package agreement

import (
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: agreement_*.

const columns = `id, consumer, provider, state, saves, body, people, at, reads, today, read_at`

func scan(read func(...any) error) (x Agreement, err error) {
	var at, last int64
	err = read(&x.ID, &x.Consumer, &x.Provider, &x.State, &x.Saves, db.Doc{To: &x.Terms}, db.Doc{To: &x.People}, &at, &x.Use.Reads, &x.Use.Today, &last)
	x.At, x.Use.Last = db.Moment(at), db.Moment(last)
	return x, err
}

func insert(tx *db.Tx, x Agreement) error {
	return tx.Exec(`INSERT INTO agreement_agreement (id, consumer, provider, registry, state, saves, body, people, at, since, until, per_day, per_person, reads, day, today, read_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, 0, 0)`,
		string(x.ID), string(x.Consumer), string(x.Provider), string(x.Registry), string(x.State), x.Saves, db.JSON(x.Terms), db.JSON(x.People), x.At.UnixMilli(),
		x.From.UnixMilli(), x.Until.UnixMilli(), x.PerDay, x.PerPerson)
}

// update stores an agreement that was in the state from with so many saves,
// unless it moved meanwhile.
func update(tx *db.Tx, x Agreement, from State, saves int) (bool, error) {
	n, err := tx.Changed(`UPDATE agreement_agreement SET provider = $4, registry = $5, state = $6, saves = $7, body = $8, people = $9, since = $10, until = $11, per_day = $12, per_person = $13
		WHERE id = $1 AND state = $2 AND saves = $3`,
		string(x.ID), string(from), saves, string(x.Provider), string(x.Registry), string(x.State), x.Saves, db.JSON(x.Terms), db.JSON(x.People),
		x.From.UnixMilli(), x.Until.UnixMilli(), x.PerDay, x.PerPerson)
	return n == 1, err
}

func byID(tx *db.Tx, id gov.AgreementID) (Agreement, bool, error) {
	return db.One(tx, scan, `SELECT `+columns+` FROM agreement_agreement WHERE id = $1`, string(id))
}

// inForce are the agreements of a consumer that hold now; with no registry, of all.
func inForce(tx *db.Tx, consumer gov.OrgID, registry gov.RegistryID) ([]Agreement, error) {
	return db.Rows(tx, scan, `SELECT `+columns+` FROM agreement_agreement
		WHERE consumer = $1 AND state IN ('active', 'expiring') AND ($2 = '' OR registry = $2) AND since <= $3 AND until > $3 ORDER BY until DESC, id`,
		string(consumer), string(registry), tx.Millis())
}

func selected(tx *db.Tx, f Filter) ([]Agreement, error) {
	states := []string{}
	for _, s := range f.States {
		states = append(states, string(s))
	}
	return db.Rows(tx, scan, `SELECT `+columns+` FROM agreement_agreement
		WHERE ($1 = '' OR consumer = $1 OR provider = $1) AND ($2 = '' OR consumer = $2) AND ($3 = '' OR provider = $3)
			AND ($4 = '' OR $4 LIKE '% ' || state || ' %') ORDER BY at DESC, id DESC`,
		string(f.Party), string(f.Consumer), string(f.Provider), wrapped(states))
}

// wrapped is a list of words that LIKE finds whole words in.
func wrapped(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, " ") + " "
}

// spend counts a read if the agreement holds and allows one more today. The row
// stays locked until the transaction ends.
func spend(tx *db.Tx, id gov.AgreementID, day int64) (bool, error) {
	n, err := tx.Changed(`UPDATE agreement_agreement SET reads = reads + 1, today = CASE WHEN day = $3 THEN today + 1 ELSE 1 END, day = $3, read_at = $2
		WHERE id = $1 AND state IN ('active', 'expiring') AND since <= $2 AND until > $2 AND (per_day = 0 OR day <> $3 OR today < per_day)`,
		string(id), tx.Millis(), day)
	return n == 1, err
}

// spendOn counts a read of a person if the agreement allows one more of them today.
func spendOn(tx *db.Tx, id gov.AgreementID, person gov.PersonID, day int64) (bool, error) {
	n, err := tx.Changed(`INSERT INTO agreement_use (agreement, day, person, reads) VALUES ($1, $2, $3, 1)
		ON CONFLICT (agreement, day, person) DO UPDATE SET reads = agreement_use.reads + 1
		WHERE agreement_use.reads < (SELECT CASE WHEN per_person = 0 THEN agreement_use.reads + 1 ELSE per_person END FROM agreement_agreement WHERE id = $1)`,
		string(id), day, string(person))
	return n == 1, err
}

// unspend takes back what spendOn counted.
func unspend(tx *db.Tx, id gov.AgreementID, person gov.PersonID, day int64) error {
	return tx.Exec(`UPDATE agreement_use SET reads = reads - 1 WHERE agreement = $1 AND day = $2 AND person = $3`, string(id), day, string(person))
}

// readsOn counts reads by day, the latest first.
func readsOn(tx *db.Tx, id gov.AgreementID, n int) ([]Day, error) {
	return db.Rows(tx, func(scan func(...any) error) (d Day, err error) { return d, scan(&d.Day, &d.People, &d.Reads) },
		`SELECT day, count(*), CAST(sum(reads) AS bigint) FROM agreement_use WHERE agreement = $1 AND reads > 0 GROUP BY day ORDER BY day DESC LIMIT $2`, string(id), n)
}

func insertMove(tx *db.Tx, x Agreement, m Move) error {
	return tx.Exec(`INSERT INTO agreement_move (agreement, number, event, state, words, terms, author, acting, at)
		SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM agreement_move WHERE agreement = $1`,
		string(x.ID), m.Event, string(m.State), m.Words, db.JSON(m.Terms), string(m.Author), string(m.Acting), m.At.UnixMilli())
}

func movesOf(tx *db.Tx, id gov.AgreementID) ([]Move, error) {
	return db.Rows(tx, func(scan func(...any) error) (m Move, err error) {
		var at int64
		err = scan(&m.Number, &m.Event, &m.State, &m.Words, db.Doc{To: &m.Terms}, &m.Author, &m.Acting, &at)
		m.At = time.UnixMilli(at).UTC()
		return m, err
	}, `SELECT number, event, state, words, terms, author, acting, at FROM agreement_move WHERE agreement = $1 ORDER BY number`, string(id))
}
