// Package xlsx reads Excel workbooks (ISO/IEC 29500, .xlsx) that anybody may have
// sent: within bounds, without macros, and without looking at anything but the cells.
package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
)

// Limits are what a workbook may hold at most.
type Limits struct {
	Bytes int64 // of the file
	Rows  int   // of each sheet
}

// LargestUnpacked is what a workbook may grow to when it is unpacked.
const LargestUnpacked = 256 << 20

// The other bounds of every workbook: its files, the texts that cells share with
// their letters, and the cells that hold something.
const (
	mostFiles     = 2000
	mostShared    = 2_000_000
	largestShared = 64 << 20
	mostCells     = 4_000_000
)

var (
	errNoWorkbook = gov.Fail(gov.Invalid, "هذا الملف ليس مصنف Excel بصيغة xlsx. احفظه بهذه الصيغة ثم أعده", "This file is no Excel workbook of the kind xlsx. Save it as one and give it again").At("file")
	errOldKind    = gov.Fail(gov.Invalid, "هذا الملف بصيغة قديمة أو محمي بكلمة مرور. احفظه بصيغة xlsx من غير كلمة مرور", "This file is of an old kind or protected by a password. Save it as xlsx without a password").At("file")
	errMacros     = gov.Fail(gov.Invalid, "في المصنف برامج (macros). احفظه بصيغة xlsx من غيرها", "The workbook holds macros. Save it as xlsx without them").At("file")
	errBomb       = gov.Fail(gov.Invalid, "يكبر هذا الملف عند فكه أكثر من المسموح، فلم نقرأه", "This file grows beyond what is allowed when it is unpacked, so it was not read").At("file")
)

// ErrDamaged says that a workbook cannot be read.
var ErrDamaged = gov.Fail(gov.Invalid, "المصنف تالف وتعذرت قراءته", "The workbook is damaged and could not be read").At("file")

func tooLarge(l Limits) error {
	return gov.Fail(gov.Invalid, fmt.Sprintf("المصنف أكبر من %d ميغابايت", l.Bytes>>20), fmt.Sprintf("The workbook is larger than %d megabytes", l.Bytes>>20)).At("file")
}

func tooLong(l Limits) error {
	return gov.Fail(gov.Invalid, fmt.Sprintf("في المصنف ورقة تتجاوز أسطرها %d", l.Rows), fmt.Sprintf("A sheet of the workbook has more than %d rows", l.Rows)).At("file")
}

// Sheet is a sheet as it stands in the file.
type Sheet struct {
	Name string
	Rows []Row
}

// Row is a row of a sheet, by its number from 1; empty rows and cells are left out.
type Row struct {
	Number int
	Cells  []Cell
}

// Cell is what one cell shows.
type Cell struct {
	Column  int // from 1
	Text    string
	Number  bool // the text is a number
	Formula bool
	Failed  bool // it shows an error, such as #REF!
}

// Filled reports whether the sheet holds anything.
func (s *Sheet) Filled() bool {
	for _, r := range s.Rows {
		for _, c := range r.Cells {
			if strings.TrimSpace(c.Text) != "" || c.Formula {
				return true
			}
		}
	}
	return false
}

// Is reports whether the first bytes of a file are those of a workbook, of the kind
// that is read here or of the old one, which Open refuses with a word.
func Is(begin []byte) bool {
	return bytes.HasPrefix(begin, []byte("PK\x03\x04")) || bytes.HasPrefix(begin, old)
}

// old is what workbooks of the old kind and those with a password begin with:
// OLE 2, [MS-CFB] 2.2.
var old = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

// CellName is "C7" for the third column of the seventh row.
func CellName(column, row int) string {
	name := ""
	for ; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name + strconv.Itoa(row)
}

// Day reads a date that Excel keeps as a number of days since 1899-12-30; false when
// it is none.
func Day(s string) (time.Time, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 61 || f > 2958465 { // after the day that never was, 1900-02-29; until 9999-12-31
		return time.Time{}, false
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(f)), true
}

// reader reads an .xlsx file part by part, counting what it unpacks to.
type reader struct {
	zip    *zip.Reader
	left   int64
	shared []string
	cells  int // that hold something
	limits Limits
}

// Open reads the sheets of a workbook. Errors: Invalid.
func Open(src io.ReaderAt, size int64, l Limits) ([]Sheet, error) {
	if size > l.Bytes {
		return nil, tooLarge(l)
	}
	begin := make([]byte, 8)
	if _, err := src.ReadAt(begin, 0); err != nil && err != io.EOF {
		return nil, gov.Wrap(err, "read a workbook")
	}
	if bytes.Equal(begin, old) {
		return nil, errOldKind
	}
	z, err := zip.NewReader(src, size)
	if err != nil {
		return nil, errNoWorkbook.Because(err)
	}
	r := &reader{zip: z, left: LargestUnpacked, limits: l}
	if err := r.check(); err != nil {
		return nil, err
	}
	list, err := r.sheets()
	var known *gov.Error
	if err != nil && !errors.As(err, &known) {
		err = ErrDamaged.Because(err)
	}
	return list, err
}

// check looks at the list of files before any is unpacked.
func (r *reader) check() error {
	if len(r.zip.File) > mostFiles {
		return errBomb
	}
	sum, found := uint64(0), false
	for _, f := range r.zip.File {
		sum += f.UncompressedSize64
		if f.UncompressedSize64 > LargestUnpacked || sum > LargestUnpacked {
			return errBomb
		}
		if path.Base(f.Name) == "vbaProject.bin" {
			return errMacros
		}
		found = found || f.Name == "xl/workbook.xml"
	}
	if !found {
		return errNoWorkbook
	}
	return nil
}

// part opens one file of the workbook; nil when there is none. It may unpack to
// no more than what is left for the whole.
func (r *reader) part(name string) (io.ReadCloser, error) {
	for _, f := range r.zip.File {
		if f.Name == name {
			in, err := f.Open()
			return &metered{in, r}, err
		}
	}
	return nil, nil
}

// metered counts what is unpacked, whatever the file says about its size.
type metered struct {
	io.ReadCloser
	r *reader
}

// Read implements io.Reader.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	if m.r.left -= int64(n); m.r.left < 0 {
		return 0, errBomb
	}
	return n, err
}

// each calls fn with a decoder for a file of the workbook and every element that
// begins in it.
func (r *reader) each(name string, fn func(d *xml.Decoder, e xml.StartElement) error) error {
	in, err := r.part(name)
	if err != nil || in == nil {
		return err
	}
	defer in.Close()
	d := xml.NewDecoder(in)
	for {
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := fn(d, e); err != nil {
				return err
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (r *reader) sheets() (out []Sheet, err error) {
	targets := map[string]string{}
	err = r.each("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" {
			t := attribute(e, "Target")
			if !strings.HasPrefix(t, "/") {
				t = path.Join("xl", t)
			}
			targets[attribute(e, "Id")] = strings.TrimPrefix(t, "/")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := r.strings(); err != nil {
		return nil, err
	}
	type named struct{ name, target string }
	var list []named
	err = r.each("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "sheet" {
			list = append(list, named{attribute(e, "name"), targets[attribute(e, "id")]})
		}
		return nil
	})
	if err != nil || len(list) == 0 || len(list) > 100 {
		return nil, errors.Join(err, errNoWorkbook)
	}
	for _, x := range list {
		s := Sheet{Name: x.name}
		if err := r.rows(x.target, &s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// strings reads the texts that cells share.
func (r *reader) strings() error {
	size := 0
	return r.each("xl/sharedStrings.xml", func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		s, err := words(d)
		if size += len(s); size > largestShared || len(r.shared) == mostShared {
			return errBomb
		}
		r.shared = append(r.shared, s)
		return err
	})
}

// words gathers the text inside an element, without what is only a hint on how
// to pronounce it.
func words(d *xml.Decoder) (string, error) {
	var b strings.Builder
	depth, quiet, text := 1, 0, false
	for depth > 0 {
		t, err := d.Token()
		if err != nil {
			return "", err
		}
		switch x := t.(type) {
		case xml.StartElement:
			depth++
			if x.Name.Local == "rPh" {
				quiet = depth
			}
			text = x.Name.Local == "t"
		case xml.EndElement:
			if depth == quiet {
				quiet = 0
			}
			depth--
			text = false
		case xml.CharData:
			if text && quiet == 0 {
				b.Write(x)
			}
		}
	}
	return b.String(), nil
}

// rows reads a sheet. Rows and cells that hold nothing take no room.
func (r *reader) rows(name string, s *Sheet) error {
	row, column := 0, 0 // where the reading is
	return r.each(name, func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "row":
			n, err := strconv.Atoi(attribute(e, "r"))
			if err != nil || n < 1 { // without a number it follows the one before
				n = row + 1
			}
			row, column = n, 0
		case "c":
			if row == 0 {
				return ErrDamaged
			}
			c, err := r.cell(d, e)
			if c.Column == 0 {
				c.Column = column + 1
			}
			column = c.Column
			if err != nil || strings.TrimSpace(c.Text) == "" && !c.Formula && !c.Failed {
				return err
			}
			return r.take(s, row, c)
		}
		return nil
	})
}

func (r *reader) take(s *Sheet, row int, c Cell) error {
	if row > r.limits.Rows {
		return tooLong(r.limits)
	}
	if r.cells++; r.cells > mostCells {
		return errBomb
	}
	if n := len(s.Rows); n == 0 || s.Rows[n-1].Number != row {
		s.Rows = append(s.Rows, Row{Number: row})
	}
	at := &s.Rows[len(s.Rows)-1]
	at.Cells = append(at.Cells, c)
	return nil
}

// cell reads one cell. ISO/IEC 29500-1, 18.3.1.4.
func (r *reader) cell(d *xml.Decoder, e xml.StartElement) (c Cell, err error) {
	c.Column = columnOf(attribute(e, "r"))
	kind, value := attribute(e, "t"), ""
	for {
		t, err := d.Token()
		if err != nil {
			return c, err
		}
		switch x := t.(type) {
		case xml.StartElement:
			switch x.Name.Local {
			case "f":
				c.Formula = true
				err = d.Skip()
			case "v":
				err = d.DecodeElement(&value, &x)
			case "is":
				value, err = words(d)
			default:
				err = d.Skip()
			}
			if err != nil {
				return c, err
			}
		case xml.EndElement:
			r.valued(&c, kind, value)
			return c, nil
		}
	}
}

func (r *reader) valued(c *Cell, kind, value string) {
	switch kind {
	case "s":
		if n, err := strconv.Atoi(value); err == nil && n >= 0 && n < len(r.shared) {
			c.Text = r.shared[n]
		}
	case "b":
		c.Text = map[string]string{"1": "yes", "0": "no"}[value]
	case "e":
		c.Text, c.Failed = value, true
	case "str", "inlineStr", "d":
		c.Text = value
	default:
		c.Text, c.Number = value, value != ""
		if f, err := strconv.ParseFloat(value, 64); err == nil {
			c.Text = strconv.FormatFloat(f, 'f', -1, 64)
		}
	}
}

// columnOf is the number of the column that a reference like "AB12" names; 0
// when it names none.
func columnOf(ref string) (n int) {
	for _, r := range ref {
		if r < 'A' || r > 'Z' {
			break
		}
		if n = n*26 + int(r-'A') + 1; n > 1<<20 {
			return 0
		}
	}
	return n
}
