package plan

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

const cycleColumns = `year, state, saves, body, author, saved`

func scanCycle(scan func(...any) error) (c Cycle, err error) {
	var saved int64
	err = scan(&c.Year, &c.State, &c.Saves, db.Doc{To: &c.Frame}, &c.Author, &saved)
	c.Saved = db.Moment(saved)
	return c, err
}

func cycles(tx *db.Tx) ([]Cycle, error) {
	return db.Rows(tx, scanCycle, `SELECT `+cycleColumns+` FROM plan_cycle ORDER BY year DESC`)
}

func cycleOf(tx *db.Tx, year int) (Cycle, bool, error) {
	return db.One(tx, scanCycle, `SELECT `+cycleColumns+` FROM plan_cycle WHERE year = $1`, year)
}

func insertCycle(tx *db.Tx, c Cycle) error {
	err := tx.Exec(`INSERT INTO plan_cycle (`+cycleColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
		c.Year, string(c.State), c.Saves, db.JSON(c.Frame), string(c.Author), c.Saved.UnixMilli())
	if db.Taken(err) {
		return errCycleMove
	}
	return err
}

// updateCycle stores a cycle unless it was saved since it had saves.
func updateCycle(tx *db.Tx, c Cycle, saves int) (bool, error) {
	n, err := tx.Changed(`UPDATE plan_cycle SET state = $3, saves = $4, body = $5, author = $6, saved = $7 WHERE year = $1 AND saves = $2`,
		c.Year, saves, string(c.State), c.Saves, db.JSON(c.Frame), string(c.Author), c.Saved.UnixMilli())
	return n == 1, err
}

func scanPlan(scan func(...any) error) (p Plan, err error) {
	return p, scan(&p.Year, &p.Organisation, &p.State, db.Doc{To: &p.Head})
}

func planOf(tx *db.Tx, year int, org gov.OrgID) (Plan, bool, error) {
	return db.One(tx, scanPlan, `SELECT year, organisation, state, body FROM plan_plan WHERE year = $1 AND organisation = $2`, year, string(org))
}

func plansOf(tx *db.Tx, year int) ([]Plan, error) {
	return db.Rows(tx, scanPlan, `SELECT year, organisation, state, body FROM plan_plan WHERE year = $1 ORDER BY organisation`, year)
}

func insertPlan(tx *db.Tx, p Plan) error {
	n, err := tx.Changed(`INSERT INTO plan_plan (year, organisation, state, touched, body) VALUES ($1, $2, $3, 0, $4) ON CONFLICT (year, organisation) DO NOTHING`,
		p.Year, string(p.Organisation), string(p.State), db.JSON(p.Head))
	if err == nil && n == 0 {
		err = errMeantime
	}
	return err
}

// updatePlan stores a plan that was in the state from, unless it moved meanwhile.
func updatePlan(tx *db.Tx, p Plan, from State) (bool, error) {
	n, err := tx.Changed(`UPDATE plan_plan SET state = $4, body = $5, touched = touched + 1 WHERE year = $1 AND organisation = $2 AND state = $3`,
		p.Year, string(p.Organisation), string(from), string(p.State), db.JSON(p.Head))
	return n == 1, err
}

func touchPlan(tx *db.Tx, p Plan) (bool, error) {
	n, err := tx.Changed(`UPDATE plan_plan SET touched = touched + 1 WHERE year = $1 AND organisation = $2 AND state = $3`, p.Year, string(p.Organisation), string(p.State))
	return n == 1, err
}

// named is a section with its id.
type named struct {
	id string
	Part
}

func sectionsOf(tx *db.Tx, year int, org gov.OrgID) (map[string]Part, error) {
	list, err := db.Rows(tx, func(scan func(...any) error) (n named, err error) {
		var saved int64
		err = scan(&n.id, &n.Saves, db.Doc{To: &n.Answers}, &n.Author, &saved)
		n.Saved = db.Moment(saved)
		return n, err
	}, `SELECT section, saves, body, author, saved FROM plan_section WHERE year = $1 AND organisation = $2`, year, string(org))
	out := map[string]Part{}
	for _, n := range list {
		out[n.id] = n.Part
	}
	return out, err
}

// keepSection stores a section unless it was saved since it had saves.
func keepSection(tx *db.Tx, p Plan, x Part, saves int) (bool, error) {
	n, err := tx.Changed(`INSERT INTO plan_section (year, organisation, section, saves, body, author, saved) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (year, organisation, section) DO UPDATE SET saves = excluded.saves, body = excluded.body, author = excluded.author, saved = excluded.saved
		WHERE plan_section.saves = $8`,
		p.Year, string(p.Organisation), x.Section.ID, x.Saves, db.JSON(x.Answers), string(x.Author), x.Saved.UnixMilli(), saves)
	return n == 1, err
}

// yearContent is what every plan of a year says now.
func yearContent(tx *db.Tx, year int) (map[gov.OrgID]Content, error) {
	type piece struct {
		org     gov.OrgID
		section string
		Part
	}
	list, err := db.Rows(tx, func(scan func(...any) error) (x piece, err error) {
		return x, scan(&x.org, &x.section, db.Doc{To: &x.Answers})
	}, `SELECT organisation, section, body FROM plan_section WHERE year = $1`, year)
	out := map[gov.OrgID]Content{}
	for _, x := range list {
		if out[x.org] == nil {
			out[x.org] = Content{}
		}
		out[x.org][x.section] = x.Answers
	}
	return out, err
}

func insertRevision(tx *db.Tx, p Plan, r Revision) error {
	return tx.Exec(`INSERT INTO plan_revision (year, organisation, number, event, body, author, acting, at)
		SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7 FROM plan_revision WHERE year = $1 AND organisation = $2`,
		p.Year, string(p.Organisation), r.Event, db.JSON(r.Content), string(r.Author), string(r.Acting), r.At.UnixMilli())
}

func scanRevision(scan func(...any) error, more ...any) (r Revision, err error) {
	var at int64
	err = scan(append([]any{&r.Number, &r.Event, &r.Author, &r.Acting, &at}, more...)...)
	r.At = db.Moment(at)
	return r, err
}

func revisionsOf(tx *db.Tx, p Plan) ([]Revision, error) {
	return db.Rows(tx, func(scan func(...any) error) (Revision, error) { return scanRevision(scan) },
		`SELECT number, event, author, acting, at FROM plan_revision WHERE year = $1 AND organisation = $2 ORDER BY number DESC`, p.Year, string(p.Organisation))
}

func revisionOf(tx *db.Tx, p Plan, number int) (Revision, bool, error) {
	var c Content
	r, found, err := db.One(tx, func(scan func(...any) error) (Revision, error) { return scanRevision(scan, db.Doc{To: &c}) },
		`SELECT number, event, author, acting, at, body FROM plan_revision WHERE year = $1 AND organisation = $2 AND number = $3`, p.Year, string(p.Organisation), number)
	r.Content = c
	return r, found, err
}

func insertComment(tx *db.Tx, p Plan, c Comment) error {
	return tx.Exec(`INSERT INTO plan_comment (id, year, organisation, section, kind, words, author, acting, at, settled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)`,
		c.ID, p.Year, string(p.Organisation), c.Section, string(c.Kind), c.Words, string(c.Author), string(c.Acting), c.At.UnixMilli())
}

func settleComment(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE plan_comment SET settled = $2 WHERE id = $1 AND settled = 0`, id, tx.Millis())
}

func commentsOf(tx *db.Tx, p Plan) ([]Comment, error) {
	return db.Rows(tx, func(scan func(...any) error) (c Comment, err error) {
		var at, settled int64
		err = scan(&c.ID, &c.Section, &c.Kind, &c.Words, &c.Author, &c.Acting, &at, &settled)
		c.At, c.Settled = db.Moment(at), db.Moment(settled)
		return c, err
	}, `SELECT id, section, kind, words, author, acting, at, settled FROM plan_comment WHERE year = $1 AND organisation = $2 ORDER BY id`, p.Year, string(p.Organisation))
}
