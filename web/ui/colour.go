package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// colour is sRGB.
type colour [3]float64

func parseColour(s string) (c colour, ok bool) {
	s = strings.TrimPrefix(s, "#")
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil || len(s) != 6 {
		return c, false
	}
	return colour{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}, true
}

func (c colour) String() string {
	return fmt.Sprintf("#%02x%02x%02x", uint8(c[0]), uint8(c[1]), uint8(c[2]))
}

// mix moves c towards d by share.
func (c colour) mix(d colour, share float64) (out colour) {
	for i := range c {
		out[i] = math.Round(c[i] + (d[i]-c[i])*share)
	}
	return out
}

// luminance: WCAG 2.2, relative luminance.
func (c colour) luminance() float64 {
	var l [3]float64
	for i, v := range c {
		if v /= 255; v <= 0.04045 {
			l[i] = v / 12.92
		} else {
			l[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
}

func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// readable moves c towards ink until it stands out from paper by ratio.
func (c colour) readable(paper, ink colour, ratio float64) colour {
	for share := 0.0; share <= 1; share += 0.05 {
		if m := c.mix(ink, share); contrast(m, paper) >= ratio {
			return m
		}
	}
	return ink
}

var (
	white     = colour{255, 255, 255}
	black     = colour{0, 0, 0}
	darkPaper = colour{0x12, 0x15, 0x1a}
)

// countryCSS is the stylesheet with the country's colour, made once.
func (s *Site) countryCSS() asset {
	s.css.Do(func() {
		c, ok := parseColour(s.Country.Accent)
		if !ok {
			c = colour{0x1d, 0x4e, 0x5f}
		}
		light, dark := c.readable(white, black, 5.5), c.readable(darkPaper, white, 6.5)
		s.country = newAsset("country.css", fmt.Appendf(nil,
			":root{--accent:%s;--accent-deep:%s;--accent-wash:%s}\n"+
				"@media (prefers-color-scheme:dark){:root{--accent:%s;--accent-deep:%s;--accent-wash:%s}}\n",
			light, light.mix(black, 0.25), light.mix(white, 0.93), dark, dark.mix(white, 0.25), dark.mix(darkPaper, 0.86)))
	})
	return s.country
}
