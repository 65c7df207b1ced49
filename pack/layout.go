package pack

import (
	"slices"
)

// lane is who acts at a step; lanes stand side by side, time runs downwards.
type lane int

const (
	applicantLane lane = iota
	partyLane
	systemLane
	ownerLane
	otherLane
)

// laneOf says in whose lane a step stands.
func laneOf(s *Step) lane {
	switch s.Kind {
	case Apply, Pay, Correct, Close:
		return applicantLane
	case Cosign:
		return partyLane
	case Review, Opinion:
		if s.Organisation == "" {
			return ownerLane
		}
		return otherLane
	}
	return systemLane
}

// card is a step on the drawing. Coordinates are for a left-to-right reader.
type card struct {
	step       *Step
	lane       lane
	layer      int
	x, y, w, h float64
}

// line is a way between two cards: corners from the first card's border to the second's top.
type line struct {
	from, to *card
	edge     edge
	points   []point
}

type point struct{ x, y float64 }

// column is one lane on the drawing.
type column struct {
	lane lane
	x, w float64
}

// sheet is a procedure laid out.
type sheet struct {
	p       *Pack
	cards   []*card
	lines   []*line
	columns []column
	w, h    float64
	style   sheetStyle
}

// sheetStyle says how large things are: the picture and the BPMN diagram differ.
type sheetStyle struct {
	width, head float64                       // of a card; of the lanes' heads
	height      func(*Step) float64           // of a card
	port        func(*Step, edge) (y float64) // where a way leaves a card, from its top; negative: from the bottom
	track, pad  float64                       // between parallel lines; around cards
}

// lay arranges a procedure: each step in its lane, below everything that leads to it.
func lay(p *Pack, style sheetStyle) *sheet {
	sh := &sheet{p: p, style: style}
	layers := layering(p)
	used := map[lane]bool{}
	for i := range p.Steps {
		s := &p.Steps[i]
		c := &card{step: s, lane: laneOf(s), layer: layers[s.ID], w: style.width, h: style.height(s)}
		sh.cards = append(sh.cards, c)
		used[c.lane] = true
	}
	for l := applicantLane; l <= otherLane; l++ {
		if used[l] {
			sh.columns = append(sh.columns, column{lane: l})
		}
	}
	for _, c := range sh.cards {
		for _, e := range waysOf(p, c.step) {
			sh.lines = append(sh.lines, &line{from: c, to: sh.card(e.to), edge: e})
		}
	}
	sh.route()
	return sh
}

func (sh *sheet) card(id string) *card {
	i := slices.IndexFunc(sh.cards, func(c *card) bool { return c.step.ID == id })
	return sh.cards[i]
}

func (sh *sheet) column(l lane) int {
	return slices.IndexFunc(sh.columns, func(c column) bool { return c.lane == l })
}

// layering puts every step on a layer below its predecessors, one step of a lane on a layer.
func layering(p *Pack) map[string]int {
	g := newGraph(p)
	g.appealWays()
	order, back := g.order()
	layers, taken := map[string]int{}, map[lane]map[int]bool{}
	for _, id := range order {
		n := layers[id]
		for _, from := range g.from[id] {
			if !back[[2]string{from, id}] {
				n = max(n, layers[from]+1)
			}
		}
		l := laneOf(p.Step(id))
		if taken[l] == nil {
			taken[l] = map[int]bool{}
		}
		for taken[l][n] {
			n++
		}
		taken[l][n] = true
		layers[id] = n
	}
	return layers
}

// appealWays lets the hearing of an appeal stand below what refuses.
func (g *graph) appealWays() {
	to := g.p.AppealTo
	if to == "" || len(g.from[to]) > 0 {
		return
	}
	for _, s := range g.p.Steps {
		if s.Kind != Close || s.Outcome != "refused" {
			continue
		}
		for _, before := range g.from[s.ID] {
			if before != to && !slices.Contains(g.to[before], to) {
				g.to[before] = append(g.to[before], to)
				g.from[to] = append(g.from[to], before)
			}
		}
	}
}

// order lists the steps so that each stands after those that lead to it, ways
// back left out.
func (g *graph) order() (order []string, back map[[2]string]bool) {
	const open, done = 1, 2
	state, back := map[string]int{}, map[[2]string]bool{}
	var visit func(id string)
	visit = func(id string) {
		state[id] = open
		for _, to := range slices.Backward(g.to[id]) {
			switch state[to] {
			case open:
				back[[2]string{id, to}] = true
			case 0:
				visit(to)
			}
		}
		state[id] = done
		order = append(order, id)
	}
	for _, s := range g.p.Steps {
		if state[s.ID] == 0 {
			visit(s.ID)
		}
	}
	slices.Reverse(order)
	return order, back
}
