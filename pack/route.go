package pack

import (
	"cmp"
	"slices"
)

// A way leaves a card at its side (outcomes, routes, deadlines) or at its foot
// (next, branches), runs along a track in the gutter between two lanes and a
// track in the gap above the layer it goes to, and comes down onto its card.
// Ways to the same card share tracks, so that lines meet instead of crowding.

// span is a stretch of a track that ways to one card need.
type span struct {
	to       *card
	from, up float64
	track    int
}

// tracks shares out the tracks of one gutter or gap.
type tracks []*span

// take notes that ways to a card need the stretch between two places.
func (t *tracks) take(to *card, a, b float64) *span {
	for _, s := range *t {
		if s.to == to {
			s.from, s.up = min(s.from, a, b), max(s.up, a, b)
			return s
		}
	}
	s := &span{to: to, from: min(a, b), up: max(a, b)}
	*t = append(*t, s)
	return s
}

// share numbers the tracks so that stretches on one track do not touch; it returns how many there are.
func (t tracks) share() int {
	order := slices.Clone(t)
	slices.SortStableFunc(order, func(a, b *span) int { return cmp.Compare(a.from, b.from) })
	var ends []float64
	for _, s := range order {
		s.track = slices.IndexFunc(ends, func(end float64) bool { return end < s.from })
		if s.track < 0 {
			s.track = len(ends)
			ends = append(ends, 0)
		}
		ends[s.track] = s.up
	}
	return len(ends)
}

// passage is the way of one line before coordinates are known.
type passage struct {
	side         int // gutter index; -1: straight through the gap
	leave, enter *span
	gutter       *span
}

// route finds every line's tracks, then the coordinates of everything.
func (sh *sheet) route() {
	layers := 0
	for _, c := range sh.cards {
		layers = max(layers, c.layer+1)
	}
	gaps, gutters := make([]tracks, layers+1), make([]tracks, len(sh.columns)+1)
	plan := make([]passage, len(sh.lines))
	for i, l := range sh.lines {
		plan[i] = sh.plan(l, gaps, gutters)
	}
	sh.place(gaps, gutters, layers)
	for i, l := range sh.lines {
		sh.draw(l, plan[i], gaps)
	}
}

// foot reports whether a way leaves at the card's foot.
func foot(e edge) bool { return e.kind == "next" || e.kind == "branch" }

// plan books the tracks of one line. Distances are counted in lanes and layers.
func (sh *sheet) plan(l *line, gaps, gutters []tracks) passage {
	a, b := sh.column(l.from.lane), sh.column(l.to.lane)
	ax, bx := float64(a)+.5, float64(b)+.5
	below := l.to.layer == l.from.layer+1
	if foot(l.edge) && below {
		return passage{side: -1, enter: gaps[l.to.layer].take(l.to, ax, bx)}
	}
	side := a // the gutter before the card
	if b > a || b == a && l.to.layer > l.from.layer {
		side = a + 1
	}
	p := passage{side: side}
	start := float64(l.from.layer) + .5
	if foot(l.edge) {
		p.leave = gaps[l.from.layer+1].take(l.to, ax, float64(side))
		start += .5
	}
	p.gutter = gutters[side].take(l.to, start, float64(l.to.layer))
	p.enter = gaps[l.to.layer].take(l.to, float64(side), bx)
	return p
}

// place gives cards and lanes their coordinates.
func (sh *sheet) place(gaps, gutters []tracks, layers int) {
	st := sh.style
	x := st.pad
	for i := range sh.columns {
		x += st.pad + float64(gutters[i].share())*st.track
		sh.columns[i].x, sh.columns[i].w = x, st.width
		x += st.width
	}
	sh.w = x + 2*st.pad + float64(gutters[len(sh.columns)].share())*st.track
	y := st.head
	for n := range layers {
		y += 2*st.pad + float64(gaps[n].share())*st.track
		tall := 0.0
		for _, c := range sh.cards {
			if c.layer == n {
				c.x, c.y = sh.columns[sh.column(c.lane)].x, y
				tall = max(tall, c.h)
			}
		}
		y += tall
	}
	gaps[layers].share()
	sh.h = y + 2*st.pad
}

// draw turns a line's tracks into corners.
func (sh *sheet) draw(l *line, p passage, gaps []tracks) {
	from, to := l.from, l.to
	end := point{to.x + to.w/2, to.y}
	enterY := sh.gapY(to.layer, p.enter)
	start := point{from.x + from.w/2, from.y + from.h}
	switch { // to another lane from beside the middle, where the card below is entered
	case to.x > from.x:
		start.x += from.w / 5
	case to.x < from.x || p.side >= 0:
		start.x -= from.w / 5
	}
	if p.side < 0 {
		l.points = tidy(start, point{start.x, enterY}, point{end.x, enterY}, end)
		return
	}
	x := sh.gutterX(p.side, p.gutter)
	if p.leave != nil {
		y := sh.gapY(from.layer+1, p.leave)
		l.points = tidy(start, point{start.x, y}, point{x, y}, point{x, enterY}, point{end.x, enterY}, end)
		return
	}
	start = point{from.x, from.y + sh.style.port(from.step, l.edge)}
	if x > from.x {
		start.x += from.w
	}
	l.points = tidy(start, point{x, start.y}, point{x, enterY}, point{end.x, enterY}, end)
}

// gapY is the height of a track in the gap above a layer.
func (sh *sheet) gapY(layer int, s *span) float64 {
	top := sh.h
	for _, c := range sh.cards {
		if c.layer == layer {
			top = c.y
		}
	}
	return top - sh.style.pad - float64(s.track)*sh.style.track
}

// gutterX is the place of a track in the gutter before a column.
func (sh *sheet) gutterX(side int, s *span) float64 {
	if side == 0 {
		return sh.columns[0].x - sh.style.pad - float64(s.track)*sh.style.track
	}
	before := sh.columns[side-1]
	return before.x + before.w + sh.style.pad/2 + float64(s.track)*sh.style.track
}

// tidy drops corners that are none.
func tidy(points ...point) (out []point) {
	for _, p := range points {
		if n := len(out); n > 0 && out[n-1] == p {
			continue
		} else if n > 1 && (out[n-1].x == out[n-2].x && p.x == out[n-1].x || out[n-1].y == out[n-2].y && p.y == out[n-1].y) {
			out[n-1] = p
			continue
		}
		out = append(out, p)
	}
	return out
}
