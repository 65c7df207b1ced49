package pdf

import (
	"bytes"
	"embed"
	"io/fs"
	"sync"

	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
)

//go:embed fonts
var fontFiles embed.FS

// Fonts returns the font files and their licence (OFL.txt), so that pages can
// show the same letters as the documents do.
func Fonts() fs.FS {
	sub, err := fs.Sub(fontFiles, "fonts")
	if err != nil {
		panic("pdf: " + err.Error())
	}
	return sub
}

// The four faces; a typeface's bold is its regular plus one.
const (
	naskh = iota
	naskhBold
	sans
	sansBold
	faceCount
)

var faceFiles = [faceCount]string{"NotoNaskhArabic-Regular", "NotoNaskhArabic-Bold", "NotoSans-Regular", "NotoSans-Bold"}

// typeface is a font file, read once and shared by all documents.
type typeface struct {
	name   string
	font   *font.Font
	tables map[string][]byte
	upem   float64
}

// typefaces reads the embedded fonts on first use.
var typefaces = sync.OnceValue(func() (out [faceCount]*typeface) {
	for i, name := range faceFiles {
		data, err := fontFiles.ReadFile("fonts/" + name + ".ttf")
		if err != nil {
			panic("pdf: " + err.Error())
		}
		out[i] = readTypeface(name, data)
	}
	return out
})

func readTypeface(name string, data []byte) *typeface {
	ld, err := ot.NewLoader(bytes.NewReader(data))
	if err != nil {
		panic("pdf: font " + name + ": " + err.Error())
	}
	f, err := font.NewFont(ld)
	if err != nil {
		panic("pdf: font " + name + ": " + err.Error())
	}
	t := &typeface{name: name, font: f, tables: map[string][]byte{}, upem: float64(f.Upem())}
	for _, tag := range []string{"head", "hhea", "maxp", "hmtx", "loca", "glyf", "cvt ", "fpgm", "prep"} {
		t.tables[tag], _ = ld.RawTable(ot.MustNewTag(tag))
	}
	return t
}

// covers reports whether the typeface has a glyph for r.
func (t *typeface) covers(r rune) bool {
	_, ok := t.font.NominalGlyph(r)
	return ok
}
