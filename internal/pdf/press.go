package pdf

import (
	"strconv"
	"strings"

	"diwan.example/gov"
)

// mm is a millimetre in points.
const mm = 72 / 25.4

// press draws one document.
type press struct {
	doc           Document
	shaper        *shaper
	cleaner       cleaner
	fonts         [faceCount]*fontUse
	width, height float64 // of the page, points
	left, right   float64 // edges of the text
	top, bottom   float64
	scale         float64 // of letters: a small page has smaller ones
	accent        ink
	langs         []gov.Lang
	pages         []*canvas
	at            float64 // where the next part goes on the last page
	held          []part  // parts that must stay with what follows
	pictures      []picture
	root          *element
}

var pageSizes = map[string][2]float64{"": {210, 297}, "A4": {210, 297}, "A5": {148, 210}}

// newPress checks the layout's settings and takes a shaper.
func newPress(doc Document) (*press, error) {
	size, ok := pageSizes[doc.Layout.Page]
	if !ok {
		return nil, gov.Fail(gov.Invalid, "مقاس الصفحة غير معروف، والمتاح A4 أو A5", "Unknown page size; use A4 or A5").At("page")
	}
	accent, err := parseInk(doc.Layout.Accent)
	if err != nil {
		return nil, err
	}
	if d := doc.Layout.Digits; d != "" && d != "arab" && d != "latn" {
		return nil, gov.Fail(gov.Invalid, "نوع الأرقام غير معروف، والمتاح arab أو latn", "Unknown digits; use arab or latn").At("digits")
	}
	p := &press{doc: doc, width: size[0] * mm, height: size[1] * mm, accent: accent, langs: doc.Languages, scale: 1}
	if len(p.langs) == 0 {
		p.langs = []gov.Lang{gov.Arabic, gov.English}
	}
	margin := 20 * mm
	if doc.Layout.Page == "A5" {
		margin, p.scale = 13*mm, 0.86
	}
	p.left, p.right, p.top, p.bottom = margin, p.width-margin, margin*0.85, p.height-margin*0.7-28
	p.root = &element{kind: "Document", lang: p.langs[0]}
	for i, t := range typefaces() {
		p.fonts[i] = newFontUse(t)
	}
	p.shaper = shapers.Get().(*shaper)
	p.newPage()
	return p, nil
}

func parseInk(s string) (k ink, err error) {
	if s == "" {
		s = "#0b5d4e"
	}
	v, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil || len(s) != 7 || s[0] != '#' {
		return k, gov.Fail(gov.Invalid, "اللون غير مفهوم، اكتبه بهذا الشكل: ‎#0b5d4e", "The colour is not understood; write it like #0b5d4e").At("accent")
	}
	return ink{float64(v>>16) / 255, float64(v>>8&255) / 255, float64(v&255) / 255}, nil
}

func (p *press) page() *canvas { return p.pages[len(p.pages)-1] }

func (p *press) newPage() {
	c := &canvas{press: p, index: len(p.pages)}
	p.pages = append(p.pages, c)
	p.at = p.top
	c.decoration(func() {
		p.frame(c)
		p.watermark(c)
	})
}

func (p *press) frame(c *canvas) {
	if !p.doc.Layout.Frame {
		return
	}
	for _, f := range [][2]float64{{8 * mm, 1.4}, {9.4 * mm, 0.4}} {
		c.stroke(p.accent)
		c.box(f[0], f[0], p.width-2*f[0], p.height-2*f[0], f[1])
	}
}

// watermark writes the document's state across the page, rising to the left
// as Arabic reads.
func (p *press) watermark(c *canvas) {
	vs := p.voices(p.doc.Watermark)
	if len(vs) == 0 {
		return
	}
	c.printf("q 0.8 -0.6 0.6 0.8 %s %s cm\n", num(p.width/2), num(p.height/2))
	for i, v := range vs {
		size := 64 * p.width / (210 * mm)
		l := p.single(v, style{size: size, bold: true, leading: 1.3}, p.width)
		c.text(l, nil, -l.width/2, p.height+(float64(i)-float64(len(vs)-1)/2)*size*1.4, 0, ink{0.75, 0.1, 0.1}.tint(0.12))
	}
	c.printf("Q\n")
}

// part is a piece of a page that is never divided.
type part struct {
	height float64
	gap    float64 // space before it; dropped at the top of a page
	keep   bool    // must not be the last on a page
	header *part   // drawn again when this part opens a page
	draw   func(c *canvas, top float64)
}

// place puts parts on pages in order.
func (p *press) place(parts ...part) {
	for _, x := range parts {
		p.held = append(p.held, x)
		if !x.keep || p.heldHeight() > p.bottom-p.top {
			p.flush()
		}
	}
}

func (p *press) heldHeight() (sum float64) {
	for _, x := range p.held {
		sum += x.gap + x.height
	}
	return sum
}

// flush puts the held parts down together: on a new page when the rest of this
// one is too short, part by part when they do not fit on any page.
func (p *press) flush() {
	if h := p.heldHeight(); p.at+h > p.bottom && p.at > p.top && h <= p.bottom-p.top {
		p.newPage()
	}
	for _, x := range p.held {
		if p.at > p.top && p.at+x.gap+x.height > p.bottom+0.01 {
			p.newPage()
		}
		if p.at > p.top {
			p.at += x.gap
		} else if h := x.header; h != nil && len(p.pages) > 1 {
			c := p.page()
			c.decoration(func() { h.draw(c, p.at) })
			p.at += h.height
		}
		x.draw(p.page(), p.at)
		p.at += x.height
	}
	p.held = p.held[:0]
}

// finish places what is still held and writes the footers.
func (p *press) finish() {
	p.flush()
	for i, c := range p.pages {
		c.decoration(func() { p.footer(c, i+1) })
	}
}

// footer shows page x of y at both edges, the number and the verify address
// between them.
func (p *press) footer(c *canvas, n int) {
	top := p.height - p.left*0.7 - 22
	c.bar(p.left, top, p.right-p.left, 0.6, p.accent)
	total := len(p.pages)
	st := style{size: 8, leading: 1.4}
	at := map[gov.Lang]Align{gov.Arabic: End, gov.English: Start}
	for _, l := range p.langs {
		st.align = at[l]
		p.footLine(c, voice{l, p.pageOf(l, n, total)}, st, top+5)
	}
	st.align = Centre
	p.footLine(c, voice{"", p.doc.Number}, st, top+5)
	p.footLine(c, voice{"", p.doc.Verify}, st, top+16)
}

func (p *press) pageOf(l gov.Lang, n, total int) string {
	x, y := strconv.Itoa(n), strconv.Itoa(total)
	if l != gov.Arabic {
		return "Page " + x + " of " + y
	}
	if p.doc.Layout.Digits != "latn" {
		x, y = arabicDigits(x), arabicDigits(y)
	}
	return "صفحة " + x + " من " + y
}

func arabicDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '٠'
		}
		return r
	}, s)
}

// footLine writes one short line; in the footer Start is left and End is right.
func (p *press) footLine(c *canvas, v voice, st style, top float64) {
	if v.text == "" {
		return
	}
	if v.rtl() {
		st.size *= 1.2
	}
	width := p.right - p.left
	if st.align == Centre && v.text == p.doc.Number {
		width *= 0.6
	}
	l, x := p.single(v, st, width), p.left
	switch st.align {
	case Centre:
		x = (p.left + p.right - l.width) / 2
	case End:
		x = p.right - l.width
	}
	c.text(l, nil, x, top+8, 0, grey)
}

// single sets a voice on one line, smaller when it is wider than width.
func (p *press) single(v voice, st style, width float64) textLine {
	v.text = strings.Join(strings.Fields(v.text), " ")
	const endless = 1e9
	l := p.lines(v, st, endless)[0]
	if l.width > width {
		st.size *= width / l.width
		l = p.lines(v, st, endless)[0]
	}
	return l.textLine
}
