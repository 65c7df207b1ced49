package pdf

import (
	"sync"
	"unicode"

	gobidi "github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// Latin letters look larger than Naskh of the same size: in an Arabic line they
// are set smaller, in a Latin line Arabic is set larger.
const (
	latinInArabic = 0.86
	arabicInLatin = 1.16
)

// glyph is one cluster: what is drawn and what it says. Lengths are in
// thousandths of the font size. Letters and the marks above and below them are
// one shape, so that readers of the file find text in its right order.
type glyph struct {
	cluster int // first rune
	adv     float64
	dx, dy  float64
	shape   shape
	runes   []rune
}

// item is a stretch of a paragraph of one level and one face.
type item struct {
	start, end int
	face       int
	level      gobidi.Level
	script     language.Script
	scale      float64
	glyphs     []glyph // in visual order
}

// paragraph is shaped text before it is broken into lines.
type paragraph struct {
	runes  []rune
	rtl    bool
	items  []item
	widths []float64 // per rune, in thousandths of the font size; a cluster's width stands at its first rune
	starts []bool    // a cluster starts at the rune
	breaks []bool    // a line may end before the rune
}

// shaper turns text into glyphs. One goroutine uses it at a time.
type shaper struct {
	harfbuzz shaping.HarfbuzzShaper
	faces    [faceCount]*font.Face
	bidi     gobidi.Paragraph
	segments segmenter.Segmenter
}

var shapers = sync.Pool{New: func() any {
	s := &shaper{}
	for i, t := range typefaces() {
		s.faces[i] = font.NewFace(t.font)
	}
	return s
}}

// shape prepares one paragraph of cleaned text.
func (s *shaper) shape(rs []rune, rtl, bold bool) *paragraph {
	p := &paragraph{runes: rs, rtl: rtl, widths: make([]float64, len(rs)), starts: make([]bool, len(rs)), breaks: make([]bool, len(rs)+1)}
	if len(rs) == 0 {
		return p
	}
	s.itemise(p, bold)
	for i := range p.items {
		s.shapeItem(p, &p.items[i])
	}
	s.segments.Init(rs)
	for it := s.segments.LineIterator(); it.Next(); {
		l := it.Line()
		p.breaks[l.Offset+len(l.Text)] = true
	}
	return p
}

// levels resolves the embedding level of every rune. The mark put in front
// forces the paragraph's direction.
func (s *shaper) levels(rs []rune, rtl bool) []gobidi.Level {
	mark, base := '\u200E', gobidi.LeftToRight
	if rtl {
		mark, base = '\u200F', gobidi.RightToLeft
	}
	text := append([]rune{mark}, rs...)
	levels := make([]gobidi.Level, len(text))
	runs := s.bidi.Segment(text, base)
	for i := range runs.NumRuns() {
		r := runs.Run(i)
		for j := r.Start; j < r.End; j++ {
			levels[j] = r.Level
		}
	}
	return levels[1:]
}

// itemise cuts a paragraph where level, script or face change.
func (s *shaper) itemise(p *paragraph, bold bool) {
	levels := s.levels(p.runes, p.rtl)
	scripts := scriptsOf(p.runes, levels, p.rtl)
	for i, r := range p.runes {
		last := len(p.items) - 1
		face := s.faceFor(r, scripts[i], bold)
		if last >= 0 {
			it := &p.items[last]
			joins := ignorable(r) || unicode.Is(unicode.Mn, r) && s.has(it.face, r)
			if it.level == levels[i] && (joins || it.script == scripts[i] && it.face == face) {
				it.end = i + 1
				continue
			}
		}
		p.items = append(p.items, item{start: i, end: i + 1, face: face, level: levels[i], script: scripts[i], scale: scaleFor(face, p.rtl)})
	}
}

// scriptsOf gives signs that belong to no script the script before them, and at
// the start the script of the first letter. Numbers, which run from left to
// right, count as Latin, so that all their signs come from one face.
func scriptsOf(rs []rune, levels []gobidi.Level, rtl bool) []language.Script {
	out := make([]language.Script, len(rs))
	current := language.Latin
	if rtl {
		current = language.Arabic
	}
	for _, r := range rs {
		if sc := language.LookupScript(r); sc.Strong() {
			current = sc
			break
		}
	}
	for i, r := range rs {
		sc := language.LookupScript(r)
		switch {
		case sc.Strong():
			current = sc
		case levels[i]%2 == 0 && current == language.Arabic:
			out[i] = language.Latin
			continue
		}
		out[i] = current
	}
	return out
}

func (s *shaper) faceFor(r rune, script language.Script, bold bool) int {
	first, second := sans, naskh
	if script == language.Arabic {
		first, second = naskh, sans
	}
	if !s.has(first, r) && s.has(second, r) {
		first = second
	}
	if bold {
		first++
	}
	return first
}

func (s *shaper) has(face int, r rune) bool {
	_, ok := s.faces[face].NominalGlyph(r)
	return ok
}

func scaleFor(face int, rtl bool) float64 {
	arabic := face == naskh || face == naskhBold
	switch {
	case rtl && !arabic:
		return latinInArabic
	case !rtl && arabic:
		return arabicInLatin
	}
	return 1
}

// shapeItem runs HarfBuzz over one item, with the text around it as context.
func (s *shaper) shapeItem(p *paragraph, it *item) {
	in := shaping.Input{
		Text: p.runes, RunStart: it.start, RunEnd: it.end,
		Direction: di.DirectionLTR, Face: s.faces[it.face], Script: it.script, Language: language.NewLanguage("en"),
		Size: fixed.I(int(typefaces()[it.face].upem)),
	}
	if it.level%2 == 1 {
		in.Direction = di.DirectionRTL
	}
	if it.script == language.Arabic {
		in.Language = language.NewLanguage("ar")
	}
	out := s.harfbuzz.ShapeNoExtents(in)
	for i := 0; i < len(out.Glyphs); {
		j := i + 1
		for j < len(out.Glyphs) && out.Glyphs[j].TextIndex() == out.Glyphs[i].TextIndex() {
			j++
		}
		s.cluster(p, it, out.Glyphs[i:j])
		i = j
	}
}

// cluster adds the shape and the text of one cluster.
func (s *shaper) cluster(p *paragraph, it *item, gs []shaping.Glyph) {
	const fine = 64 // HarfBuzz measures in 64ths of a font unit here
	at := gs[0].TextIndex()
	g := glyph{cluster: at, runes: visible(p.runes[at : at+gs[0].RunesCount()])}
	unit := it.scale * 1000 / typefaces()[it.face].upem
	if len(gs) == 1 {
		g.shape = shape{gid: uint16(gs[0].GlyphID)}
		g.dx, g.dy = float64(gs[0].XOffset)*unit/fine, float64(gs[0].YOffset)*unit/fine
	} else {
		g.shape = compose(gs)
	}
	for _, x := range gs {
		g.adv += float64(x.Advance) * unit / fine
	}
	p.starts[at] = true
	p.widths[at] += g.adv
	if len(g.runes) > 0 || g.adv != 0 {
		it.glyphs = append(it.glyphs, g)
	}
}

// compose makes one shape of a cluster's glyphs, placed as they were shaped.
func compose(gs []shaping.Glyph) shape {
	var parts []byte
	pen := 0
	for _, g := range gs {
		parts = be.AppendUint16(parts, uint16(g.GlyphID))
		parts = be.AppendUint16(parts, uint16(int16(pen+g.XOffset.Round())))
		parts = be.AppendUint16(parts, uint16(int16(g.YOffset.Round())))
		pen += g.Advance.Round()
	}
	return shape{parts: string(parts), advance: uint16(max(pen, 0))}
}

// visible drops what is not text: direction marks and joiners.
func visible(rs []rune) []rune {
	for i, r := range rs {
		if ignorable(r) {
			out := append([]rune{}, rs[:i]...)
			for _, r := range rs[i:] {
				if !ignorable(r) {
					out = append(out, r)
				}
			}
			return out
		}
	}
	return rs
}

func ignorable(r rune) bool {
	return r >= 0x200B && r <= 0x200F || r >= 0x2060 && r <= 0x206F
}
