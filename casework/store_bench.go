package casework

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Multiply copies up to n closed cases with their tasks under new ids and
// references, and leaves one in fifty waiting in its office's queue, so that
// reading can be measured on a large database. Only the platform may; it is for
// measuring on data that is thrown away.
func (e *Engine) Multiply(tx *db.Tx, n int) (int, error) {
	if tx.Actor().Person != gov.System.Person {
		return 0, errDenied
	}
	mark := db.NewID(tx.Now())[10:20]
	made, err := tx.Changed(`INSERT INTO case_case (`+caseColumns+`)
		SELECT substr(id, 1, 10) || $1 || substr('000000' || cast(row_number() OVER (ORDER BY id) as text), -6),
			substr(ref, 1, 6) || substr($1, 1, 5) || cast(row_number() OVER (ORDER BY id) as text),
			service, version, organisation, applicant, agent, mandate, company, channel, place, state, stage, outcome, answers, track, opened, submitted, due, closed, 1
		FROM case_case WHERE state='closed' ORDER BY id LIMIT $2`, mark, n)
	if err != nil {
		return 0, err
	}
	err = tx.Exec(`INSERT INTO case_task (`+taskColumns+`)
		SELECT 'T' || substr(id, 2), id, ref, service, 'review', 'review', organisation, 'officer', '', '',
			CASE WHEN substr(id, -2) IN ('00', '50') THEN 'open' ELSE 'done' END, $1, submitted, submitted + cast(substr(id, -6) as bigint), closed
		FROM case_case WHERE substr(id, 11, 10) = $2`, false, mark)
	return int(made), err
}
