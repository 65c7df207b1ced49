package pdf

import (
	"strings"

	"diwan.example/gov"
)

// style is how a text is set. Its size is the Arabic size; other scripts are
// set smaller, for the same look.
type style struct {
	size    float64
	bold    bool
	align   Align
	ink     ink
	leading float64 // line height per size; 0 means the language's own
}

// voice is a text in one language; "" when it is the same in all of them.
type voice struct {
	lang gov.Lang
	text string
}

// rtl tells the direction of a voice: its language's, else its first letter's.
func (v voice) rtl() bool {
	if v.lang == "" {
		return rightToLeft(v.text, false)
	}
	return v.lang.Dir() == "rtl"
}

// voices lists what t says, in the document's order. What is the same in all
// languages is said once.
func (p *press) voices(t gov.Text) (out []voice) {
	if same(t) {
		for _, s := range t {
			if strings.TrimSpace(s) != "" {
				return []voice{{p.sole(t), s}}
			}
		}
		return nil
	}
	for _, l := range p.langs {
		if strings.TrimSpace(t[l]) != "" {
			out = append(out, voice{l, t[l]})
		}
	}
	if len(out) == 0 {
		out = append(out, voice{"", t.In(p.langs[0])})
	}
	return out
}

// sole is the language of a text that has just one, unless it is a value
// without language.
func (p *press) sole(t gov.Text) gov.Lang {
	if len(t) == 1 {
		for l := range t {
			return l
		}
	}
	return ""
}

// setLine is a line with its place inside a cell.
type setLine struct {
	textLine
	top, base float64 // from the cell's top
	height    float64
	style     style
	elem      *element
}

// Room above and below the baseline that each script wants, per size.
const (
	arabicLead, arabicBase = 1.68, 1.10
	latinLead, latinBase   = 1.42, 1.07
)

// lines shapes and breaks one voice. Its language decides the direction; a
// voice without language goes by its first letter.
func (p *press) lines(v voice, st style, width float64) (out []setLine) {
	rtl := v.rtl()
	lead, base, size := latinLead, latinBase, st.size*p.scale
	if rtl {
		lead, base = arabicLead, arabicBase
	}
	if st.leading > 0 {
		base += (st.leading - lead) / 2
		lead = st.leading
	}
	top := 0.0
	for _, rs := range p.cleaner.clean(v.text) {
		for _, l := range p.shaper.shape(rs, rtl, st.bold).wrap(size, width) {
			out = append(out, setLine{textLine: l, top: top, base: base * size, height: lead * size, style: st})
			out[len(out)-1].more = true
			top += lead * size
		}
	}
	out[len(out)-1].more = false
	return out
}

// cell is a column of lines between two edges.
type cell struct {
	x, width float64
	lines    []setLine
}

// add sets a voice below what the cell has.
func (p *press) add(k *cell, v voice, st style, e *element) {
	top := k.height()
	for _, l := range p.lines(v, st, k.width) {
		l.top += top
		l.elem = e
		k.lines = append(k.lines, l)
	}
}

func (k cell) height() float64 {
	if len(k.lines) == 0 {
		return 0
	}
	l := k.lines[len(k.lines)-1]
	return l.top + l.height
}

// draw shows the cell with its upper edge at top.
func (k cell) draw(c *canvas, top float64) {
	for _, l := range k.lines {
		k.drawLine(c, l, top)
	}
}

func (k cell) drawLine(c *canvas, l setLine, top float64) {
	x, free, stretch := k.x, k.width-l.width, 0.0
	align := l.style.align
	if align == Justify && !l.last && l.spaces > 0 && free < k.width*0.35 {
		stretch, align = free/float64(l.spaces), Left
	}
	switch sided(align, l.p.rtl) {
	case Centre:
		x += free / 2
	case Right:
		x += free
	}
	c.text(l.textLine, l.elem, x, top+l.top+l.base, stretch, l.style.ink)
}

// sided turns Start and End into a side.
func sided(a Align, rtl bool) Align {
	switch a {
	case Centre, Left, Right:
		return a
	}
	if rtl == (a != End) {
		return Right
	}
	return Left
}

// row is cells side by side; their first baselines stand on one line.
type row struct {
	cells     []cell
	padTop    float64
	padBottom float64
	under     func(c *canvas, top, height float64) // drawn before the text
}

// align shifts cells down so that their first baselines meet.
func (r *row) align() {
	base := 0.0
	for _, k := range r.cells {
		if len(k.lines) > 0 {
			base = max(base, k.lines[0].base)
		}
	}
	for i, k := range r.cells {
		if len(k.lines) == 0 {
			continue
		}
		shift := base - k.lines[0].base
		for j := range k.lines {
			r.cells[i].lines[j].top += shift
		}
	}
}

func (r *row) height() (h float64) {
	for _, k := range r.cells {
		h = max(h, k.height())
	}
	return h + r.padTop + r.padBottom
}

// parts turns the row into one part; into several when it is higher than limit.
func (r row) parts(limit float64) (out []part) {
	r.align()
	for {
		head, tail, more := r.divide(limit)
		h := head.height()
		out = append(out, part{height: h, draw: func(c *canvas, top float64) {
			if head.under != nil {
				head.under(c, top, h)
			}
			for _, k := range head.cells {
				k.draw(c, top+head.padTop)
			}
		}})
		if !more {
			return out
		}
		r = tail
	}
}

// divide cuts off what fits into limit; at least one line of each cell.
func (r row) divide(limit float64) (head, tail row, more bool) {
	if r.height() <= limit {
		return r, row{}, false
	}
	head, tail = r, r
	head.cells, tail.cells = nil, nil
	for _, k := range r.cells {
		n := 0
		for n < len(k.lines) && (n == 0 || k.lines[n].top+k.lines[n].height <= limit-r.padTop-r.padBottom) {
			n++
		}
		a, b := k, k
		a.lines, b.lines = k.lines[:n], nil
		for _, l := range k.lines[n:] {
			l.top -= k.lines[n].top
			b.lines = append(b.lines, l)
			more = true
		}
		head.cells, tail.cells = append(head.cells, a), append(tail.cells, b)
	}
	return head, tail, more
}
