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
	if n := len(parts); n > 1 { // no row alone at the foot or the head of a page
		parts[0].keep, parts[n-2].keep = true, true
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
