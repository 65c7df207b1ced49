package unusual

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: unusual_*.

// Protected is somebody on the auditors' list.
type Protected struct {
	Person gov.PersonID
	At     time.Time
	Words  string
}

const findingColumns = `id, day, actor, organisation, looks, score, reasons, state, decided, decided_by, words, case_id`

func scanFinding(scan func(...any) error) (f Finding, err error) {
	var decided int64
	err = scan(&f.ID, &f.Day, &f.Actor, &f.Organisation, &f.Looks, &f.Score, db.Doc{To: &f.Reasons}, &f.State, &decided, &f.By, &f.Words, &f.Case)
	f.Decided = db.Moment(decided)
	return f, err
}

// putFinding keeps a finding; one that was decided stays as it is.
func putFinding(tx *db.Tx, f Finding) error {
	return tx.Exec(`INSERT INTO unusual_finding (`+findingColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,'open',0,'','','')
		ON CONFLICT (day, actor, organisation) DO UPDATE SET looks = excluded.looks, score = excluded.score, reasons = excluded.reasons WHERE unusual_finding.state = 'open'`,
		f.ID, f.Day, string(f.Actor), string(f.Organisation), f.Looks, f.Score, db.JSON(f.Reasons))
}

func finding(tx *db.Tx, id string) (Finding, bool, error) {
	return db.One(tx, scanFinding, `SELECT `+findingColumns+` FROM unusual_finding WHERE id = $1`, id)
}

func findings(tx *db.Tx, f Filter) ([]Finding, error) {
	day, score, after := int64(1)<<40, int64(1)<<40, ""
	if f.Before != "" {
		at, ok, err := finding(tx, f.Before)
		if err != nil || !ok {
			return nil, err
		}
		day, score, after = at.Day, int64(at.Score), at.ID
	}
	return db.Rows(tx, scanFinding, `SELECT `+findingColumns+` FROM unusual_finding WHERE ($1 = '' OR state = $1) AND ($2 = '' OR organisation = $2)
		AND (day < $3 OR day = $3 AND (score < $4 OR score = $4 AND id > $5)) ORDER BY day DESC, score DESC, id LIMIT $6`,
		string(f.State), string(f.Organisation), day, score, after, f.Limit)
}

func waiting(tx *db.Tx, most int) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM (SELECT 1 FROM unusual_finding WHERE state = 'open' LIMIT $1) AS counted`, most).Scan(&n)
	return n, err
}

func saveDecision(tx *db.Tx, f Finding) (bool, error) {
	n, err := tx.Changed(`UPDATE unusual_finding SET state = $1, decided = $2, decided_by = $3, words = $4, case_id = $5 WHERE id = $6 AND state = 'open'`,
		string(f.State), db.Millis(f.Decided), string(f.By), f.Words, string(f.Case), f.ID)
	return n == 1, err
}

// dayOf is how much somebody read on one earlier day.
type dayOf struct {
	actor gov.PersonID
	looks int
}

func putDay(tx *db.Tx, t tally) error {
	return tx.Exec(`INSERT INTO unusual_day (actor, organisation, day, looks, people) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (organisation, actor, day) DO UPDATE SET looks = excluded.looks, people = excluded.people`,
		string(t.Actor), string(t.Organisation), t.day, t.looks, t.count)
}

func daysOf(tx *db.Tx, org gov.OrgID, from, before int64) ([]dayOf, error) {
	return db.Rows(tx, func(scan func(...any) error) (d dayOf, err error) { return d, scan(&d.actor, &d.looks) },
		`SELECT actor, looks FROM unusual_day WHERE organisation = $1 AND day >= $2 AND day < $3`, string(org), from, before)
}

func markedPeople(tx *db.Tx) (map[gov.PersonID]bool, error) {
	list, err := db.Rows(tx, db.Scalar[gov.PersonID], `SELECT person FROM unusual_marked`)
	out := map[gov.PersonID]bool{}
	for _, p := range list {
		out[p] = true
	}
	return out, err
}

func marks(tx *db.Tx) ([]Protected, error) {
	return db.Rows(tx, func(scan func(...any) error) (m Protected, err error) {
		var at int64
		err = scan(&m.Person, &at, &m.Words)
		m.At = db.Moment(at)
		return m, err
	}, `SELECT person, at, words FROM unusual_marked ORDER BY at DESC, person LIMIT 500`)
}

func insertMark(tx *db.Tx, p gov.PersonID, words string) (bool, error) {
	n, err := tx.Changed(`INSERT INTO unusual_marked (person, at, marked_by, words) VALUES ($1,$2,$3,$4) ON CONFLICT (person) DO NOTHING`,
		string(p), tx.Millis(), string(tx.Actor().Person), words)
	return n == 1, err
}

func deleteMark(tx *db.Tx, p gov.PersonID) (bool, error) {
	n, err := tx.Changed(`DELETE FROM unusual_marked WHERE person = $1`, string(p))
	return n == 1, err
}
