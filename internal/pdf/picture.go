package pdf

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // pictures arrive as PNG too

	"diwan.example/gov"
	"golang.org/x/image/draw"
)

// picture is a photo as it goes into the file: always a fresh JPEG, so that
// nothing hidden in the original (place, camera, scripts) travels along.
type picture struct {
	jpeg          []byte
	width, height int
}

// Limits of a picture: what is larger is refused unread, what is finer than
// print needs is made smaller.
const (
	maxPixels = 50_000_000
	maxSide   = 1200
)

// load reads a picture and returns its number; -1 when there is none.
func (p *press) load(data []byte) (int, error) {
	if len(data) == 0 {
		return -1, nil
	}
	bad := gov.Fail(gov.Invalid, "تعذّرت قراءة الصورة، ارفع صورة بصيغة JPEG أو PNG", "The picture cannot be read; use a JPEG or PNG picture").At("picture")
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return -1, bad.Because(err)
	}
	if cfg.Width < 1 || cfg.Height < 1 || cfg.Width > maxPixels/cfg.Height {
		return -1, gov.Fail(gov.Invalid, "الصورة أكبر من المسموح به", "The picture is too large").At("picture")
	}
	src, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return -1, bad.Because(err)
	}
	pic, err := reprint(src)
	if err != nil {
		return -1, bad.Because(err)
	}
	p.pictures = append(p.pictures, pic)
	return len(p.pictures) - 1, nil
}

// reprint puts the picture on white paper at print size and encodes it again.
func reprint(src image.Image) (picture, error) {
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	if side := max(w, h); side > maxSide {
		w, h = max(w*maxSide/side, 1), max(h*maxSide/side, 1)
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	err := jpeg.Encode(&out, dst, &jpeg.Options{Quality: 88})
	return picture{out.Bytes(), w, h}, err
}

// fit sizes the picture in points: into a box of w × h millimetres, else into
// the usual one.
func (x picture) fit(w, h, usualW, usualH float64) (float64, float64) {
	if w <= 0 && h <= 0 {
		w, h = usualW, usualH
	}
	ratio := float64(x.height) / float64(x.width)
	switch {
	case w <= 0:
		w = h / ratio
	case h <= 0:
		h = w * ratio
	}
	w, h = min(w, h/ratio), min(h, w*ratio)
	return w * mm, h * mm
}

// photo draws picture number n with a hairline around it.
func (p *press) photo(n int, x, w, h float64, alt gov.Text) func(c *canvas, top float64) {
	e := p.root.child("Figure").in(p.langs[0])
	e.alt = alt.In(p.langs[0])
	if e.alt == "" {
		e.alt = gov.T("صورة", "Picture").French("Image").In(p.langs[0])
	}
	return func(c *canvas, top float64) {
		c.tagged(e, func() {
			c.printf("q %s 0 0 %s %s %s cm /I%d Do Q\n", num(w), num(h), num(x), num(c.y(top+h)), n)
		})
		c.decoration(func() {
			c.stroke(pale)
			c.box(x, top, w, h, 0.6)
		})
	}
}

// image places a picture on a line of its own.
func (p *press) image(b *Block) error {
	n, err := p.load(b.Picture)
	if err != nil || n < 0 {
		return err
	}
	w, h := p.pictures[n].fit(b.Width, b.Height, 80, 80)
	if shrink := min(1, (p.right-p.left)/w, p.limit()/h); shrink < 1 {
		w, h = w*shrink, h*shrink
	}
	p.place(part{height: h, gap: 8, draw: p.photo(n, p.standing(b.Align, w), w, h, b.Text)})
	return nil
}

// standing is the left edge of a thing of width w on a line of its own.
func (p *press) standing(a Align, w float64) float64 {
	right := p.langs[0].Dir() == "rtl"
	switch {
	case a == Centre:
		return (p.left + p.right - w) / 2
	case right == (a == End):
		return p.left
	}
	return p.right - w
}
