package pades

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"strconv"
	"unicode/utf16"

	"diwan.example/gov"
)

// The bounds of a file.
const (
	Largest     = 10 << 20 // bytes of a file that is checked
	mostTables  = 64       // updates of a file
	mostUnpack  = 4 << 20  // bytes of a stream that is unpacked
	mostObjects = 1 << 20
)

var (
	errPDF   = gov.Fail(gov.Invalid, "ليس الملف ملف PDF يمكن قراءته", "The file is not a PDF that can be read")
	errLarge = gov.Fail(gov.Invalid, "الملف أكبر من عشرة ميغابايت", "The file is larger than ten megabytes")
	errCrypt = gov.Fail(gov.Invalid, "الملف محمي بكلمة مرور، ولا يمكن التحقق منه", "The file is protected by a password and cannot be checked")
)

// file is a PDF with a plain cross-reference table, read on demand. Nothing in it
// is believed.
type file struct {
	b       []byte
	offsets map[int]int // object number → where it begins
	trailer *dict       // of the last update
	start   int         // of the last cross-reference table
	work    int         // bytes that may still be looked at
}

// open reads the tables of a file, the newest first. Errors: Invalid.
func open(b []byte) (*file, error) {
	if len(b) > Largest {
		return nil, errLarge
	}
	f := &file{b: b, offsets: map[int]int{}, work: 4*len(b) + 1<<20}
	tail := b[max(0, len(b)-1100):]
	i := bytes.LastIndex(tail, []byte("startxref"))
	if !bytes.HasPrefix(b, []byte("%PDF-")) || i < 0 {
		return nil, errPDF
	}
	l := lexer{tail, i + len("startxref")}
	l.skip()
	at, err := strconv.Atoi(l.word())
	if err != nil {
		return nil, errPDF.Because(err)
	}
	f.start = at
	seen := map[int]bool{}
	for more := true; more; {
		if seen[at] || len(seen) == mostTables {
			return nil, errPDF.Because(errWork)
		}
		seen[at] = true
		if at, more, err = f.table(at); err != nil {
			return nil, errPDF.Because(err)
		}
	}
	if f.trailer.is["Encrypt"] != nil {
		return nil, errCrypt
	}
	return f, nil
}

// table reads one table and its trailer; next is where the one before it stands.
func (f *file) table(at int) (next int, more bool, err error) {
	if at < 0 || at >= len(f.b) {
		return 0, false, errSyntax
	}
	l := lexer{f.b, at}
	defer func() { f.work -= max(0, l.at-at) }()
	if !l.take("xref") {
		return 0, false, errors.New("pades: a compressed cross-reference table")
	}
	for !l.take("trailer") {
		if err := f.section(&l); err != nil {
			return 0, false, err
		}
	}
	v, err := l.value(0)
	t, ok := v.(*dict)
	if err != nil || !ok || t.is["XRefStm"] != nil {
		return 0, false, errors.Join(errSyntax, err)
	}
	if f.trailer == nil {
		f.trailer = t
	}
	prev, more := whole(t.is["Prev"])
	return prev, more, f.spent()
}

func (f *file) spent() error {
	if f.work < 0 {
		return errWork
	}
	return nil
}

// section reads lines "offset generation n" of consecutive objects.
func (f *file) section(l *lexer) error {
	l.skip()
	first, err1 := strconv.Atoi(l.word())
	l.skip()
	count, err2 := strconv.Atoi(l.word())
	if err1 != nil || err2 != nil || first < 0 || count < 0 || first+count > mostObjects {
		return errSyntax
	}
	for n := first; n < first+count; n++ {
		l.skip()
		at, err := strconv.Atoi(l.word())
		l.skip()
		l.word()
		l.skip()
		kind := l.word()
		if err != nil || kind != "n" && kind != "f" {
			return errSyntax
		}
		if _, newer := f.offsets[n]; !newer {
			if kind == "f" {
				at = -1
			}
			f.offsets[n] = at
		}
	}
	return nil
}

func whole(v any) (int, bool) {
	f, ok := v.(float64)
	return int(f), ok && f == float64(int(f)) && f >= 0
}

// object is one object: its value, and where the value and what follows it begin.
func (f *file) object(r ref) (v any, start, end int, err error) {
	at, ok := f.offsets[r.number]
	if !ok || at < 0 {
		return nil, 0, 0, nil
	}
	if at >= len(f.b) {
		return nil, 0, 0, errSyntax
	}
	l := lexer{f.b, at}
	defer func() { f.work -= max(0, l.at-at) + 16 }()
	l.skip()
	n, err1 := strconv.Atoi(l.word())
	l.skip()
	g, err2 := strconv.Atoi(l.word())
	if err := errors.Join(err1, err2); err != nil || n != r.number || g != r.generation || !l.take("obj") {
		return nil, 0, 0, errSyntax
	}
	l.skip()
	start = l.at
	if v, err = l.value(0); err != nil {
		return nil, 0, 0, err
	}
	return v, start, l.at, f.spent()
}

// follow is the value that v refers to.
func (f *file) follow(v any) any {
	for range 8 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		var err error
		if v, _, _, err = f.object(r); err != nil {
			return nil
		}
	}
	return nil
}

// dict is the dictionary that v is or refers to; an empty one when it is none.
func (f *file) dict(v any) *dict {
	if d, ok := f.follow(v).(*dict); ok {
		return d
	}
	return &dict{is: map[name]any{}, spans: map[name][2]int{}}
}

func (f *file) list(v any) []any {
	l, _ := f.follow(v).([]any)
	return l
}

// words is a text string for people: UTF-16 with a mark, UTF-8 with a mark, or bytes.
func (f *file) words(v any) string {
	t, _ := f.follow(v).(text)
	s := string(t)
	switch {
	case len(s) >= 2 && s[:2] == "\xfe\xff":
		var u []uint16
		for i := 2; i+1 < len(s); i += 2 {
			u = append(u, uint16(s[i])<<8|uint16(s[i+1]))
		}
		s = string(utf16.Decode(u))
	case len(s) >= 3 && s[:3] == "\xef\xbb\xbf":
		s = s[3:]
	default:
		r := make([]rune, 0, len(s))
		for _, c := range []byte(s) {
			r = append(r, rune(c))
		}
		s = string(r)
	}
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300])
	}
	s, _ = gov.CleanText(s)
	return s
}

var errStream = errors.New("pades: a stream that cannot be unpacked")

// stream unpacks a stream: as it is, or deflated, within the bound.
func (f *file) stream(r ref) ([]byte, error) {
	v, _, end, err := f.object(r)
	d, ok := v.(*dict)
	if err != nil || !ok {
		return nil, errors.Join(errStream, err)
	}
	n, ok := whole(f.follow(d.is["Length"]))
	l := lexer{f.b, end}
	if !ok || !l.take("stream") {
		return nil, errStream
	}
	l.at += bytes.IndexByte(f.b[l.at:min(len(f.b), l.at+2)], '\n') + 1
	if n > len(f.b)-l.at {
		return nil, errStream
	}
	raw := f.b[l.at : l.at+n]
	after := lexer{f.b, l.at + n}
	if f.work -= n; f.spent() != nil || !after.take("endstream") {
		return nil, errStream
	}
	switch filter := f.follow(d.is["Filter"]).(type) {
	case nil:
		return raw, nil
	case name:
		if filter == "FlateDecode" && d.is["DecodeParms"] == nil {
			return f.inflate(raw)
		}
	}
	return nil, errStream
}

func (f *file) inflate(raw []byte) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, errStream
	}
	out, err := io.ReadAll(io.LimitReader(z, mostUnpack+1))
	if f.work -= len(out); err != nil || len(out) > mostUnpack || f.spent() != nil {
		return nil, errStream
	}
	return out, nil
}

// Attachment is a file that a PDF carries.
type Attachment struct {
	Name string
	Data []byte
}

// Attachments are the files that a PDF carries, at most twenty. What cannot be read
// is left out. Errors: Invalid when the PDF itself cannot be read.
func Attachments(pdf []byte) ([]Attachment, error) {
	f, err := open(pdf)
	if err != nil {
		return nil, err
	}
	var out []Attachment
	f.attached(f.dict(f.dict(f.trailer.is["Root"]).is["Names"]).is["EmbeddedFiles"], 0, &out)
	return out, nil
}

func (f *file) attached(node any, depth int, out *[]Attachment) {
	d := f.dict(node)
	if depth > 4 || f.spent() != nil {
		return
	}
	for _, kid := range f.list(d.is["Kids"]) {
		f.attached(kid, depth+1, out)
	}
	names := f.list(d.is["Names"])
	for i := 0; i+1 < len(names) && len(*out) < 20; i += 2 {
		spec := f.dict(names[i+1])
		r, ok := f.dict(spec.is["EF"]).is["F"].(ref)
		if !ok {
			continue
		}
		if data, err := f.stream(r); err == nil {
			title := spec.is["UF"]
			if title == nil {
				title = spec.is["F"]
			}
			*out = append(*out, Attachment{f.words(title), data})
		}
	}
}
