package pdf

import (
	"diwan.example/gov"
	"diwan.example/internal/barcode"
	"rsc.io/qr/coding"
)

// symbol is a QR code.
type symbol = coding.Code

// quiet is the light border of a code, in modules.
const quiet = 4

// roomy is the side of a code's square: as asked, and never so small that a
// module is below 0.4 mm, which cheap cameras still read from paper.
func roomy(s *symbol, asked float64) float64 {
	const module = 0.4 * mm
	return max(asked, float64(s.Size+2*quiet)*module)
}

// symbol draws a QR code on a white square of the given side, quiet zone included.
func (c *canvas) symbol(s *symbol, x, top, side float64) {
	c.fill(white)
	c.rect(x, top, side, side)
	m := side / float64(s.Size+2*quiet)
	c.fill(ink{})
	for row := range s.Size {
		for col := 0; col < s.Size; col++ {
			n := 0
			for col+n < s.Size && s.Black(col+n, row) {
				n++
			}
			if n > 0 {
				left, up := x+float64(col+quiet)*m, top+float64(row+quiet)*m
				c.printf("%s %s %s %s re\n", num(left), num(c.y(up+m)), num(float64(n)*m), num(m))
				col += n
			}
		}
	}
	c.printf("f\n")
}

func (p *press) qrFigure() *element {
	e := p.root.child("Figure").in(p.langs[0])
	e.alt = gov.T("رمز التحقق", "Verification code").French("Code de vérification").In(p.langs[0])
	return e
}

// qr places a QR code with its text below.
func (p *press) qr(b *Block) error {
	s, err := barcode.Encode(b.Payload)
	if err != nil {
		return err
	}
	side := b.Width * mm
	if side <= 0 {
		side = 32 * mm
	}
	side = min(roomy(s, side), p.right-p.left, p.limit())
	x := p.standing(b.Align, side)
	e := p.qrFigure()
	k := cell{x: x, width: side}
	for _, v := range p.voices(b.Text) {
		p.add(&k, v, style{size: smallSize, align: Centre, ink: grey}.in(v), p.root.child("P").in(v.lang))
	}
	if p.doc.Layout.Page == "ID-1" {
		return p.backOfCard(b, s, side, e)
	}
	if err := p.fits(side+k.height(), "text"); err != nil {
		return err
	}
	p.place(part{height: side + k.height(), gap: 10, draw: func(c *canvas, top float64) {
		c.tagged(e, func() { c.symbol(s, x, top, side) })
		k.draw(c, top+side)
	}})
	return nil
}

// backOfCard places a code on a card: its text beside it, where there is room.
func (p *press) backOfCard(b *Block, s *symbol, side float64, e *element) error {
	side = min(side, roomy(s, 22*mm), p.limit())
	x, k := p.right-side, cell{x: p.left, width: p.right - p.left - side - 8}
	if p.langs[0].Dir() == "rtl" {
		x, k.x = p.left, p.left+side+8
	}
	for _, v := range p.voices(b.Text) {
		p.add(&k, v, style{size: 12.5, ink: black, leading: 1.5}.in(v), p.root.child("P").in(v.lang))
	}
	if err := p.fits(k.height(), "text"); err != nil {
		return err
	}
	h := p.limit() // in the middle of the card
	p.place(part{height: h, draw: func(c *canvas, top float64) {
		c.tagged(e, func() { c.symbol(s, x, top+(h-side)/2, side) })
		k.draw(c, top+(h-k.height())/2)
	}})
	return nil
}
