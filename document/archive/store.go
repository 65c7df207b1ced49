package archive

import (
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: archive_*.

const batchColumns = `SELECT id, org, type, file, digest, actor, begun, ended, state, line, total, entered FROM archive_batch`

func scanBatch(scan func(...any) error) (b Batch, err error) {
	var begun, ended int64
	err = scan(&b.ID, &b.Organisation, &b.Type, &b.File, &b.Digest, &b.Actor, &begun, &ended, &b.State, &b.Line, &b.Total, &b.Entered)
	b.Begun, b.Ended = db.Moment(begun), db.Moment(ended)
	return b, err
}

func batchOf(tx *db.Tx, typ, digest string) (Batch, bool, error) {
	return db.One(tx, scanBatch, batchColumns+` WHERE type = $1 AND digest = $2 AND state <> 'withdrawn'`, typ, digest)
}

func batchByID(tx *db.Tx, id string) (Batch, bool, error) {
	return db.One(tx, scanBatch, batchColumns+` WHERE id = $1`, id)
}

func batchesOf(tx *db.Tx, org gov.OrgID, n int) ([]Batch, error) {
	return db.Rows(tx, scanBatch, batchColumns+` WHERE org = $1 ORDER BY begun DESC, id DESC LIMIT $2`, string(org), n)
}

// insertBatch reports false when the file has a batch already.
func insertBatch(tx *db.Tx, b Batch) (bool, error) {
	n, err := tx.Changed(`INSERT INTO archive_batch (id, org, type, file, digest, actor, begun, state, line, total) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (type, digest) WHERE state <> 'withdrawn' DO NOTHING`,
		b.ID, string(b.Organisation), b.Type, b.File, b.Digest, string(b.Actor), b.Begun.UnixMilli(), string(b.State), b.Line, b.Total)
	return n == 1, err
}

// moveBatch reports false when somebody else moved it.
func moveBatch(tx *db.Tx, from, to Batch) (bool, error) {
	n, err := tx.Changed(`UPDATE archive_batch SET state = $1, line = $2, entered = $3, ended = $4 WHERE id = $5 AND state = $6 AND line = $7`,
		string(to.State), to.Line, to.Entered, db.Millis(to.Ended), from.ID, string(from.State), from.Line)
	return n == 1, err
}

func insertPaper(tx *db.Tx, batch, typ string, p paper) error {
	return tx.Exec(`INSERT INTO archive_paper (number_key, batch, type, year, holder_key, scan) VALUES ($1, $2, $3, $4, $5, $6)`,
		p.Key, batch, typ, p.Year, p.Holder, p.Scan)
}

const heldPapers = ` FROM archive_paper p JOIN archive_batch b ON b.id = p.batch AND b.state = 'entered'`

// papersByKey finds those of list that are in the register.
func papersByKey(tx *db.Tx, list []numbered) (map[string]paper, error) {
	var marks strings.Builder
	var keys []any
	for n, x := range list {
		if n > 0 {
			marks.WriteByte(',')
		}
		marks.WriteString("$" + strconv.Itoa(n+1))
		keys = append(keys, x.Key)
	}
	out := map[string]paper{}
	all, err := db.Rows(tx, func(scan func(...any) error) (p paper, err error) {
		err = scan(&p.Key, &p.Year, &p.Holder, &p.Scan)
		return p, err
	}, `SELECT p.number_key, p.year, p.holder_key, p.scan`+heldPapers+` WHERE p.number_key IN (`+marks.String()+`)`, keys...)
	for _, p := range all {
		out[p.Key] = p
	}
	return out, err
}

func paperByKey(tx *db.Tx, key string) (p paper, entered time.Time, ok bool, err error) {
	type dated struct {
		paper
		at int64
	}
	x, ok, err := db.One(tx, func(scan func(...any) error) (x dated, err error) {
		err = scan(&x.Key, &x.Year, &x.Holder, &x.Scan, &x.at)
		return x, err
	}, `SELECT p.number_key, p.year, p.holder_key, p.scan, b.ended`+heldPapers+` WHERE p.number_key = $1 ORDER BY b.ended DESC LIMIT 1`, key)
	return x.paper, db.Moment(x.at), ok, err
}

func insertCheck(tx *db.Tx, org gov.OrgID, typ, key string, a Answer) error {
	found := 0
	if a.Found {
		found = 1
	}
	return tx.Exec(`INSERT INTO archive_check (id, at, org, type, number_key, found, scan, holder) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		db.NewID(tx.Now()), tx.Millis(), string(org), typ, key, found, string(a.Scan), string(a.Holder))
}

func figuresOf(tx *db.Tx, org gov.OrgID) (map[string]Figure, error) {
	out := map[string]Figure{}
	type line struct {
		typ string
		f   Figure
	}
	papers, err := db.Rows(tx, func(scan func(...any) error) (x line, err error) {
		err = scan(&x.typ, &x.f.Papers, &x.f.From, &x.f.Until)
		return x, err
	}, `SELECT p.type, count(DISTINCT p.number_key), min(p.year), max(p.year)`+heldPapers+` WHERE b.org = $1 OR $1 = '' GROUP BY p.type`, string(org))
	if err != nil {
		return nil, err
	}
	for _, x := range papers {
		out[x.typ] = x.f
	}
	asked, err := db.Rows(tx, func(scan func(...any) error) (x line, err error) {
		err = scan(&x.typ, &x.f.Checks, &x.f.Missing)
		return x, err
	}, `SELECT type, count(*), sum(1 - found) FROM archive_check WHERE org = $1 OR $1 = '' GROUP BY type`, string(org))
	for _, x := range asked {
		f := out[x.typ]
		f.Checks, f.Missing = x.f.Checks, x.f.Missing
		out[x.typ] = f
	}
	return out, err
}
