package pdf

import (
	"math"
	"strings"

	"diwan.example/gov"
)

// stampSide is the diameter of a seal in points.
const stampSide = 32 * mm

// stamp draws the seal of whoever issues: its emblem in rings, and its name
// around it, Arabic above and the other language below. It says nothing that
// the page does not say; programs are told of it in words.
func (p *press) stamp(c *canvas, e *element, name gov.Text, x, y, side float64) {
	r := side / 2
	c.tagged(e, func() {
		c.printf("/Span<</ActualText<FEFF>>>BDC\n") // its letters are not read a second time
		c.stroke(p.accent)
		c.circle(x, y, r*0.975, r*0.035)
		c.circle(x, y, r*0.91, r*0.012)
		c.circle(x, y, r*0.56, r*0.02)
		c.emblem(x, y, r*0.46, p.accent)
		for _, v := range p.voices(name) {
			v.text = strings.Join(strings.Fields(v.text), " ")
			p.around(c, v, x, y, r)
		}
		c.fill(p.accent)
		for _, side := range []float64{-1, 1} {
			c.star(x+side*r*0.735, y, r*0.06, r*0.026, 5, 0, "f")
		}
		c.printf("EMC\n")
	})
}

// around sets a line along the upper half of a ring when it runs from right to
// left, else along the lower: Arabic word by word, so that its letters stay
// joined.
func (p *press) around(c *canvas, v voice, x, y, r float64) {
	middle, size := r*0.735, r*0.2
	if v.rtl() {
		size = r * 0.235
	}
	pieces := p.pieces(v, size)
	length := 0.0
	for _, l := range pieces {
		length += l.width
	}
	const most = 0.86 * math.Pi // of the half circle
	shrink := min(1, most*middle/length)
	size, length = size*shrink, length*shrink
	at := -length / 2 // along the arc, from its middle
	for _, l := range p.pieces(v, size) {
		turn := (at + l.width/2) / middle
		at += l.width
		sin, cos := math.Sincos(turn)
		px, py, foot := x+sin*middle, y+cos*middle, size*0.33 // the lower half
		if v.rtl() {                                          // the upper one, from the right
			px, py, foot = x-sin*middle, y-cos*middle, size*0.3
		}
		c.printf("q %s %s %s %s %s %s cm\n", num(cos), num(sin), num(-sin), num(cos), num(px), num(c.y(py)))
		c.text(l, nil, -l.drawn()/2, p.height+foot, 0, p.accent)
		c.printf("Q\n")
	}
}

// pieces cuts a line for a ring: words of Arabic, letters of other scripts. Each
// is as wide as it is drawn, with the space behind it.
func (p *press) pieces(v voice, size float64) (out []textLine) {
	step := strings.Split(v.text, "")
	if v.rtl() {
		step = strings.SplitAfter(v.text, " ")
	}
	const space = 0.27
	for _, s := range step {
		word := strings.TrimSpace(s)
		if word == "" {
			if len(out) > 0 {
				out[len(out)-1].width += space * size
			}
			continue
		}
		l := p.lines(voice{v.lang, word}, style{size: size / p.scale, bold: true}, 1e9)[0].textLine
		if word != s {
			l.width += space * size
		}
		out = append(out, l)
	}
	return out
}

// drawn is the width of a line's letters, whatever room it was given.
func (l textLine) drawn() float64 { return l.p.line(l.start, l.end, l.size).width }

func (p *press) stampFigure(name gov.Text) *element {
	e := p.root.child("Figure").in(p.langs[0])
	e.alt = gov.T("ختم %s", "Seal of %s").French("Sceau de %s").Sprintf(name).In(p.langs[0])
	return e
}
