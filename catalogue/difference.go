package catalogue

import (
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Difference is one thing in which two states of an entry differ, in words.
type Difference struct {
	Place  string   // in the later entry, or in the earlier when it is gone: "channels.0.kind"
	Part   string   // the section it is in
	Where  gov.Text // the row of a list: "Channel: Service counter"; empty: the entry itself
	Field  gov.Text // what differs
	Lang   gov.Lang // of a text; empty: none
	Before gov.Text // in words; empty: nothing
	After  gov.Text
	Change Change
}

// Change is how two things differ.
type Change string

// The changes.
const (
	Changed Change = "changed"
	Added   Change = "added"   // a row that was not there
	Removed Change = "removed" // a row that is gone
	Moved   Change = "moved"   // the same rows in another order
)

// Terms say what an entry points to in words. Functions may be nil.
type Terms struct {
	Langs        []gov.Lang // compared in this order; others follow
	Currency     gov.Currency
	Organisation func(gov.OrgID) gov.Text
	LifeEvent    func(string) gov.Text
}

// Differences lists what differs between two states of an entry, field by field
// in the order in which an entry is written. Rows of lists are aligned by their
// ids, else by what they are called, else by what they have in common.
func Differences(before, after Entry, t Terms) (out []Difference) {
	c := comparison{t, Open(before), Open(after), nil}
	for i := range Parts {
		for k := range Parts[i].Fields {
			f := &Parts[i].Fields[k]
			n := len(c.out)
			if f.Kind == List {
				c.list(f)
			} else {
				c.field(f, f.ID, nil, c.before, c.after)
			}
			for ; n < len(c.out); n++ {
				c.out[n].Part = Parts[i].ID
			}
		}
	}
	return c.out
}

type comparison struct {
	Terms
	before, after Doc
	out           []Difference
}

func (c *comparison) field(f *Field, place string, where gov.Text, a, b Doc) {
	if !f.InLanguages() {
		if before, after := c.words(f, a), c.words(f, b); !same(before, after) {
			c.out = append(c.out, Difference{Place: place, Where: where, Field: f.Label, Before: before, After: after, Change: Changed})
		}
		return
	}
	for _, l := range c.languages(a, b, f.ID) {
		before, after := f.Typed(a, l, c.Currency)[0], f.Typed(b, l, c.Currency)[0]
		if before != after {
			c.out = append(c.out, Difference{Place: place + "." + string(l), Where: where, Field: f.Label, Lang: l, Before: in(l, before), After: in(l, after), Change: Changed})
		}
	}
}

func in(l gov.Lang, s string) gov.Text {
	if s == "" {
		return nil
	}
	return gov.Text{l: s}
}

func same(a, b gov.Text) bool {
	return a[gov.Arabic] == b[gov.Arabic] && a[gov.English] == b[gov.English]
}

// languages are those of the terms, and any others that a text has.
func (c *comparison) languages(a, b Doc, id string) []gov.Lang {
	out := append([]gov.Lang{}, c.Langs...)
	for _, l := range []gov.Lang{gov.Arabic, gov.English, "fr"} {
		_, one := asDoc(a.Get(id))[string(l)]
		_, two := asDoc(b.Get(id))[string(l)]
		if known := strings.Contains(db.JSON(out), `"`+string(l)+`"`); !known && (one || two) {
			out = append(out, l)
		}
	}
	return out
}

func (c *comparison) list(f *Field) {
	a, b := c.before.Rows(f.ID), c.after.Rows(f.ID)
	was := align(f, a, b) // for each row of b, the row of a it was
	gone := map[int]bool{}
	for i := range a {
		gone[i] = true
	}
	last, moved := -1, false
	for i, row := range b {
		k := was[i]
		if k < 0 {
			c.out = append(c.out, Difference{Place: place(f.ID, i), Field: f.Row, After: c.row(f, row), Change: Added})
			continue
		}
		delete(gone, k)
		moved, last = moved || k < last, k
		where := f.Row.Sprintf()
		if title := c.title(f, row); len(title) > 0 {
			where = joined(f.Row, ": ", title)
		}
		for j := range f.Fields {
			c.field(&f.Fields[j], place(f.ID, i)+"."+f.Fields[j].ID, where, a[k], row)
		}
	}
	for i, row := range a {
		if gone[i] {
			c.out = append(c.out, Difference{Place: f.ID, Field: f.Row, Before: c.row(f, row), Change: Removed})
		}
	}
	if moved {
		c.out = append(c.out, Difference{Place: f.ID, Field: f.Label, Before: c.titles(f, a), After: c.titles(f, b), Change: Moved})
	}
}

func place(id string, i int) string { return id + "." + text(i) }

func joined(parts ...any) gov.Text {
	out := gov.Text{}
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		for _, p := range parts {
			if t, ok := p.(gov.Text); ok {
				out[l] += t.In(l)
			} else {
				out[l] += text(p)
			}
		}
	}
	return out
}

// align finds for each row of b the row of a that it was; -1 for a new one. It
// tries the surest sign first.
func align(f *Field, a, b []Doc) []int {
	was, taken := make([]int, len(b)), make([]bool, len(a))
	for i := range was {
		was[i] = -1
	}
	for _, alike := range []func(x, y Doc) bool{
		func(x, y Doc) bool { return text(x["id"]) != "" && x["id"] == y["id"] },
		func(x, y Doc) bool { return db.JSON(x) == db.JSON(y) },
		func(x, y Doc) bool { return sameTitle(f, x, y) },
		func(x, y Doc) bool { return shared(f, x, y) > 0 },
	} {
		for i := range b {
			for k := range a {
				if was[i] < 0 && !taken[k] && alike(a[k], b[i]) {
					was[i], taken[k] = k, true
				}
			}
		}
	}
	return was
}

// titled are the fields that a row is called by.
var titled = []string{"name", "title", "kind", "organisation", "rule", "amount"}

func titleField(f *Field, row Doc) *Field {
	for _, id := range titled {
		for i := range f.Fields {
			if x := &f.Fields[i]; x.ID == id && !blank(row[id]) {
				return x
			}
		}
	}
	return nil
}

func blank(v any) bool {
	if m := asDoc(v); m != nil {
		return len(m) == 0
	}
	s := text(v)
	return s == "" || s == "0" || s == "false" || s == "[]"
}

func sameTitle(f *Field, x, y Doc) bool {
	t := titleField(f, x)
	if t == nil {
		return false
	}
	if t.Kind != Phrase {
		return db.JSON(x[t.ID]) == db.JSON(y[t.ID])
	}
	for l, s := range asDoc(x[t.ID]) {
		if asDoc(y[t.ID])[l] == s {
			return true
		}
	}
	return false
}

// shared counts the fields in which two rows agree on something.
func shared(f *Field, x, y Doc) (n int) {
	for i := range f.Fields {
		id := f.Fields[i].ID
		if !blank(x[id]) && db.JSON(x[id]) == db.JSON(y[id]) {
			n++
		}
	}
	return n
}
