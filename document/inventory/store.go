package inventory

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: inventory_*.

const typeColumns = `SELECT id, org, name, number_form, holders, state, since, legal, outputs, changed, saves FROM inventory_type`

func scanType(scan func(...any) error) (t Type, err error) {
	var changed int64
	err = scan(&t.ID, &t.Organisation, db.Doc{To: &t.Name}, &t.Number, &t.Holders, &t.State, &t.Since, db.Doc{To: &t.Legal}, db.Doc{To: &t.Outputs}, &changed, &t.Saves)
	t.Changed = db.Moment(changed)
	return t, err
}

func typeByID(tx *db.Tx, id string) (Type, bool, error) {
	return db.One(tx, scanType, typeColumns+` WHERE id = $1`, id)
}

func typesOf(tx *db.Tx, org gov.OrgID) ([]Type, error) {
	return db.Rows(tx, scanType, typeColumns+` WHERE org = $1 OR $1 = '' ORDER BY org, id`, string(org))
}

func countTypes(tx *db.Tx, org gov.OrgID) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM inventory_type WHERE org = $1`, string(org)).Scan(&n)
	return n, err
}

// insertType reports false when the id is taken.
func insertType(tx *db.Tx, t Type) (bool, error) {
	n, err := tx.Changed(`INSERT INTO inventory_type (id, org, name, number_form, holders, state, since, legal, outputs, created, changed, saves)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 1) ON CONFLICT (id) DO NOTHING`,
		t.ID, string(t.Organisation), db.JSON(t.Name), t.Number, t.Holders, string(t.State), t.Since, db.JSON(t.Legal), db.JSON(outputs(t)), tx.Millis())
	return n == 1, err
}

// outputs are never null.
func outputs(t Type) []Output {
	if t.Outputs == nil {
		return []Output{}
	}
	return t.Outputs
}

// updateType reports false when somebody has saved a later reading.
func updateType(tx *db.Tx, t Type) (bool, error) {
	n, err := tx.Changed(`UPDATE inventory_type SET name = $1, number_form = $2, holders = $3, legal = $4, outputs = $5, changed = $6, saves = saves + 1 WHERE id = $7 AND saves = $8`,
		db.JSON(t.Name), t.Number, t.Holders, db.JSON(t.Legal), db.JSON(outputs(t)), tx.Millis(), t.ID, t.Saves)
	return n == 1, err
}

// moveType reports false when it has changed since it was read.
func moveType(tx *db.Tx, t Type, to State, since string) (bool, error) {
	n, err := tx.Changed(`UPDATE inventory_type SET state = $1, since = $2, changed = $3, saves = saves + 1 WHERE id = $4 AND saves = $5`,
		string(to), since, tx.Millis(), t.ID, t.Saves)
	return n == 1, err
}

func insertMove(tx *db.Tx, id string, m Move) error {
	return tx.Exec(`INSERT INTO inventory_move (id, type, at, from_state, to_state, since, words, actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		db.NewID(m.At), id, m.At.UnixMilli(), string(m.From), string(m.To), m.Since, m.Words, string(m.Actor))
}

func movesOf(tx *db.Tx, id string) ([]Move, error) {
	return db.Rows(tx, func(scan func(...any) error) (m Move, err error) {
		var at int64
		err = scan(&at, &m.From, &m.To, &m.Since, &m.Words, &m.Actor)
		m.At = db.Moment(at)
		return m, err
	}, `SELECT at, from_state, to_state, since, words, actor FROM inventory_move WHERE type = $1 ORDER BY id`, id)
}

func putDeclared(tx *db.Tx, d Declared) error {
	return tx.Exec(`INSERT INTO inventory_declared (type, form, year, number, link, declared, actor) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (type, form, year) DO UPDATE SET number = excluded.number, link = excluded.link, declared = excluded.declared, actor = excluded.actor`,
		d.Type, string(d.Form), d.Year, d.Number, d.Link, d.At.UnixMilli(), string(tx.Actor().Person))
}

func declaredOf(tx *db.Tx, org gov.OrgID) ([]Declared, error) {
	return db.Rows(tx, func(scan func(...any) error) (d Declared, err error) {
		var at int64
		err = scan(&d.Type, &d.Form, &d.Year, &d.Number, &d.Link, &at)
		d.At = db.Moment(at)
		return d, err
	}, `SELECT d.type, d.form, d.year, d.number, d.link, d.declared FROM inventory_declared d JOIN inventory_type t ON t.id = d.type
		WHERE t.org = $1 OR $1 = '' ORDER BY d.type, d.year DESC, d.form`, string(org))
}

func countIssued(tx *db.Tx, i Issued) error {
	return tx.Exec(`INSERT INTO inventory_issued (service, kind, month, channel, org, number) VALUES ($1, $2, $3, $4, $5, 1)
		ON CONFLICT (service, kind, month, channel) DO UPDATE SET number = inventory_issued.number + 1`,
		string(i.Service), i.Kind, i.Month, string(i.Channel), string(i.Organisation))
}

func issuedOf(tx *db.Tx, org gov.OrgID) ([]Issued, error) {
	return db.Rows(tx, func(scan func(...any) error) (i Issued, err error) {
		err = scan(&i.Service, &i.Kind, &i.Month, &i.Channel, &i.Organisation, &i.Number)
		return i, err
	}, `SELECT service, kind, month, channel, org, number FROM inventory_issued WHERE org = $1 OR $1 = '' ORDER BY month DESC, service, kind, channel`, string(org))
}
