package translog

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
)

// The SQL of this package. Tables: translog_*.

// head is a log's row: its keys, its latest tree, and who sequences.
type head struct {
	name, origin, vkey, clock, sealed string

	size     int64
	root     tlog.Hash
	note     string
	signed   time.Time
	kept     time.Time // when a checkpoint was last kept
	holder   string
	lease    time.Time
	fence    int64
	trouble  string
	troubled time.Time
}

func headOf(tx *db.Tx, log int64) (head, bool, error) {
	return db.One(tx, func(scan func(...any) error) (h head, err error) {
		var root []byte
		var signed, kept, lease, troubled int64
		err = scan(&h.name, &h.origin, &h.vkey, &h.clock, &h.sealed, &h.size, &root, &h.note, &signed, &kept, &h.holder, &lease, &h.fence, &h.trouble, &troubled)
		copy(h.root[:], root)
		h.signed, h.kept, h.lease, h.troubled = db.Moment(signed), db.Moment(kept), db.Moment(lease), db.Moment(troubled)
		return h, err
	}, `SELECT name, origin, vkey, clock, sealed, size, root, note, signed, kept, holder, lease, fence, trouble, troubled FROM translog_log WHERE id = $1`, log)
}

func insertHead(tx *db.Tx, log int64, h head) error {
	return tx.Exec(`INSERT INTO translog_log (id, name, origin, vkey, clock, sealed, root, note, signed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO NOTHING`, log, h.name, h.origin, h.vkey, h.clock, h.sealed, h.root[:], h.note, h.signed.UnixMilli())
}

func resealHead(tx *db.Tx, log int64, sealed string) error {
	return tx.Exec(`UPDATE translog_log SET sealed = $1 WHERE id = $2`, sealed, log)
}

// claim takes the lease unless another node holds it. A lease that ends further
// ahead than any lease may is void: some clock went back since.
func claim(tx *db.Tx, log int64, node string, lease time.Duration) (bool, error) {
	n, err := tx.Changed(`UPDATE translog_log SET holder = $1, lease = $2, fence = fence + 1 WHERE id = $3 AND (lease <= $4 OR lease > $5 OR holder = $1)`,
		node, tx.Now().Add(lease).UnixMilli(), log, tx.Millis(), tx.Now().Add(3*lease).UnixMilli())
	return n == 1, err
}

// moveHead publishes a larger tree, or the same one signed again. It reports
// false when another node has the lease or moved it meanwhile.
func moveHead(tx *db.Tx, log int64, from, to head, lease time.Duration) (bool, error) {
	n, err := tx.Changed(`UPDATE translog_log SET size = $1, root = $2, note = $3, signed = $4, lease = $5, trouble = '', troubled = 0
		WHERE id = $6 AND fence = $7 AND size = $8`, to.size, to.root[:], to.note, to.signed.UnixMilli(), tx.Now().Add(lease).UnixMilli(), log, from.fence, from.size)
	return n == 1, err
}

func noteTrouble(tx *db.Tx, log int64, trouble string) error {
	return tx.Exec(`UPDATE translog_log SET trouble = $1, troubled = CASE WHEN trouble = '' THEN $2 ELSE troubled END WHERE id = $3`, trouble, tx.Millis(), log)
}

func insertQueued(tx *db.Tx, log int64, id string, e merkle.Entry) error {
	return tx.Exec(`INSERT INTO translog_queue (log, id, entry, at) VALUES ($1, $2, $3, $4)`, log, id, e[:], tx.Millis())
}

// queued is an entry that waits.
type queued struct {
	id    string
	entry merkle.Entry
}

func firstQueued(tx *db.Tx, log int64, n int) ([]queued, error) {
	return db.Rows(tx, func(scan func(...any) error) (q queued, err error) {
		var e []byte
		err = scan(&q.id, &e)
		copy(q.entry[:], e)
		return q, err
	}, `SELECT id, entry FROM translog_queue WHERE log = $1 ORDER BY id LIMIT $2`, log, n)
}

func waiting(tx *db.Tx, log int64) (n int64, oldest time.Time, err error) {
	var at int64
	err = tx.QueryRow(`SELECT count(*), coalesce(min(at), 0) FROM translog_queue WHERE log = $1`, log).Scan(&n, &at)
	return n, db.Moment(at), err
}

// most is how many rows one statement writes.
const most = 200

// marks writes n groups of placeholders: ($1,$2),($3,$4)…
func marks(groups, each int) string {
	var b strings.Builder
	for i := range groups {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for j := range each {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "$%d", i*each+j+1)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// removeQueued takes entries out of the queue, and reports false when one of them
// was gone.
func removeQueued(tx *db.Tx, log int64, all []queued) (bool, error) {
	for len(all) > 0 {
		part := all[:min(most, len(all))]
		all = all[len(part):]
		args := []any{log}
		var list strings.Builder
		for i, q := range part {
			fmt.Fprintf(&list, ",$%d", i+2)
			args = append(args, q.id)
		}
		n, err := tx.Changed(`DELETE FROM translog_queue WHERE log = $1 AND id IN (`+list.String()[1:]+`)`, args...)
		if err != nil || n != int64(len(part)) {
			return false, err
		}
	}
	return true, nil
}

func insertLeaves(tx *db.Tx, log, from int64, entries []merkle.Entry) error {
	for len(entries) > 0 {
		part := entries[:min(most, len(entries))]
		args := []any{}
		for i, e := range part {
			args = append(args, log, from+int64(i), e[:], tx.Millis())
		}
		if err := tx.Exec(`INSERT INTO translog_leaf (log, place, entry, at) VALUES `+marks(len(part), 4), args...); err != nil {
			return err
		}
		entries, from = entries[len(part):], from+int64(len(part))
	}
	return nil
}

// placeOf finds an entry. The plus keeps SQLite from walking all places in their
// order when it may look the entry up.
func placeOf(tx *db.Tx, log int64, e merkle.Entry) (place int64, at time.Time, ok bool, err error) {
	type row struct{ place, at int64 }
	r, ok, err := db.One(tx, func(scan func(...any) error) (r row, err error) { return r, scan(&r.place, &r.at) },
		`SELECT place, at FROM translog_leaf WHERE log = $1 AND entry = $2 ORDER BY +place LIMIT 1`, log, e[:])
	return r.place, db.Moment(r.at), ok, err
}

// entriesFrom returns up to n entries in order, from a place on.
func entriesFrom(tx *db.Tx, log, place int64, n int) ([]merkle.Entry, error) {
	type row struct {
		place int64
		entry []byte
	}
	rows, err := db.Rows(tx, func(scan func(...any) error) (r row, err error) { return r, scan(&r.place, &r.entry) },
		`SELECT place, entry FROM translog_leaf WHERE log = $1 AND place >= $2 AND place < $3 ORDER BY place`, log, place, place+int64(n))
	var out []merkle.Entry
	for i, r := range rows {
		if r.place != place+int64(i) || len(r.entry) != merkle.EntrySize {
			break // what follows is not whole; whoever counts will see
		}
		out = append(out, merkle.Entry(r.entry))
	}
	return out, err
}

func tileData(tx *db.Tx, log, level, place int64) ([]byte, bool, error) {
	return db.One(tx, db.Scalar[[]byte], `SELECT data FROM translog_tile WHERE log = $1 AND level = $2 AND place = $3`, log, level, place)
}

func putTile(tx *db.Tx, log, level, place int64, data []byte) error {
	return tx.Exec(`INSERT INTO translog_tile (log, level, place, data) VALUES ($1, $2, $3, $4)
		ON CONFLICT (log, level, place) DO UPDATE SET data = excluded.data`, log, level, place, data)
}

// kept is a checkpoint that was kept.
type kept struct {
	size int64
	root tlog.Hash
	note string
	at   time.Time
}

const keptColumns = `SELECT size, root, note, at FROM translog_kept`

func scanKept(scan func(...any) error) (k kept, err error) {
	var root []byte
	var at int64
	err = scan(&k.size, &root, &k.note, &at)
	copy(k.root[:], root)
	k.at = db.Moment(at)
	return k, err
}

func keep(tx *db.Tx, log int64, h head) error {
	err := tx.Exec(`INSERT INTO translog_kept (log, size, root, note, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (log, size) DO NOTHING`,
		log, h.size, h.root[:], h.note, h.signed.UnixMilli())
	if err == nil {
		err = tx.Exec(`UPDATE translog_log SET kept = $1 WHERE id = $2`, h.signed.UnixMilli(), log)
	}
	return err
}

func keepCosigned(tx *db.Tx, log int64, size int64, note string) error {
	return tx.Exec(`UPDATE translog_kept SET note = $1, witnesses = witnesses + 1 WHERE log = $2 AND size = $3`, note, log, size)
}

func keptAt(tx *db.Tx, log, size int64) (kept, bool, error) {
	return db.One(tx, scanKept, keptColumns+` WHERE log = $1 AND size = $2`, log, size)
}

func keptFrom(tx *db.Tx, log, size int64, n int) ([]kept, error) {
	return db.Rows(tx, scanKept, keptColumns+` WHERE log = $1 AND size >= $2 ORDER BY size LIMIT $3`, log, size, n)
}

// cosignedAfter is the latest cosigned checkpoint that covers a place.
func cosignedAfter(tx *db.Tx, log, place int64) (kept, bool, error) {
	return db.One(tx, scanKept, keptColumns+` WHERE log = $1 AND size > $2 AND witnesses > 0 ORDER BY size DESC LIMIT 1`, log, place)
}

// witnessed is how far a witness has come.
type witnessed struct {
	size      int64
	line      string
	at, asked time.Time
	trouble   string
}

func witnessOf(tx *db.Tx, log int64, name string) (witnessed, bool, error) {
	return db.One(tx, func(scan func(...any) error) (w witnessed, err error) {
		var at, asked int64
		err = scan(&w.size, &w.line, &at, &asked, &w.trouble)
		w.at, w.asked = db.Moment(at), db.Moment(asked)
		return w, err
	}, `SELECT size, line, at, asked, trouble FROM translog_witness WHERE log = $1 AND name = $2`, log, name)
}

func putWitness(tx *db.Tx, log int64, name string, w witnessed) error {
	return tx.Exec(`INSERT INTO translog_witness (log, name, size, line, at, asked, trouble) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (log, name) DO UPDATE SET size = excluded.size, line = excluded.line, at = excluded.at, asked = excluded.asked, trouble = excluded.trouble`,
		log, name, w.size, w.line, db.Millis(w.at), db.Millis(w.asked), w.trouble)
}

func linesFor(tx *db.Tx, log, size int64) ([]string, error) {
	return db.Rows(tx, db.Scalar[string], `SELECT line FROM translog_witness WHERE log = $1 AND size = $2 AND line <> '' ORDER BY name`, log, size)
}

const recordColumns = `SELECT id, domain, subject, kind, salt, body, at FROM translog_record`

func scanRecord(scan func(...any) error) (r Record, err error) {
	var at int64
	err = scan(&r.ID, &r.Domain, &r.Subject, &r.Kind, &r.Salt, &r.Body, &at)
	r.At = db.Moment(at)
	return r, err
}

func insertRecord(tx *db.Tx, log int64, r Record) error {
	return tx.Exec(`INSERT INTO translog_record (id, log, domain, subject, kind, salt, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.ID, log, r.Domain, r.Subject, r.Kind, r.Salt, r.Body, r.At.UnixMilli())
}

func recordsOf(tx *db.Tx, log int64, subject string) ([]Record, error) {
	return db.Rows(tx, scanRecord, recordColumns+` WHERE log = $1 AND subject = $2 ORDER BY id`, log, subject)
}

func recordsAfter(tx *db.Tx, log int64, id string, n int) ([]Record, error) {
	return db.Rows(tx, scanRecord, recordColumns+` WHERE log = $1 AND id > $2 ORDER BY id LIMIT $3`, log, id, n)
}

func isQueued(tx *db.Tx, log int64, e merkle.Entry) (bool, error) {
	_, ok, err := db.One(tx, db.Scalar[int64], `SELECT 1 FROM translog_queue WHERE log = $1 AND entry = $2 LIMIT 1`, log, e[:])
	return ok, err
}
