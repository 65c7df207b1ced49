package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Batch is one import of a file, and how far it has come.
type Batch struct {
	ID       string
	Registry gov.RegistryID
	File     string // its name
	Digest   string // SHA-256
	Actor    gov.PersonID
	Begun    time.Time
	Ended    time.Time // zero: it was interrupted, or still runs
	Line     int64     // the next line to read
	Entered  int64     // new records
	Changed  int64     // records with a new version
	Same     int64     // records that were so already
	Rejected int64     // rows that were left out

	place    int64 // bytes of the file that are done
	reported int64 // bytes of the report of rejected rows
}

// Source is a file to import.
type Source struct {
	Registry gov.RegistryID
	Name     string // of the file, without its folder
	File     io.ReadSeeker
	Rejects  *os.File                // gets a line for each row that is left out; nil: they are only counted
	Progress func(done, total int64) // bytes; nil: nobody watches
}

// chunk is how many rows share a transaction.
const chunk = 500

var (
	errNoImport = gov.Fail(gov.Denied, "لا يُستورد إلى هذا السجل", "This registry takes no imports")
	errUTF16    = gov.Problems{{Text: gov.T("الملف ليس بترميز UTF-8، احفظه بهذا الترميز", "The file is not UTF-8; save it in that encoding")}}
	errEmpty    = gov.Problems{{Text: gov.T("الملف فارغ", "The file is empty")}}
	errBusy     = gov.Fail(gov.Conflict, "يُستورد هذا الملف الآن في عملية أخرى", "This file is being imported by another process")
	errFile     = gov.Fail(gov.Unavailable, "تعذرت قراءة الملف", "The file cannot be read")
)

// Import enters a CSV file: UTF-8, commas, the columns of Definition.Columns. It
// streams in flat memory and commits with every 500 rows how far it has come, so
// that it goes on there when it is called again with the same file; a file that
// was imported whole is not imported again. Rows that are wrong are reported and
// left out, each whole. Only the machine and operators may call it. Errors:
// NotFound, Denied, Invalid (gov.Problems: the header), Conflict (another process
// imports this file), Unavailable.
func (b *Book) Import(ctx context.Context, in Source) (Batch, error) {
	d, err := b.local(in.Registry)
	if err != nil {
		return Batch{}, err
	}
	a := gov.ActorFrom(ctx)
	if !d.Writers.Import || a.Person != gov.System.Person && !a.Has(gov.Operator) {
		return Batch{}, errNoImport
	}
	digest, size, err := measure(in.File)
	if err != nil {
		return Batch{}, err
	}
	columns, body, err := b.begin(d, in.File)
	if err != nil {
		return Batch{}, err
	}
	batch, err := b.batch(ctx, d, in.Name, digest, body)
	if err != nil || !batch.Ended.IsZero() {
		return batch, err
	}
	if _, err := in.File.Seek(batch.place, io.SeekStart); err != nil {
		return batch, errFile.Because(err)
	}
	m := &importing{b: b, d: d, in: in, columns: columns, batch: batch, size: size, report: report{file: in.Rejects}}
	return m.run(ctx)
}

// measure reads a file once for its digest and size.
func measure(f io.ReadSeeker) (digest string, size int64, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", 0, errFile.Because(err)
	}
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return "", 0, errFile.Because(err)
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// begin reads the header; body is where the first row begins.
func (b *Book) begin(d *Definition, f io.ReadSeeker) (columns []column, body int64, err error) {
	mark := make([]byte, 3)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, 0, errFile.Because(err)
	}
	n, err := io.ReadFull(f, mark)
	switch {
	case n == 0:
		return nil, 0, errEmpty
	case n >= 2 && (string(mark[:2]) == "\xff\xfe" || string(mark[:2]) == "\xfe\xff"):
		return nil, 0, errUTF16
	case string(mark[:n]) == "\uFEFF":
		body = 3
	}
	if _, err = f.Seek(body, io.SeekStart); err != nil {
		return nil, 0, errFile.Because(err)
	}
	r := newRows(f, body, 1)
	head, err := r.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, 0, errEmpty
	case err != nil:
		return nil, 0, errFile.Because(err)
	case head.wrong != nil:
		return nil, 0, gov.Problems{{Text: head.wrong}}
	}
	columns, err = d.header(slices.Clone(head.cells))
	return columns, r.place, err
}

// batch finds how far this file has come, or begins.
func (b *Book) batch(ctx context.Context, d *Definition, name, digest string, body int64) (out Batch, err error) {
	err = b.DB.Write(ctx, func(tx *db.Tx) error {
		known, ok, err := batchOf(tx, d.ID, digest)
		if err != nil || ok {
			out = known
			return err
		}
		out = Batch{ID: db.NewID(tx.Now()), Registry: d.ID, File: clipped(name), Digest: digest, Actor: tx.Actor().Person, Begun: tx.Now(), Line: 2, place: body}
		return insertBatch(tx, out)
	})
	return out, err
}

// importing is an import under way.
type importing struct {
	b       *Book
	d       *Definition
	in      Source
	columns []column
	batch   Batch
	size    int64
	report  report
}

// portion is what one transaction enters.
type portion struct {
	rows        []checkedRow
	place, line int64 // after it
	err         error
}

// checkedRow is a row with its values as a new record would have them.
type checkedRow struct {
	line   int64
	change Change
	values map[string]any
	bad    error // as a new record
	wrong  gov.Problems
}

func (m *importing) run(ctx context.Context) (Batch, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	portions := make(chan portion, 2) // one is checked while another is written
	go m.read(ctx, portions)
	for p := range portions {
		err := p.err
		if err == nil {
			err = m.commit(ctx, p)
		}
		if err != nil && ctx.Err() == nil {
			return m.batch, err
		}
		if err != nil {
			break // stopped
		}
		if m.in.Progress != nil {
			m.in.Progress(m.batch.place, m.size)
		}
	}
	if err := ctx.Err(); err != nil {
		return m.batch, gov.Fail(gov.Unavailable, "توقف الاستيراد، وسيكمل من حيث وقف", "The import was stopped; it will go on from there").Because(err)
	}
	return m.batch, m.end(ctx)
}

// read checks rows and hands them over in portions.
func (m *importing) read(ctx context.Context, to chan<- portion) {
	defer close(to)
	rows := newRows(m.in.File, m.batch.place, m.batch.Line)
	for ctx.Err() == nil {
		p := portion{rows: make([]checkedRow, 0, chunk)}
		for len(p.rows) < chunk && p.err == nil {
			r, err := rows.next()
			if err != nil {
				p.err = err
				break
			}
			p.rows = append(p.rows, m.check(ctx, r))
		}
		last := errors.Is(p.err, io.EOF)
		if last {
			p.err = nil
		} else if p.err != nil {
			p.err = errFile.Because(p.err)
		}
		p.place, p.line = rows.place, rows.line
		select {
		case to <- p:
		case <-ctx.Done():
			return
		}
		if last || p.err != nil {
			return
		}
	}
}

func (m *importing) check(ctx context.Context, r row) (out checkedRow) {
	out.line = r.line
	if out.change, out.wrong = m.d.change(m.columns, r, m.b.Zone); out.wrong != nil {
		return out
	}
	if err := m.d.keyed(ctx, &out.change); err != nil {
		out.wrong, _ = gov.ProblemsOf(err, "")
		return out
	}
	out.values, out.bad = m.b.Check(ctx, m.d, merged(nil, out.change.Values), m.b.DB.Now())
	return out
}

// end closes the batch with its one fact.
func (m *importing) end(ctx context.Context) error {
	return m.b.DB.Write(ctx, func(tx *db.Tx) error {
		m.batch.Ended = tx.Now()
		if err := endBatch(tx, m.batch); err != nil {
			return err
		}
		return journal.Append(tx, journal.Fact{Name: "registry.imported", Subject: m.batch.ID, Organisation: m.d.Organisation, Body: journal.Body(map[string]any{
			"registry": m.d.ID, "entered": m.batch.Entered, "changed": m.batch.Changed, "same": m.batch.Same, "rejected": m.batch.Rejected})})
	})
}

// Batches are the latest imports into a registry, newest first.
func (b *Book) Batches(tx *db.Tx, registry gov.RegistryID, n int) ([]Batch, error) {
	return batchesOf(tx, registry, n)
}
