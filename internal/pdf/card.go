package pdf

import (
	"diwan.example/gov"
)

// The size of a card and of its corners in points (ISO/IEC 7810, ID-1).
const (
	cardWidth, cardHeight = 85.6 * mm, 53.98 * mm
	cardCorner            = 3.18 * mm
)

// card draws a card of the size of a bank card: a band with its title, the
// picture at the left, the fields beside it. On a page of that size it is the
// whole page. Error: Invalid when its text is too long to be read there.
func (p *press) card(b *Block) error {
	pic, err := p.load(b.Picture)
	if err != nil {
		return err
	}
	x, whole := (p.left+p.right-cardWidth)/2, p.doc.Layout.Page == "ID-1"
	if whole {
		x = 0
	}
	const pad, band = 9.0, 31.0
	head, err := p.cardHead(b.Text, x+pad, x+cardWidth-pad, band)
	if err != nil {
		return err
	}
	var photo func(c *canvas, top float64)
	x0, x1 := x+pad, x+cardWidth-pad
	if pic >= 0 {
		w, h := p.pictures[pic].fit(0, 0, 25, 33)
		photo = p.photo(pic, x0, w, h, b.Alt)
		x0 += w + 8
	}
	rows, height, err := p.cardRows(b.Fields, x0, x1, cardHeight-band-2*4)
	if err != nil {
		return err
	}
	draw := func(c *canvas, top float64) {
		c.decoration(func() { p.cardGround(c, x, top, band, whole) })
		head(c, top)
		if photo != nil {
			photo(c, top+band+(cardHeight-band-33*mm)/2)
		}
		at := top + band + (cardHeight-band-height)/2
		for i, r := range rows {
			if i > 0 {
				c.bar(x0, at, x1-x0, 0.25, pale)
			}
			for _, k := range r.cells {
				k.draw(c, at+r.padTop)
			}
			at += r.height()
		}
	}
	if whole {
		p.place(part{height: p.limit(), draw: func(c *canvas, _ float64) { draw(c, 0) }})
		return nil
	}
	p.place(part{height: cardHeight, gap: 10, draw: draw})
	return nil
}

// cardGround is the card's outline and its band.
func (p *press) cardGround(c *canvas, x, top, band float64, whole bool) {
	corner := cardCorner
	if whole {
		corner = 0
	}
	c.printf("q\n")
	c.rounded(x, top, cardWidth, cardHeight, corner)
	c.printf("W n\n")
	c.fill(p.accent.tint(0.045))
	c.rect(x, top, cardWidth, cardHeight)
	c.stroke(p.accent.tint(0.16))
	for i := range 7 { // quiet rings, as cards have them
		c.circle(x+cardWidth*0.82, top+cardHeight*0.98, cardHeight*(0.22+0.11*float64(i)), 0.35)
	}
	c.fill(p.accent)
	c.rect(x, top, cardWidth, band)
	c.printf("Q\n")
	if !whole {
		c.stroke(p.accent)
		c.printf("0.7 w\n")
		c.rounded(x, top, cardWidth, cardHeight, corner)
		c.printf("S\n")
	}
}

// cardHead sets the title in the band: Arabic right, the other language left.
func (p *press) cardHead(t gov.Text, left, right, band float64) (func(c *canvas, top float64), error) {
	type said struct {
		cell
		height float64
	}
	var all []said
	vs := p.voices(t)
	kind := "P"
	if p.depth == 0 { // it is the document's name
		kind, p.depth = "H1", 1
	}
	for _, v := range vs {
		k := cell{x: left, width: (right - left - 40) / 2}
		st := style{size: 8.4 / p.scale, bold: true, ink: white, leading: 1.35, align: Left}
		if v.rtl() {
			st.size, st.align, k.x = 10/p.scale, Right, right-k.width
		}
		if len(vs) == 1 {
			k.x, k.width, st.align = left, right-left-30, Start
			if v.rtl() {
				k.x += 30
			}
		}
		p.add(&k, v, st, p.root.child(kind).in(v.lang))
		if k.height() > band {
			return nil, gov.Fail(gov.Invalid, "عنوان البطاقة أطول من أن تسعه", "The card’s title is too long for it").At("card.title")
		}
		all = append(all, said{k, k.height()})
	}
	x := (left + right) / 2
	if len(vs) == 1 {
		x = right - 11
		if vs[0].rtl() {
			x = left + 11
		}
	}
	return func(c *canvas, top float64) {
		c.decoration(func() {
			c.fill(white)
			c.disc(x, top+band/2, 12)
			c.emblem(x, top+band/2, 11, p.accent)
		})
		for _, k := range all {
			k.draw(c, top+(band-k.height)/2)
		}
	}, nil
}

// cardRows sets the fields as large as the room lets them be.
func (p *press) cardRows(fields []Field, left, right, room float64) (rows []row, height float64, err error) {
	const largest, smallest = 1.0, 0.28 // a name of 300 letters is small, and whole
	list := p.root.child("Table")
	for k := largest; k >= smallest; k -= 0.03 {
		rows, height, list.kids = nil, 0, nil
		for _, f := range fields {
			r := p.cardRow(list.child("TR"), f, left, right, k/p.scale)
			rows, height = append(rows, r), height+r.height()
		}
		if height <= room {
			return rows, height, nil
		}
	}
	return nil, 0, gov.Fail(gov.Invalid, "بيانات البطاقة أكثر من أن تُقرأ فيها", "The card’s fields are too many to be read on it").At("card.fields")
}

// cardRow sets one field: the labels at both edges, a value between them where
// it has room, else below; two values below their labels.
func (p *press) cardRow(tr *element, f Field, left, right, k float64) row {
	const space = 5.0
	whole := cell{x: left, width: right - left}
	label := func(v voice) style { return style{size: 6.2 * k, ink: grey, leading: 1.3, align: edge(v)}.in(v) }
	value := func(v voice) style {
		return style{size: 9.2 * k, bold: true, ink: black, leading: 1.4, align: edge(v)}.in(v)
	}
	r := row{padTop: 0.8, padBottom: 0.8}
	var widths [2]float64 // of the labels at the left and the right
	for _, v := range p.voices(f.Label) {
		one, at := whole, 0
		if v.rtl() {
			at = 1
		}
		widths[at] = p.oneLine(v, label(v))
		p.add(&one, v, label(v), tr.heading("Row").in(v.lang))
		r.cells = append(r.cells, one)
	}
	td := tr.child("TD")
	said := p.voices(f.Value)
	if len(said) == 1 && widths[0]+widths[1]+p.oneLine(said[0], value(said[0]))+2*space <= whole.width {
		st := value(said[0])
		st.align = Centre
		one := whole
		if 2*max(widths[0], widths[1])+p.oneLine(said[0], st)+2*space > whole.width { // in the middle of what is left
			one.x, one.width = left+widths[0]+space, whole.width-widths[0]-widths[1]-2*space
		}
		if widths[0] == 0 || widths[1] == 0 { // one language: the value at the other edge
			one, st.align = whole, map[bool]Align{true: Left, false: Right}[widths[1] > 0]
		}
		p.add(&one, said[0], st, td.child("P").in(said[0].lang))
		r.cells = append(r.cells, one)
		r.align()
		return r
	}
	r.align()
	down := r.height() - r.padTop - r.padBottom - 1
	cells, ok := p.pair(said, whole, value, func(i int) *element { return td.child("P").in(said[i].lang) })
	if !ok {
		one := whole
		for _, v := range said {
			p.add(&one, v, value(v), td.child("P").in(v.lang))
		}
		cells = []cell{one}
	}
	for _, one := range cells {
		for i := range one.lines {
			one.lines[i].top += down
		}
		r.cells = append(r.cells, one)
	}
	return r
}

// edge is the edge at which a voice begins.
func edge(v voice) Align {
	if v.rtl() {
		return Right
	}
	return Left
}

// rounded is the path of a rectangle with round corners.
func (c *canvas) rounded(x, top, w, h, r float64) {
	if r == 0 {
		c.printf("%s %s %s %s re\n", num(x), num(c.y(top+h)), num(w), num(h))
		return
	}
	k := r * 0.4477
	y0, y1 := c.y(top+h), c.y(top)
	c.printf("%s %s m\n", num(x+r), num(y0))
	for _, q := range [4][8]float64{
		{x + w - r, y0, x + w - k, y0, x + w, y0 + k, x + w, y0 + r}, {x + w, y1 - r, x + w, y1 - k, x + w - k, y1, x + w - r, y1},
		{x + r, y1, x + k, y1, x, y1 - k, x, y1 - r}, {x, y0 + r, x, y0 + k, x + k, y0, x + r, y0},
	} {
		c.printf("%s %s l %s %s %s %s %s %s c\n", num(q[0]), num(q[1]), num(q[2]), num(q[3]), num(q[4]), num(q[5]), num(q[6]), num(q[7]))
	}
	c.printf("h\n")
}
