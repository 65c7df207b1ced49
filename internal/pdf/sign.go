package pdf

import (
	"diwan.example/gov"
	"diwan.example/internal/barcode"
)

// signatures shows who signs, side by side, three in a row; with the seal and
// the QR beside a few, below many. It never breaks over pages.
func (p *press) signatures(b *Block) error {
	x, width := p.left, p.right-p.left
	var code *symbol
	side := 30 * mm * p.scale
	if b.Payload != "" {
		s, err := barcode.Encode(b.Payload)
		if err != nil {
			return err
		}
		code, side = s, roomy(s, side)
	}
	aside := p.aside(b, code, side)
	beside := aside.width > 0 && (width-aside.width-18)/float64(max(len(b.Signers), 1)) >= 130*p.scale
	if beside {
		x, width = x+aside.width+18, width-aside.width-18
	}
	rows, heights := p.signers(b.Signers, x, width)
	total, room := 0.0, 36.0*p.scale // for the hand
	for _, h := range heights {
		total += h + room + 6
	}
	first := 0.0 // where the first signer begins
	switch {
	case beside:
		first = max(0, (aside.height-total)/2)
		total = max(total, aside.height)
	case aside.width > 0:
		total += aside.height + 10
	}
	if err := p.fits(total, "signers"); err != nil {
		return err
	}
	p.place(part{height: total, gap: 16 * p.scale, draw: func(c *canvas, top float64) {
		at := top + first
		for i, cells := range rows {
			for _, k := range cells {
				c.bar(k.x+k.width*0.08, at+room, k.width*0.84, 0.5, grey)
				k.draw(c, at+room+6)
			}
			at += heights[i] + room + 6
		}
		if beside {
			aside.draw(c, p.left, top+(total-aside.height)/2)
		} else if aside.width > 0 {
			aside.draw(c, (p.left+p.right-aside.width)/2, at+10)
		}
	}})
	return nil
}

// aside is what stands beside the signers.
type aside struct {
	width, height float64
	draw          func(c *canvas, x, top float64)
}

func (p *press) aside(b *Block, code *symbol, side float64) (a aside) {
	stamp := min(stampSide, stampSide*p.scale*1.05)
	var figure, seal *element
	if len(b.Seal) > 0 {
		seal = p.stampFigure(b.Seal)
		a.width, a.height = stamp, stamp
	}
	if code != nil {
		figure = p.qrFigure()
		if a.width > 0 {
			a.width += 12
		}
		a.width, a.height = a.width+side, max(a.height, side)
	}
	a.draw = func(c *canvas, x, top float64) {
		if code != nil {
			c.tagged(figure, func() { c.symbol(code, x, top+(a.height-side)/2, side) })
			x += side + 12
		}
		if seal != nil {
			p.stamp(c, seal, b.Seal, x+stamp/2, top+a.height/2, stamp)
		}
	}
	return a
}

// signers sets those who sign, three in a row, from where reading begins.
func (p *press) signers(all []Signer, x, width float64) (rows [][]cell, heights []float64) {
	const most, gutter = 3, 16.0
	if len(all) == 0 {
		all = []Signer{{}}
	}
	for len(all) > 0 {
		n := min(len(all), most)
		if len(all) == 4 {
			n = 2
		}
		each := (width - gutter*float64(n-1)) / float64(n)
		var cells []cell
		h := 0.0
		for i, s := range all[:n] {
			at := x + float64(i)*(each+gutter)
			if p.langs[0].Dir() == "rtl" {
				at = x + width - each - float64(i)*(each+gutter)
			}
			k := cell{x: at, width: each}
			p.signer(&k, s)
			cells, h = append(cells, k), max(h, k.height())
		}
		rows, heights, all = append(rows, cells), append(heights, h), all[n:]
	}
	return rows, heights
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
