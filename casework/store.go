package casework

import (
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

// The SQL of this package. Tables: case_*.

const caseColumns = `id, ref, service, version, organisation, applicant, agent, mandate, company, channel, place, state, stage, outcome, answers, track, opened, submitted, due, closed, rev`

func scanCase(scan func(...any) error) (*Case, error) {
	c := &Case{Answers: form.Answers{}}
	var opened, submitted, due, closed int64
	err := scan(&c.ID, &c.Ref, &c.Service, &c.Version, &c.Organisation, &c.Applicant, &c.Agent, &c.Mandate, &c.Company, &c.Channel,
		&c.Place, &c.State, &c.Stage, &c.Outcome, db.Doc{To: &c.Answers}, db.Doc{To: &c.Track}, &opened, &submitted, &due, &closed, &c.rev)
	c.Opened, c.Submitted, c.Due, c.Closed = db.Moment(opened), db.Moment(submitted), db.Moment(due), db.Moment(closed)
	return c, err
}

// save stores the case as it is now. Conflict: somebody else changed it since
// it was loaded.
func save(tx *db.Tx, c *Case) error {
	if c.rev == 0 {
		c.rev = 1
		return tx.Exec(`INSERT INTO case_case (`+caseColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21)`,
			string(c.ID), c.Ref, string(c.Service), c.Version, string(c.Organisation), string(c.Applicant), string(c.Agent), c.Mandate, string(c.Company),
			string(c.Channel), c.Place, string(c.State), string(c.Stage), c.Outcome, db.JSON(c.Answers), db.JSON(c.Track),
			db.Millis(c.Opened), db.Millis(c.Submitted), db.Millis(c.Due), db.Millis(c.Closed), c.rev)
	}
	n, err := tx.Changed(`UPDATE case_case SET state=$1, stage=$2, outcome=$3, answers=$4, track=$5, submitted=$6, due=$7, closed=$8, version=$9, place=$10, rev=rev+1
		WHERE id=$11 AND rev=$12`, string(c.State), string(c.Stage), c.Outcome, db.JSON(c.Answers), db.JSON(c.Track),
		db.Millis(c.Submitted), db.Millis(c.Due), db.Millis(c.Closed), c.Version, c.Place, string(c.ID), c.rev)
	if err == nil && n == 0 {
		return errMoved
	}
	c.rev++
	return err
}

func load(tx *db.Tx, id gov.CaseID) (*Case, error) {
	c, ok, err := db.One(tx, scanCase, `SELECT `+caseColumns+` FROM case_case WHERE id=$1`, string(id))
	if err == nil && !ok {
		return nil, errNoCase
	}
	return c, err
}

func loadByRef(tx *db.Tx, ref string) (*Case, error) {
	c, ok, err := db.One(tx, scanCase, `SELECT `+caseColumns+` FROM case_case WHERE ref=$1`, ref)
	if err == nil && !ok {
		return nil, errNoCase
	}
	return c, err
}

// ofPerson lists a person's cases, newest first, before the id given.
func ofPerson(tx *db.Tx, p gov.PersonID, before string, n int) ([]*Case, error) {
	if before == "" {
		before = "~"
	}
	return db.Rows(tx, scanCase, `SELECT `+caseColumns+` FROM case_case
		WHERE id IN (SELECT id FROM case_case WHERE applicant=$1 UNION SELECT id FROM case_case WHERE agent=$1 AND agent<>'' UNION SELECT case_id FROM case_task WHERE person=$1 AND person<>'')
		AND state<>'dropped' AND id<$2 ORDER BY id DESC LIMIT $3`, string(p), before, n)
}

// Filter narrows a list of cases.
type Filter struct {
	Organisation gov.OrgID
	Service      gov.ServiceID
	State        State
	Outcome      string
	Applicants   []gov.PersonID // any of these
	RefPrefix    string
	Handed       bool      // only what has been handed in
	Since, Until time.Time // submitted in
	Before       string    // keyset: ids below
	Limit        int       // 0: 50
}

func listCases(tx *db.Tx, f Filter) ([]*Case, error) {
	q, args := f.where()
	order := `id DESC`
	if f.RefPrefix != "" {
		order = `ref` // so that the references' index is walked, not every case
	}
	return db.Rows(tx, scanCase, `SELECT `+caseColumns+` FROM case_case WHERE `+q+` ORDER BY `+order+` LIMIT `+limit(f.Limit), args...)
}

func (f Filter) where() (string, []any) {
	var w whereClause
	w.add("state <> ", "dropped")
	org := "organisation = "
	if f.RefPrefix != "" || len(f.Applicants) > 0 {
		org = "organisation || '' = " // these are found by their own, far narrower index
	}
	w.addIf(f.Organisation != "", org, string(f.Organisation))
	w.addIf(f.Service != "", "service = ", string(f.Service))
	w.addIf(f.State != "", "state = ", string(f.State))
	w.addIf(f.Outcome != "", "outcome = ", f.Outcome)
	w.addIf(f.RefPrefix != "", "ref >= ", f.RefPrefix)
	w.addIf(f.RefPrefix != "", "ref < ", f.RefPrefix+"~")
	w.addIf(f.Handed, "submitted > ", 0)
	w.addIf(!f.Since.IsZero(), "submitted >= ", db.Millis(f.Since))
	w.addIf(!f.Until.IsZero(), "submitted < ", db.Millis(f.Until))
	w.addIf(f.Before != "", "id < ", f.Before)
	if len(f.Applicants) > 0 {
		w.in("applicant", f.Applicants)
	}
	return w.String(), w.args
}

// whereClause gathers conditions joined by AND with numbered placeholders.
type whereClause struct {
	parts []string
	args  []any
}

func (w *whereClause) place(arg any) string {
	w.args = append(w.args, arg)
	return "$" + itoa(len(w.args))
}

func (w *whereClause) add(cond string, arg any) { w.parts = append(w.parts, cond+w.place(arg)) }

func (w *whereClause) addIf(ok bool, cond string, arg any) {
	if ok {
		w.add(cond, arg)
	}
}

func (w *whereClause) in(column string, people []gov.PersonID) {
	var ps []string
	for _, p := range people {
		ps = append(ps, w.place(string(p)))
	}
	w.parts = append(w.parts, column+" IN ("+strings.Join(ps, ",")+")")
}

func (w *whereClause) String() string { return strings.Join(w.parts, " AND ") }

func limit(n int) string {
	if n <= 0 || n > 1000 {
		n = 50
	}
	return itoa(n)
}
