package pdf

import (
	"diwan.example/gov"
)

// fields shows rows of label, value, label: the Arabic label right, the English
// left. A picture stands at the left of all rows.
func (p *press) fields(b *Block) error {
	left, right := p.left, p.right
	pic, err := p.load(b.Picture)
	if err != nil {
		return err
	}
	var photo *part
	if pic >= 0 {
		w, h := p.pictures[pic].fit(b.Width, b.Height, 32, 42)
		shrink := min(1, (right-left)*0.4/w, p.limit()*0.8/h)
		w, h = w*shrink, h*shrink
		left += w + 16
		photo = &part{height: h + 4, draw: p.photo(pic, p.left, w, h, b.Text)}
	}
	list := p.root.child("Table")
	var parts []part
	for i, f := range b.Fields {
		parts = append(parts, p.field(list, f, left, right, i > 0).parts(p.limit())...)
	}
	p.beside(photo, parts)
	return nil
}

// beside places rows with a photo at their side; the photo keeps its rows on its page.
func (p *press) beside(photo *part, rows []part) {
	if photo == nil {
		if len(rows) > 0 {
			rows[0].gap = 10
		}
		p.place(rows...)
		return
	}
	sum := 0.0
	for i := range rows {
		if sum < photo.height {
			sum += rows[i].height
			rows[i].keep = sum < photo.height
		}
	}
	if sum < photo.height {
		rows = append(rows, part{height: photo.height - sum, draw: func(*canvas, float64) {}})
	}
	first := rows[0].draw
	rows[0].gap = 10
	rows[0].draw = func(c *canvas, top float64) {
		photo.draw(c, top)
		first(c, top)
	}
	p.place(rows...)
}

// field makes one row. A document in one language has one label only.
func (p *press) field(list *element, f Field, left, right float64, ruled bool) row {
	const gutter = 10.0
	width := right - left
	tr := list.child("TR")
	hasAr, hasOther := p.speaks(f.Label)
	side := width * 0.25
	arabic := cell{x: right - side, width: side}
	latin := cell{x: left, width: side}
	value := cell{x: left, width: width}
	if hasAr {
		value.width -= side + gutter
	}
	if hasOther {
		value.x, value.width = value.x+side+gutter, value.width-side-gutter
	}
	align := Centre
	if hasAr != hasOther {
		align = sided(Start, hasAr)
	}
	for _, v := range p.voices(f.Label) {
		k, st := &latin, style{size: labelSize, ink: grey}
		if v.rtl() {
			k = &arabic
		}
		p.add(k, v, st.in(v), tr.heading("Row").in(v.lang))
	}
	td := tr.child("TD")
	said := p.voices(f.Value)
	if len(said) == 0 {
		said = []voice{{"", "—"}} // nothing can be added by hand
	}
	for i, v := range said {
		st := style{size: bodySize, bold: true, align: align, ink: black}
		if i > 0 {
			st.bold, st.size = false, st.size*0.96
		}
		p.add(&value, v, st.in(v), td.child("P").in(v.lang))
	}
	r := row{cells: []cell{arabic, value, latin}, padTop: 1.5, padBottom: 3}
	if ruled {
		r.under = func(c *canvas, top, _ float64) { c.bar(left, top, width, 0.4, pale) }
	}
	return r
}

// speaks tells whether a text has Arabic to show, and another language.
func (p *press) speaks(t gov.Text) (arabic, other bool) {
	for _, v := range p.voices(t) {
		if v.rtl() {
			arabic = true
		} else {
			other = true
		}
	}
	return arabic, other
}

// table shows columns from where reading begins; the titles come again on
// every page.
func (p *press) table(b *Block) error {
	if len(b.Columns) == 0 {
		return gov.Fail(gov.Invalid, "الجدول بلا أعمدة", "The table has no columns").At("columns")
	}
	edges := p.tableEdges(b.Columns)
	for i := range b.Columns {
		if edges[i+1]-edges[i] < 2*cellPad+12 {
			return gov.Fail(gov.Invalid, "أعمدة الجدول أضيق من أن تُقرأ", "The table’s columns are too narrow").At("columns")
		}
	}
	table := p.root.child("Table")
	header := p.tableRow(table.child("TR"), titles(b.Columns), b.Columns, edges, true, 0)
	height := header.height()
	header.under = func(c *canvas, top, h float64) {
		c.decoration(func() {
			c.fill(p.accent)
			c.rect(p.left, top, p.right-p.left, h)
		})
	}
	head := header.parts(p.limit())[0]
	head.gap, head.keep = 10, true
	p.place(head)
	again := p.headerAgain(b.Columns, edges)
	for i, cells := range b.Rows {
		if len(cells) != len(b.Columns) {
			return gov.Fail(gov.Invalid, "عدد خانات الصف لا يساوي عدد الأعمدة", "A row and the columns differ in number").At("rows")
		}
		r := p.tableRow(table.child("TR"), cells, b.Columns, edges, false, i)
		for _, x := range r.parts(max(p.limit()-height, p.limit()/2)) {
			x.header = again
			p.place(x)
		}
	}
	return nil
}

// headerAgain is the header for following pages: the same look, but decoration,
// so that it is not read out twice.
func (p *press) headerAgain(cols []Column, edges []float64) *part {
	r := p.tableRow(&element{kind: "TR"}, titles(cols), cols, edges, true, 0)
	r.under = func(c *canvas, top, h float64) {
		c.fill(p.accent)
		c.rect(p.left, top, p.right-p.left, h)
	}
	return &r.parts(p.limit())[0]
}

func titles(cols []Column) (out []gov.Text) {
	for _, c := range cols {
		out = append(out, c.Title)
	}
	return out
}

// tableEdges gives the left edge of every column and, last, the table's far edge.
func (p *press) tableEdges(cols []Column) []float64 {
	total := 0.0
	for _, c := range cols {
		total += share(c)
	}
	edges, x := []float64{0}, 0.0
	for _, c := range cols {
		x += share(c) / total * (p.right - p.left)
		edges = append(edges, x)
	}
	return edges
}

func share(c Column) float64 {
	if c.Width > 0 {
		return min(c.Width, 1000)
	}
	return 1
}

const cellPad = 5.0 // at the left and right of a table's cell

// tableRow sets one row of a table; the nth of the body, counted from 0.
func (p *press) tableRow(tr *element, texts []gov.Text, cols []Column, edges []float64, header bool, nth int) row {
	rtl := p.langs[0].Dir() == "rtl"
	r := row{padTop: 3.5, padBottom: 4.5}
	for i, t := range texts {
		x, w := p.left+edges[i], edges[i+1]-edges[i]
		if rtl {
			x = p.right - edges[i+1]
		}
		k := cell{x: x + cellPad, width: w - 2*cellPad}
		st := style{size: labelSize, align: sided(cols[i].Align, rtl), ink: black}
		e := (*element)(nil)
		if header {
			st.bold, st.ink, e = true, white, tr.heading("Column")
		} else {
			e = tr.child("TD")
		}
		for _, v := range p.voices(t) {
			p.add(&k, v, st.in(v), e.child("P").in(v.lang))
		}
		r.cells = append(r.cells, k)
	}
	if !header {
		r.under = func(c *canvas, top, h float64) { p.tableGround(c, top, h, nth) }
	}
	return r
}

func (p *press) tableGround(c *canvas, top, h float64, nth int) {
	c.decoration(func() {
		if nth%2 == 1 {
			c.fill(p.accent.tint(0.06))
			c.rect(p.left, top, p.right-p.left, h)
		}
		c.fill(pale)
		c.rect(p.left, top+h-0.4, p.right-p.left, 0.4)
	})
}
