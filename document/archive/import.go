package archive

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"time"

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

// File is what stands on a disk, in memory or in a form.
type File interface {
	io.ReadSeeker
	io.ReaderAt
}

// Source is a file to import.
type Source struct {
	Type     string
	Name     string // of the file, without its folder
	File     File
	Progress func(done, total int64) // rows; nil: nobody watches
}

// Fault is a row that cannot be entered.
type Fault struct {
	Line  int // of the file, the header being 1
	Field string
	Cell  string // of a workbook: "B7"; empty: the row of a CSV file
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
	errFormula = gov.T("في الخلية معادلة. اكتب القيمة نفسها", "The cell holds a formula. Write the value itself")
	errFailed  = gov.T("في الخلية خطأ لا قيمة", "The cell shows an error, not a value")
	errOutside = gov.T("الخلية خارج أعمدة السجل. انقل ما فيها أو احذفه", "The cell is outside the register's columns. Move or remove what is in it")
	errSheets  = gov.Problems{{Field: "file", Text: gov.T("في المصنف أكثر من ورقة فيها بيانات. اجعل السجل في ورقة واحدة", "More than one sheet of the workbook holds something. Put the register into one")}}
	errTwice   = gov.T("تكرر هذا الرقم والتاريخ في الملف نفسه", "This number and date stand in the same file already")
	errOther   = gov.T("هذا الرقم والتاريخ في السجل من قبل ببيانات أخرى", "This number and date are in the register already, with other particulars")
	errRow     = gov.T("السطر غير مقروء: علامات اقتباس غير متوازنة أو أعمدة زائدة أو حروف ليست بترميز UTF-8", "The row cannot be read: unbalanced quotes, too many columns, or letters that are not UTF-8")
)

// Import enters a register of papers from a CSV file (UTF-8; commas, semicolons or
// tabs) or an Excel workbook: the columns number, date, holder and scan under English
// or Arabic names. The whole file is checked first: when a row is wrong, all wrong rows are
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

func measure(f File) (string, error) {
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
				f.add(w)
			}
		case seen[x.Key]:
			f.add(r.fault(x.line, 0, errTwice))
		default:
			seen[x.Key] = true
			waiting = append(waiting, x)
		}
		if len(waiting) == chunk {
			err = a.compare(ctx, f, r, waiting)
			waiting = waiting[:0]
		}
	}
	if !errors.Is(err, io.EOF) {
		return 0, err
	}
	if err := a.compare(ctx, f, r, waiting); err != nil {
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

func (f *Faults) add(x Fault) {
	if f.All++; len(f.List) < mostFaults {
		f.List = append(f.List, x)
	}
}

// compare finds papers that are in the register with other particulars.
func (a *Archive) compare(ctx context.Context, f *Faults, r *rows, list []numbered) error {
	if len(list) == 0 {
		return nil
	}
	return a.DB.Read(ctx, func(tx *db.Tx) error {
		held, err := papersByKey(tx, list)
		for _, x := range list {
			if old, ok := held[x.Key]; ok && (old.Holder != x.Holder || old.Scan != x.Scan) {
				f.add(r.fault(x.line, 0, errOther))
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
