package registry

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

var wrongTwice = gov.T("المفتاح مذكور في سطر سابق من هذا الملف", "The key stands in an earlier row of this file")

// commit writes a portion, what is wrong with it, and how far the import has
// come, in one transaction.
func (m *importing) commit(ctx context.Context, p portion) error {
	var after Batch
	err := m.b.DB.Write(ctx, func(tx *db.Tx) error {
		after = m.batch // fn may run again
		wrong := rejects{}
		if err := m.enter(tx, &after, p.rows, &wrong); err != nil {
			return err
		}
		after.place, after.Line = p.place, p.line
		var err error
		if after.reported, err = m.report.add(after.reported, wrong.bytes()); err != nil {
			return err
		}
		moved, err := moveBatch(tx, m.batch, after)
		if err == nil && !moved {
			err = errBusy
		}
		return err
	})
	if err == nil {
		m.batch = after
	}
	return err
}

// enter sorts the rows: new ones together, known ones one by one.
func (m *importing) enter(tx *db.Tx, count *Batch, rows []checkedRow, wrong *rejects) error {
	known, err := m.d.known(tx, keysOf(rows))
	if err != nil {
		return err
	}
	source := "import:" + m.batch.ID
	var fresh []*Record
	for _, r := range rows {
		key := r.change.Key
		was, old := known[key]
		switch {
		case r.wrong != nil:
			wrong.add(count, r.line, r.wrong)
		case old && was.batch == m.batch.ID:
			wrong.add(count, r.line, gov.Problems{{Field: m.d.Key, Text: wrongTwice}})
		case old:
			if err := m.again(tx, count, r, was, source, wrong); err != nil {
				return err
			}
			known[key] = knownRecord{was.version, m.batch.ID}
		case r.bad != nil:
			list, ok := gov.ProblemsOf(r.bad, "")
			if !ok {
				return r.bad
			}
			wrong.add(count, r.line, list)
		default:
			fresh = append(fresh, m.record(tx, r, source))
			known[key] = knownRecord{1, m.batch.ID}
		}
	}
	count.Entered += int64(len(fresh))
	return m.d.storeAll(tx, fresh, m.batch.ID)
}

func keysOf(rows []checkedRow) []string {
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		if r.wrong == nil {
			out = append(out, r.change.Key)
		}
	}
	return out
}

// record is the first version of a checked row.
func (m *importing) record(tx *db.Tx, r checkedRow, source string) *Record {
	c := r.change
	if c.From.IsZero() {
		c.From = tx.Now()
	}
	return m.d.first(tx, c, r.values, source)
}

// again changes a record that is there already, or finds it the same.
func (m *importing) again(tx *db.Tx, count *Batch, r checkedRow, was knownRecord, source string, wrong *rejects) error {
	now, err := m.b.put(tx, m.d, r.change, source, "registry.recorded")
	if list, refused := refusal(err); refused {
		wrong.add(count, r.line, list)
		return nil
	}
	if err != nil {
		return err
	}
	if now.Version == was.version {
		count.Same++
	} else {
		count.Changed++
	}
	return markBatch(tx, now.ID, m.batch.ID)
}

// refusal tells what is wrong with the row from what is wrong with the import.
func refusal(err error) (gov.Problems, bool) {
	if list, ok := gov.ProblemsOf(err, ""); ok {
		return list, true
	}
	var e *gov.Error
	if errors.As(err, &e) && e.Kind == gov.Conflict && e != errMeantime {
		return gov.Problems{{Text: e.Public}}, true
	}
	return nil, false
}

// rejects are the lines about rows that are left out.
type rejects struct{ buf bytes.Buffer }

// add counts a row that is left out and says why: line, column, in Arabic, in
// English; never what was in the cell.
func (x *rejects) add(count *Batch, line int64, list gov.Problems) {
	count.Rejected++
	w := csv.NewWriter(&x.buf)
	for _, p := range list {
		w.Write([]string{strconv.FormatInt(line, 10), p.Field, p.Text.In(gov.Arabic), p.Text.In(gov.English)})
	}
	w.Flush()
}

func (x *rejects) bytes() []byte { return x.buf.Bytes() }

// report is the file of rejected rows. What was written after the last commit is
// written over, so that a line stands in it once.
type report struct{ file *os.File }

const reportHead = "line,column,ar,en\n"

func (r *report) add(at int64, lines []byte) (int64, error) {
	if r.file == nil || len(lines) == 0 {
		return at, nil
	}
	if at == 0 {
		lines = append([]byte(reportHead), lines...)
	}
	if err := r.file.Truncate(at); err != nil {
		return at, errFile.Because(err)
	}
	if _, err := r.file.WriteAt(lines, at); err != nil {
		return at, errFile.Because(err)
	}
	return at + int64(len(lines)), r.file.Sync()
}
