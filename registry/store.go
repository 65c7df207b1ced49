package registry

import (
	"encoding/json"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: registry_*.

const (
	headColumns = `id, key, civil, version, valid_from, ended, recorded, source, reason, body`
	pastColumns = `version, valid_from, ended, recorded, source, reason, body`
)

// scanHead reads the latest version of a record of d.
func (d *Definition) scanHead(scan func(...any) error) (r Record, err error) {
	var from, ended, recorded int64
	var body string
	if err = scan(&r.ID, &r.Key, &r.civil, &r.Version, &from, &ended, &recorded, &r.Source, &r.Reason, &body); err != nil {
		return r, err
	}
	r.Registry, r.From, r.Until, r.Recorded = d.ID, db.Moment(from), db.Moment(ended), db.Moment(recorded)
	r.Values, err = d.form.Decode([]byte(body))
	return r, err
}

// scanPast reads an earlier version of the record whose head is given.
func (d *Definition) scanPast(head Record) func(scan func(...any) error) (Record, error) {
	return func(scan func(...any) error) (Record, error) {
		r := head
		var from, ended, recorded int64
		var body string
		err := scan(&r.Version, &from, &ended, &recorded, &r.Source, &r.Reason, &body)
		if err != nil {
			return r, err
		}
		r.From, r.Until, r.Recorded = db.Moment(from), db.Moment(ended), db.Moment(recorded)
		r.Values, err = d.form.Decode([]byte(body))
		r.civil = text(r.Values[d.Person])
		return r, err
	}
}

func (d *Definition) byKey(tx *db.Tx, key string) (Record, bool, error) {
	return db.One(tx, d.scanHead, `SELECT `+headColumns+` FROM registry_record WHERE registry = $1 AND key = $2`, string(d.ID), key)
}

// hold keeps others from changing a record until tx ends; those who came before
// are waited for.
func (d *Definition) hold(tx *db.Tx, key string) error {
	return tx.Exec(`UPDATE registry_record SET version = version WHERE registry = $1 AND key = $2`, string(d.ID), key)
}

func (d *Definition) byCivil(tx *db.Tx, civil string, most int) ([]Record, error) {
	return db.Rows(tx, d.scanHead, `SELECT `+headColumns+` FROM registry_record WHERE civil = $1 AND civil <> '' AND registry = $2 ORDER BY key LIMIT $3`, civil, string(d.ID), most)
}

func (d *Definition) byTerm(tx *db.Tx, term int64, most int) ([]Record, error) {
	return db.Rows(tx, d.scanHead, `SELECT `+headColumns+` FROM registry_record WHERE id IN (SELECT record FROM registry_term WHERE term = $1) AND registry = $2 ORDER BY key LIMIT $3`, term, string(d.ID), most)
}

// pageAfter gives records by key, for exports.
func (d *Definition) pageAfter(tx *db.Tx, key string, n int) ([]Record, error) {
	return db.Rows(tx, d.scanHead, `SELECT `+headColumns+` FROM registry_record WHERE registry = $1 AND key > $2 ORDER BY key LIMIT $3`, string(d.ID), key, n)
}

// registryOf tells of which registry a record is.
func registryOf(tx *db.Tx, id string) (registry gov.RegistryID, key string, ok bool, err error) {
	type pair struct {
		registry gov.RegistryID
		key      string
	}
	p, ok, err := db.One(tx, func(scan func(...any) error) (p pair, err error) { return p, scan(&p.registry, &p.key) },
		`SELECT registry, key FROM registry_record WHERE id = $1`, id)
	return p.registry, p.key, ok, err
}

// earlier gives the earlier versions, newest first.
func (d *Definition) earlier(tx *db.Tx, head Record) ([]Record, error) {
	return db.Rows(tx, d.scanPast(head), `SELECT `+pastColumns+` FROM registry_past WHERE record = $1 ORDER BY version DESC`, head.ID)
}

// earlierBy gives the earlier version that was recorded by then and held then.
func (d *Definition) earlierBy(tx *db.Tx, head Record, then int64) (Record, bool, error) {
	return db.One(tx, d.scanPast(head), `SELECT `+pastColumns+` FROM registry_past WHERE record = $1 AND recorded <= $2 AND valid_from <= $2 ORDER BY version DESC LIMIT 1`, head.ID, then)
}

// insertRecord enters a record; false when the key is taken.
func insertRecord(tx *db.Tx, r *Record) (bool, error) {
	n, err := tx.Changed(`INSERT INTO registry_record (id, registry, key, civil, version, valid_from, ended, recorded, source, reason, body)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) ON CONFLICT DO NOTHING`,
		r.ID, string(r.Registry), r.Key, r.civil, r.Version, db.Millis(r.From), db.Millis(r.Until), db.Millis(r.Recorded), r.Source, r.Reason, body(r.Values))
	return n == 1, err
}

// replaceRecord puts r in place of the version before it, which it keeps; false
// when another has replaced that version meanwhile.
func replaceRecord(tx *db.Tx, r *Record) (bool, error) {
	err := tx.Exec(`INSERT INTO registry_past (record, version, valid_from, ended, recorded, source, reason, body)
		SELECT id, version, valid_from, ended, recorded, source, reason, body FROM registry_record WHERE id = $1 AND version = $2 ON CONFLICT DO NOTHING`, r.ID, r.Version-1)
	if err != nil {
		return false, err
	}
	n, err := tx.Changed(`UPDATE registry_record SET civil = $3, version = $4, valid_from = $5, ended = $6, recorded = $7, source = $8, reason = $9, body = $10
		WHERE id = $1 AND version = $2`,
		r.ID, r.Version-1, r.civil, r.Version, db.Millis(r.From), db.Millis(r.Until), db.Millis(r.Recorded), r.Source, r.Reason, body(r.Values))
	return n == 1, err
}

// body encodes values; jsonb keeps no order, so none is needed.
func body(values map[string]any) string {
	b, err := json.Marshal(values)
	if err != nil {
		panic("registry: values are not JSON: " + err.Error())
	}
	return string(b)
}

func insertTerms(tx *db.Tx, record string, terms []int64) error {
	for _, t := range terms {
		if err := tx.Exec(`INSERT INTO registry_term (term, record) VALUES ($1, $2) ON CONFLICT DO NOTHING`, t, record); err != nil {
			return err
		}
	}
	return nil
}

func deleteTerms(tx *db.Tx, record string, terms []int64) error {
	for _, t := range terms {
		if err := tx.Exec(`DELETE FROM registry_term WHERE term = $1 AND record = $2`, t, record); err != nil {
			return err
		}
	}
	return nil
}

// endedBefore gives records of a registry that ended before a moment.
func (d *Definition) endedBefore(tx *db.Tx, then int64, n int) ([]Record, error) {
	return db.Rows(tx, d.scanHead, `SELECT `+headColumns+` FROM registry_record WHERE ended > 0 AND ended <= $1 AND registry = $2 ORDER BY ended LIMIT $3`, then, string(d.ID), n)
}

func deleteRecord(tx *db.Tx, id string) error {
	if err := tx.Exec(`DELETE FROM registry_past WHERE record = $1`, id); err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM registry_record WHERE id = $1`, id)
}

// sizes counts the records of every registry.
func sizes(tx *db.Tx) (map[gov.RegistryID]int, error) {
	type size struct {
		id gov.RegistryID
		n  int
	}
	list, err := db.Rows(tx, func(scan func(...any) error) (s size, err error) { return s, scan(&s.id, &s.n) },
		`SELECT registry, count(*) FROM registry_record GROUP BY registry`)
	out := map[gov.RegistryID]int{}
	for _, s := range list {
		out[s.id] = s.n
	}
	return out, err
}

// termSize counts the records of a term, up to most.
func termSize(tx *db.Tx, term int64, most int) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM (SELECT 1 FROM registry_term WHERE term = $1 LIMIT $2) AS few`, term, most).Scan(&n)
	return n, err
}
