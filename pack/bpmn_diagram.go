package pack

import "fmt"

// diagram writes the BPMN diagram interchange: a shape for every node and lane,
// an edge for every flow. Lanes stand upright, time runs down.
func (b *bpmn) diagram() {
	b.WriteString("  <bpmndi:BPMNDiagram id=\"diagram\"><bpmndi:BPMNPlane id=\"plane\" bpmnElement=\"process\">\n")
	for i, col := range b.columns {
		from, to := 0.0, b.w
		if i > 0 {
			from = (b.columns[i-1].x + b.columns[i-1].w + col.x) / 2
		}
		if i+1 < len(b.columns) {
			to = (col.x + col.w + b.columns[i+1].x) / 2
		}
		b.shape(fmt.Sprintf("lane_%d", col.lane), ` isHorizontal="false"`, from, 0, to-from, b.h)
	}
	for _, c := range b.cards {
		b.stepShapes(c)
	}
	for i, l := range b.lines {
		if l.edge.kind != "appeal" {
			b.edge(fmt.Sprintf("flow_%d", i), b.ends(l)...)
		}
	}
	b.WriteString("  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n")
}

func (b *bpmn) shape(id, more string, x, y, w, h float64) {
	fmt.Fprintf(b, `    <bpmndi:BPMNShape id="shape_%s" bpmnElement="%s"%s><dc:Bounds x="%.0f" y="%.0f" width="%.0f" height="%.0f"/></bpmndi:BPMNShape>`+"\n", id, id, more, x, y, w, h)
}

func (b *bpmn) edge(id string, points ...point) {
	fmt.Fprintf(b, `    <bpmndi:BPMNEdge id="edge_%s" bpmnElement="%s">`, id, id)
	for _, p := range points {
		fmt.Fprintf(b, `<di:waypoint x="%.0f" y="%.0f"/>`, p.x, p.y)
	}
	b.WriteString("</bpmndi:BPMNEdge>\n")
}

// size is how large a step's own shape is.
func size(s *Step) (w, h float64) {
	switch tag(s) {
	case "startEvent", "endEvent", "intermediateCatchEvent":
		return eventSize, eventSize
	case "parallelGateway":
		return gatewaySize, gatewaySize
	}
	return 150, taskHeight
}

func (b *bpmn) stepShapes(c *card) {
	s, middle, y := c.step, c.x+c.w/2, c.y+b.top(c.step)
	w, h := size(s)
	b.shape("step_"+s.ID, "", middle-w/2, y, w, h)
	if chooses(s) {
		b.shape("choice_"+s.ID, ` isMarkerVisible="true"`, middle-gatewaySize/2, y+gatewayOffset, gatewaySize, gatewaySize)
		b.edge("to_choice_"+s.ID, point{middle, y + taskHeight}, point{middle, y + gatewayOffset})
	}
	if timed(s) {
		b.shape("deadline_"+s.ID, "", b.deadlineX(c)-eventSize/2, y+taskHeight-eventSize/2, eventSize, eventSize)
	}
	if appealBegins(b.p, s) {
		b.shape("appeal", "", middle-eventSize/2, c.y, eventSize, eventSize)
		b.edge("to_appeal", point{middle, c.y + eventSize}, point{middle, y})
	}
}

// deadlineX is the middle of the timer on a task: at the side where its way leaves.
func (b *bpmn) deadlineX(c *card) float64 {
	for _, l := range b.lines {
		if l.from == c && l.edge.kind == "expiry" && l.points[0].x > c.x {
			return c.x + c.w - 14
		}
	}
	return c.x + 14
}

// ends moves a line's first and last corner onto the border of its shapes.
func (b *bpmn) ends(l *line) []point {
	points := append([]point{}, l.points...)
	c, y := l.from, l.from.y+b.top(l.from.step)
	middle := c.x + c.w/2
	w, h := size(c.step)
	switch src := source(l); {
	case foot(l.edge) && w < c.w: // an event or a gateway: leave at its lowest point
		if points[0] = (point{middle, y + h}); len(points) > 2 {
			points[1].x = middle
		}
	case foot(l.edge):
		points[0].y = y + h
	case src == "choice_"+c.step.ID:
		points[0] = point{middle + side(points[0].x-middle)*gatewaySize/2, points[0].y}
	case l.edge.kind == "expiry":
		points[0] = point{b.deadlineX(c) + side(points[0].x-middle)*eventSize/2, y + taskHeight}
		points[1].y = points[0].y
	}
	last := len(points) - 1
	points[last].y = l.to.y + b.top(l.to.step)
	return points
}

func side(d float64) float64 {
	if d < 0 {
		return -1
	}
	return 1
}
