package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"sync"
	"unicode/utf16"
)

// file is a PDF in the making: numbered objects, then a plain cross-reference
// table. The table stays plain so that a signature can be appended later as an
// incremental update (ISO 32000-1 §7.5.6) without touching these bytes.
type file struct {
	objects    [][]byte
	root, info int
}

// reserve takes the next object number, to be set later.
func (f *file) reserve() int {
	f.objects = append(f.objects, nil)
	return len(f.objects)
}

func (f *file) set(id int, format string, args ...any) {
	f.objects[id-1] = fmt.Appendf(nil, format, args...)
}

func (f *file) add(format string, args ...any) int {
	id := f.reserve()
	f.set(id, format, args...)
	return id
}

// stream adds a compressed stream; dict holds entries besides length and filter.
func (f *file) stream(dict string, data []byte) int {
	z := deflate(data)
	return f.add("<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream", dict, len(z), z)
}

// raw adds a stream as it is.
func (f *file) raw(dict string, data []byte) int {
	return f.add("<<%s/Length %d>>stream\n%s\nendstream", dict, len(data), data)
}

var compressors = sync.Pool{New: func() any { return zlib.NewWriter(io.Discard) }}

func deflate(data []byte) []byte {
	var out bytes.Buffer
	z := compressors.Get().(*zlib.Writer)
	z.Reset(&out)
	z.Write(data) // a bytes.Buffer never fails
	z.Close()
	compressors.Put(z)
	return out.Bytes()
}

// write puts header, objects, cross-reference table and trailer into w at once.
func (f *file) write(w io.Writer) error {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	offsets := make([]int, len(f.objects))
	for i, o := range f.objects {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n", i+1)
		out.Write(o)
		out.WriteString("\nendobj\n")
	}
	id := sha256.Sum256(out.Bytes())
	at := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(offsets)+1, f.root, f.info, id[:16], id[:16], at)
	_, err := w.Write(out.Bytes())
	return err
}

// utf16hex writes s as UTF-16BE in hexadecimal.
func utf16hex(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = be.AppendUint16(b, u)
	}
	return fmt.Sprintf("%X", b)
}

// textString writes s as a PDF text string.
func textString(s string) string { return "<FEFF" + utf16hex(s) + ">" }
