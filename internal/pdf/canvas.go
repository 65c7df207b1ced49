package pdf

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// canvas is the content of one page. Its y grows downwards from the top edge;
// all lengths are points.
type canvas struct {
	press  *press
	buf    bytes.Buffer
	index  int
	owners []*element // by mark number
	inside bool       // marked content is open
}

// ink is a colour as three parts from 0 to 1.
type ink [3]float64

var (
	black = ink{0.10, 0.11, 0.12}
	grey  = ink{0.38, 0.40, 0.42}
	pale  = ink{0.82, 0.84, 0.85}
	white = ink{1, 1, 1}
)

// tint mixes an ink with white paper; 0 is white.
func (k ink) tint(share float64) ink {
	for i, v := range k {
		k[i] = 1 - (1-v)*share
	}
	return k
}

func (c *canvas) printf(format string, args ...any) { fmt.Fprintf(&c.buf, format, args...) }

// num writes a number with at most three decimals.
func num(v float64) string { return string(appendNum(nil, v)) }

func appendNum(b []byte, v float64) []byte {
	v = math.Round(v*1000) / 1000
	if v == 0 {
		return append(b, '0')
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

func (c *canvas) y(top float64) float64 { return c.press.height - top }

func (c *canvas) fill(k ink)   { c.printf("%s %s %s rg\n", num(k[0]), num(k[1]), num(k[2])) }
func (c *canvas) stroke(k ink) { c.printf("%s %s %s RG\n", num(k[0]), num(k[1]), num(k[2])) }

// rect fills a rectangle whose upper left corner is at x, top.
func (c *canvas) rect(x, top, w, h float64) {
	c.printf("%s %s %s %s re f\n", num(x), num(c.y(top+h)), num(w), num(h))
}

// box draws the outline of a rectangle.
func (c *canvas) box(x, top, w, h, thick float64) {
	c.printf("%s w %s %s %s %s re S\n", num(thick), num(x), num(c.y(top+h)), num(w), num(h))
}

// bar draws a horizontal hairline as decoration.
func (c *canvas) bar(x, top, w, thick float64, k ink) {
	c.decoration(func() {
		c.fill(k)
		c.rect(x, top, w, thick)
	})
}

// tagged marks what draw does as the content of e.
func (c *canvas) tagged(e *element, draw func()) {
	if c.inside || e == nil {
		draw()
		return
	}
	n := len(c.owners)
	c.owners = append(c.owners, e)
	e.kids = append(e.kids, mark{c.index, n})
	c.printf("/%s<</MCID %d>>BDC\n", e.kind, n)
	c.inside = true
	draw()
	c.inside = false
	c.printf("EMC\n")
}

// decoration marks what draw does as no part of the text.
func (c *canvas) decoration(draw func()) { c.artifact("/Artifact BMC", draw) }

// furniture marks what draw does as a "Header" or "Footer" of the page.
func (c *canvas) furniture(kind string, draw func()) {
	c.artifact("/Artifact<</Type/Pagination/Subtype/"+kind+">>BDC", draw)
}

func (c *canvas) artifact(begin string, draw func()) {
	if c.inside {
		draw()
		return
	}
	c.printf("%s\n", begin)
	c.inside = true
	draw()
	c.inside = false
	c.printf("EMC\n")
}

// text draws a line as content of e, with its left end at x and its baseline
// at y; stretch is added to every space. Its stretches follow in reading order,
// each a mark of its own.
func (c *canvas) text(l textLine, e *element, x, baseline, stretch float64, k ink) {
	items := l.visual()
	type spot struct {
		item
		x float64
	}
	spots := make([]spot, len(items))
	for i, it := range items {
		spots[i] = spot{it, x}
		for _, g := range it.glyphs {
			x += g.adv * l.size / 1000
			if g.space() {
				x += stretch
			}
		}
	}
	slices.SortFunc(spots, func(a, b spot) int { return a.start - b.start })
	for i, s := range spots {
		c.tagged(e, func() {
			c.fill(k)
			c.run(s.item, l.size, s.x, c.y(baseline), stretch, l.more && i == len(spots)-1)
		})
	}
}

// run draws the glyphs of one item; spaced adds a space without width, so that
// the last word of a line and the first of the next stay two words.
func (c *canvas) run(it item, size, x, y, stretch float64, spaced bool) {
	use, rtl := c.press.fonts[it.face], it.level%2 == 1
	c.printf("BT\n/F%d %s Tf 1 0 0 1 %s %s Tm\n", it.face, num(size*it.scale), num(x), num(y))
	t := tj{canvas: c}
	if rtl { // ISO 32000-1 §14.8.2.5.3: letters are shown in reverse order
		c.printf("/ReversedChars BMC\n")
	}
	if spaced && rtl {
		t.show(use.silent(" "))
	}
	for _, g := range it.glyphs {
		adv := g.adv
		if g.space() {
			adv += stretch * 1000 / size
		}
		text := string(g.runes)
		if rtl && len(g.runes) > 1 {
			text = string(g.runes[:1])
			t.unspoken(use, g.runes[1:])
		}
		t.rise(g.dy * size / 1000)
		t.move(-g.dx / it.scale)
		t.show(use.code(g.shape, text))
		t.move(use.face.width(g.shape) - (adv-g.dx)/it.scale)
	}
	t.rise(0)
	if spaced && !rtl {
		t.show(use.silent(" "))
	}
	t.close()
	if rtl {
		c.printf("EMC\n")
	}
	c.printf("ET\n")
}

func (g glyph) space() bool { return len(g.runes) == 1 && g.runes[0] == ' ' }

// unspoken writes the further letters of a right-to-left ligature as codes
// without ink, from the last to the second: readers that turn right-to-left
// text around, letter by letter, then find the letters in order.
func (t *tj) unspoken(use *fontUse, rs []rune) {
	for _, r := range slices.Backward(rs) {
		t.show(use.silent(string(r)))
	}
}

// tj writes one array of glyphs and moves between them.
type tj struct {
	*canvas
	open, hex bool
	pending   float64
	raised    float64
}

func (t *tj) move(by float64) { t.pending += by }

func (t *tj) rise(to float64) {
	if to = math.Round(to*1000) / 1000; to != t.raised {
		t.close()
		t.printf("%s Ts\n", num(to))
		t.raised = to
	}
}

func (t *tj) show(code uint16) {
	if !t.open {
		t.buf.WriteByte('[')
		t.open = true
	}
	if math.Abs(t.pending) >= 0.5 {
		t.endHex()
		t.buf.Write(appendNum(nil, t.pending))
		t.pending = 0
	}
	if !t.hex {
		t.buf.WriteByte('<')
		t.hex = true
	}
	const digits = "0123456789ABCDEF"
	for shift := 12; shift >= 0; shift -= 4 {
		t.buf.WriteByte(digits[code>>shift&15])
	}
}

func (t *tj) endHex() {
	if t.hex {
		t.buf.WriteByte('>')
		t.hex = false
	}
}

func (t *tj) close() {
	if t.open {
		t.endHex()
		t.buf.WriteString("]TJ\n")
		t.open = false
	}
}
