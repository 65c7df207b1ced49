package pack

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"

	"diwan.example/gov"
)

// BPMN writes the procedure as BPMN 2.0 XML (ISO/IEC 19510) with diagram
// coordinates, names in Arabic and documentation in English, for modelling tools.
// What BPMN has no word for — roles, texts, fees — stays in documentation.
func BPMN(p *Pack) []byte {
	b := &bpmn{p: p}
	b.sheet = lay(p, sheetStyle{width: 150, head: 60, track: 12, pad: 24, height: b.height,
		port: func(s *Step, e edge) float64 { return b.port(s, e) }})
	b.WriteString(xml.Header)
	b.WriteString(`<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" ` +
		`xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" ` +
		`xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="urn:diwan:pack:` + escape(string(p.ID)) + `" exporter="Diwan">` + "\n")
	b.definitions()
	b.process()
	b.diagram()
	b.WriteString("</definitions>\n")
	return b.Bytes()
}

// bpmn is a BPMN document being written.
type bpmn struct {
	bytes.Buffer
	*sheet
	p *Pack
}

// Sizes of BPMN shapes, as modelling tools draw them.
const (
	taskHeight    = 70.0
	gatewaySize   = 50.0
	eventSize     = 36.0
	gatewayOffset = taskHeight + 24
)

// height is the room a step needs: one shape, or a task with its gateway below.
func (b *bpmn) height(s *Step) float64 {
	h := taskHeight
	if appealBegins(b.p, s) {
		h += eventSize + 24
	}
	if chooses(s) {
		h += 24 + gatewaySize
	}
	return h
}

// top is how far below the card's top the step's own shape begins.
func (b *bpmn) top(s *Step) float64 {
	if appealBegins(b.p, s) {
		return eventSize + 24
	}
	return 0
}

// timed reports whether a step is an activity with a deadline.
func timed(s *Step) bool { return s.Within != nil }

// chooses reports whether a step's ways out need a gateway.
func chooses(s *Step) bool { return len(s.Routes) > 1 || len(s.Outcomes) > 1 }

// appealBegins reports whether an appeal comes in at this step and nothing else does.
func appealBegins(p *Pack, s *Step) bool {
	return s.ID == p.AppealTo && len(newGraph(p).from[s.ID]) == 0
}

func (b *bpmn) port(s *Step, e edge) float64 {
	y := b.top(s) + taskHeight/2
	switch {
	case e.kind == "expiry":
		return b.top(s) + taskHeight - eventSize/2
	case chooses(s) && (e.kind == "outcome" || e.kind == "route"):
		return b.top(s) + gatewayOffset + gatewaySize/2
	}
	return y
}

// tag names the BPMN element of a kind of step.
func tag(s *Step) string {
	switch s.Kind {
	case Apply:
		return "startEvent"
	case Decide:
		return "businessRuleTask"
	case Wait:
		if s.Message != "" {
			return "receiveTask"
		}
		return "intermediateCatchEvent"
	case Record, Issue:
		return "serviceTask"
	case Notify:
		return "sendTask"
	case Fork, Join:
		return "parallelGateway"
	case Close:
		return "endEvent"
	}
	return "userTask"
}

// definitions declares the messages that the process waits for.
func (b *bpmn) definitions() {
	seen := map[string]bool{}
	for i := range b.p.Steps {
		if m := b.p.Steps[i].Message; m != "" && !seen[m] {
			seen[m] = true
			fmt.Fprintf(b, `  <message id="message_%s" name="%s"/>`+"\n", m, m)
		}
	}
}

func (b *bpmn) process() {
	fmt.Fprintf(b, `  <process id="process" name="%s" isExecutable="false">`+"\n    %s\n", escape(b.p.Title.In(gov.Arabic)), doc(b.p.Title.In(gov.English)))
	b.laneSet()
	for i := range b.p.Steps {
		b.step(&b.p.Steps[i])
	}
	for i, l := range b.lines {
		if l.edge.kind != "appeal" {
			b.flow(i, l)
		}
	}
	b.WriteString("  </process>\n")
}

func (b *bpmn) laneSet() {
	b.WriteString("    <laneSet id=\"lanes\">\n")
	for _, col := range b.columns {
		fmt.Fprintf(b, `      <lane id="lane_%d" name="%s">`+"\n", col.lane, laneWords[col.lane][gov.Arabic])
		for _, c := range b.cards {
			if c.lane != col.lane {
				continue
			}
			for _, id := range b.nodes(c.step) {
				fmt.Fprintf(b, "        <flowNodeRef>%s</flowNodeRef>\n", id)
			}
		}
		b.WriteString("      </lane>\n")
	}
	b.WriteString("    </laneSet>\n")
}

// nodes lists the ids of a step's shapes.
func (b *bpmn) nodes(s *Step) []string {
	ids := []string{"step_" + s.ID}
	if chooses(s) {
		ids = append(ids, "choice_"+s.ID)
	}
	if timed(s) {
		ids = append(ids, "deadline_"+s.ID)
	}
	if appealBegins(b.p, s) {
		ids = append(ids, "appeal")
	}
	return ids
}

// source is the id of the shape from which a way leaves.
func source(l *line) string {
	s := l.from.step
	switch {
	case l.edge.kind == "expiry":
		return "deadline_" + s.ID
	case chooses(s) && (l.edge.kind == "outcome" || l.edge.kind == "route"):
		return "choice_" + s.ID
	}
	return "step_" + s.ID
}

// step writes a step's elements, each with the flows that enter and leave it.
func (b *bpmn) step(s *Step) {
	id := "step_" + s.ID
	inner := doc(s.Title.In(gov.English)) + b.flowRefs(id, s.ID)
	if chooses(s) {
		inner += "<outgoing>to_choice_" + s.ID + "</outgoing>"
	}
	switch {
	case s.Kind == Wait && s.Message == "":
		inner += `<timerEventDefinition id="definition_` + s.ID + `"><timeDate xsi:type="tFormalExpression">` + escape(s.Until) + `</timeDate></timerEventDefinition>`
	case s.Kind == Close && b.forks():
		inner += `<terminateEventDefinition id="definition_` + s.ID + `"/>`
	}
	more := ""
	if s.Message != "" {
		more = ` messageRef="message_` + s.Message + `"`
	}
	fmt.Fprintf(b, `    <%s id="%s" name="%s"%s>%s</%s>`+"\n", tag(s), id, escape(s.Title.In(gov.Arabic)), more, inner, tag(s))
	if chooses(s) {
		fmt.Fprintf(b, `    <exclusiveGateway id="choice_%s"%s><incoming>to_choice_%s</incoming>%s</exclusiveGateway>`+"\n", s.ID, b.fallback(s), s.ID, b.flowRefs("choice_"+s.ID, ""))
		fmt.Fprintf(b, `    <sequenceFlow id="to_choice_%s" sourceRef="step_%s" targetRef="choice_%s"/>`+"\n", s.ID, s.ID, s.ID)
	}
	if timed(s) {
		b.deadline(s)
	}
	if appealBegins(b.p, s) {
		fmt.Fprintf(b, `    <startEvent id="appeal" name="تظلم">%s<outgoing>to_appeal</outgoing></startEvent>`+"\n", doc("Appeal within "+Term{Days: b.p.AppealDays}.In(gov.English)))
		fmt.Fprintf(b, `    <sequenceFlow id="to_appeal" sourceRef="appeal" targetRef="%s"/>`+"\n", id)
	}
}

// forks reports whether a close may end branches that are still open.
func (b *bpmn) forks() bool {
	return slices.ContainsFunc(b.p.Steps, func(s Step) bool { return s.Kind == Fork })
}

// fallback names the default flow of a check's gateway.
func (b *bpmn) fallback(s *Step) string {
	if len(s.Routes) == 0 {
		return ""
	}
	for i, l := range b.lines {
		if l.from.step == s && l.edge == (edge{s.Routes[len(s.Routes)-1].To, "route", len(s.Routes) - 1}) {
			return fmt.Sprintf(` default="flow_%d"`, i)
		}
	}
	return ""
}

// flowRefs lists the flows into a step (id as target) and out of a shape.
func (b *bpmn) flowRefs(shape, step string) (s string) {
	for i, l := range b.lines {
		if l.edge.kind != "appeal" && step != "" && l.to.step.ID == step {
			s += fmt.Sprintf("<incoming>flow_%d</incoming>", i)
		}
	}
	if step == b.p.AppealTo && step != "" && appealBegins(b.p, b.p.Step(step)) {
		s += "<incoming>to_appeal</incoming>"
	}
	for i, l := range b.lines {
		if l.edge.kind != "appeal" && source(l) == shape {
			s += fmt.Sprintf("<outgoing>flow_%d</outgoing>", i)
		}
	}
	return s
}

// deadline hangs a timer on a task; it interrupts when its passing moves the case on.
func (b *bpmn) deadline(s *Step) {
	moves := slices.ContainsFunc(s.OnExpiry, func(e Expiry) bool { return e.Do == "go" })
	fmt.Fprintf(b, `    <boundaryEvent id="deadline_%s" name="%s" attachedToRef="step_%s" cancelActivity="%t">%s%s<timerEventDefinition id="timer_%s"><timeDuration xsi:type="tFormalExpression">%s</timeDuration></timerEventDefinition></boundaryEvent>`+"\n",
		s.ID, "خلال "+escape(s.Within.In(gov.Arabic)), s.ID, moves, doc("Within "+s.Within.In(gov.English)), b.flowRefs("deadline_"+s.ID, ""), s.ID, duration(*s.Within))
}

// duration is a term in ISO 8601; working days are counted by the country's calendar, which BPMN does not know.
func duration(t Term) string {
	if t.WorkingHours > 0 {
		return fmt.Sprintf("PT%dH", t.WorkingHours)
	}
	return fmt.Sprintf("P%dD", t.WorkingDays+t.Days)
}

func (b *bpmn) flow(i int, l *line) {
	s, e := l.from.step, l.edge
	name, rule := wayWords(b.p, s, e, gov.Arabic), ""
	if e.kind == "route" && s.Routes[e.n].When != "" {
		rule = `<conditionExpression xsi:type="tFormalExpression" language="https://cel.dev">` + escape(s.Routes[e.n].When) + `</conditionExpression>`
	}
	fmt.Fprintf(b, `    <sequenceFlow id="flow_%d" name="%s" sourceRef="%s" targetRef="step_%s">%s%s</sequenceFlow>`+"\n",
		i, escape(name), source(l), l.to.step.ID, doc(wayWords(b.p, s, e, gov.English)), rule)
}

func doc(s string) string {
	if s == "" {
		return ""
	}
	return `<documentation>` + escape(s) + `</documentation>`
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}
