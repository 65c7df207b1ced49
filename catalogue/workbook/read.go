package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"diwan.example/gov"
)

// The bounds of a workbook beside its size: what it may grow to when it is
// unpacked, its files, and the letters that cells share.
const (
	largestUnpacked = 256 << 20
	mostFiles       = 2000
	largestShared   = 64 << 20
)

var (
	errNoWorkbook = gov.Fail(gov.Invalid, "هذا الملف ليس مصنف Excel بصيغة xlsx. احفظه بهذه الصيغة ثم أعده", "This file is no Excel workbook of the kind xlsx. Save it as one and give it again").At("file")
	errOldKind    = gov.Fail(gov.Invalid, "هذا الملف بصيغة قديمة أو محمي بكلمة مرور. احفظه بصيغة xlsx من غير كلمة مرور", "This file is of an old kind or protected by a password. Save it as xlsx without a password").At("file")
	errMacros     = gov.Fail(gov.Invalid, "في المصنف برامج (macros). احفظه بصيغة xlsx من غيرها", "The workbook holds macros. Save it as xlsx without them").At("file")
	errBomb       = gov.Fail(gov.Invalid, "يكبر هذا الملف عند فكه أكثر من المسموح، فلم نقرأه", "This file grows beyond what is allowed when it is unpacked, so it was not read").At("file")
	errDamaged    = gov.Fail(gov.Invalid, "المصنف تالف وتعذرت قراءته", "The workbook is damaged and could not be read").At("file")
	errTooLarge   = gov.Fail(gov.Invalid, "المصنف أكبر من 64 ميغابايت", "The workbook is larger than 64 megabytes").At("file")
	errTooLong    = gov.Fail(gov.Invalid, "في المصنف ورقة فيها أكثر من عشرين ألف سطر", "A sheet of the workbook has more than twenty thousand rows").At("file")
)

// raw is a sheet as it stands in the file.
type raw struct {
	name string
	rows []rawRow
}

type rawRow struct {
	number int
	cells  []rawCell
}

type rawCell struct {
	column  int // from 1
	text    string
	number  bool // text is a number
	formula bool
	failed  bool // it shows an error, such as #REF!
}

// filled reports whether the sheet holds anything.
func (s *raw) filled() bool {
	for _, r := range s.rows {
		for _, c := range r.cells {
			if strings.TrimSpace(c.text) != "" || c.formula {
				return true
			}
		}
	}
	return false
}

// reader reads an .xlsx file part by part, counting what it unpacks to.
type reader struct {
	zip    *zip.Reader
	left   int64
	shared []string
}

// open reads the sheets of a workbook. Errors: Invalid.
func open(src io.ReaderAt, size int64) ([]raw, error) {
	if size > Largest {
		return nil, errTooLarge
	}
	begin := make([]byte, 8)
	if _, err := src.ReadAt(begin, 0); err != nil && err != io.EOF {
		return nil, gov.Wrap(err, "read a workbook")
	}
	if bytes.Equal(begin, []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}) { // OLE 2, [MS-CFB] 2.2
		return nil, errOldKind
	}
	z, err := zip.NewReader(src, size)
	if err != nil {
		return nil, errNoWorkbook.Because(err)
	}
	r := &reader{zip: z, left: largestUnpacked}
	if err := r.check(); err != nil {
		return nil, err
	}
	list, err := r.sheets()
	var known *gov.Error
	if err != nil && !errors.As(err, &known) {
		err = errDamaged.Because(err)
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
		if f.UncompressedSize64 > largestUnpacked || sum > largestUnpacked {
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

func (r *reader) sheets() (out []raw, err error) {
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
		s := raw{name: x.name}
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
		if size += len(s); size > largestShared {
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

func (r *reader) rows(name string, s *raw) error {
	return r.each(name, func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "row":
			n, err := strconv.Atoi(attribute(e, "r"))
			if err != nil { // without a number it follows the one before
				n = 1
				if len(s.rows) > 0 {
					n = s.rows[len(s.rows)-1].number + 1
				}
			}
			s.rows = append(s.rows, rawRow{number: n})
		case "c":
			if len(s.rows) == 0 {
				return errDamaged
			}
			c, err := r.cell(d, e)
			row := &s.rows[len(s.rows)-1]
			if c.column == 0 {
				c.column = len(row.cells) + 1
			}
			if strings.TrimSpace(c.text) != "" || c.formula || c.failed {
				if row.number > mostRows {
					return errTooLong
				}
				row.cells = append(row.cells, c)
			}
			return err
		}
		return nil
	})
}

// cell reads one cell. ISO/IEC 29500-1, 18.3.1.4.
func (r *reader) cell(d *xml.Decoder, e xml.StartElement) (c rawCell, err error) {
	c.column = columnOf(attribute(e, "r"))
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
				c.formula = true
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

func (r *reader) valued(c *rawCell, kind, value string) {
	switch kind {
	case "s":
		if n, err := strconv.Atoi(value); err == nil && n >= 0 && n < len(r.shared) {
			c.text = r.shared[n]
		}
	case "b":
		c.text = map[string]string{"1": "yes", "0": "no"}[value]
	case "e":
		c.text, c.failed = value, true
	case "str", "inlineStr", "d":
		c.text = value
	default:
		c.text, c.number = value, value != ""
		if f, err := strconv.ParseFloat(value, 64); err == nil {
			c.text = strconv.FormatFloat(f, 'f', -1, 64)
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
