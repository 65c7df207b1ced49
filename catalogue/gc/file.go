package gc

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"diwan.example/gov"
)

// Largest is how many bytes one file may have. The whole inventory has 3 MB.
const Largest = 64 << 20

// longest is how many characters one cell may have, as in a spreadsheet.
const longest = 32_767

// formula is how cells begin that a spreadsheet would compute: =A1, and
// @SUM(1), +cmd|… or -HYPERLINK(…), but not a list's "- first" or "+ tax".
var formula = regexp.MustCompile(`^(=|[@+-][A-Za-z]+[(|])`)

// mostNotes bounds how many errors are gathered before reading stops.
const mostNotes = 200

// file reads one CSV file row by row.
type file struct {
	name   string
	csv    *csv.Reader
	column map[string]int
	heads  []string
	row    []string
	wrong  []Note // reasons to refuse the file
	notes  []Note // what is left out
}

// open reads the header and holds it to the columns that are needed.
func open(name string, r io.Reader, needed []string) *file {
	f := &file{name: name, column: map[string]int{}}
	if tooLarge(r) {
		f.largest()
		return f
	}
	bounded := &limited{r: r, left: Largest}
	b := bufio.NewReaderSize(bounded, 64<<10)
	if bom, err := b.Peek(3); err == nil && string(bom) == "\uFEFF" {
		b.Discard(3)
	} else if err == nil && (string(bom[:2]) == "\xff\xfe" || string(bom[:2]) == "\xfe\xff") {
		f.refuse(1, "", "الملف ليس بترميز UTF-8", "The file is not in UTF-8")
		return f
	}
	f.csv = csv.NewReader(b)
	f.csv.ReuseRecord = true
	head, err := f.csv.Read()
	if err != nil {
		f.refuse(0, "", "الملف فارغ أو ليس ملف CSV", "The file is empty or no CSV file")
		return f
	}
	for i, h := range head {
		f.column[strings.TrimSpace(h)] = i
		f.heads = append(f.heads, strings.TrimSpace(h))
	}
	f.csv.FieldsPerRecord = len(head)
	f.header(head, needed)
	return f
}

// tooLarge reports whether a file on disk is too large, before any of it is read.
func tooLarge(r io.Reader) bool {
	on, ok := r.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return false
	}
	info, err := on.Stat()
	return err == nil && info.Size() > Largest
}

func (f *file) largest() {
	f.refuse(0, "", fmt.Sprintf("الملف أكبر من %d ميغابايت، والدليل كله نحو 3", Largest>>20), fmt.Sprintf("The file is larger than %d MB; the whole inventory has some 3", Largest>>20))
}

// header says what is wrong with a header in the words that help most.
func (f *file) header(head, needed []string) {
	var lacks []string
	for _, n := range needed {
		if _, ok := f.column[n]; !ok {
			lacks = append(lacks, n)
		}
	}
	if len(lacks) == 0 {
		return
	}
	if len(head) == 1 && strings.ContainsAny(head[0], ";\t|") {
		f.refuse(1, "", "الأعمدة مفصولة بغير الفاصلة اللاتينية (,)؛ احفظ الملف بصيغة CSV مفصولًا بها", "The columns are not separated by commas; save the file as comma-separated CSV")
		return
	}
	if len(lacks) > len(needed)/2 {
		f.refuse(1, "", "ليس هذا الملف المطلوب: أعمدته غير أعمدة قائمة الخدمات الكندية", "This is another file: its columns are not those of the Government of Canada's inventory")
		return
	}
	f.refuse(1, "", "أعمدة ناقصة: "+strings.Join(lacks, "، "), "Columns are missing: "+strings.Join(lacks, ", "))
}

// limited ends a file that is too large with an error.
type limited struct {
	r    io.Reader
	left int64
}

var errTooLarge = errors.New("too large")

func (l *limited) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// next reads a row; false at the end, or when too much is wrong.
func (f *file) next() bool {
	if len(f.wrong) >= mostNotes || len(f.column) == 0 || f.csv == nil {
		return false
	}
	row, err := f.csv.Read()
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return false
	case errors.Is(err, errTooLarge):
		f.largest()
		return false
	case errors.Is(err, csv.ErrFieldCount):
		f.refuse(f.at(0), "", "عدد خلايا السطر ليس عدد الأعمدة", "The row has not as many cells as there are columns")
		f.row = nil
		return true
	case errors.As(err, &parse):
		f.refuse(parse.Line, "", "علامات الاقتباس في السطر غير صحيحة", "The quotation marks of the row are wrong")
		return false
	case err != nil:
		f.refuse(0, "", "تعذرت قراءة الملف", "The file cannot be read")
		return false
	}
	f.row = row
	return f.cells()
}

// cells holds every cell of the row to what any cell may be; false when nothing
// of the file can be trusted.
func (f *file) cells() bool {
	for i, cell := range f.row {
		switch {
		case !utf8.ValidString(cell):
			f.refuse(f.at(i), "", "الملف ليس بترميز UTF-8", "The file is not in UTF-8")
			return false
		case formula.MatchString(strings.TrimSpace(cell)):
			f.refuse(f.at(i), f.heads[i], "في الخلية معادلة. اكتب القيمة نفسها", "The cell holds a formula. Write the value itself")
		case len(cell) > longest && utf8.RuneCountInString(cell) > longest:
			f.refuse(f.at(i), f.heads[i], fmt.Sprintf("في الخلية أكثر من %d حرف", longest), fmt.Sprintf("The cell has more than %d characters", longest))
		}
	}
	return true
}

// usable are the columns without which a row says nothing; a row that has none
// of them is an empty line.
func (f *file) empty() bool {
	return f.row == nil || !slices.ContainsFunc(f.row, func(s string) bool { return strings.TrimSpace(s) != "" })
}

func (f *file) at(i int) int {
	line, _ := f.csv.FieldPos(i)
	return line
}

func (f *file) line(column string) int { return f.at(f.column[column]) }

func (f *file) get(column string) string {
	i, ok := f.column[column]
	if !ok {
		return ""
	}
	s, _ := gov.CleanText(strings.TrimSpace(f.row[i]))
	return s
}

// text is a cell in both languages, named column_en and column_fr.
func (f *file) text(column string) gov.Text {
	t := gov.Text{}
	for _, l := range languages {
		if s := f.get(column + "_" + string(l)); said(s) {
			t[l] = s
		}
	}
	return t
}

func (f *file) refuse(line int, column, ar, en string) {
	f.wrong = append(f.wrong, Note{f.name, line, column, gov.T(ar, en)})
}

func (f *file) note(column, ar, en string) {
	f.notes = append(f.notes, Note{f.name, f.line(column), column, gov.T(ar, en)})
}

// needs is a cell that must be there.
func (f *file) needs(column string) string {
	s := f.get(column)
	if s == "" {
		f.refuse(f.line(column), column, "الخلية فارغة", "The cell is empty")
	}
	return s
}

// word is a cell with one of a few values.
func (f *file) word(column string, allowed ...string) string {
	s := f.get(column)
	if !slices.Contains(allowed, s) {
		f.refuse(f.line(column), column, fmt.Sprintf("«%s» ليست من القيم: %s", short(s), strings.Join(allowed, " ")), fmt.Sprintf("“%s” is not one of: %s", short(s), strings.Join(allowed, " ")))
	}
	return s
}

// number is a cell with a whole number; nil where it says NA, ND or nothing.
func (f *file) number(column string) *int64 {
	s := f.get(column)
	if s == "" || s == notApplicable || s == noData {
		return nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		f.refuse(f.line(column), column, fmt.Sprintf("«%s» ليس عددًا صحيحًا ولا NA ولا ND", short(s)), fmt.Sprintf("“%s” is no whole number, nor NA, nor ND", short(s)))
		return nil
	}
	return &n
}

// The words of the file for what is not there.
const (
	notApplicable = "NA"
	noData        = "ND"
)

// said reports whether a cell of free text says anything: people write "not
// applicable" in many ways.
func said(s string) bool {
	switch strings.ToUpper(strings.Trim(s, ". ")) {
	case "", "NA", "N/A", "ND", "S.O", "SO", "S/O", "NOT APPLICABLE", "NON APPLICABLE", "SANS OBJET":
		return false
	}
	return true
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// list takes a cell of codes apart.
func list(s string) (out []string) {
	for _, p := range strings.Split(s, ",") {
		if p = strings.TrimSpace(p); p != "" && p != notApplicable && p != noData {
			out = append(out, p)
		}
	}
	return out
}
