package pdf

import (
	"encoding/binary"
	"maps"
	"slices"
)

var be = binary.BigEndian

// shape is what one character code draws: a glyph of the typeface, or several
// that stand together: glyph number, x and y of each, two bytes apiece.
type shape struct {
	gid     uint16
	parts   string
	advance uint16 // of several together
}

// slot is one character code of an embedded font: a shape and the text it
// stands for. A shape that stands for two texts has two slots.
type slot struct {
	shape
	text string
}

// fontUse collects what a document uses of one face.
type fontUse struct {
	face  *typeface
	slots []slot
	index map[slot]uint16
}

func newFontUse(t *typeface) *fontUse {
	return &fontUse{face: t, slots: []slot{{}}, index: map[slot]uint16{}}
}

// maxSlots leaves room in 16 bits for the parts of composite glyphs.
const maxSlots = 50000

// code returns the character code for a shape that stands for text.
func (u *fontUse) code(s shape, text string) uint16 {
	k := slot{s, text}
	c, ok := u.index[k]
	if !ok && len(u.slots) < maxSlots {
		c = uint16(len(u.slots))
		u.slots = append(u.slots, k)
		u.index[k] = c
	}
	return c
}

// silent returns the code of a shape without ink or width that stands for text.
func (u *fontUse) silent(text string) uint16 {
	gid, _ := u.face.font.NominalGlyph('\u200B')
	return u.code(shape{gid: uint16(gid)}, text)
}

// width is a shape's advance in thousandths of the font size.
func (t *typeface) width(s shape) float64 {
	adv, _ := t.metrics(s)
	return float64(adv) * 1000 / t.upem
}

// metrics returns a shape's advance and left side bearing in font units.
func (t *typeface) metrics(s shape) (advance, bearing uint16) {
	if s.parts != "" {
		return s.advance, be.Uint16(t.composite(s.parts)[2:])
	}
	hmtx, n := t.tables["hmtx"], int(be.Uint16(t.tables["hhea"][34:]))
	g := int(s.gid)
	if g < n {
		return be.Uint16(hmtx[4*g:]), be.Uint16(hmtx[4*g+2:])
	}
	advance = be.Uint16(hmtx[4*(n-1):])
	if at := 4*n + 2*(g-n); at+2 <= len(hmtx) {
		bearing = be.Uint16(hmtx[at:])
	}
	return advance, bearing
}

// outline returns the glyf entry of a glyph; empty for a space.
func (t *typeface) outline(gid uint16) []byte {
	loca, glyf, g := t.tables["loca"], t.tables["glyf"], int(gid)
	if be.Uint16(t.tables["head"][50:]) == 1 {
		if 4*g+8 > len(loca) {
			return nil
		}
		return glyf[be.Uint32(loca[4*g:]):be.Uint32(loca[4*g+4:])]
	}
	if 2*g+4 > len(loca) {
		return nil
	}
	return glyf[2*int(be.Uint16(loca[2*g:])) : 2*int(be.Uint16(loca[2*g+2:]))]
}

// Flags of a composite glyph's parts (OpenType, glyf table).
const (
	argsAreWords  = 0x0001
	hasScale      = 0x0008
	moreParts     = 0x0020
	hasTwoScales  = 0x0040
	hasTwoByTwo   = 0x0080
	outlineHeader = 10
)

// composite writes the glyf entry of glyphs that stand together.
func (t *typeface) composite(parts string) []byte {
	const wordsXY = argsAreWords | 0x0002 // the arguments are x and y
	box := [4]int{1 << 15, 1 << 15, -1 << 15, -1 << 15}
	body := []byte{}
	for p := []byte(parts); len(p) >= 6; p = p[6:] {
		flags := uint16(wordsXY)
		if len(p) > 6 {
			flags |= moreParts
		}
		body = be.AppendUint16(body, flags)
		body = append(body, p[:6]...)
		if o := t.outline(be.Uint16(p)); len(o) >= outlineHeader {
			x, y := int(int16(be.Uint16(p[2:]))), int(int16(be.Uint16(p[4:])))
			for i, d := range [4]int{x, y, x, y} {
				v := int(int16(be.Uint16(o[2+2*i:]))) + d
				if i < 2 {
					box[i] = min(box[i], v)
				} else {
					box[i] = max(box[i], v)
				}
			}
		}
	}
	if box[0] > box[2] {
		box = [4]int{}
	}
	head := be.AppendUint16(nil, 0xFFFF)
	for _, v := range box {
		head = be.AppendUint16(head, uint16(int16(v)))
	}
	return append(head, body...)
}

// entry is the glyf entry of a shape, free to be changed.
func (t *typeface) entry(s shape) []byte {
	if s.parts != "" {
		return t.composite(s.parts)
	}
	return slices.Clone(t.outline(s.gid))
}

// subset builds a TrueType file that has the used shapes only, in the order of
// their codes, so that code and glyph number are the same.
func (u *fontUse) subset() []byte {
	var shapes []shape
	place := map[shape]uint16{}
	for i, s := range u.slots {
		shapes = append(shapes, s.shape)
		if _, ok := place[s.shape]; !ok {
			place[s.shape] = uint16(i)
		}
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(shapes); i++ { // grows while parts of composites are found
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		data := u.face.entry(shapes[i])
		eachPart(data, func(ref []byte) {
			part := shape{gid: be.Uint16(ref)}
			at, ok := place[part]
			if !ok {
				at = uint16(len(shapes))
				place[part] = at
				shapes = append(shapes, part)
			}
			be.PutUint16(ref, at)
		})
		glyf = append(glyf, data...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		adv, bearing := u.face.metrics(shapes[i])
		hmtx = be.AppendUint16(be.AppendUint16(hmtx, adv), bearing)
	}
	loca = be.AppendUint32(loca, uint32(len(glyf)))
	return sfnt(u.tables(len(shapes), glyf, loca, hmtx))
}

// eachPart calls f with the two bytes that name each part of a composite glyph.
func eachPart(data []byte, f func(ref []byte)) {
	if len(data) < outlineHeader || int16(be.Uint16(data)) >= 0 {
		return
	}
	for p := outlineHeader; p+4 <= len(data); {
		flags := be.Uint16(data[p:])
		f(data[p+2 : p+4])
		p += 6
		if flags&argsAreWords != 0 {
			p += 2
		}
		switch {
		case flags&hasScale != 0:
			p += 2
		case flags&hasTwoScales != 0:
			p += 4
		case flags&hasTwoByTwo != 0:
			p += 8
		}
		if flags&moreParts == 0 {
			return
		}
	}
}

func (u *fontUse) tables(n int, glyf, loca, hmtx []byte) map[string][]byte {
	head := slices.Clone(u.face.tables["head"])
	be.PutUint32(head[8:], 0)  // checksum adjustment: not needed in a PDF
	be.PutUint16(head[50:], 1) // long offsets
	hhea := slices.Clone(u.face.tables["hhea"])
	be.PutUint16(hhea[34:], uint16(n))
	maxp := slices.Clone(u.face.tables["maxp"])
	be.PutUint16(maxp[4:], uint16(n))
	be.PutUint16(maxp[28:], 64) // parts of a composite
	be.PutUint16(maxp[30:], 8)  // depth of composites
	out := map[string][]byte{"head": head, "hhea": hhea, "maxp": maxp, "glyf": glyf, "loca": loca, "hmtx": hmtx}
	for _, hint := range []string{"cvt ", "fpgm", "prep"} {
		if b := u.face.tables[hint]; len(b) > 0 {
			out[hint] = b
		}
	}
	return out
}

// sfnt puts tables into a TrueType file.
func sfnt(tables map[string][]byte) (out []byte) {
	tags := slices.Sorted(maps.Keys(tables))
	n, search, selector := len(tags), 16, 0
	for search*2 <= n*16 {
		search, selector = search*2, selector+1
	}
	out = be.AppendUint32(out, 0x00010000)
	for _, v := range []int{n, search, selector, n*16 - search} {
		out = be.AppendUint16(out, uint16(v))
	}
	at := 12 + 16*n
	for _, tag := range tags {
		out = append(out, tag...)
		for _, v := range []uint32{checksum(tables[tag]), uint32(at), uint32(len(tables[tag]))} {
			out = be.AppendUint32(out, v)
		}
		at += (len(tables[tag]) + 3) &^ 3
	}
	for _, tag := range tags {
		out = append(out, tables[tag]...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}

func checksum(b []byte) (sum uint32) {
	for len(b) >= 4 {
		sum += be.Uint32(b)
		b = b[4:]
	}
	var rest [4]byte
	copy(rest[:], b)
	return sum + be.Uint32(rest[:])
}
