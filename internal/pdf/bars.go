package pdf

import (
	"diwan.example/gov"
)

// Bar is one row of a small chart: what it is, how long, and the figure as
// written at its end.
type Bar struct {
	Label gov.Text `yaml:"label" json:"label"`
	Value float64  `yaml:"value" json:"value"`
	Shown gov.Text `yaml:"shown" json:"shown"`
}

// bars draws a chart of lying bars that begin where reading begins; the longest
// takes the whole room. Labels and figures are text, so that the chart is also
// read out.
func (p *press) bars(b *Block) error {
	top := 0.0
	for _, x := range b.Bars {
		if x.Value < 0 {
			return gov.Fail(gov.Invalid, "قيمة في الرسم أقل من الصفر", "A bar of the chart is below zero").At("bars")
		}
		top = max(top, x.Value)
	}
	table := p.root.child("Table")
	for i, x := range b.Bars {
		for _, part := range p.barRow(table.child("TR"), x, top).parts(p.limit()) {
			if i == 0 {
				part.gap = 8
			}
			p.place(part)
		}
	}
	return nil
}

// barRow is one bar between its label and its figure.
func (p *press) barRow(tr *element, x Bar, top float64) row {
	const gutter, thick, figure = 8.0, 8.0, 64.0
	rtl := p.langs[0].Dir() == "rtl"
	whole := p.right - p.left
	side := whole * 0.4
	length := 0.0
	if top > 0 {
		length = x.Value / top * (whole - side - 2*gutter - figure)
	}
	label, value := cell{x: p.left, width: side}, cell{x: p.left + side + gutter + length + gutter, width: figure}
	from, align := p.left+side+gutter, Left
	if rtl {
		label.x, value.x = p.right-side, p.right-side-gutter-length-gutter-figure
		from, align = p.right-side-gutter-length, Right
	}
	for i, k := range []*cell{&label, &value} {
		for _, v := range p.voices([]gov.Text{x.Label, x.Shown}[i]) {
			p.add(k, v, style{size: labelSize, align: align, ink: black}.in(v), tr.child("TD").child("P").in(v.lang))
		}
	}
	return row{cells: []cell{label, value}, padTop: 2, padBottom: 2, under: func(c *canvas, at, h float64) {
		c.decoration(func() {
			c.fill(p.accent)
			c.rect(from, at+h/2-thick/2, max(length, 0.8), thick)
		})
	}}
}
