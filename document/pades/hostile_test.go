package pades_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/document/pades"
	"diwan.example/gov"
	"diwan.example/internal/effort"
	"diwan.example/internal/pdf"
)

// later appends an update to a file that puts another thing in place of an object.
func later(b []byte, number int, body string) []byte {
	at := len(b)
	out := slices.Concat(b, fmt.Appendf(nil, "%d 0 obj\n%s\nendobj\n", number, body))
	xref := len(out)
	prev := b[bytes.LastIndex(b, []byte("startxref\n"))+len("startxref\n"):]
	prev = prev[:bytes.IndexByte(prev, '\n')]
	return fmt.Appendf(out, "xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size 900/Root 1 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n", number, at, prev, xref)
}

func TestWhatIsAddedAfterwardsIsFound(t *testing.T) {
	w := theWorld()
	b := signed(t, w.ec)
	for name, c := range map[string][]byte{
		"an update":             later(b, 5, "<</Type/Page>>"),
		"an update of a new":    later(b, 500, "<</Type/Page>>"),
		"a line":                append(bytes.Clone(b), '\n'),
		"another file":          append(bytes.Clone(b), b...),
		"two updates":           later(later(b, 5, "<<>>"), 6, "<<>>"),
		"an end that is hidden": append(bytes.Clone(b), "%%EOF"...),
	} {
		all, err := pades.Verify(c)
		if err != nil || len(all) == 0 {
			t.Errorf("%s: %d signatures, %v", name, len(all), err)
			continue
		}
		if s := all[0]; s.Err != nil || !bytes.Equal(s.Revision, b) || s.Later.Bytes != len(c)-len(b) {
			t.Errorf("%s: %v %+v", name, s.Err, s.Later)
		}
		if holds(c, w) == nil {
			t.Errorf("%s: holds", name)
		}
	}
	all, _ := pades.Verify(later(later(b, 5, "<<>>"), 600, "<<>>"))
	if got := all[0].Later; got.Updates != 2 || got.Replaced != 1 || got.Added != 1 {
		t.Errorf("%+v", got)
	}
}

// Things put where no signature reaches: into its own place, or around it.
func TestHolesAreFound(t *testing.T) {
	w := theWorld()
	b := signed(t, w.ec)
	hole, end, raw := place(t, b)
	zeros := hole + 1 + 2*len(raw)
	with := func(at int, s string) []byte {
		c := bytes.Clone(b)
		copy(c[at:], s)
		return c
	}
	m := ranges.Find(b)
	ranged := func(s string) []byte {
		return bytes.Replace(b, m, []byte((s + strings.Repeat(" ", 99))[:len(m)]), 1)
	}
	wide := slices.Concat(b[:end-1], []byte("><</A(hidden)>>"), b[end-1:])
	for name, c := range map[string][]byte{
		"an object among the zeros": with(zeros+10, "\n9 0 obj<</A 1>>endobj\n"),
		"digits among the zeros":    with(zeros+10, "ff"),
		"white space":               with(zeros+10, "  "),
		"the end of the text":       with(zeros+10, ">"),
		"nothing in it":             slices.Concat(b[:hole], []byte("<"+strings.Repeat("0", end-hole-2)+">"), b[end:]),
		"a wider place":             wide,
		"a range that begins later": ranged(fmt.Sprintf("/ByteRange[9 %d %d %d]", hole-9, end, len(b)-end)),
		"a range that ends sooner":  ranged(fmt.Sprintf("/ByteRange[0 %d %d %d]", hole, end, len(b)-end-9)),
		"a range too long":          ranged(fmt.Sprintf("/ByteRange[0 %d %d %d]", hole, end, len(b)-end+9)),
		"a range of less":           ranged(fmt.Sprintf("/ByteRange[0 %d]", hole)),
		"a range without a hole":    ranged(fmt.Sprintf("/ByteRange[0 %d %d %d]", hole, hole, len(b)-hole)),
		"a range below zero":        ranged(fmt.Sprintf("/ByteRange[0 %d %d -1]", hole, end)),
		"a range of words":          ranged("/ByteRange[a b c d]"),
		"a range far beyond":        ranged("/ByteRange[0 99999999999999999999 1 1]"),
		"twice the same key":        bytes.Replace(b, []byte("/SubFilter/ETSI.CAdES.detached"), []byte("/Filter/X.CAdES.detached      "), 1),
	} {
		if holds(c, w) == nil {
			t.Errorf("%s: holds", name)
		}
	}
}

func TestOthersAreNotTrusted(t *testing.T) {
	w := theWorld()
	other := *w
	other.root = certificate("Somebody else", w.rsa.Key.Public(), nil, w.rsa.Key)
	if err := holds(signed(t, w.ec), &other); !errors.Is(err, pades.ErrUntrusted) && gov.KindOf(err) != gov.Denied {
		t.Errorf("another root: %v", err)
	}
	wrong := w.ec
	wrong.Chain = w.rsa.Chain
	if _, err := pades.Sign(t.Context(), plain(t), wrong); err == nil {
		t.Error("signed with a certificate of another key")
	}
	away := w.ec
	away.Stamp = func(context.Context, []byte) ([]byte, error) {
		return nil, gov.Fail(gov.Unavailable, "لا تجيب", "away")
	}
	if _, err := pades.Sign(t.Context(), plain(t), away); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("no timestamp: %v", err)
	}
	another := w.ec
	another.Stamp = func(ctx context.Context, _ []byte) ([]byte, error) { return w.time.Stamp(ctx, []byte("other")) }
	if holds(signed(t, another), w) == nil {
		t.Error("the timestamp of another thing was taken")
	}
	if _, err := pades.Sign(t.Context(), signed(t, w.ec), w.ec); gov.KindOf(err) != gov.Internal {
		t.Errorf("signed twice: %v", err)
	}
	big := w.ec
	big.Stamp = func(ctx context.Context, v []byte) ([]byte, error) {
		raw, err := w.time.Stamp(ctx, v)
		return append(raw, make([]byte, 9<<10)...), err
	}
	if b := signed(t, big); len(b) < 20<<10 {
		t.Error("a large token has no room")
	}
}

func TestMalformedFilesCostNothing(t *testing.T) {
	w := theWorld()
	b := signed(t, w.ec)
	var bomb bytes.Buffer
	z := zlib.NewWriter(&bomb)
	z.Write(make([]byte, 9<<20))
	z.Close()
	begun := effort.Spent()
	for name, c := range map[string][]byte{
		"nothing":            nil,
		"no PDF":             []byte("hello"),
		"too large":          make([]byte, pades.Largest+1),
		"only its name":      []byte("%PDF-1.7\n"),
		"all ranges":         append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("/ByteRange[0 1 2 3]"), 500_000)...),
		"all objects":        append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("1 0 obj"), 1_000_000)...),
		"all open":           append([]byte("%PDF-1.7\n1 0 obj"), bytes.Repeat([]byte("[<<"), 3_000_000)...),
		"all brackets":       append([]byte("%PDF-1.7\n1 0 obj<</ByteRange"), bytes.Repeat([]byte("("), 9_000_000)...),
		"tables in a circle": []byte("%PDF-1.7\nxref\n0 0\ntrailer\n<</Prev 9>>\nstartxref\n9\n%%EOF"),
		"a long table":       []byte("%PDF-1.7\nxref\n0 999999999\ntrailer\n<<>>\nstartxref\n9\n%%EOF"),
		"a bomb":             bombed(bomb.Bytes()),
		"its end cut":        b[:len(b)/2],
	} {
		all, err := pades.Verify(c)
		if err != nil && gov.KindOf(err) != gov.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		for _, s := range all {
			if s.Err == nil {
				t.Errorf("%s: a signature that holds", name)
			}
		}
		if list, _ := pades.Attachments(c); len(list) > 0 {
			t.Errorf("%s: %d attachments", name, len(list))
		}
	}
	if took := effort.Spent() - begun; took > 4*time.Second {
		t.Errorf("it took %s", took)
	}
	crypt := bytes.Replace(plain(t), []byte("/ID["), []byte("/Encrypt 1 0 R/ID["), 1)
	if _, err := pades.Verify(crypt); gov.KindOf(err) != gov.Invalid || !strings.Contains(err.Error(), "password") {
		t.Errorf("encrypted: %v", err)
	}
}

// bombed is a file with an attachment that never ends.
func bombed(z []byte) []byte {
	b := []byte("%PDF-1.7\n")
	var at []int
	for i, body := range []string{
		"<</Type/Catalog/Names<</EmbeddedFiles<</Names[(a)2 0 R(b)2 0 R]>>>>>>", "<</EF<</F 3 0 R>>/UF(a)>>",
		fmt.Sprintf("<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream", len(z), z),
	} {
		at = append(at, len(b))
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	xref := len(b)
	b = append(b, "xref\n0 4\n0000000000 65535 f \n"...)
	for _, n := range at {
		b = fmt.Appendf(b, "%010d 00000 n \n", n)
	}
	return fmt.Appendf(b, "trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", xref)
}

func FuzzVerify(f *testing.F) {
	w := theWorld()
	b := signed(f, w.ec)
	f.Add(b)
	f.Add(later(b, 5, "<<>>"))
	f.Add(bombed([]byte("x")))
	f.Fuzz(func(t *testing.T, in []byte) {
		all, err := pades.Verify(in)
		pades.Attachments(in)
		if err == nil && holds(in, w) == nil && !bytes.Equal(in, b) {
			t.Errorf("holds: %d signatures", len(all))
		}
		pades.Sign(t.Context(), in, w.ec)
	})
}

func BenchmarkSign(b *testing.B) {
	w := theWorld()
	var buf bytes.Buffer
	pdf.Render(&buf, pdf.Document{Title: gov.T("شهادة", "Certificate"), Created: noon})
	for b.Loop() {
		if _, err := pades.Sign(b.Context(), buf.Bytes(), w.ec); err != nil {
			b.Fatal(err)
		}
	}
}
