package archive

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"diwan.example/gov"
	"diwan.example/internal/xlsx"
)

// numbered is a row of a file, read.
type numbered struct {
	paper
	line  int
	wrong []Fault
}

// row is a row of a file as it stands there: what is in the four columns, and what
// of it cannot be read.
type row struct {
	line  int
	cells [len(fields)]string
	wrong []Fault
}

// rows reads a file row by row, whatever kind of file it is.
type rows struct {
	columns [len(fields)]int // of number, date, holder, scan, from 0; -1: absent
	book    bool             // it is a workbook, whose cells have names
	next    func() (row, error)
	now     time.Time
}

// fields are the columns of a register.
var fields = [...]string{"number", "date", "holder", "scan"}

var columnNames = [][]string{
	{"number", "no", "الرقم", "رقم", "رقم الوثيقة"},
	{"date", "issued", "التاريخ", "تاريخ", "تاريخ الإصدار"},
	{"holder", "name", "civil number", "الاسم", "صاحب الوثيقة", "الرقم الشخصي"},
	{"scan", "sha256", "sha-256", "البصمة", "بصمة الصورة"},
}

// fault is something wrong with one of the four columns of a row.
func (r *rows) fault(line, field int, t gov.Text) Fault {
	f := Fault{Line: line, Field: fields[field], Text: t}
	if at := r.columns[field]; r.book && at >= 0 {
		f.Cell = xlsx.CellName(at+1, line)
	}
	return f
}

// newRows finds out what kind of file it is and reads the header.
func newRows(f File) (*rows, error) {
	head := make([]byte, 4<<10)
	n, err := f.ReadAt(head, 0)
	head = head[:n]
	switch {
	case n == 0:
		return nil, errEmpty
	case err != nil && !errors.Is(err, io.EOF):
		return nil, errFile.Because(err)
	case xlsx.Is(head):
		return openBook(f)
	}
	return openCSV(f, head)
}

// head finds the columns by what a header calls them.
func (r *rows) head(names []string) error {
	r.columns = [len(fields)]int{-1, -1, -1, -1}
	for at, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" && r.book {
			continue
		}
		known := slices.IndexFunc(columnNames, func(all []string) bool { return slices.Contains(all, name) })
		if known < 0 || r.columns[known] >= 0 {
			return errColumns
		}
		r.columns[known] = at
	}
	if r.columns[0] < 0 || r.columns[1] < 0 {
		return errColumns
	}
	return nil
}

func openCSV(f File, head []byte) (*rows, error) {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
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
	r, in := &rows{}, csv.NewReader(f)
	in.FieldsPerRecord, in.ReuseRecord, in.Comma = -1, true, separator(line)
	names, err := in.Read()
	if err != nil {
		return nil, errColumns
	}
	if err := r.head(names); err != nil {
		return nil, err
	}
	r.next = func() (row, error) { return r.record(in) }
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

// record reads a row of CSV; empty lines are stepped over. Errors: io.EOF; Unavailable.
func (r *rows) record(in *csv.Reader) (x row, err error) {
	cells, err := in.Read()
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken):
		return row{line: broken.StartLine, wrong: []Fault{{Line: broken.StartLine, Text: errRow}}}, nil
	case errors.Is(err, io.EOF):
		return x, io.EOF
	case err != nil:
		return x, errFile.Because(err)
	}
	x.line, _ = in.FieldPos(0)
	length := 0
	for at, c := range cells {
		if length += len(c); length > longestRow || !utf8.ValidString(c) || at > slices.Max(r.columns[:]) && strings.TrimSpace(c) != "" {
			x.wrong = []Fault{{Line: x.line, Text: errRow}}
			return x, nil
		}
	}
	for n, at := range r.columns {
		if at >= 0 && at < len(cells) {
			x.cells[n] = cells[at]
		}
	}
	return x, nil
}

// next reads a row and what it says. Errors: io.EOF; Unavailable.
func (a *Archive) next(r *rows, typ string) (x numbered, err error) {
	if r.now.IsZero() {
		r.now = a.DB.Now()
	}
	in, err := r.next()
	if x.line, x.wrong = in.line, in.wrong; err != nil || len(in.wrong) > 0 {
		return x, err
	}
	var wrong gov.Problems
	x.paper, wrong = a.read(typ, in.cells[0], in.cells[1], in.cells[2], in.cells[3], r.now)
	for _, w := range wrong {
		x.wrong = append(x.wrong, r.fault(in.line, slices.Index(fields[:], w.Field), w.Text))
	}
	return x, nil
}
