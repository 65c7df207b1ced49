package registry

import (
	"fmt"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// knownRecord is what an import needs to know of a record that is there.
type knownRecord struct {
	version int64
	batch   string
}

// together is how many rows one statement inserts or looks for; the number is
// fixed so that statements stay prepared.
const together = 50

// known finds which keys are there.
func (d *Definition) known(tx *db.Tx, keys []string) (map[string]knownRecord, error) {
	out := make(map[string]knownRecord, len(keys))
	for len(keys) > 0 {
		n := min(together, len(keys))
		args := make([]any, 0, together+1)
		args = append(args, string(d.ID))
		for i := range together {
			args = append(args, keys[min(i, n-1)]) // the last again and again fills up
		}
		keys = keys[n:]
		type pair struct {
			key string
			knownRecord
		}
		list, err := db.Rows(tx, func(scan func(...any) error) (p pair, err error) { return p, scan(&p.key, &p.version, &p.batch) },
			`SELECT key, version, batch FROM registry_record WHERE registry = $1 AND key IN (`+slots(2, together)+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			out[p.key] = p.knownRecord
		}
	}
	return out, nil
}

// slots writes "$2, $3, …": n of them from first.
func slots(first, n int) string {
	var s strings.Builder
	for i := range n {
		if i > 0 {
			s.WriteString(", ")
		}
		fmt.Fprintf(&s, "$%d", first+i)
	}
	return s.String()
}

// lots writes "($1, $2), ($3, $4), …": n groups of k.
func lots(n, k int) string {
	var s strings.Builder
	for i := range n {
		if i > 0 {
			s.WriteString(", ")
		}
		s.WriteString("(" + slots(1+i*k, k) + ")")
	}
	return s.String()
}

const (
	intoRecords = `INSERT INTO registry_record (id, registry, key, civil, version, valid_from, ended, recorded, source, body, batch) VALUES `
	intoTerms   = `INSERT INTO registry_term (term, record) VALUES `
	recordWidth = 11
)

var (
	manyRecords = intoRecords + lots(together, recordWidth)
	oneRecord   = intoRecords + lots(1, recordWidth)
	manyTerms   = intoTerms + lots(together, 2) + ` ON CONFLICT DO NOTHING`
	oneTerm     = intoTerms + lots(1, 2) + ` ON CONFLICT DO NOTHING`
)

// storeAll inserts first versions with what they are found by.
func (d *Definition) storeAll(tx *db.Tx, list []*Record, batch string) error {
	args := make([]any, 0, len(list)*recordWidth)
	terms := make([]any, 0, len(list)*8)
	for _, r := range list {
		args = append(args, r.ID, string(r.Registry), r.Key, r.civil, r.Version, db.Millis(r.From), db.Millis(r.Until), db.Millis(r.Recorded), r.Source, body(r.Values), batch)
		for _, t := range d.terms(r.Values) {
			terms = append(terms, t, r.ID)
		}
	}
	err := insertAll(tx, args, recordWidth, manyRecords, oneRecord)
	if db.Taken(err) {
		return errMeantime.Because(err)
	}
	if err != nil {
		return err
	}
	return insertAll(tx, terms, 2, manyTerms, oneTerm)
}

// insertAll inserts rows of a width, many at a time and the rest one by one.
func insertAll(tx *db.Tx, args []any, width int, many, one string) error {
	for len(args) >= together*width {
		if err := tx.Exec(many, args[:together*width]...); err != nil {
			return err
		}
		args = args[together*width:]
	}
	for len(args) > 0 {
		if err := tx.Exec(one, args[:width]...); err != nil {
			return err
		}
		args = args[width:]
	}
	return nil
}

func markBatch(tx *db.Tx, record, batch string) error {
	return tx.Exec(`UPDATE registry_record SET batch = $2 WHERE id = $1`, record, batch)
}

const batchColumns = `id, registry, file, digest, actor, begun, ended, place, line, entered, changed, same, rejected, reported`

func scanBatch(scan func(...any) error) (b Batch, err error) {
	var begun, ended int64
	err = scan(&b.ID, &b.Registry, &b.File, &b.Digest, &b.Actor, &begun, &ended, &b.place, &b.Line, &b.Entered, &b.Changed, &b.Same, &b.Rejected, &b.reported)
	b.Begun, b.Ended = db.Moment(begun), db.Moment(ended)
	return b, err
}

func batchOf(tx *db.Tx, registry gov.RegistryID, digest string) (Batch, bool, error) {
	return db.One(tx, scanBatch, `SELECT `+batchColumns+` FROM registry_batch WHERE registry = $1 AND digest = $2`, string(registry), digest)
}

func batchesOf(tx *db.Tx, registry gov.RegistryID, n int) ([]Batch, error) {
	return db.Rows(tx, scanBatch, `SELECT `+batchColumns+` FROM registry_batch WHERE registry = $1 ORDER BY id DESC LIMIT $2`, string(registry), n)
}

func insertBatch(tx *db.Tx, b Batch) error {
	return tx.Exec(`INSERT INTO registry_batch (id, registry, file, digest, actor, begun, place, line) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		b.ID, string(b.Registry), b.File, b.Digest, string(b.Actor), db.Millis(b.Begun), b.place, b.Line)
}

// moveBatch notes how far an import has come; false when another process has
// moved it from where it was, or it has ended.
func moveBatch(tx *db.Tx, was, now Batch) (bool, error) {
	n, err := tx.Changed(`UPDATE registry_batch SET place = $3, line = $4, entered = $5, changed = $6, same = $7, rejected = $8, reported = $9
		WHERE id = $1 AND place = $2 AND ended = 0`,
		now.ID, was.place, now.place, now.Line, now.Entered, now.Changed, now.Same, now.Rejected, now.reported)
	return n == 1, err
}

func endBatch(tx *db.Tx, b Batch) error {
	n, err := tx.Changed(`UPDATE registry_batch SET ended = $2 WHERE id = $1 AND ended = 0`, b.ID, db.Millis(b.Ended))
	if err == nil && n == 0 {
		err = errBusy
	}
	return err
}
