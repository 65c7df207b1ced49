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
	headroom      float64 // of the running head, on every page but the first
	begin         float64 // where the text of the last page begins
	scale         float64 // of letters: a small page has smaller ones
	accent        ink
	langs         []gov.Lang
	pages         []*canvas
	at            float64 // where the next part goes on the last page
	held          []part  // parts that must stay with what follows
	pictures      []picture
	root          *element
	depth         int  // level of the last heading
	tie           bool // what is placed stays with what follows: signatures never stand alone
}

var pageSizes = map[string][2]float64{"": {210, 297}, "A4": {210, 297}, "A5": {148, 210}, "ID-1": {85.6, 53.98}}

// newPress checks the layout's settings and takes a shaper.
func newPress(doc Document) (*press, error) {
	size, ok := pageSizes[doc.Layout.Page]
	if !ok {
		return nil, gov.Fail(gov.Invalid, "مقاس الصفحة غير معروف، والمتاح A4 أو A5 أو ID-1", "Unknown page size; use A4, A5 or ID-1").At("page")
	}
	if err := checkAttachments(doc.Attachments); err != nil {
		return nil, err
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
		margin, p.scale = 11*mm, 0.8
	}
	p.left, p.right, p.top, p.bottom = margin, p.width-margin, margin*0.85, p.height-p.foot(margin)-28
	if doc.Layout.Page == "ID-1" { // a card has neither frame nor foot
		p.scale, p.left, p.right, p.top, p.bottom = 0.52, 4*mm, p.width-4*mm, 4*mm, p.height-4*mm
		p.doc.Layout.Frame, p.doc.Running = false, nil
	}
	if !empty(p.doc.Running) {
		p.headroom = 20
	}
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

// foot is the room below the footer: clear of the frame on a small page too.
func (p *press) foot(margin float64) float64 { return max(margin*0.7, 11*mm) }

func (p *press) page() *canvas { return p.pages[len(p.pages)-1] }

func (p *press) newPage() {
	c := &canvas{press: p, index: len(p.pages)}
	p.pages = append(p.pages, c)
	p.begin = p.top
	if c.index > 0 {
		p.begin += p.headroom
	}
	p.at = p.begin
	c.decoration(func() {
		p.frame(c)
		p.watermark(c)
	})
	p.running(c)
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
	if n := len(parts); n > 0 && p.tie {
		parts[n-1].keep = true
	}
	for _, x := range parts {
		x.gap *= p.scale * p.scale
		p.held = append(p.held, x)
		if !x.keep || p.heldHeight() > p.limit() {
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
	if h := p.heldHeight(); p.at+h > p.bottom && p.at > p.begin && h <= p.limit() {
		p.newPage()
	}
	for _, x := range p.held {
		if p.at > p.begin && p.at+x.gap+x.height > p.bottom+0.01 {
			p.newPage()
		}
		if p.at > p.begin {
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
		c.furniture("Footer", func() { p.footer(c, i+1) })
	}
}

// footer shows page x of y in the document's languages at the edges where they
// begin, the number and the verify address between them.
func (p *press) footer(c *canvas, n int) {
	if p.doc.Layout.Page == "ID-1" {
		return
	}
	top := p.height - p.foot(p.left) - 22
	c.bar(p.left, top, p.right-p.left, 0.6, p.accent)
	total, width := len(p.pages), p.right-p.left
	begun := map[Align]bool{}
	for _, l := range p.langs {
		st := style{size: 8, leading: 1.4, align: Start}
		if l == gov.Arabic {
			st.align = End
		}
		if begun[st.align] { // a second language that begins at the left
			continue
		}
		begun[st.align] = true
		p.edgeLine(c, voice{l, p.pageOf(l, n, total)}, st, top+5, width)
	}
	p.edgeLine(c, voice{"", p.doc.Number}, style{size: 8, leading: 1.4, align: Centre}, top+5, width*0.6)
	p.edgeLine(c, voice{"", p.doc.Verify}, style{size: 8, leading: 1.4, align: Centre}, top+16, width)
}

func (p *press) pageOf(l gov.Lang, n, total int) string {
	x, y := strconv.Itoa(n), strconv.Itoa(total)
	switch l {
	case gov.Arabic:
	case gov.French:
		return "Page " + x + " sur " + y
	default:
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

// empty reports whether t says nothing.
func empty(t gov.Text) bool {
	for _, s := range t {
		if strings.TrimSpace(s) != "" {
			return false
		}
	}
	return true
}
