package eventlog_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/casework"
	"diwan.example/casework/casetest"
	"diwan.example/casework/eventlog"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

// lived is a world with a case that went straight, one that was corrected, one
// that is still open and a draft that no log may show.
func lived(t *testing.T, d *db.DB) (*casetest.World, []string) {
	w := casetest.New(t, d)
	officer := w.Officer("officer-secret", "iga", gov.Supervisor)
	var secrets []string
	for i := range 3 {
		p := w.Resident(8 + i)
		c := w.Apply(p, "identity-card/renewal", w.Renewal(p))
		secrets = append(secrets, string(p.Person), string(c.ID), c.Ref)
		w.Pay(p, c.ID)
		w.Pass(24 * time.Hour)
		switch i {
		case 0:
			w.Do(officer, func(tx *db.Tx) error { return w.Cases.Note(tx, c.ID, "note-secret") })
			decide(t, w, officer, p, c, casework.Verdict{Outcome: "approve"})
		case 1:
			decide(t, w, officer, p, c, casework.Verdict{Outcome: "correct", Reason: "unclear", Words: "words-secret"})
			photo := w.Photo(p)
			w.Do(p, func(tx *db.Tx) error {
				_, err := w.Cases.Correct(tx, c.ID, map[string]any{"photo": photo})
				return err
			})
			w.Pass(time.Hour)
			decide(t, w, officer, p, c, casework.Verdict{Outcome: "refuse", Reason: "evidence"})
		}
	}
	return w, append(secrets, "officer-secret", "note-secret", "words-secret", "33000001", "photo.png", "sha256-")
}

func decide(t *testing.T, w *casetest.World, officer, p gov.Actor, c *casework.Case, v casework.Verdict) {
	t.Helper()
	if err := w.Decide(officer, w.Task(p, c.ID).ID, v); err != nil {
		t.Fatal(err)
	}
}

func export(t *testing.T, w *casetest.World, o eventlog.Options) (string, eventlog.Written) {
	t.Helper()
	var b bytes.Buffer
	n, err := eventlog.Write(gov.WithActor(t.Context(), gov.System), w.Cases, &b, o)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), n
}

func TestNoLogNamesAnybody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, secrets := lived(t, d)
		for _, format := range eventlog.Formats {
			text, n := export(t, w, eventlog.Options{Format: format})
			if n.Cases != 3 || n.Events < 14 {
				t.Errorf("%s: %+v", format, n)
			}
			for _, s := range secrets {
				if strings.Contains(text, s) {
					t.Errorf("%s holds %q", format, s)
				}
			}
			again, _ := export(t, w, eventlog.Options{Format: format})
			ids := regexp.MustCompile(`case-[0-9a-f]{24}`)
			first := ids.FindAllString(text, -1)
			if len(first) == 0 || strings.Contains(again, first[0]) {
				t.Errorf("%s: two exports have the same pseudonyms", format)
			}
		}
	})
}

func TestFiltersAndRefusals(t *testing.T) {
	w, _ := lived(t, dbtest.SQLite(t))
	for _, f := range []casework.Filter{{Service: "justice/small-claim"}, {Since: w.Now().Add(time.Hour)}, {Until: dbtest.Start.Add(-time.Hour)}} {
		for _, format := range eventlog.Formats {
			text, n := export(t, w, eventlog.Options{Format: format, Filter: f})
			if n.Cases != 0 || strings.Contains(text, "case-") {
				t.Errorf("%+v: %+v", f, n)
			}
			if format == "xes" {
				checkXES(t, text)
			} else {
				checkOCEL(t, text)
			}
		}
	}
	if _, err := eventlog.Write(gov.WithActor(t.Context(), gov.System), w.Cases, io.Discard, eventlog.Options{Format: "csv"}); gov.KindOf(err) != gov.Invalid {
		t.Errorf("an unknown format: %v", err)
	}
	for _, a := range []gov.Actor{{}, {Person: "p", Org: "iga", Roles: []gov.Role{gov.Operator}}} {
		if _, err := eventlog.Write(gov.WithActor(t.Context(), a), w.Cases, io.Discard, eventlog.Options{Format: "xes"}); gov.KindOf(err) != gov.Denied {
			t.Errorf("%+v: %v", a, err)
		}
	}
	full := errors.New("disk full")
	if _, err := eventlog.Write(gov.WithActor(t.Context(), gov.System), w.Cases, failing{full}, eventlog.Options{Format: "xes"}); !errors.Is(err, full) {
		t.Errorf("a full disk: %v", err)
	}
}

type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }

// xesElement is any element of a log.
type xesElement struct {
	XMLName  xml.Name
	Attrs    []xml.Attr   `xml:",any,attr"`
	Children []xesElement `xml:",any"`
}

func (x xesElement) attr(name string) string {
	for _, a := range x.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (x xesElement) value(key string) string {
	for _, c := range x.Children {
		if c.attr("key") == key {
			return c.attr("value")
		}
	}
	return ""
}

var (
	xesName    = regexp.MustCompile(`^[A-Za-z_:][A-Za-z0-9_.:-]*$`)
	xesDecimal = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
	xesOrder   = []string{"extension", "global", "classifier", "attribute", "trace", "event"} // of LogType
)

// checkXES holds a log to the rules of the schema of IEEE 1849-2016: the order of
// elements, their attributes, the types of values, keys that occur once in a
// component, prefixes that an extension declares, and globals that all have.
func checkXES(t *testing.T, text string) xesElement {
	t.Helper()
	var log xesElement
	if err := xml.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	if log.XMLName.Local != "log" || !xesDecimal.MatchString(log.attr("xes.version")) {
		t.Errorf("%s %s", log.XMLName.Local, log.attr("xes.version"))
	}
	prefixes, globals := []string{}, map[string][]string{}
	last := 0
	for _, c := range log.Children {
		kind := c.XMLName.Local
		at := slices.Index(xesOrder, kind)
		if at < 0 {
			at = slices.Index(xesOrder, "attribute")
			checkAttribute(t, c)
		}
		if at < last {
			t.Errorf("%s stands after %s", kind, xesOrder[last])
		}
		last = at
		switch kind {
		case "extension":
			prefixes = append(prefixes, c.attr("prefix"))
			if c.attr("name") == "" || !strings.HasSuffix(c.attr("uri"), ".xesext") {
				t.Errorf("extension %v", c.Attrs)
			}
		case "global":
			for _, g := range c.Children {
				checkAttribute(t, g)
				globals[c.attr("scope")] = append(globals[c.attr("scope")], g.attr("key"))
			}
		case "classifier":
			for _, k := range strings.Fields(c.attr("keys")) {
				if !slices.Contains(globals[c.attr("scope")], k) {
					t.Errorf("classifier %s uses %s, which is no global of its scope", c.attr("name"), k)
				}
			}
		case "trace":
			checkTrace(t, c, globals, prefixes)
		}
	}
	return log
}

func checkTrace(t *testing.T, trace xesElement, globals map[string][]string, prefixes []string) {
	t.Helper()
	checkComponent(t, trace, globals["trace"], prefixes)
	var before time.Time
	begun := false
	for _, c := range trace.Children {
		if c.XMLName.Local != "event" {
			if begun {
				t.Error("an attribute stands after an event")
			}
			continue
		}
		begun = true
		checkComponent(t, c, globals["event"], prefixes)
		at, err := time.Parse("2006-01-02T15:04:05.000Z07:00", c.value("time:timestamp"))
		if err != nil || at.Before(before) {
			t.Errorf("events are out of order: %s, %v", c.value("time:timestamp"), err)
		}
		before = at
		if !slices.Contains([]string{"start", "complete", "ate_abort"}, c.value("lifecycle:transition")) {
			t.Errorf("no transition of the standard lifecycle: %s", c.value("lifecycle:transition"))
		}
	}
}

func checkComponent(t *testing.T, x xesElement, globals, prefixes []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range x.Children {
		if c.XMLName.Local == "event" {
			continue
		}
		checkAttribute(t, c)
		key := c.attr("key")
		if seen[key] {
			t.Errorf("the key %s occurs twice", key)
		}
		seen[key] = true
		if p, _, has := strings.Cut(key, ":"); has && !slices.Contains(prefixes, p) {
			t.Errorf("no extension declares the prefix of %s", key)
		}
	}
	for _, g := range globals {
		if !seen[g] {
			t.Errorf("the global %s is missing in %s", g, x.XMLName.Local)
		}
	}
}

func checkAttribute(t *testing.T, c xesElement) {
	t.Helper()
	if !xesName.MatchString(c.attr("key")) {
		t.Errorf("the key %q is no name", c.attr("key"))
	}
	switch c.XMLName.Local {
	case "string":
	case "date":
		if _, err := time.Parse("2006-01-02T15:04:05.000Z07:00", c.attr("value")); err != nil {
			t.Error(err)
		}
	default:
		t.Errorf("an attribute of type %s", c.XMLName.Local)
	}
}

func TestXES(t *testing.T) {
	w, _ := lived(t, dbtest.SQLite(t))
	text, _ := export(t, w, eventlog.Options{Format: "xes", Lang: gov.Arabic})
	log := checkXES(t, text)
	var ways []string
	for _, c := range log.Children {
		if c.XMLName.Local != "trace" {
			continue
		}
		if last := c.Children[len(c.Children)-1]; c.value("outcome") != "" && last.value("step") != "case.closed" {
			t.Errorf("a closed case ends with %s", last.value("step"))
		}
		var way []string
		for _, e := range c.Children {
			if e.XMLName.Local == "event" && e.value("lifecycle:transition") == "complete" && e.value("kind") != "fact" {
				way = append(way, e.value("step"))
			}
		}
		ways = append(ways, strings.Join(way, " ")+" → "+c.value("outcome"))
	}
	want := []string{"apply payment review → granted", "apply payment review new_photo review → refused", "apply payment → "}
	if !slices.Equal(ways, want) {
		t.Errorf("%q, want %q", ways, want)
	}
	if !strings.Contains(text, "مراجعة الصورة والطلب") {
		t.Error("the Arabic log does not speak Arabic")
	}
}

type ocelLog struct {
	ObjectTypes, EventTypes []struct {
		Name       string
		Attributes []struct{ Name, Type string }
	}
	Objects []struct {
		ID, Type      string
		Attributes    []struct{ Name, Time, Value string }
		Relationships []struct{ ObjectID, Qualifier string }
	}
	Events []struct {
		ID, Type, Time string
		Attributes     []struct{ Name, Value string }
		Relationships  []struct{ ObjectID, Qualifier string }
	}
}

// checkOCEL holds a log to OCEL 2.0: what its JSON schema requires, ids that are
// unique, types and attributes that are declared, and links that lead somewhere.
func checkOCEL(t *testing.T, text string) (log ocelLog) {
	t.Helper()
	var raw map[string]json.RawMessage
	d := json.NewDecoder(strings.NewReader(text))
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"objectTypes", "eventTypes", "objects", "events"} {
		if len(raw[k]) == 0 || raw[k][0] != '[' {
			t.Errorf("%s is no list", k)
		}
	}
	d.DisallowUnknownFields()
	if err := d.Decode(&log); err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	for _, x := range append(log.ObjectTypes, log.EventTypes...) {
		declared[x.Name] = true
		for _, a := range x.Attributes {
			declared[x.Name+"/"+a.Name] = true
			if !slices.Contains([]string{"string", "time", "integer", "float", "boolean"}, a.Type) {
				t.Errorf("%s.%s is a %s", x.Name, a.Name, a.Type)
			}
		}
	}
	objects := map[string]string{}
	for _, x := range log.Objects {
		if objects[x.ID] != "" || x.ID == "" || !declared[x.Type] {
			t.Errorf("object %q of type %q", x.ID, x.Type)
		}
		objects[x.ID] = x.Type
		for _, a := range x.Attributes {
			if _, err := time.Parse(time.RFC3339, a.Time); err != nil || !declared[x.Type+"/"+a.Name] {
				t.Errorf("attribute %s of %s: %v", a.Name, x.ID, err)
			}
		}
	}
	for _, x := range log.Objects {
		for _, l := range x.Relationships {
			if objects[l.ObjectID] == "" || l.Qualifier == "" {
				t.Errorf("%s leads to %q", x.ID, l.ObjectID)
			}
		}
	}
	checkOCELEvents(t, log, declared, objects)
	return log
}

func checkOCELEvents(t *testing.T, log ocelLog, declared map[string]bool, objects map[string]string) {
	t.Helper()
	seen := map[string]bool{}
	for _, x := range log.Events {
		_, err := time.Parse(time.RFC3339, x.Time)
		if seen[x.ID] || x.ID == "" || !declared[x.Type] || err != nil {
			t.Errorf("event %q of type %q: %v", x.ID, x.Type, err)
		}
		seen[x.ID] = true
		for _, a := range x.Attributes {
			if !declared[x.Type+"/"+a.Name] {
				t.Errorf("attribute %s of %s is not declared", a.Name, x.Type)
			}
		}
		for _, l := range x.Relationships {
			if objects[l.ObjectID] == "" || l.Qualifier == "" {
				t.Errorf("%s leads to %q", x.ID, l.ObjectID)
			}
		}
	}
}

func TestOCEL(t *testing.T) {
	w, _ := lived(t, dbtest.SQLite(t))
	done, all := 0, 0
	text, n := export(t, w, eventlog.Options{Format: "ocel", Progress: func(d, a int) { done, all = d, a }})
	log := checkOCEL(t, text)
	kinds := map[string]int{}
	for _, x := range log.Objects {
		kinds[x.Type]++
	}
	want := map[string]int{"case": 3, "task": 4, "charge": 3, "document": 1, "organisation": 1, "service": 1}
	for k, v := range want {
		if kinds[k] != v {
			t.Errorf("%d of %s, want %d", kinds[k], k, v)
		}
	}
	if len(log.Events) != n.Events || done != 3 || all != 3 {
		t.Errorf("%d events, %+v, %d of %d", len(log.Events), n, done, all)
	}
}
