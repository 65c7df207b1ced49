package catalogue

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"diwan.example/gov"
)

// FieldKind is how a field of an entry is written.
type FieldKind string

// The kinds of field.
const (
	Phrase  FieldKind = "phrase"  // a short text in every language
	Prose   FieldKind = "prose"   // a long text in every language
	Phrases FieldKind = "phrases" // several words or short phrases in every language
	Line    FieldKind = "line"    // one line in no language: a code, an IRI
	Link    FieldKind = "link"    // an address of a page
	Email   FieldKind = "email"
	Phone   FieldKind = "phone"
	Code    FieldKind = "code"    // one of the choices
	Codes   FieldKind = "codes"   // any of the choices
	Names   FieldKind = "names"   // ids or codes, as many as wanted
	Number  FieldKind = "number"  // a whole number from 0 up; nothing means 0
	Days    FieldKind = "days"    // working days; nothing means that it is not said
	Amount  FieldKind = "amount"  // money
	Day     FieldKind = "day"     // "2026-03-01"
	Flag    FieldKind = "flag"    // yes or no
	Opening FieldKind = "opening" // opening hours: "sunday-thursday 07:00-14:15"
	List    FieldKind = "list"    // rows with fields of their own
)

// Field describes one field of an entry, or of a row of a list in it, so that
// pages, workbooks and differences speak of it in the same words.
type Field struct {
	ID      string   // as in JSON, from its owner: "name", "online.level"
	Label   gov.Text //
	Hint    gov.Text // may be empty
	Kind    FieldKind
	Needed  bool     // an entry without it is not published
	Rare    bool     // seldom filled: pages put it aside
	Choices []Choice // of Code and Codes
	From    string   // choices that the catalogue holds: "organisation", "life-event"
	Whole   bool     // the code is stored as a number
	Fields  []Field  // of a row of a List
	Row     gov.Text // what one row of a List is called
}

// Choice is a code in words.
type Choice struct {
	Code string
	Text gov.Text
}

// Part is a section of an entry that is written at one sitting.
type Part struct {
	ID     string
	Name   gov.Text
	Lead   gov.Text
	Fields []Field // of these, at most one is a List
	Told   bool    // shown among differences only: it is written elsewhere
}

// List is the field of the part that has rows; nil when there is none.
func (p *Part) List() *Field {
	for i := range p.Fields {
		if p.Fields[i].Kind == List {
			return &p.Fields[i]
		}
	}
	return nil
}

// Holds reports whether a place in an entry, like "channels.0.kind", is in the part.
func (p *Part) Holds(place string) bool {
	return slices.ContainsFunc(p.Fields, func(f Field) bool { return place == f.ID || strings.HasPrefix(place, f.ID+".") })
}

// PartAt is the part that holds a place; nil when none does.
func PartAt(place string) *Part {
	for i := range Parts {
		if Parts[i].Holds(place) {
			return &Parts[i]
		}
	}
	return nil
}

// PartByID finds a part; nil when there is none.
func PartByID(id string) *Part {
	for i := range Parts {
		if Parts[i].ID == id {
			return &Parts[i]
		}
	}
	return nil
}

// PlaceInWords names a place in an entry: "Channels and hours · Channel 2 · Phone".
func PlaceInWords(place string) gov.Text {
	part := PartAt(place)
	if part == nil {
		return nil
	}
	words, list := part.Name, part.Fields
	for place != "" {
		i := slices.IndexFunc(list, func(f Field) bool { return place == f.ID || strings.HasPrefix(place, f.ID+".") })
		if i < 0 {
			break // a language, or what has no field of its own
		}
		f := list[i]
		place = strings.TrimPrefix(strings.TrimPrefix(place, f.ID), ".")
		row, rest, _ := strings.Cut(place, ".")
		n, err := strconv.Atoi(row)
		if f.Kind != List || err != nil {
			return joined(words, " · ", f.Label)
		}
		words, list, place = joined(words, " · ", f.Row, " ", n+1), f.Fields, rest
	}
	return words
}

// InLanguages reports whether the field is written once in every language.
func (f *Field) InLanguages() bool { return f.Kind == Phrase || f.Kind == Prose || f.Kind == Phrases }

// Doc is an entry, or a row of a list in it, as its JSON. Fields are read and
// written in it by name.
type Doc map[string]any

// Open takes an entry apart.
func Open(e Entry) Doc {
	b, err := json.Marshal(e)
	if err != nil {
		panic(err) // an entry is made of plain values
	}
	d, err := decode(b)
	if err != nil {
		panic(err)
	}
	return d
}

func decode(b []byte) (d Doc, err error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	return d, dec.Decode(&d)
}

// Entry puts an entry together again.
func (d Doc) Entry() (e Entry, err error) {
	b, err := json.Marshal(d)
	if err == nil {
		err = json.Unmarshal(b, &e)
	}
	return e, gov.Wrap(err, "an entry from its fields")
}

// Get is the value of a field; nil when it has none.
func (d Doc) Get(id string) any {
	name, rest, deeper := strings.Cut(id, ".")
	if !deeper {
		return d[name]
	}
	return asDoc(d[name]).Get(rest)
}

// Set gives a field a value.
func (d Doc) Set(id string, v any) {
	name, rest, deeper := strings.Cut(id, ".")
	if !deeper {
		d[name] = v
		return
	}
	inner := asDoc(d[name])
	if inner == nil {
		inner = Doc{}
	}
	inner.Set(rest, v)
	d[name] = map[string]any(inner)
}

// Rows are the rows of a list.
func (d Doc) Rows(id string) (out []Doc) {
	list, _ := d.Get(id).([]any)
	for _, x := range list {
		out = append(out, asDoc(x))
	}
	return out
}

// SetRows replaces the rows of a list.
func (d Doc) SetRows(id string, rows []Doc) {
	list := []any{}
	for _, r := range rows {
		list = append(list, map[string]any(r))
	}
	d.Set(id, list)
}

func asDoc(v any) Doc {
	switch m := v.(type) {
	case map[string]any:
		return m
	case Doc:
		return m
	}
	return nil
}
