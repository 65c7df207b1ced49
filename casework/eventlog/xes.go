package eventlog

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"

	"diwan.example/gov"
)

// xes writes XES, IEEE Std 1849-2016: a trace for each case, and for what took
// time one event where it began and one where it ended.
type xes struct {
	w    *bufio.Writer
	lang gov.Lang
}

func newXES(w io.Writer, l gov.Lang) *xes { return &xes{bufio.NewWriterSize(w, 64<<10), l} }

// xesHead declares the extensions, what every trace and event has, and how
// events are told apart. Order of elements: clause 5 and its schema (LogType).
const xesHead = xml.Header + `<log xes.version="1849.2016" xes.features="">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace"><string key="concept:name" value="-"/></global>
<global scope="event"><string key="concept:name" value="-"/><string key="lifecycle:transition" value="complete"/><date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/><string key="step" value="-"/></global>
<classifier name="Activity" scope="event" keys="concept:name lifecycle:transition"/>
<classifier name="Step" scope="event" keys="step"/>
<string key="lifecycle:model" value="standard"/>
`

func (x *xes) begin() error {
	_, err := x.w.WriteString(xesHead)
	x.text("concept:name", gov.T("معاملات ديوان", "Cases of Diwan").In(x.lang))
	x.w.WriteString("\n")
	return err
}

func (x *xes) end() error {
	x.w.WriteString("</log>\n")
	return x.w.Flush()
}

func (x *xes) one(t *trace) error {
	x.w.WriteString("<trace>")
	x.text("concept:name", t.id)
	x.text("service", string(t.service))
	x.text("version", t.version)
	x.text("channel", string(t.channel))
	x.text("organisation", string(t.organisation))
	x.text("outcome", t.outcome)
	x.w.WriteString("\n")
	for i, e := range inOrder(t.events) {
		x.event(t, e, i)
	}
	_, err := x.w.WriteString("</trace>\n")
	return err
}

// inOrder puts the beginnings of what took time among the events.
func inOrder(list []event) (out []event) {
	for _, e := range list {
		if !e.started.IsZero() {
			s := e
			s.at, s.move, s.outcome = e.started, "start", ""
			i := len(out)
			for i > 0 && out[i-1].at.After(s.at) {
				i--
			}
			out = append(out[:i:i], append([]event{s}, out[i:]...)...)
		}
		out = append(out, e)
	}
	return out
}

func (x *xes) event(t *trace, e event, n int) {
	x.w.WriteString("<event>")
	x.text("concept:name", e.name)
	instance := e.about
	if instance == "" {
		instance = fmt.Sprintf("%s.%d", t.id, n)
	}
	x.text("concept:instance", instance)
	x.text("lifecycle:transition", e.move)
	fmt.Fprintf(x.w, `<date key="time:timestamp" value="%s"/>`, stamp(e.at))
	x.text("org:group", string(e.org))
	x.text("org:role", string(e.role))
	x.text("step", e.activity)
	x.text("kind", e.kind)
	x.text("outcome", e.outcome)
	x.w.WriteString("</event>\n")
}

// text writes a string attribute; nothing when it is empty.
func (x *xes) text(key, value string) {
	if value == "" {
		return
	}
	fmt.Fprintf(x.w, `<string key="%s" value="`, key)
	xml.EscapeText(x.w, []byte(value))
	x.w.WriteString(`"/>`)
}
