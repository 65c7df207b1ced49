package pdf

import (
	"fmt"
	"slices"

	"diwan.example/gov"
)

// grid is a table while it is being set.
type grid struct {
	*press
	cols    []Column
	edges   []float64
	element *element
	head    float64 // height of the titles
}

// table shows columns from where reading begins; the titles come again on
// every page, with the band that goes on there. Bands and sums are not parted
// from the rows that they belong to.
func (p *press) table(b *Block) error {
	if len(b.Columns) == 0 {
		return gov.Fail(gov.Invalid, "الجدول بلا أعمدة", "The table has no columns").At("columns")
	}
	t := &grid{press: p, cols: b.Columns, edges: p.tableEdges(b.Columns), element: p.root.child("Table")}
	for i := range b.Columns {
		if t.edges[i+1]-t.edges[i] < 2*cellPad+12 {
			return gov.Fail(gov.Invalid, "أعمدة الجدول أضيق من أن تُقرأ", "The table’s columns are too narrow").At("columns")
		}
	}
	bands, err := t.check(b)
	if err != nil {
		return err
	}
	t.titles()
	var out []part
	for n, band := range bands {
		end := len(b.Rows)
		if n+1 < len(bands) {
			end = bands[n+1].From
		}
		out = append(out, t.band(band, b.Rows[band.From:end])...)
	}
	if len(b.Sums) > 0 {
		out = t.sum(out, b.Sums, true)
	}
	p.place(out...)
	return nil
}

// check holds rows, sums and bands to the columns; a table without bands is one
// without a title.
func (t *grid) check(b *Block) ([]Band, error) {
	bands := b.Bands
	if len(bands) == 0 || bands[0].From > 0 {
		bands = append([]Band{{}}, bands...)
	}
	lines := slices.Concat(b.Rows, [][]gov.Text{})
	from := -1
	for _, x := range bands {
		if x.From <= from || x.From > len(b.Rows) {
			return nil, gov.Fail(gov.Invalid, "مجموعات الجدول ليست بترتيب صفوفه", "The table’s bands do not follow its rows").At("bands")
		}
		from = x.From
		if len(x.Sums) > 0 {
			lines = append(lines, x.Sums)
		}
	}
	if len(b.Sums) > 0 {
		lines = append(lines, b.Sums)
	}
	for _, cells := range lines {
		if len(cells) != len(b.Columns) {
			return nil, gov.Fail(gov.Invalid, "عدد خانات الصف لا يساوي عدد الأعمدة", "A row and the columns differ in number").At("rows")
		}
	}
	return bands, nil
}

// titles places the head of the table.
func (t *grid) titles() {
	r := t.tableRow(t.element.child("TR"), titles(t.cols), t.cols, t.edges, true, 0)
	t.head = r.height()
	r.under = func(c *canvas, top, h float64) { c.decoration(func() { t.headGround(c, top, h) }) }
	head := r.parts(t.limit())[0]
	head.gap, head.keep = 10, true
	t.place(head)
}

func (p *press) headGround(c *canvas, top, h float64) {
	c.fill(p.accent)
	c.rect(p.left, top, p.right-p.left, h)
}

// band sets a band: its title, which stays with the first row, its rows and
// their sums, which stay with the last.
func (t *grid) band(b Band, rows [][]gov.Text) (out []part) {
	again := t.again(b.Title)
	room := max(t.limit()-again.height, t.limit()/2)
	if !empty(b.Title) {
		for _, x := range t.bandRow(t.element, b.Title, len(t.cols)).parts(room) {
			x.keep, x.header = true, t.again(nil)
			out = append(out, x)
		}
	}
	for i, cells := range rows {
		for _, x := range t.tableRow(t.element.child("TR"), cells, t.cols, t.edges, false, i).parts(room) {
			x.header = again
			out = append(out, x)
		}
	}
	if len(b.Sums) > 0 {
		out = t.sum(out, b.Sums, false)
	}
	return out
}

// sum adds a row that adds up, tied to what stands before it.
func (t *grid) sum(out []part, texts []gov.Text, last bool) []part {
	if len(out) > 0 {
		out[len(out)-1].keep = true
	}
	for _, x := range t.sumRow(t.element.child("TR"), texts, t, last).parts(t.limit() / 2) {
		x.header = t.again(nil)
		out = append(out, x)
	}
	return out
}

// again is the head for following pages, with the title of the band that goes
// on: the same look, but decoration, so that it is not read out twice.
func (t *grid) again(band gov.Text) *part {
	nowhere := &element{kind: "Table"}
	r := t.tableRow(nowhere.child("TR"), titles(t.cols), t.cols, t.edges, true, 0)
	r.under = t.headGround
	head := r.parts(t.limit())[0]
	if empty(band) {
		return &head
	}
	title := t.bandRow(nowhere, band, len(t.cols)).parts(t.limit())[0]
	return &part{height: head.height + title.height, draw: func(c *canvas, top float64) {
		head.draw(c, top)
		title.draw(c, top+head.height)
	}}
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

// tableRow sets one row of a table; the nth of the body, counted from 0, or one
// that adds up when nth is less.
func (p *press) tableRow(tr *element, texts []gov.Text, cols []Column, edges []float64, header bool, nth int) row {
	rtl := p.langs[0].Dir() == "rtl"
	r := row{padTop: 3.5, padBottom: 4.5}
	for i, t := range texts {
		x, w := p.left+edges[i], edges[i+1]-edges[i]
		if rtl {
			x = p.right - edges[i+1]
		}
		k := cell{x: x + cellPad, width: w - 2*cellPad}
		st := style{size: labelSize, align: sided(cols[i].Align, rtl), ink: black, bold: nth < 0}
		e := (*element)(nil)
		if header {
			st.bold, st.ink, e = true, white, tr.heading("Column")
		} else {
			e = tr.child("TD")
		}
		vs := p.voices(t)
		if st.align == sided(Start, rtl) {
			if two, ok := p.pair(vs, k, st.in, func(i int) *element { return e.child("P").in(vs[i].lang) }); ok {
				r.cells = append(r.cells, two...)
				continue
			}
		}
		for _, v := range vs {
			p.add(&k, v, st.in(v), e.child("P").in(v.lang))
		}
		r.cells = append(r.cells, k)
	}
	if !header {
		r.under = func(c *canvas, top, h float64) { p.tableGround(c, top, h, nth) }
	}
	return r
}

// sumRow sets a row that adds up: bold, between two lines.
func (p *press) sumRow(tr *element, texts []gov.Text, t *grid, last bool) row {
	r := p.tableRow(tr, texts, t.cols, t.edges, false, -1)
	r.under = func(c *canvas, top, h float64) {
		c.decoration(func() {
			c.fill(p.accent.tint(0.1))
			if last {
				c.fill(p.accent.tint(0.2))
			}
			c.rect(p.left, top, p.right-p.left, h)
			c.fill(p.accent)
			c.rect(p.left, top, p.right-p.left, 0.6)
		})
	}
	return r
}

// bandRow sets the title of a band across all columns.
func (p *press) bandRow(table *element, title gov.Text, columns int) row {
	th := table.child("TR").child("TH")
	th.attr = fmt.Sprintf("/A<</O/Table/Scope/Row/ColSpan %d>>", columns)
	k := cell{x: p.left + cellPad, width: p.right - p.left - 2*cellPad}
	vs := p.voices(title)
	if len(vs) == 2 && vs[0].rtl() != vs[1].rtl() {
		return p.bandPair(th, vs, k)
	}
	for _, v := range vs {
		p.add(&k, v, style{size: labelSize, bold: true, ink: p.accent}.in(v), th.child("P").in(v.lang))
	}
	return p.bandGround(row{cells: []cell{k}, padTop: 3, padBottom: 3.5})
}

// bandPair sets a title in two languages at the two edges of one line.
func (p *press) bandPair(th *element, vs []voice, k cell) row {
	var cells []cell
	for _, v := range vs {
		half := cell{x: k.x, width: k.width / 2}
		if v.rtl() {
			half.x += half.width
		}
		p.add(&half, v, style{size: labelSize, bold: true, ink: p.accent}.in(v), th.child("P").in(v.lang))
		cells = append(cells, half)
	}
	return p.bandGround(row{cells: cells, padTop: 3, padBottom: 3.5})
}

func (p *press) bandGround(r row) row {
	r.under = func(c *canvas, top, h float64) {
		c.decoration(func() {
			c.fill(p.accent.tint(0.14))
			c.rect(p.left, top, p.right-p.left, h)
		})
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
