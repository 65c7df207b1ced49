package archive

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// BatchState is how far one import has come.
type BatchState string

// The states of an import: nothing of it is answered for before all of it is there.
const (
	Loading   BatchState = "loading"
	Entered   BatchState = "entered"
	Withdrawn BatchState = "withdrawn"
)

// Batch is one file of a register.
type Batch struct {
	ID           string
	Organisation gov.OrgID
	Type         string
	File         string // its name
	Digest       string // SHA-256
	Actor        gov.PersonID
	Begun        time.Time
	Ended        time.Time // zero: it was interrupted, or still runs
	State        BatchState
	Line         int64 // rows that are done
	Total        int64 // rows of the file
	Entered      int64 // papers that are in it
	Again        bool  // the file had been entered before; nothing was done
}

// Source is a file to import.
type Source struct {
	Type     string
	Name     string // of the file, without its folder
	File     io.ReadSeeker
	Progress func(done, total int64) // rows; nil: nobody watches
}

// Fault is a row that cannot be entered.
type Fault struct {
	Line  int // of the file, the header being 1
	Field string
	Text  gov.Text
}

// Faults are all that is wrong with a file: nothing of it was entered. Its kind
// is Invalid.
type Faults struct {
	List []Fault // the first thousand
	All  int
}

// Error is for logs; it says nothing of what stands in the file.
func (f *Faults) Error() string { return "archive: rows that cannot be entered" }

// Unwrap makes Faults an error for people of kind Invalid.
func (f *Faults) Unwrap() error {
	return gov.Fail(gov.Invalid, "لم يُدخل من الملف شيء: صحّح الأسطر المذكورة وأعد رفعه", "Nothing of the file was entered: correct the rows that are named and bring it again")
}

const (
	chunk      = 500       // rows that share a transaction
	mostFaults = 1000      // told of one file
	mostRows   = 1_000_000 // in one file
	longestRow = 16 << 10  // bytes
)

var (
	errImport  = gov.Fail(gov.Denied, "إدخال سجل وثائق الجهة لمسؤوليها", "Only those who answer for the entity enter its register of papers")
	errUTF16   = gov.Problems{{Field: "file", Text: gov.T("الملف ليس بترميز UTF-8، احفظه من برنامج الجداول بصيغة «CSV UTF-8»", "The file is not UTF-8; save it as “CSV UTF-8” in the spreadsheet program")}}
	errEmpty   = gov.Problems{{Field: "file", Text: gov.T("الملف فارغ", "The file is empty")}}
	errColumns = gov.Problems{{Field: "file", Text: gov.T("لا يبدأ الملف بأسماء الأعمدة. المطلوب: number, date، ويجوز holder, scan (أو بالعربية: الرقم، التاريخ، الاسم، البصمة)", "The file does not begin with the names of its columns. Needed: number, date; allowed: holder, scan (or these names in Arabic)")}}
	errLong    = gov.Problems{{Field: "file", Text: gov.T("في الملف أكثر من مليون سطر، قسّمه", "The file has more than a million rows; divide it")}}
	errBusy    = gov.Fail(gov.Conflict, "يُدخَل هذا الملف الآن في عملية أخرى", "This file is being entered by another process")
	errFile    = gov.Fail(gov.Unavailable, "تعذرت قراءة الملف", "The file cannot be read")
	errTwice   = gov.T("تكرر هذا الرقم والتاريخ في الملف نفسه", "This number and date stand in the same file already")
	errOther   = gov.T("هذا الرقم والتاريخ في السجل من قبل ببيانات أخرى", "This number and date are in the register already, with other particulars")
	errRow     = gov.T("السطر غير مقروء: علامات اقتباس غير متوازنة أو أعمدة زائدة أو حروف ليست بترميز UTF-8", "The row cannot be read: unbalanced quotes, too many columns, or letters that are not UTF-8")
)

// Import enters a register of papers from a CSV file: UTF-8; commas, semicolons
// or tabs; the columns number, date, holder and scan under English or Arabic
// names. The whole file is checked first: when a row is wrong, all wrong rows are
// told and nothing is entered. Then it is entered in portions, and nothing of it is
// answered for before the last; stopped or crashed, it goes on when it is called
// again with the same file. A file that was entered is not entered again.
// Errors: NotFound, Denied, Invalid (Faults, or gov.Problems for the file itself),
// Conflict, Unavailable.
func (a *Archive) Import(ctx context.Context, in Source) (b Batch, err error) {
	var k Kind
	if err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { k, err = a.kind(tx, in.Type); return err }); err != nil {
		return b, err
	}
	if !mayImport(gov.ActorFrom(ctx), k.Organisation) {
		return b, errImport
	}
	digest, err := measure(in.File)
	if err != nil {
		return b, err
	}
	var known bool
	err = a.DB.Read(ctx, func(tx *db.Tx) (err error) { b, known, err = batchOf(tx, in.Type, digest); return err })
	if err != nil || known && b.State == Entered {
		b.Again = true
		return b, err
	}
	if !known {
		if b, err = a.begin(ctx, in, k, digest); err != nil {
			return b, err
		}
	}
	return a.load(ctx, in, b)
}

func measure(f io.ReadSeeker) (string, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", errFile.Because(err)
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", errFile.Because(err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// begin checks a file and opens its batch.
func (a *Archive) begin(ctx context.Context, in Source, k Kind, digest string) (b Batch, err error) {
	total, err := a.check(ctx, in)
	if err != nil {
		return b, err
	}
	name, _ := gov.CleanText(in.Name)
	if r := []rune(name); len(r) > 120 {
		name = string(r[:120])
	}
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		b = Batch{ID: db.NewID(tx.Now()), Organisation: k.Organisation, Type: in.Type, File: name, Digest: digest, Actor: tx.Actor().Person, Begun: tx.Now(), State: Loading, Total: total}
		made, err := insertBatch(tx, b)
		if err == nil && !made {
			err = errBusy
		}
		return err
	})
	return b, err
}

// check reads the whole file and tells everything that is wrong with it.
func (a *Archive) check(ctx context.Context, in Source) (total int64, err error) {
	r, err := newRows(in.File)
	if err != nil {
		return 0, err
	}
	f := &Faults{}
	seen := map[string]bool{}
	var waiting []numbered
	for err == nil {
		var x numbered
		if x, err = a.next(r, in.Type); err != nil {
			break
		}
		if total++; total > mostRows {
			return 0, errLong
		}
		switch {
		case len(x.wrong) > 0:
			for _, w := range x.wrong {
				f.add(x.line, w.Field, w.Text)
			}
		case seen[x.Key]:
			f.add(x.line, "number", errTwice)
		default:
			seen[x.Key] = true
			waiting = append(waiting, x)
		}
		if len(waiting) == chunk {
			err = a.compare(ctx, f, waiting)
			waiting = waiting[:0]
		}
	}
	if !errors.Is(err, io.EOF) {
		return 0, err
	}
	if err := a.compare(ctx, f, waiting); err != nil {
		return 0, err
	}
	switch {
	case f.All > 0:
		slices.SortStableFunc(f.List, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
		return 0, f
	case total == 0:
		return 0, errEmpty
	}
	return total, nil
}

func (f *Faults) add(line int, field string, t gov.Text) {
	if f.All++; len(f.List) < mostFaults {
		f.List = append(f.List, Fault{line, field, t})
	}
}

// compare finds papers that are in the register with other particulars.
func (a *Archive) compare(ctx context.Context, f *Faults, list []numbered) error {
	if len(list) == 0 {
		return nil
	}
	return a.DB.Read(ctx, func(tx *db.Tx) error {
		held, err := papersByKey(tx, list)
		for _, x := range list {
			if old, ok := held[x.Key]; ok && (old.Holder != x.Holder || old.Scan != x.Scan) {
				f.add(x.line, "number", errOther)
			}
		}
		return err
	})
}

// load enters the rows of a checked file from where it stopped.
func (a *Archive) load(ctx context.Context, in Source, b Batch) (Batch, error) {
	r, err := newRows(in.File)
	if err != nil {
		return b, err
	}
	for skipped := int64(0); skipped < b.Line; skipped++ {
		if _, err := a.next(r, in.Type); err != nil {
			return b, errFile.Because(err)
		}
	}
	for done := false; !done; {
		var list []numbered
		for len(list) < chunk && !done {
			x, err := a.next(r, in.Type)
			switch {
			case errors.Is(err, io.EOF):
				done = true
			case err != nil:
				return b, err
			case len(x.wrong) > 0: // the file under our feet has changed since it was checked
				return b, errFile
			default:
				list = append(list, x)
			}
		}
		if err := a.enter(ctx, &b, list, done); err != nil {
			return b, err
		}
		if in.Progress != nil {
			in.Progress(b.Line, b.Total)
		}
	}
	return b, nil
}

// enter writes a portion and how far it has come in one transaction.
func (a *Archive) enter(ctx context.Context, b *Batch, list []numbered, last bool) error {
	next := *b
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		next = *b
		for _, x := range list {
			if err := insertPaper(tx, b.ID, b.Type, x.paper); err != nil {
				return err
			}
		}
		next.Line, next.Entered = b.Line+int64(len(list)), b.Entered+int64(len(list))
		if last {
			next.State, next.Ended = Entered, tx.Now()
		}
		if moved, err := moveBatch(tx, *b, next); err != nil || !moved {
			return cmp.Or[error](err, errBusy)
		}
		if !last {
			return nil
		}
		return journal.Append(tx, journal.Fact{Name: "archive.imported", Subject: b.ID, Organisation: b.Organisation, Body: journal.Body(map[string]any{"type": b.Type, "papers": next.Entered})})
	})
	if err == nil {
		*b = next
	}
	return err
}

// Withdraw takes a batch out again: its papers are no longer answered for.
// Appends archive.withdrawn. Errors: NotFound, Denied, Conflict.
func (a *Archive) Withdraw(ctx context.Context, id string) error {
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		b, ok, err := batchByID(tx, id)
		if err != nil || !ok {
			return cmp.Or[error](err, errKind)
		}
		if !mayImport(tx.Actor(), b.Organisation) {
			return errImport
		}
		next := b
		next.State = Withdrawn
		if moved, err := moveBatch(tx, b, next); err != nil || !moved || b.State == Withdrawn {
			return cmp.Or[error](err, errBusy)
		}
		return journal.Append(tx, journal.Fact{Name: "archive.withdrawn", Subject: b.ID, Organisation: b.Organisation, Body: journal.Body(map[string]any{"type": b.Type, "papers": b.Entered})})
	})
}

// Batches are the latest imports of an organisation, newest first.
func Batches(tx *db.Tx, org gov.OrgID) ([]Batch, error) { return batchesOf(tx, org, 100) }

// numbered is a row of a file, read.
type numbered struct {
	paper
	line  int
	wrong gov.Problems
}

// rows reads a file row by row.
type rows struct {
	csv     *csv.Reader
	columns []int // of number, date, holder, scan; -1: absent
	now     time.Time
}

var columnNames = [][]string{
	{"number", "no", "الرقم", "رقم", "رقم الوثيقة"},
	{"date", "issued", "التاريخ", "تاريخ", "تاريخ الإصدار"},
	{"holder", "name", "civil number", "الاسم", "صاحب الوثيقة", "الرقم الشخصي"},
	{"scan", "sha256", "sha-256", "البصمة", "بصمة الصورة"},
}

// newRows reads the header.
func newRows(f io.ReadSeeker) (*rows, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, errFile.Because(err)
	}
	head := make([]byte, 4<<10)
	n, err := io.ReadFull(f, head)
	head = head[:n]
	switch {
	case n == 0:
		return nil, errEmpty
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errFile.Because(err)
	case bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, errUTF16
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	skip := int64(0)
	if bytes.HasPrefix(line, []byte("\uFEFF")) {
		skip = 3
	}
	if !utf8.Valid(line) {
		return nil, errUTF16
	}
	if _, err := f.Seek(skip, io.SeekStart); err != nil {
		return nil, errFile.Because(err)
	}
	r := &rows{csv: csv.NewReader(f), columns: []int{-1, -1, -1, -1}}
	r.csv.FieldsPerRecord, r.csv.ReuseRecord, r.csv.Comma = -1, true, separator(line)
	names, err := r.csv.Read()
	if err != nil {
		return nil, errColumns
	}
	for at, name := range names {
		known := slices.IndexFunc(columnNames, func(all []string) bool {
			return slices.Contains(all, strings.ToLower(strings.TrimSpace(name)))
		})
		if known < 0 || r.columns[known] >= 0 {
			return nil, errColumns
		}
		r.columns[known] = at
	}
	if r.columns[0] < 0 || r.columns[1] < 0 {
		return nil, errColumns
	}
	return r, nil
}

// separator is the sign between columns that a header uses most.
func separator(line []byte) rune {
	best, most := ',', bytes.Count(line, []byte{','})
	for _, c := range []byte{';', '\t'} {
		if n := bytes.Count(line, []byte{c}); n > most {
			best, most = rune(c), n
		}
	}
	return best
}

// next reads a row; empty lines are stepped over. Errors: io.EOF; Unavailable.
func (a *Archive) next(r *rows, typ string) (x numbered, err error) {
	if r.now.IsZero() {
		r.now = a.DB.Now()
	}
	cells, err := r.csv.Read()
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken):
		x.line = broken.StartLine
		x.wrong = gov.Problems{{Text: errRow}}
		return x, nil
	case errors.Is(err, io.EOF):
		return x, io.EOF
	case err != nil:
		return x, errFile.Because(err)
	}
	x.line, _ = r.csv.FieldPos(0)
	length := 0
	cell := func(n int) string {
		if at := r.columns[n]; at >= 0 && at < len(cells) {
			return cells[at]
		}
		return ""
	}
	for at, c := range cells {
		if length += len(c); length > longestRow || !utf8.ValidString(c) || at > slices.Max(r.columns) && strings.TrimSpace(c) != "" {
			x.wrong = gov.Problems{{Text: errRow}}
			return x, nil
		}
	}
	x.paper, x.wrong = a.read(typ, cell(0), cell(1), cell(2), cell(3), r.now)
	return x, nil
}
