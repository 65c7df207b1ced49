package archive

import (
	"io"
	"slices"
	"strings"
	"time"

	"diwan.example/internal/xlsx"
)

// largestBook is the largest workbook that is read; longer registers come as CSV,
// which is read row by row.
var largestBook = xlsx.Limits{Bytes: 64 << 20, Rows: 200_000}

// openBook reads the one sheet of a workbook that holds something; its first row
// names the columns.
func openBook(f File) (*rows, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, errFile.Because(err)
	}
	sheets, err := xlsx.Open(f, size, largestBook)
	if err != nil {
		return nil, err
	}
	sheets = slices.DeleteFunc(sheets, func(s xlsx.Sheet) bool { return !s.Filled() })
	switch {
	case len(sheets) == 0:
		return nil, errEmpty
	case len(sheets) > 1:
		return nil, errSheets
	}
	lines := sheets[0].Rows
	var names []string
	for _, c := range lines[0].Cells {
		if c.Column > 200 {
			return nil, errColumns
		}
		for len(names) < c.Column {
			names = append(names, "")
		}
		names[c.Column-1] = c.Text
	}
	r, at := &rows{book: true}, 0
	if err := r.head(names); err != nil {
		return nil, err
	}
	r.next = func() (row, error) {
		if at++; at >= len(lines) {
			return row{}, io.EOF
		}
		return r.line(lines[at]), nil
	}
	return r, nil
}

// line reads a row of a sheet cell by cell. A date may be a date of the program.
func (r *rows) line(in xlsx.Row) (x row) {
	x.line = in.Number
	length := 0
	for _, c := range in.Cells {
		field := slices.Index(r.columns[:], c.Column-1)
		switch length += len(c.Text); {
		case field < 0:
			x.wrong = append(x.wrong, Fault{Line: in.Number, Cell: xlsx.CellName(c.Column, in.Number), Text: errOutside})
			continue
		case c.Formula:
			x.wrong = append(x.wrong, r.fault(in.Number, field, errFormula))
		case c.Failed:
			x.wrong = append(x.wrong, r.fault(in.Number, field, errFailed))
		case length > longestRow:
			x.wrong = append(x.wrong, r.fault(in.Number, field, errRow))
		}
		x.cells[field] = strings.TrimSpace(c.Text)
		if day, ok := xlsx.Day(c.Text); ok && c.Number && len(c.Text) >= 5 && fields[field] == "date" { // a bare year is no date
			x.cells[field] = day.Format(time.DateOnly)
		}
	}
	return x
}
