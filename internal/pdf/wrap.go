package pdf

import (
	"slices"
	"unicode"
)

// textLine is one line of a paragraph: runes [start,end) without the spaces at its end.
type textLine struct {
	p          *paragraph
	start, end int
	size       float64
	width      float64 // points
	spaces     int
	last       bool // the paragraph's last line: never stretched
	more       bool // the text goes on in another line
}

// wrap breaks the paragraph into lines of at most width points. It breaks
// inside a word only when the word alone is wider than a line.
func (p *paragraph) wrap(size, width float64) (lines []textLine) {
	limit := width * 1000 / size
	for start := 0; ; {
		end := p.lineEnd(start, limit)
		lines = append(lines, p.line(start, end, size))
		if end >= len(p.runes) {
			break
		}
		start = end
	}
	lines[len(lines)-1].last = true
	return lines
}

// lineEnd finds where the line that begins at start ends.
func (p *paragraph) lineEnd(start int, limit float64) int {
	used, pending, best := 0.0, 0.0, -1
	for i := start; i < len(p.runes); i++ {
		if i > start && p.breaks[i] {
			best = i
		}
		if unicode.IsSpace(p.runes[i]) && p.runes[i] != '\u00A0' {
			pending += p.widths[i]
			continue
		}
		used += pending + p.widths[i]
		pending = 0
		if used > limit && i > start {
			if best > start {
				return best
			}
			return p.clusterBefore(start, i)
		}
	}
	return len(p.runes)
}

// clusterBefore is the last cluster boundary in (start, i]; the next one after i if none.
func (p *paragraph) clusterBefore(start, i int) int {
	for j := i; j > start; j-- {
		if p.starts[j] && p.runes[j] != pdi {
			return j
		}
	}
	for i++; i < len(p.runes) && !p.starts[i]; i++ {
	}
	return i
}

func (p *paragraph) line(start, end int, size float64) textLine {
	for end > start && unicode.IsSpace(p.runes[end-1]) {
		end--
	}
	l := textLine{p: p, start: start, end: end, size: size}
	for i := start; i < end; i++ {
		l.width += p.widths[i] * size / 1000
		if p.runes[i] == ' ' {
			l.spaces++
		}
	}
	return l
}

// visual returns the line's stretches from left to right (UAX #9, rule L2).
func (l textLine) visual() (out []item) {
	items := l.p.items
	first, _ := slices.BinarySearchFunc(items, l.start, func(it item, at int) int { return it.end - at - 1 })
	for _, it := range items[first:] {
		if it.start >= l.end {
			break
		}
		if it.start < l.start || it.end > l.end {
			it.start, it.end = max(it.start, l.start), min(it.end, l.end)
			it.glyphs = cut(it.glyphs, it.start, it.end)
		}
		out = append(out, it)
	}
	if len(out) == 0 {
		return nil
	}
	top := slices.MaxFunc(out, func(a, b item) int { return int(a.level) - int(b.level) }).level
	for level := top; level >= 1; level-- {
		for i := 0; i < len(out); i++ {
			j := i
			for j < len(out) && out[j].level >= level {
				j++
			}
			slices.Reverse(out[i:j])
			i = max(i, j-1)
		}
	}
	return out
}

// cut keeps the glyphs of runes [start,end). Clusters rise from left to right,
// or fall when the text runs from right to left.
func cut(gs []glyph, start, end int) []glyph {
	if len(gs) > 1 && gs[0].cluster > gs[len(gs)-1].cluster {
		i, _ := slices.BinarySearchFunc(gs, end-1, func(g glyph, at int) int { return at - g.cluster })
		j, _ := slices.BinarySearchFunc(gs, start-1, func(g glyph, at int) int { return at - g.cluster })
		return gs[i:j]
	}
	i, _ := slices.BinarySearchFunc(gs, start, func(g glyph, at int) int { return g.cluster - at })
	j, _ := slices.BinarySearchFunc(gs, end, func(g glyph, at int) int { return g.cluster - at })
	return gs[i:j]
}
