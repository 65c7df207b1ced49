package pdf

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/go-text/typesetting/font"
)

// assemble turns the drawn pages into a file.
func (p *press) assemble() *file {
	f := &file{}
	f.root = f.reserve()
	f.info = f.add("<</Title %s/Producer(Diwan)/Creator(Diwan)/CreationDate(%s)>>", textString(p.title()), pdfTime(p.doc.Created))
	resources := p.resources(f)
	tree := f.reserve()
	pages := make([]int, len(p.pages))
	var kids strings.Builder
	for i, c := range p.pages {
		content := f.stream("", c.buf.Bytes())
		pages[i] = f.add("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Contents %d 0 R/Resources %d 0 R/StructParents %d/Tabs/S>>",
			tree, num(p.width), num(p.height), content, resources, i)
		fmt.Fprintf(&kids, "%d 0 R ", pages[i])
	}
	f.set(tree, "<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), len(pages))
	meta := f.raw("/Type/Metadata/Subtype/XML", p.xmp())
	colours := f.stream("/N 3", colourSpace())
	direction := "L2R"
	if p.langs[0].Dir() == "rtl" {
		direction = "R2L"
	}
	f.set(f.root, "<</Type/Catalog/Pages %d 0 R/Lang(%s)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R/Metadata %d 0 R/ViewerPreferences<</Direction/%s/DisplayDocTitle true>>"+
		"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>]%s>>",
		tree, pdfName(string(p.langs[0])), p.structure(f, pages), meta, direction, colours, p.attach(f))
	return f
}

// pdfName keeps the letters, digits and hyphens of a language tag.
func pdfName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, s)
}

func (p *press) title() string {
	s := stripDirection(p.doc.Title.In(p.langs[0]))
	if p.doc.Number != "" {
		s += " – " + p.doc.Number
	}
	return s
}

func (p *press) resources(f *file) int {
	var fonts, images strings.Builder
	for i, u := range p.fonts {
		if len(u.slots) > 1 {
			fmt.Fprintf(&fonts, "/F%d %d 0 R", i, u.embed(f))
		}
	}
	for i, pic := range p.pictures {
		id := f.raw(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", pic.width, pic.height), pic.jpeg)
		fmt.Fprintf(&images, "/I%d %d 0 R", i, id)
	}
	return f.add("<</Font<<%s>>/XObject<<%s>>>>", fonts.String(), images.String())
}

// embed writes the font's subset, widths and the way back to text.
func (u *fontUse) embed(f *file) int {
	sub := u.subset()
	sum := sha256.Sum256(sub)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	name := string(tag) + "+" + u.face.name
	file := f.stream(fmt.Sprintf("/Length1 %d", len(sub)), sub)
	ext, _ := font.NewFace(u.face.font).FontHExtents()
	k := 1000 / u.face.upem
	up, down := int(float64(ext.Ascender)*k), int(float64(ext.Descender)*k)
	descriptor := f.add("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[-700 %d 2600 %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight 714/StemV 80/FontFile2 %d 0 R>>",
		name, down, up, up, down, file)
	var widths strings.Builder
	for _, s := range u.slots {
		widths.WriteString(num(u.face.width(s.shape)) + " ")
	}
	cid := f.add("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/CIDToGIDMap/Identity/W[0[%s]]>>",
		name, descriptor, widths.String())
	text := f.stream("", u.toUnicode())
	return f.add("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", name, cid, text)
}

// toUnicode is the CMap from character codes to text (ISO 32000-1 §9.10.3).
func (u *fontUse) toUnicode() []byte {
	var pairs []string
	for i, s := range u.slots {
		if s.text != "" {
			pairs = append(pairs, fmt.Sprintf("<%04X><%s>\n", i, utf16hex(s.text)))
		}
	}
	var b strings.Builder
	b.WriteString("/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n" +
		"/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	for len(pairs) > 0 {
		n := min(100, len(pairs))
		fmt.Fprintf(&b, "%d beginbfchar\n%sendbfchar\n", n, strings.Join(pairs[:n], ""))
		pairs = pairs[n:]
	}
	b.WriteString("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n")
	return []byte(b.String())
}

func pdfTime(t time.Time) string { return t.UTC().Format("D:20060102150405Z") }
