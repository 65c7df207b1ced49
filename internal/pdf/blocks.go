package pdf

import (
	"strconv"

	"diwan.example/gov"
)

// block places one block. Errors: Invalid.
func (p *press) block(b *Block) error {
	if !sound(b.Width) || !sound(b.Height) {
		return gov.Fail(gov.Invalid, "المقاس غير مقبول، اكتبه بالمليمترات من 0 إلى 1000", "A size must be from 0 to 1000 millimetres").At("width")
	}
	if err := checkAlign(b); err != nil {
		return err
	}
	switch b.Kind {
	case Letterhead:
		return p.letterhead(b)
	case Heading:
		p.heading(b)
	case Paragraph:
		p.paragraph(b, style{size: bodySize, align: b.Align, ink: black}, 7)
	case Small:
		p.paragraph(b, style{size: smallSize, align: b.Align, ink: grey}, 4)
	case TwoColumns:
		p.columns(b)
	case FieldList:
		return p.fields(b)
	case TableBlock:
		return p.table(b)
	case Image:
		return p.image(b)
	case Crest:
		p.crest(b)
	case Signatures:
		return p.signatures(b)
	case QR:
		return p.qr(b)
	case Spacer:
		p.place(part{height: min(b.Height*mm, p.bottom-p.top), draw: func(*canvas, float64) {}})
	case Rule:
		p.place(part{height: 1, gap: 8, draw: func(c *canvas, top float64) { c.bar(p.left, top, p.right-p.left, 0.6, pale) }})
	default:
		return gov.Fail(gov.Invalid, "نوع الفقرة غير معروف: "+Isolate(string(b.Kind)), "Unknown kind of block: "+string(b.Kind)).At("kind")
	}
	return nil
}

func checkAlign(b *Block) error {
	all := []Align{b.Align}
	for _, c := range b.Columns {
		all = append(all, c.Align)
	}
	for _, a := range all {
		switch a {
		case "", Start, Centre, End, Left, Right, Justify:
		default:
			return gov.Fail(gov.Invalid, "المحاذاة غير معروفة: "+Isolate(string(a)), "Unknown alignment: "+string(a)).At("align")
		}
	}
	return nil
}

func sound(size float64) bool { return size >= 0 && size <= 1000 }

// fits refuses what cannot be divided and is higher than a page.
func (p *press) fits(height float64, field string) error {
	if height <= p.limit() {
		return nil
	}
	return gov.Fail(gov.Invalid, "النص أطول من أن تسعه الصفحة", "The text is too long for a page").At(field)
}

// Sizes of Arabic text in points; other scripts follow by latinShare.
const (
	bodySize   = 12.5
	labelSize  = 11
	smallSize  = 9.5
	latinShare = 0.84
)

// in gives the style for a voice: the Latin of a bilingual document is set
// smaller, so that both look alike.
func (st style) in(v voice) style {
	if !v.rtl() {
		st.size *= latinShare
	}
	return st
}

func (p *press) full() cell { return cell{x: p.left, width: p.right - p.left} }

func (p *press) limit() float64 { return p.bottom - p.top }

// letterhead shows the issuer's name right in Arabic, left in English, with
// the emblem between them and a rule below.
func (p *press) letterhead(b *Block) error {
	emblem := 62 * p.scale
	side := (p.right - p.left - emblem - 24) / 2
	right := cell{x: p.right - side, width: side}
	left := cell{x: p.left, width: side}
	for _, v := range p.voices(b.Text) {
		e := p.root.child("P").in(v.lang)
		if v.rtl() {
			p.add(&right, v, style{size: 15, bold: true, ink: p.accent}, e)
		} else {
			p.add(&left, v, style{size: 11.5, bold: true, ink: p.accent}, e)
		}
	}
	h := max(emblem, right.height(), left.height())
	if err := p.fits(h+14, "text"); err != nil {
		return err
	}
	p.place(part{height: h + 14, keep: true, draw: func(c *canvas, top float64) {
		c.decoration(func() { c.emblem((p.left+p.right)/2, top+h/2, emblem/2, p.accent) })
		right.draw(c, top+(h-right.height())/2)
		left.draw(c, top+(h-left.height())/2)
		c.bar(p.left, top+h+10, p.right-p.left, 1.2, p.accent)
		c.bar(p.left, top+h+12.6, p.right-p.left, 0.4, p.accent)
	}})
	return nil
}

var headingSizes = [...]float64{24, 16, 13.5}

// heading stays with what follows it.
func (p *press) heading(b *Block) {
	level := min(max(b.Level, 1), 3)
	st := style{size: headingSizes[level-1], bold: true, align: b.Align, ink: p.accent, leading: 1.55}
	if level == 1 && b.Align == "" {
		st.align = Centre
	}
	gap := 20 - 4*float64(level)
	for i, v := range p.voices(b.Text) {
		s := st.in(v)
		if !v.rtl() {
			s.leading = 1.35
		}
		if i > 0 {
			s.size, s.bold, gap = s.size*0.78, level > 1, 0
		}
		k := p.full()
		p.add(&k, v, s, p.root.child("H"+strconv.Itoa(level)).in(v.lang))
		parts := row{cells: []cell{k}}.parts(p.limit())
		for j := range parts {
			parts[j].keep = true
		}
		parts[0].gap = gap
		p.place(parts...)
	}
}

// paragraph sets one paragraph per language; a single line never stands alone
// at the foot or the head of a page.
func (p *press) paragraph(b *Block, st style, gap float64) {
	for _, v := range p.voices(b.Text) {
		k := p.full()
		p.add(&k, v, st.in(v), p.root.child("P").in(v.lang))
		p.place(p.flowing(k, gap)...)
	}
}

// flowing makes a part of every line, tying the first two and the last two together.
func (p *press) flowing(k cell, gap float64) (out []part) {
	for i, l := range k.lines {
		l.top = 0
		one := cell{x: k.x, width: k.width, lines: []setLine{l}}
		out = append(out, part{
			height: l.height,
			keep:   i == 0 && len(k.lines) > 1 || i == len(k.lines)-2,
			draw:   func(c *canvas, top float64) { one.draw(c, top) },
		})
	}
	if len(out) > 0 {
		out[0].gap = gap
	}
	return out
}

// columns sets Arabic in the right column and the other language in the left.
func (p *press) columns(b *Block) {
	const gutter = 22.0
	half := (p.right - p.left - gutter) / 2
	right, left := cell{x: p.left + half + gutter, width: half}, cell{x: p.left, width: half}
	for _, v := range p.voices(b.Text) {
		k := &left
		if v.rtl() {
			k = &right
		}
		p.add(k, v, style{size: bodySize, align: b.Align, ink: black}.in(v), p.root.child("P").in(v.lang))
	}
	r := row{cells: []cell{right, left}}
	parts := r.parts(p.limit())
	if len(parts) > 0 && r.height() > 0 {
		parts[0].gap = 7
		p.place(parts...)
	}
}

// signatures shows who signs, side by side, with the QR at the left when there
// is a payload. It never breaks over pages.
func (p *press) signatures(b *Block) error {
	x, width := p.left, p.right-p.left
	var code *symbol
	const side = 30 * mm
	if b.Payload != "" {
		s, err := encodeQR(b.Payload)
		if err != nil {
			return err
		}
		code = s
		x, width = x+side+18, width-side-18
	}
	n := max(len(b.Signers), 1)
	each := (width - 16*float64(n-1)) / float64(n)
	var cells []cell
	for i, s := range b.Signers {
		k := cell{x: x + width - each - float64(i)*(each+16), width: each}
		p.signer(&k, s)
		cells = append(cells, k)
	}
	h := 0.0
	for _, k := range cells {
		h = max(h, k.height())
	}
	const room = 36.0 // for the hand
	total := h + room + 6
	if code != nil {
		total = max(total, side)
	}
	if err := p.fits(total, "signers"); err != nil {
		return err
	}
	figure := p.qrFigure()
	p.place(part{height: total, gap: 16, draw: func(c *canvas, top float64) {
		if code != nil {
			c.tagged(figure, func() { c.symbol(code, p.left, top+(total-side)/2, side) })
		}
		for _, k := range cells {
			c.bar(k.x+each*0.08, top+room, each*0.84, 0.5, grey)
			k.draw(c, top+room+6)
		}
	}})
	return nil
}

func (p *press) signer(k *cell, s Signer) {
	for i, t := range []gov.Text{s.Name, s.Office, s.Date} {
		st := style{size: labelSize, align: Centre, ink: grey, leading: 1.5}
		if i == 0 {
			st.size, st.bold, st.ink = 12, true, black
		}
		for _, v := range p.voices(t) {
			p.add(k, v, st.in(v), p.root.child("P").in(v.lang))
		}
	}
}
