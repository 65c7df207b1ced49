package pdf

import (
	"strings"

	"diwan.example/gov"
)

// indent is how far the text of a quotation, a list or a numbered paragraph
// stands from the edge, in points of a page of full size.
const indent = 24.0

// inset is the column between the edges, narrower by start and end.
func (p *press) inset(v voice, start, end float64) cell {
	k := p.full()
	k.width -= start + end
	if v.rtl() {
		k.x += end
	} else {
		k.x += start
	}
	return k
}

// numbered sets a paragraph whose mark stands in the margin of its language.
func (p *press) numbered(b *Block) {
	for _, v := range p.voices(b.Text) {
		e := p.root.child("P").in(v.lang)
		st := style{size: bodySize, align: b.Align, ink: black}.in(v)
		k := p.inset(v, indent*p.scale*1.25, 0)
		p.add(&k, v, st, e)
		p.place(p.hanging(k, v, p.digits(b.Mark, v), st, e, 6)...)
	}
}

// digits writes a mark's numbers as the page's Arabic does.
func (p *press) digits(mark string, v voice) string {
	if v.rtl() && p.doc.Layout.Digits != "latn" {
		return arabicDigits(mark)
	}
	return mark
}

// hanging is a flowing text with a mark before its first line.
func (p *press) hanging(k cell, v voice, mark string, st style, e *element, gap float64) []part {
	out := p.flowing(k, gap)
	if len(out) == 0 || mark == "" {
		return out
	}
	const apart = 6.0 // close to its text, so that readers of the page see one line
	st.align, st.ink = Right, p.accent
	if v.rtl() {
		st.align = Left
	}
	room := p.inset(v, 0, 0)
	room.width -= k.width + apart
	if v.rtl() {
		room.x = k.x + k.width + apart
	}
	room.lines = p.lines(voice{v.lang, mark}, st, room.width)[:1]
	room.lines[0].elem = e
	room.lines[0].more = true // the text goes on behind it
	text := out[0].draw
	out[0].draw = func(c *canvas, top float64) {
		room.draw(c, top)
		text(c, top)
	}
	return out
}

// quote sets what somebody else said: narrower, with a bar where reading begins.
func (p *press) quote(b *Block) {
	for _, v := range p.voices(b.Text) {
		e := p.root.child("BlockQuote").in(v.lang)
		k := p.inset(v, indent*p.scale, indent*p.scale*0.6)
		p.add(&k, v, style{size: bodySize * 0.96, align: b.Align, ink: ink{0.2, 0.22, 0.24}}.in(v), e.child("P").in(v.lang))
		parts := p.flowing(k, 6)
		for i, x := range parts {
			at := k.x - 9
			if v.rtl() {
				at = k.x + k.width + 7
			}
			text := x.draw
			parts[i].draw = func(c *canvas, top float64) {
				c.decoration(func() {
					c.fill(p.accent.tint(0.55))
					c.rect(at, top, 2, x.height)
				})
				text(c, top)
			}
		}
		p.place(parts...)
	}
}

// list sets items, each behind a dot; one list per language.
func (p *press) list(b *Block) {
	for _, l := range p.spokenIn(b.Items) {
		list := p.root.child("L").in(l)
		for n, t := range b.Items {
			for _, v := range p.voices(t) {
				if v.lang != l {
					continue
				}
				item := list.child("LI")
				st := style{size: bodySize, ink: black, align: b.Align}.in(v)
				label, body := item.child("Lbl"), item.child("LBody")
				k := p.inset(v, indent*p.scale*0.8, 0)
				p.add(&k, v, st, body)
				gap := 2.5
				if n == 0 {
					gap = 6
				}
				p.place(p.hanging(k, v, "•", st, label, gap)...)
			}
		}
	}
}

// spokenIn are the languages of items, in the document's order; "" for a value
// without language.
func (p *press) spokenIn(items []gov.Text) (out []gov.Lang) {
	seen := map[gov.Lang]bool{}
	for _, t := range items {
		for _, v := range p.voices(t) {
			seen[v.lang] = true
		}
	}
	for _, l := range append([]gov.Lang{""}, p.langs...) {
		if seen[l] {
			out = append(out, l)
			delete(seen, l)
		}
	}
	for l := range seen {
		out = append(out, l)
	}
	return out
}

// running writes what stands at the head of every page but the first.
func (p *press) running(c *canvas) {
	if c.index == 0 || p.headroom == 0 {
		return
	}
	c.furniture("Header", func() {
		at := map[bool]Align{true: End, false: Start} // right for Arabic, left for others
		for _, v := range p.voices(p.doc.Running) {
			st := style{size: 8.5, leading: 1.4, align: at[v.rtl()]}
			width := p.right - p.left
			if len(p.langs) > 1 {
				width *= 0.48
			}
			p.edgeLine(c, v, st, p.top-2, width)
		}
		c.fill(p.accent.tint(0.5))
		c.rect(p.left, p.top+13, p.right-p.left, 0.5)
	})
}

// edgeLine writes one short line no wider than width at an edge of the page:
// Start is left and End is right.
func (p *press) edgeLine(c *canvas, v voice, st style, top, width float64) {
	if strings.TrimSpace(v.text) == "" {
		return
	}
	if v.rtl() {
		st.size *= 1.2
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
