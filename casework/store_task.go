package casework

import (
	"strconv"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

func itoa(n int) string { return strconv.Itoa(n) }

// noDue is stored for tasks without a deadline, so that they sort last.
const noDue = int64(1) << 60

const taskColumns = `id, case_id, ref, service, step, kind, organisation, role, person, assignee, state, urgent, created, due, ended`

func scanTask(scan func(...any) error) (t Task, err error) {
	var created, due, ended int64
	err = scan(&t.ID, &t.Case, &t.Ref, &t.Service, &t.Step, &t.Kind, &t.Organisation, &t.Role, &t.Person, &t.Assignee, &t.State, &t.Urgent, &created, &due, &ended)
	if due == noDue {
		due = 0
	}
	t.Created, t.Due, t.Ended = db.Moment(created), db.Moment(due), db.Moment(ended)
	return t, err
}

func dueOrNever(t time.Time) int64 {
	if t.IsZero() {
		return noDue
	}
	return t.UnixMilli()
}

func insertTask(tx *db.Tx, t Task) error {
	return tx.Exec(`INSERT INTO case_task (`+taskColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)`,
		string(t.ID), string(t.Case), t.Ref, string(t.Service), t.Step, string(t.Kind), string(t.Organisation), string(t.Role), string(t.Person),
		string(t.Assignee), string(t.State), t.Urgent, db.Millis(t.Created), dueOrNever(t.Due), db.Millis(t.Ended))
}

func loadTask(tx *db.Tx, id gov.TaskID) (Task, error) {
	t, ok, err := db.One(tx, scanTask, `SELECT `+taskColumns+` FROM case_task WHERE id=$1`, string(id))
	if err == nil && !ok {
		return t, errNoTask
	}
	return t, err
}

// endTask ends an open task; false when it had ended already.
func endTask(tx *db.Tx, id gov.TaskID, state TaskState, by gov.PersonID) (bool, error) {
	n, err := tx.Changed(`UPDATE case_task SET state=$1, ended=$2, assignee=CASE WHEN $3='' THEN assignee ELSE $3 END WHERE id=$4 AND state='open'`,
		string(state), tx.Millis(), string(by), string(id))
	return n == 1, err
}

func setDue(tx *db.Tx, id gov.TaskID, due time.Time) error {
	return tx.Exec(`UPDATE case_task SET due=$1 WHERE id=$2 AND state='open'`, dueOrNever(due), string(id))
}

func escalateTask(tx *db.Tx, id gov.TaskID, role gov.Role) error {
	return tx.Exec(`UPDATE case_task SET urgent=$1, role=$2, assignee='' WHERE id=$3 AND state='open'`, true, string(role), string(id))
}

// assignTask gives an open task from one officer to another ("" is nobody);
// false when it was no longer as expected.
func assignTask(tx *db.Tx, id gov.TaskID, from, to gov.PersonID) (bool, error) {
	n, err := tx.Changed(`UPDATE case_task SET assignee=$1 WHERE id=$2 AND state='open' AND assignee=$3`, string(to), string(id), string(from))
	return n == 1, err
}

// adoptTasks gives tasks that wait for a civil number to the person who has it.
func adoptTasks(tx *db.Tx, civil string, p gov.PersonID) error {
	return tx.Exec(`UPDATE case_task SET person=$1 WHERE person=$2`, string(p), civilTag+civil)
}

// civilTasks are the civil numbers, tagged, that open co-signatures wait for.
func civilTasks(tx *db.Tx) ([]string, error) {
	return db.Rows(tx, db.Scalar[string], `SELECT DISTINCT person FROM case_task WHERE person >= $1 AND person < $2 AND state='open'`, civilTag, civilTag+"~")
}

// QueueFilter narrows an officer's queue.
type QueueFilter struct {
	Service  gov.ServiceID
	Assignee gov.PersonID // only theirs
	Free     bool         // only what nobody has claimed
	Urgent   bool
	LateBy   time.Time // due before
	AfterDue int64     // keyset
	AfterID  string
	Limit    int
}

func queue(tx *db.Tx, org gov.OrgID, audits bool, f QueueFilter) ([]Task, error) {
	var w whereClause
	w.parts = []string{"state = 'open'", "role <> 'auditor'"}
	if audits {
		w.parts[1] = "role = 'auditor'"
	}
	w.add("organisation = ", string(org))
	w.addIf(f.Service != "", "service = ", string(f.Service))
	w.addIf(f.Assignee != "", "assignee = ", string(f.Assignee))
	w.addIf(f.Urgent, "urgent = ", true)
	w.addIf(!f.LateBy.IsZero(), "due < ", db.Millis(f.LateBy))
	if f.Free {
		w.parts = append(w.parts, "assignee = ''")
	}
	if f.AfterID != "" {
		w.parts = append(w.parts, "(due, id) > ("+w.place(f.AfterDue)+","+w.place(f.AfterID)+")")
	}
	return db.Rows(tx, scanTask, `SELECT `+taskColumns+` FROM case_task WHERE `+w.String()+` ORDER BY due, id LIMIT `+limit(f.Limit), w.args...)
}

// Counts are how much is in a queue. Each is counted up to countLimit.
type Counts struct{ Open, Mine, Free, Late int }

// countLimit bounds counting, so that a queue page never reads a whole table.
const countLimit = 1000

func countQueue(tx *db.Tx, org gov.OrgID, me gov.PersonID) (c Counts, err error) {
	count := func(cond string, args ...any) (n int) {
		if err == nil {
			err = tx.QueryRow(`SELECT count(*) FROM (SELECT 1 FROM case_task WHERE state = 'open' AND role <> 'auditor' AND `+cond+` LIMIT `+itoa(countLimit)+`) AS counted`, args...).Scan(&n)
		}
		return n
	}
	c.Open = count("organisation = $1", string(org))
	c.Mine = count("assignee <> '' AND assignee = $1 AND organisation = $2", string(me), string(org))
	c.Free = count("organisation = $1 AND assignee = ''", string(org))
	c.Late = count("organisation = $1 AND due < $2", string(org), tx.Millis())
	return c, err
}

func tasksOf(tx *db.Tx, id gov.CaseID) ([]Task, error) {
	return db.Rows(tx, scanTask, `SELECT `+taskColumns+` FROM case_task WHERE case_id=$1 ORDER BY id`, string(id))
}

func tasksFor(tx *db.Tx, p gov.PersonID) ([]Task, error) {
	return db.Rows(tx, scanTask, `SELECT `+taskColumns+` FROM case_task WHERE person=$1 AND state='open' ORDER BY due, id`, string(p))
}

func doneBy(tx *db.Tx, org gov.OrgID, p gov.PersonID, since time.Time, n int) ([]Task, error) {
	return db.Rows(tx, scanTask, `SELECT `+taskColumns+` FROM case_task WHERE state='done' AND assignee=$1 AND ended>=$2 AND organisation=$3 ORDER BY ended DESC LIMIT `+limit(n),
		string(p), db.Millis(since), string(org))
}

func insertNote(tx *db.Tx, id gov.CaseID, words string) error {
	a := tx.Actor()
	return tx.Exec(`INSERT INTO case_note (id, case_id, at, author, organisation, words) VALUES ($1,$2,$3,$4,$5,$6)`,
		db.NewID(tx.Now()), string(id), tx.Millis(), string(a.Person), string(a.Org), words)
}

func notesOf(tx *db.Tx, id gov.CaseID) ([]Note, error) {
	return db.Rows(tx, func(scan func(...any) error) (n Note, err error) {
		var at int64
		err = scan(&at, &n.Author, &n.Organisation, &n.Words)
		n.At = db.Moment(at)
		return n, err
	}, `SELECT at, author, organisation, words FROM case_note WHERE case_id=$1 ORDER BY id`, string(id))
}

func insertUpload(tx *db.Tx, id gov.CaseID, a form.Attachment) error {
	return tx.Exec(`INSERT INTO case_upload (id, blob, case_id, person, at, body) VALUES ($1,$2,$3,$4,$5,$6)`,
		db.NewID(tx.Now()), a.Blob, string(id), string(tx.Actor().Person), tx.Millis(), db.JSON(a))
}

// upload finds what was uploaded to the case, or by the person, under a blob key.
func upload(tx *db.Tx, id gov.CaseID, p gov.PersonID, blob string) (a form.Attachment, ok bool, err error) {
	return db.One(tx, func(scan func(...any) error) (a form.Attachment, err error) {
		return a, scan(db.Doc{To: &a})
	}, `SELECT body FROM case_upload WHERE blob=$1 AND ((case_id=$2 AND case_id<>'') OR person=$3) LIMIT 1`, blob, string(id), string(p))
}

func insertResult(tx *db.Tx, c *Case, name, key string, values map[string]any) error {
	return tx.Exec(`INSERT INTO case_result (id, name, key, case_id, service, at, body) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
		db.NewID(tx.Now()), name, key, string(c.ID), string(c.Service), tx.Millis(), db.JSON(values))
}

func lastResult(tx *db.Tx, name string, id gov.CaseID) (map[string]any, error) {
	v, _, err := db.One(tx, func(scan func(...any) error) (v map[string]any, err error) {
		return v, scan(db.Doc{To: &v})
	}, `SELECT body FROM case_result WHERE name=$1 AND case_id=$2 ORDER BY id DESC LIMIT 1`, name, string(id))
	return v, err
}
