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
		if b.Mark != "" {
			p.numbered(b)
			break
		}
		p.paragraph(b, style{size: bodySize, align: b.Align, ink: black}, 7)
	case Small:
		p.paragraph(b, style{size: smallSize, align: b.Align, ink: grey}, 4)
	case TwoColumns:
		p.columns(b)
	case FieldList:
		return p.fields(b)
	case TableBlock:
		return p.table(b)
	case Bars:
		return p.bars(b)
	case Image:
		return p.image(b)
	case Crest:
		p.crest(b)
	case Signatures:
		return p.signatures(b)
	case QR:
		return p.qr(b)
	case Quote:
		p.quote(b)
	case List:
		p.list(b)
	case Card:
		return p.card(b)
	case NewPage:
		p.flush()
		if p.at > p.begin {
			p.newPage()
		}
	case Spacer:
		p.place(part{height: min(b.Height*mm, p.limit()), draw: func(*canvas, float64) {}})
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

func (p *press) limit() float64 { return p.bottom - p.top - p.headroom }

// letterhead shows the issuer's name right in Arabic, left in English, with
// the emblem between them and a rule below.
func (p *press) letterhead(b *Block) error {
	emblem := 62 * p.scale * p.scale
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
	p.depth = min(level, p.depth+1) // as read out, no level is left out
	if level > 1 && b.Align == "" && p.headingPair(b, st, gap) {
		return
	}
	for i, v := range p.voices(b.Text) {
		s := st.in(v)
		if !v.rtl() {
			s.leading = 1.35
		}
		if i > 0 {
			s.size, s.bold, gap = s.size*0.78, level > 1, 0
		}
		k := p.full()
		p.add(&k, v, s, p.root.child("H"+strconv.Itoa(p.depth)).in(v.lang))
		parts := row{cells: []cell{k}}.parts(p.limit())
		for j := range parts {
			parts[j].keep = true
		}
		parts[0].gap = gap
		p.place(parts...)
	}
}

// headingPair sets a heading in two languages of opposite directions on one line,
// where it has room for both.
func (p *press) headingPair(b *Block, st style, gap float64) bool {
	vs := p.voices(b.Text)
	e := [2]*element{{kind: "H" + strconv.Itoa(p.depth)}, {kind: "H" + strconv.Itoa(p.depth)}}
	cells, ok := p.pair(vs, p.full(), func(v voice) style {
		s := st.in(v)
		if v.lang != p.langs[0] {
			s.size *= 0.85
		}
		return s
	}, func(i int) *element { return e[i] })
	if !ok {
		return false
	}
	for i := range e {
		e[i].up = p.root
		p.root.kids = append(p.root.kids, e[i].in(vs[i].lang))
	}
	x := row{cells: cells}.parts(p.limit())[0]
	x.gap, x.keep = gap, true
	p.place(x)
	return true
}

// pair sets two voices of opposite directions on one line at the two edges of k;
// ok is false when there is no room, or they are not two.
func (p *press) pair(vs []voice, k cell, st func(voice) style, e func(int) *element) (out []cell, ok bool) {
	if len(vs) != 2 || vs[0].rtl() == vs[1].rtl() || p.oneLine(vs[0], st(vs[0]))+p.oneLine(vs[1], st(vs[1]))+14 > k.width {
		return nil, false
	}
	for i, v := range vs {
		one, s := k, st(v)
		s.align = Left
		if v.rtl() {
			s.align = Right
		}
		p.add(&one, v, s, e(i))
		out = append(out, one)
	}
	return out, true
}

// oneLine is how wide a voice is when it is not broken; endless when it has
// several lines of its own.
func (p *press) oneLine(v voice, st style) float64 {
	const endless = 1e9
	l := p.lines(v, st, endless)
	if len(l) != 1 {
		return endless
	}
	return l[0].width
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
	vs := p.voices(b.Text)
	if len(vs) == 1 { // one language has the whole width
		p.paragraph(b, style{size: bodySize, align: b.Align, ink: black}, 7)
		return
	}
	for _, v := range vs {
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
