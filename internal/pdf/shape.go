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

// glyph is one shape of a face; distances are in thousandths of the font size.
type glyph struct {
	id          uint16
	cluster     int // rune the glyph belongs to
	adv, dx, dy float64
	text        string // what the glyph says when text is copied out
	whole       string // set on the first glyph of a cluster that only ActualText can say
	span        int    // number of glyphs that whole covers
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
	scripts := scriptsOf(p.runes, p.rtl)
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
// the start the script of the first letter.
func scriptsOf(rs []rune, rtl bool) []language.Script {
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
		if sc := language.LookupScript(r); sc.Strong() {
			current = sc
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
	unit := it.scale * 1000 / typefaces()[it.face].upem / 64
	for i := 0; i < len(out.Glyphs); {
		j := i + 1
		for j < len(out.Glyphs) && out.Glyphs[j].TextIndex() == out.Glyphs[i].TextIndex() {
			j++
		}
		s.cluster(p, it, out.Glyphs[i:j], unit)
		i = j
	}
}

// cluster adds the glyphs of one cluster and the text that each of them stands for.
func (s *shaper) cluster(p *paragraph, it *item, gs []shaping.Glyph, unit float64) {
	at, n := gs[0].TextIndex(), gs[0].RunesCount()
	texts, whole := s.spell(it.face, visible(p.runes[at:at+n]), gs)
	p.starts[at] = true
	first := len(it.glyphs)
	for i, g := range gs {
		adv := float64(g.Advance) * unit
		p.widths[at] += adv
		if texts[i] == "" && whole == "" && adv == 0 && !s.inked(it.face, g.GlyphID) {
			continue
		}
		it.glyphs = append(it.glyphs, glyph{
			id: uint16(g.GlyphID), cluster: at, adv: adv, text: texts[i],
			dx: float64(g.XOffset) * unit, dy: float64(g.YOffset) * unit,
		})
	}
	if whole != "" && len(it.glyphs) > first {
		it.glyphs[first].whole, it.glyphs[first].span = whole, len(it.glyphs)-first
	}
}

func (s *shaper) inked(face int, id font.GID) bool {
	e, ok := s.faces[face].GlyphExtents(id)
	return ok && e.Width != 0
}

// spell shares a cluster's runes out to its glyphs: a rune goes to the glyph
// that is its own, what is left goes to the glyph that is left. When more than
// one is left, only the cluster as a whole says its text.
func (s *shaper) spell(face int, rs []rune, gs []shaping.Glyph) (texts []string, whole string) {
	texts = make([]string, len(gs))
	if len(gs) == 1 {
		texts[0] = string(rs)
		return texts, ""
	}
	rest := make([]rune, 0, len(rs))
	taken := make([]bool, len(gs))
next:
	for _, r := range rs {
		id, _ := s.faces[face].NominalGlyph(r)
		for i, g := range gs {
			if !taken[i] && g.GlyphID == id {
				texts[i], taken[i] = string(r), true
				continue next
			}
		}
		rest = append(rest, r)
	}
	free := -1
	for i := range gs {
		if !taken[i] {
			if free >= 0 {
				return make([]string, len(gs)), string(rs)
			}
			free = i
		}
	}
	if free >= 0 {
		texts[free] = string(rest)
	} else if len(rest) > 0 {
		return make([]string, len(gs)), string(rs)
	}
	return texts, ""
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
