package pdf

import "math"

// crest places the emblem alone, in the middle.
func (p *press) crest(b *Block) {
	size := b.Width * mm
	if size <= 0 {
		size = 26 * mm
	}
	size = min(size, p.right-p.left, p.limit())
	p.place(part{height: size, gap: 6, keep: true, draw: func(c *canvas, top float64) {
		c.decoration(func() { c.emblem((p.left+p.right)/2, top+size/2, size/2, p.accent) })
	}})
}

// emblem draws a neutral seal: an eight-pointed star in a ring of beads. It is
// nobody's coat of arms.
func (c *canvas) emblem(x, y, r float64, k ink) {
	c.stroke(k)
	c.circle(x, y, r*0.97, r*0.035)
	c.circle(x, y, r*0.80, r*0.015)
	c.fill(k)
	for i := range 32 {
		a := float64(i) * math.Pi / 16
		c.disc(x+math.Cos(a)*r*0.885, y+math.Sin(a)*r*0.885, r*0.028)
	}
	c.star(x, y, r*0.72, r*0.551, 8, 0, "f")
	c.fill(white)
	c.star(x, y, r*0.60, r*0.459, 8, 0, "f")
	c.fill(k)
	c.star(x, y, r*0.50, r*0.27, 8, math.Pi/8, "f")
	c.fill(white)
	c.disc(x, y, r*0.17)
	c.fill(k)
	c.disc(x, y, r*0.10)
}

// star draws a star with n points between two radii.
func (c *canvas) star(x, y, outer, inner float64, n int, turn float64, paint string) {
	for i := range 2 * n {
		r, op := outer, "l"
		if i%2 == 1 {
			r = inner
		}
		if i == 0 {
			op = "m"
		}
		a := turn + float64(i)*math.Pi/float64(n)
		c.printf("%s %s %s\n", num(x+math.Sin(a)*r), num(c.y(y-math.Cos(a)*r)), op)
	}
	c.printf("h %s\n", paint)
}

func (c *canvas) circle(x, y, r, thick float64) {
	c.printf("%s w\n", num(thick))
	c.round(x, y, r)
	c.printf("S\n")
}

func (c *canvas) disc(x, y, r float64) {
	c.round(x, y, r)
	c.printf("f\n")
}

// round is the path of a circle as four Bézier curves.
func (c *canvas) round(x, y, r float64) {
	y = c.y(y)
	k := r * 0.5523
	c.printf("%s %s m\n", num(x+r), num(y))
	for _, q := range [4][6]float64{
		{r, k, k, r, 0, r}, {-k, r, -r, k, -r, 0}, {-r, -k, -k, -r, 0, -r}, {k, -r, r, -k, r, 0},
	} {
		c.printf("%s %s %s %s %s %s c\n", num(x+q[0]), num(y+q[1]), num(x+q[2]), num(y+q[3]), num(x+q[4]), num(y+q[5]))
	}
	c.printf("h\n")
}
