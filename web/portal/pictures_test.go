package portal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"diwan.example/internal/barcode"
	"diwan.example/internal/need"
	"rsc.io/qr"
)

// view is how a camera sees a code.
type view struct {
	name    string
	pixels  float64 // of one square
	turn    float64 // degrees
	tilt    float64 // perspective: how much farther the far edge is
	lean    float64 // the same from the side
	curl    float64 // paper that is not flat, in squares
	blur    int     // radius of a box, in pixels
	noise   float64 // standard deviation
	dark    float64 // how much darker one corner lies
	ink     float64 // grey of what is printed, 0 to 1
	margin  float64 // around the code, in squares
	mirror  bool
	crossed bool // a pen's line over it
}

// seen renders a code as view sees it, as a grey picture.
func seen(c *qr.Code, v view) (pix []byte, w, h int) {
	n := float64(c.Size)
	side := int((n + 2*v.margin) * v.pixels * 1.45)
	w, h = side, side
	pix = make([]byte, w*h)
	sin, cos := math.Sincos(v.turn * math.Pi / 180)
	rng := rand.New(rand.NewPCG(7, 11))
	at := func(px, py float64) float64 {
		x, y := (px-float64(w)/2)/v.pixels, (py-float64(h)/2)/v.pixels
		x, y = x*cos+y*sin, -x*sin+y*cos
		d := 1 + v.tilt*y/n + v.lean*x/n
		x, y = x/d, y/d
		y += v.curl * math.Sin(x/n*math.Pi)
		x, y = x+n/2, y+n/2
		if v.mirror {
			x = n - x
		}
		if x < -v.margin || y < -v.margin || x > n+v.margin || y > n+v.margin {
			return 0.45 // the table
		}
		if v.crossed && math.Abs(x-y*0.6-n*0.3) < 0.7 {
			return 0.2
		}
		if c.Black(int(math.Floor(x)), int(math.Floor(y))) {
			return v.ink
		}
		return 1
	}
	for y := range h {
		for x := range w {
			sum := 0.0
			for k := range 4 {
				sum += at(float64(x)+float64(k%2)/2+0.25, float64(y)+float64(k/2)/2+0.25)
			}
			light := 1 - v.dark*float64(x+y)/float64(w+h)
			pix[y*w+x] = byte(min(255, max(0, sum/4*light*235+10)))
		}
	}
	pix = blurred(pix, w, h, v.blur)
	for i := range pix {
		pix[i] = byte(min(255, max(0, float64(pix[i])+rng.NormFloat64()*v.noise)))
	}
	return pix, w, h
}

func blurred(pix []byte, w, h, r int) []byte {
	if r == 0 {
		return pix
	}
	out := make([]byte, len(pix))
	for y := range h {
		for x := range w {
			sum, n := 0, 0
			for j := max(0, y-r); j <= min(h-1, y+r); j++ {
				for i := max(0, x-r); i <= min(w-1, x+r); i++ {
					sum, n = sum+int(pix[j*w+i]), n+1
				}
			}
			out[y*w+x] = byte(sum / n)
		}
	}
	return out
}

var views = []view{
	{name: "clean", pixels: 4, margin: 4},
	{name: "small", pixels: 2, margin: 4},
	{name: "large", pixels: 11, margin: 4},
	{name: "turned 8", pixels: 4, turn: 8, margin: 4},
	{name: "turned 45", pixels: 4, turn: 45, margin: 4},
	{name: "turned 133", pixels: 4, turn: 133, margin: 4},
	{name: "upside down", pixels: 4, turn: 180, margin: 4},
	{name: "turned 271", pixels: 3.3, turn: 271, margin: 4},
	{name: "tilted", pixels: 5, tilt: 0.3, margin: 4},
	{name: "leaning", pixels: 5, lean: 0.25, tilt: -0.15, turn: 12, margin: 4},
	{name: "leaning more", pixels: 5, lean: -0.32, turn: 10, margin: 4},
	{name: "curled", pixels: 5, curl: 1.2, margin: 4},
	{name: "blurred", pixels: 6, blur: 2, margin: 4},
	{name: "noisy", pixels: 5, noise: 25, margin: 4},
	{name: "very noisy", pixels: 6, noise: 55, margin: 4},
	{name: "half in shadow", pixels: 5, dark: 0.75, margin: 4},
	{name: "pale print", pixels: 5, ink: 0.6, margin: 4},
	{name: "tight", pixels: 5, margin: 1.5, turn: 5},
	{name: "mirrored", pixels: 4, mirror: true, margin: 4},
	{name: "pen over it", pixels: 5, crossed: true, margin: 4, turn: 3},
	{name: "as a phone sees it", pixels: 5, turn: 17, tilt: 0.2, lean: 0.12, blur: 1, noise: 12, dark: 0.45, ink: 0.12, curl: 0.5, margin: 4},
	{name: "as a phone sees it at dusk", pixels: 6, turn: -24, tilt: -0.22, lean: 0.2, blur: 2, noise: 18, dark: 0.6, ink: 0.3, curl: 0.4, margin: 5},
}

func TestPageReadsPictures(t *testing.T) {
	node, dir := need.Tool(t, "node", "Debian: nodejs"), t.TempDir()
	texts := map[string]string{
		"address": "https://gov.example/v/7K3M9QX2AB7K3M", "digits": "0123456789012345678901234567890123456789", "capitals": "HTTPS://GOV.EXAMPLE/V/7K3M9QX2AB7K3M",
		"arabic": "شهادة قيد دراسي رقم ١٢٣", "seal": "HTTPS://GOV.EXAMPLE/V/7K3M9QX2AB7K3M#" + strings.Repeat("6BF+70790T9WJWG.FKY*4GO0.O1CV2", 20), "one": "1",
	}
	want := map[string]string{}
	put := func(name, text string, c *qr.Code, v view) {
		pix, w, h := seen(c, v)
		name = strings.ReplaceAll(name, " ", "-") + ".pgm"
		want[name] = text
		if err := os.WriteFile(filepath.Join(dir, name), append(fmt.Appendf(nil, "P5 %d %d 255\n", w, h), pix...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for kind, text := range texts {
		c, err := barcode.Picture(text)
		if err != nil {
			t.Fatal(err)
		}
		for n, v := range views {
			if kind != "seal" && n%len(texts) != len(kind)%len(texts) { // the others share the views
				continue
			}
			put(kind+" "+v.name, text, c, v)
		}
	}
	for n := 0; n < 40; n += 3 { // every level in turn
		text := strings.Repeat("x", sizeOf(n+1, qr.Level(n%4)))
		c, err := qr.Encode(text, qr.Level(n%4))
		if err != nil || c.Size != 4*(n+1)+17 {
			t.Fatalf("version %d has %d squares: %v", n+1, c.Size, err)
		}
		put(fmt.Sprintf("version %02d", n+1), text, c, view{pixels: 2, turn: float64(n), margin: 4})
	}
	out, err := exec.Command(node, "verify/testdata/pictures.mjs", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	failed, slowest := []string{}, 0
	for line := range bytes.Lines(out) {
		var r struct {
			Name string
			MS   int
			Text *string
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		slowest = max(slowest, r.MS)
		if r.Text == nil || *r.Text != want[r.Name] {
			failed = append(failed, fmt.Sprintf("%s (%d ms)", r.Name, r.MS))
		}
		delete(want, r.Name)
	}
	t.Logf("slowest %d ms", slowest)
	if len(failed) > 0 || len(want) > 0 {
		t.Errorf("%d not read: %s; not tried: %d", len(failed), strings.Join(failed, ", "), len(want))
	}
}

// sizeOf is how many bytes fill a version at a level.
func sizeOf(version int, level qr.Level) int {
	n := 1
	for {
		c, err := qr.Encode(strings.Repeat("x", n+1), level)
		if err != nil || c.Size > 4*version+17 {
			return n
		}
		n += max(1, n/8)
		for c, err = qr.Encode(strings.Repeat("x", n), level); err != nil || c.Size > 4*version+17; c, err = qr.Encode(strings.Repeat("x", n), level) {
			n--
		}
		if c.Size == 4*version+17 {
			return n
		}
	}
}
