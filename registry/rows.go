package registry

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"diwan.example/gov"
)

// The bounds of a row: what is larger is no row of a registry.
const (
	longestRow = 64 << 10 // bytes
	tallestRow = 50       // lines, for cells with line breaks
)

// rows reads a CSV file (RFC 4180) row by row in flat memory. It knows the byte
// and the line at which the next row begins, and goes on after a wrong row.
type rows struct {
	r     *bufio.Reader
	place int64 // of the next row
	line  int64 // of the next row, from 1
	cells []string
}

// row is one row with the line at which it began. wrong says why it cannot be used.
type row struct {
	line  int64
	cells []string
	wrong gov.Text
}

var (
	wrongQuotes = gov.T("علامات الاقتباس في السطر غير صحيحة", "The quotation marks of the row are wrong")
	wrongLong   = gov.T("السطر أطول من 64 كيلوبايت", "The row is longer than 64 KB")
	wrongUTF8   = gov.T("السطر ليس بترميز UTF-8", "The row is not in UTF-8")
)

func newRows(r io.Reader, place, line int64) *rows {
	return &rows{r: bufio.NewReaderSize(r, 256<<10), place: place, line: line}
}

// next reads the next row that is not empty. Error: io.EOF, or why the file
// cannot be read.
func (s *rows) next() (row, error) {
	for {
		out := row{line: s.line}
		first, whole, err := s.record()
		if err != nil {
			return out, err
		}
		if len(first) >= longestRow {
			out.wrong = wrongLong
			return out, s.skipLine()
		}
		blank := len(bytes.TrimSpace(whole)) == 0
		take := whole
		if out.cells, out.wrong = s.read(whole); out.wrong != nil {
			take = first // what follows may be right
		}
		s.place, s.line = s.place+int64(len(take)), s.line+max(1, int64(bytes.Count(take, lineEnd)))
		s.r.Discard(len(take))
		if !blank {
			return out, nil
		}
	}
}

// record gives what comes next without taking it: a line, and with it the
// further lines of the row, as a quoted cell may hold line breaks. When its quotes
// never close the row is the line alone.
func (s *rows) record() (first, whole []byte, err error) {
	first, err = s.peekLine(0)
	if len(first) == 0 {
		return nil, nil, orElse(err, io.EOF)
	}
	taken, lines := len(first), 1
	for open := bytes.Count(first, quote)%2 == 1; open; lines++ { // until a line closes it
		more, _ := s.peekLine(taken)
		if len(more) == 0 || lines == tallestRow || taken+len(more) > longestRow {
			taken = len(first)
			break
		}
		taken += len(more)
		open = bytes.Count(more, quote)%2 == 0
	}
	whole, _ = s.r.Peek(taken)
	return whole[:min(len(whole), len(first))], whole, nil
}

// read takes a row apart, or says what is wrong with it.
func (s *rows) read(whole []byte) ([]string, gov.Text) {
	if !utf8.Valid(whole) {
		return nil, wrongUTF8
	}
	cells, ok := s.split(string(whole))
	if !ok {
		return nil, wrongQuotes
	}
	return cells, nil
}

var lineEnd = []byte{'\n'}

var quote = []byte{'"'}

// peekLine gives the line that begins at an offset of what comes next, with its
// end, without taking it; at most longestRow bytes of it.
func (s *rows) peekLine(from int) ([]byte, error) {
	for n := from + 512; ; n *= 2 {
		n = min(n, from+longestRow)
		b, err := s.r.Peek(n)
		if len(b) <= from {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return nil, err
		}
		if i := bytes.IndexByte(b[from:], '\n'); i >= 0 {
			return b[from : from+i+1], nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if err != nil || n == from+longestRow {
			return b[from:], nil
		}
	}
}

// skipLine takes a line of any length.
func (s *rows) skipLine() error {
	for {
		b, err := s.r.ReadSlice('\n')
		s.place += int64(len(b))
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		s.line++
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
}

// split takes a row apart. The slice is used again for the next row.
func (s *rows) split(whole string) ([]string, bool) {
	whole = strings.TrimRight(whole, "\r\n")
	s.cells = s.cells[:0]
	for {
		if !strings.HasPrefix(whole, `"`) {
			cell, rest, more := strings.Cut(whole, ",")
			if strings.Contains(cell, `"`) {
				return nil, false
			}
			s.cells = append(s.cells, cell)
			if !more {
				return s.cells, true
			}
			whole = rest
			continue
		}
		cell, rest, ok := quoted(whole[1:])
		if !ok {
			return nil, false
		}
		s.cells = append(s.cells, cell)
		if rest == "" {
			return s.cells, true
		}
		if whole, ok = strings.CutPrefix(rest, ","); !ok {
			return nil, false
		}
	}
}

// quoted reads a cell up to its closing mark; two marks are one.
func quoted(s string) (cell, rest string, ok bool) {
	doubled := false
	for i := 0; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		cell, rest = s[:i], s[i+1:]
		if doubled {
			cell = strings.ReplaceAll(cell, `""`, `"`)
		}
		return cell, rest, true
	}
	return "", "", false
}
