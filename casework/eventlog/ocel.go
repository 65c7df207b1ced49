package eventlog

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"time"

	"diwan.example/gov"
)

// ocel writes OCEL 2.0 as JSON: cases, tasks, charges, documents, organisations
// and services as objects, and what happened as events between them. A case's
// objects are written at once; its events wait in a file until all objects are.
type ocel struct {
	w       *bufio.Writer
	known   map[string]bool // organisations and services written already
	types   map[string]bool // of events
	objects int
	spill   spill
}

func newOCEL(w io.Writer) *ocel {
	return &ocel{w: bufio.NewWriterSize(w, 64<<10), known: map[string]bool{}, types: map[string]bool{}}
}

// The shapes of OCEL 2.0 JSON (Specification 2.0, section 6).
type (
	ocelAttribute struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	ocelType struct {
		Name       string          `json:"name"`
		Attributes []ocelAttribute `json:"attributes"`
	}
	ocelValue struct {
		Name  string `json:"name"`
		Time  string `json:"time,omitempty"` // of objects: since when
		Value any    `json:"value"`
	}
	ocelLink struct {
		Object    string `json:"objectId"`
		Qualifier string `json:"qualifier"`
	}
	ocelObject struct {
		ID            string      `json:"id"`
		Type          string      `json:"type"`
		Attributes    []ocelValue `json:"attributes"`
		Relationships []ocelLink  `json:"relationships"`
	}
	ocelEvent struct {
		ID            string      `json:"id"`
		Type          string      `json:"type"`
		Time          string      `json:"time"`
		Attributes    []ocelValue `json:"attributes"`
		Relationships []ocelLink  `json:"relationships"`
	}
)

// objectTypes are the types of objects and their attributes.
var objectTypes = []ocelType{
	{"case", []ocelAttribute{{"version", "string"}, {"channel", "string"}, {"outcome", "string"}}},
	{"task", []ocelAttribute{{"kind", "string"}}},
	{"charge", []ocelAttribute{{"kind", "string"}}},
	{"document", []ocelAttribute{{"kind", "string"}}},
	{"organisation", []ocelAttribute{}},
	{"service", []ocelAttribute{}},
}

var eventAttributes = []ocelAttribute{{"started", "time"}, {"transition", "string"}, {"kind", "string"}, {"role", "string"}, {"outcome", "string"}, {"step", "string"}}

func (o *ocel) begin() error {
	if err := o.spill.open(); err != nil {
		return err
	}
	o.w.WriteString(`{"objectTypes":`)
	if err := o.put(objectTypes); err != nil {
		return err
	}
	_, err := o.w.WriteString(`,"objects":[`)
	return err
}

func (o *ocel) put(v any) error {
	b, err := json.Marshal(v)
	if err == nil {
		_, err = o.w.Write(b)
	}
	return err
}

func (o *ocel) object(x ocelObject) error {
	if o.objects++; o.objects > 1 {
		o.w.WriteString(",\n")
	}
	if x.Attributes == nil {
		x.Attributes = []ocelValue{}
	}
	if x.Relationships == nil {
		x.Relationships = []ocelLink{}
	}
	return o.put(x)
}

// public writes an organisation or a service once.
func (o *ocel) public(kind, id string) error {
	if id == "" || o.known[kind+":"+id] {
		return nil
	}
	o.known[kind+":"+id] = true
	return o.object(ocelObject{ID: kind + ":" + id, Type: kind})
}

func attributes(at time.Time, pairs ...string) (out []ocelValue) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, ocelValue{pairs[i], stamp(at), pairs[i+1]})
		}
	}
	return out
}

func (o *ocel) one(t *trace) error {
	orgs := []gov.OrgID{t.organisation}
	for _, e := range t.events {
		orgs = append(orgs, e.org)
	}
	for _, x := range t.objects {
		orgs = append(orgs, x.worker)
	}
	for _, id := range orgs {
		if err := o.public("organisation", string(id)); err != nil {
			return err
		}
	}
	if err := o.public("service", string(t.service)); err != nil {
		return err
	}
	c := ocelObject{ID: t.id, Type: "case", Attributes: append(attributes(t.submitted, "version", t.version, "channel", string(t.channel)), attributes(t.closed, "outcome", t.outcome)...),
		Relationships: []ocelLink{{"service:" + string(t.service), "of service"}, {"organisation:" + string(t.organisation), "owned by"}}}
	if err := o.object(c); err != nil {
		return err
	}
	for _, x := range t.objects {
		part := ocelObject{ID: x.id, Type: x.kind, Attributes: attributes(x.since, "kind", x.is), Relationships: []ocelLink{{t.id, "part of case"}}}
		if x.worker != "" {
			part.Relationships = append(part.Relationships, ocelLink{"organisation:" + string(x.worker), "worked on by"})
		}
		if err := o.object(part); err != nil {
			return err
		}
	}
	return o.events(t)
}

func (o *ocel) events(t *trace) error {
	for i, e := range t.events {
		x := ocelEvent{ID: t.id + "." + itoa(i), Type: e.name, Time: stamp(e.at), Attributes: []ocelValue{}, Relationships: []ocelLink{{t.id, "case"}}}
		o.types[e.name] = true
		if !e.started.IsZero() {
			x.Attributes = append(x.Attributes, ocelValue{Name: "started", Value: stamp(e.started)})
		}
		for _, a := range [][2]string{{"transition", e.move}, {"kind", e.kind}, {"role", string(e.role)}, {"outcome", e.outcome}, {"step", e.activity}} {
			if a[1] != "" {
				x.Attributes = append(x.Attributes, ocelValue{Name: a[0], Value: a[1]})
			}
		}
		if e.about != "" && hasObject(t, e.about) {
			x.Relationships = append(x.Relationships, ocelLink{e.about, "about"})
		}
		if e.org != "" {
			x.Relationships = append(x.Relationships, ocelLink{"organisation:" + string(e.org), "at"})
		}
		b, err := json.Marshal(x)
		if err != nil {
			return err
		}
		if err := o.spill.add(b); err != nil {
			return err
		}
	}
	return nil
}

func hasObject(t *trace, id string) bool {
	return slices.ContainsFunc(t.objects, func(x object) bool { return x.id == id })
}

func (o *ocel) end() error {
	o.w.WriteString(`],"events":[`)
	if err := o.spill.copyTo(o.w); err != nil {
		return err
	}
	o.w.WriteString(`],"eventTypes":`)
	types := []ocelType{}
	for _, name := range slices.Sorted(maps.Keys(o.types)) {
		types = append(types, ocelType{name, eventAttributes})
	}
	if err := o.put(types); err != nil {
		return err
	}
	o.w.WriteString("}\n")
	return o.w.Flush()
}
